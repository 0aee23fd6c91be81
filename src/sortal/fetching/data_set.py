"""A whole data set into a folder: every file checked, none fetched twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sortal.errors import DownloadError, OutputError
from sortal.fetching.contents import Contents, WrongContentsError
from sortal.fetching.download import PATIENCE, Patience, download
from sortal.fetching.table import DataSet, RemoteFile, data_set
from sortal.pictures import Progress, Step, silent

_PORTION: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file that is there now.

    Attributes:
        name: within the folder.
        n_bytes: as it lies there.
        sha256: of its contents, unpacked.
        source: the address it came from; None where it was there already.
    """

    name: str
    n_bytes: int
    sha256: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A data set that is there now.

    Attributes:
        name: of the data set.
        folder: where it is.
        files: all of it.
    """

    name: str
    folder: Path
    files: tuple[FetchedFile, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "name": self.name,
            "folder": str(self.folder),
            "files": [
                {
                    "name": file.name,
                    "bytes": file.n_bytes,
                    "sha256": file.sha256,
                    "source": file.source,
                }
                for file in self.files
            ],
        }


def fetch(
    name: str,
    folder: Path | None = None,
    *,
    mirror: str | None = None,
    progress: Progress = silent,
    patience: Patience = PATIENCE,
) -> Fetched:
    """Put a data set into a folder; a file that is there already and sound is left alone.

    Each file is whole or not there. After an error or an interrupt, calling it again goes on
    with the files that are missing.

    Args:
        name: of the table.
        folder: made where it is missing; None for the data set's name here.
        mirror: another address of a folder with the same files, https or on this machine.
        progress: told how far it is.
        patience: how long to wait for a server.

    Raises:
        UsageError: there is no such data set, or the mirror cannot be used.
        DownloadError: no mirror could give a file.
        OutputError: the folder cannot be written to, or holds another file of that name.
    """
    wanted = data_set(name)
    if mirror is not None:
        wanted = replace(wanted, mirrors=(mirror if mirror.endswith("/") else f"{mirror}/",))
    place = folder or Path(name)
    with _folder(place):
        files = tuple(_file(wanted, file, place, progress, patience) for file in wanted.files)
    return Fetched(name, place, files)


@contextmanager
def _folder(place: Path) -> Iterator[None]:
    """Make a folder where there is none; it goes again where nothing came of it."""
    new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(f"{place}: no folder can be made there ({why}). Name another.") from error
    try:
        yield
    except BaseException:
        if new:
            with suppress(OSError):
                place.rmdir()  # which leaves a folder that holds anything
        raise


def _file(
    wanted: DataSet, file: RemoteFile, folder: Path, progress: Progress, patience: Patience
) -> FetchedFile:
    target = folder / file.name
    if target.exists() or target.is_symlink():
        _require_sound(target, file)
        progress(Step(f"{file.name} is there", 1, 1))
        return FetchedFile(file.name, target.stat().st_size, file.sha256, None)
    source = _from_any(wanted, file, target, progress, patience)
    return FetchedFile(file.name, target.stat().st_size, file.sha256, source)


def _from_any(
    wanted: DataSet, file: RemoteFile, target: Path, progress: Progress, patience: Patience
) -> str:
    """Fetch from the first mirror that gives the right file; return its address."""
    errors: list[DownloadError] = []

    def told(taken: int, announced: int | None) -> None:
        progress(Step(f"Fetching {file.name}", taken, announced, "bytes"))

    for mirror in wanted.mirrors:
        address = mirror + file.name
        try:
            download(
                address,
                target,
                _contents(file),
                most=file.most,
                told=told,
                patience=patience,
            )
        except DownloadError as error:
            errors.append(error)
        else:
            return address
    raise DownloadError(_none_gave_it(file, errors, target.parent))


def _none_gave_it(file: RemoteFile, errors: list[DownloadError], folder: Path) -> str:
    reasons = " ".join(map(str, errors))
    return (
        f"{file.name} could not be fetched. {reasons} Files that came before are kept in "
        f"{folder}. Try again, or put the file there yourself: it is known by its contents."
    )


def _contents(file: RemoteFile) -> Contents:
    return Contents(sha256=file.sha256, size=file.size, packed=file.name.endswith(".gz"))


def _require_sound(target: Path, file: RemoteFile) -> None:
    """Refuse to take, or to replace, a file of that name that is another one."""
    contents = _contents(file)
    try:
        for portion in _portions(target):
            contents.take(portion)
        contents.finish()
    except WrongContentsError as error:
        raise OutputError(
            f"{target} is there already, but is not the file of {file.name}: {error}. Move it "
            "away or name another folder; it was not touched."
        ) from None
    except OSError as error:
        raise OutputError(f"{target} cannot be read: {error.strerror or error}.") from error


def _portions(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while portion := file.read(_PORTION):
            yield portion
