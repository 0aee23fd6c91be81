"""A project as one archive, whole in itself, and back: for another machine, or for the drawer.

The archive is a zip: ``project.sqlite``, ``pictures/``, ``archives/`` and ``models/``. Pictures
that lie elsewhere on the machine are put into it under their content's hash. One that comes from
a stranger is checked before anything of it is used: only those names, only so many bytes, no
table or trigger that Sortal did not make, no picture that lies outside.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sortal.errors import InputError, OutputError, PictureError
from sortal.pictures import Progress, Source, Step, picture_bytes, silent
from sortal.project.pictures import member_of
from sortal.project.project import FILE, Project
from sortal.project.store import Store

ENDING: Final = ".sortal.zip"
_NAMES: Final = re.compile(
    r"project\.sqlite|pictures/[0-9a-f]{2}/[0-9a-f]{64}|archives/[0-9a-f]{32}/[^/\\\0]{1,100}\.zip"
    r"|models/\d{1,9}\.(onnx|html)"
)
_PLACES: Final = re.compile(
    r"pictures/[0-9a-f]{2}/[0-9a-f]{64}|archives/[0-9a-f]{32}/[^/\\\0]{1,100}\.zip"
)
_MOST_MEMBERS: Final = 1_000_000
_MOST_BYTES: Final = 256 * 2**30
_MOST_RATIO: Final = 200
"""Unpacked to packed; a project file of few labels shrinks twentyfold, a bomb a thousandfold."""
_CHUNK: Final = 2**20
_PACKING, _UNPACKING = "Packing", "Unpacking"


def pack(project: Project, path: Path, *, progress: Progress = silent) -> int:
    """Write a project as one archive, as it is at this moment; return the pictures left out.

    Those that can no longer be read are left out; their labels stay in the project file.

    Args:
        project: which may be at work meanwhile.
        path: the archive, written whole or not at all.
        progress: told of the stage "Packing".

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    with _explained(path), TemporaryDirectory(prefix="sortal-") as folder:
        copy = Path(folder) / FILE
        project.copy_file(copy)
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                lost = _write_pictures(project, copy, archive, progress)
                for file in sorted((project.folder / "models").glob("*.*")):
                    if _NAMES.fullmatch(f"models/{file.name}"):
                        archive.write(file, f"models/{file.name}")
                archive.write(copy, FILE, zipfile.ZIP_DEFLATED)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return lost


def unpack(path: Path, folder: Path, *, progress: Progress = silent) -> None:
    """Make a project folder of an archive that ``pack`` wrote.

    Args:
        path: the archive, from whomever.
        folder: the project's, new or empty.
        progress: told of the stage "Unpacking".

    Raises:
        InputError: it is no such archive, is damaged, or holds what no project does; the folder
            is then as it was.
        OutputError: the folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: there is something already. Name a folder that is new.")
    with _explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".sortal-", dir=folder.parent) as made:
            target = Path(made) / "project"
            _unpack_files(path, target, progress)
            _check(path, target / FILE)
            if folder.exists():
                folder.rmdir()
            target.rename(folder)


def _write_pictures(
    project: Project, copy: Path, archive: zipfile.ZipFile, progress: Progress
) -> int:
    """Put every picture into the archive once; point the copied file at it."""
    written: set[str] = set()
    lost = 0
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DELETE FROM opened")
        rows = connection.execute("SELECT id, sha256, place, member FROM picture").fetchall()
        for done, (row, sha256, place, member) in enumerate(rows, 1):
            name, source = _home(place, sha256), Source(project.folder / place, member_of(member))
            if name != place:
                connection.execute(
                    "UPDATE picture SET place = ?, member = NULL WHERE id = ?", [name, row]
                )
            if name not in written:
                lost += not _write(archive, name, source, is_own=name == place)
                written.add(name)
            progress(Step(_PACKING, done, len(rows), "pictures"))
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    return lost


def _home(place: str, sha256: str) -> str:
    """Where a picture lies in the archive: where it is, or under its hash if that is outside."""
    return place if _PLACES.fullmatch(place) else f"pictures/{sha256[:2]}/{sha256}"


def _write(archive: zipfile.ZipFile, name: str, source: Source, *, is_own: bool) -> bool:
    """Write one file into the archive; tell whether it could be read."""
    try:
        if is_own:
            archive.write(source.path, name)
        else:
            archive.writestr(name, picture_bytes(source))
    except (PictureError, FileNotFoundError):
        return False
    return True


def _unpack_files(path: Path, target: Path, progress: Progress) -> None:
    """Write all members; nothing of them is trusted, not even what they say of their size."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _require_ours(path, members)
            for done, member in enumerate(members, 1):
                file = target / member.filename
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, file.open("xb") as out:
                    shutil.copyfileobj(source, out, _CHUNK)
                progress(Step(_UNPACKING, done, len(members), "files"))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: the archive is damaged ({error}). Copy it again.") from error


def _require_ours(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse names, numbers and sizes that no packed project has, before anything is written."""
    names = {member.filename for member in members}
    if FILE not in names:
        raise InputError(f"{path}: this is no packed project: there is no {FILE} in it.")
    strange = next((name for name in sorted(names) if not _NAMES.fullmatch(name)), None)
    if strange is not None or len(names) < len(members):
        what = "names twice" if strange is None else repr(strange[:100])
        raise InputError(f"{path}: this is no packed project: it holds {what}.")
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_bomb = size > max(_MOST_RATIO * packed, 64 * _CHUNK)
    if len(members) > _MOST_MEMBERS or size > _MOST_BYTES or is_bomb:
        raise InputError(
            f"{path}: it says that {len(members):,} files of {size:,} bytes are in {packed:,}: "
            "this is no packed project."
        )
    if packed > path.stat().st_size:
        raise InputError(f"{path}: its members overlap: this is no packed project.")


def _check(path: Path, file: Path) -> None:
    """See that the project file is sound and points at nothing outside."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        try:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        raise InputError(f"{path}: the project file in it is damaged. Copy it again.")
    store = Store(file)  # refuses other schemas, and brings older ones up
    try:
        places = [place for (place,) in store.rows("SELECT DISTINCT place FROM picture")]
        opened = store.rows("SELECT path FROM opened")
    finally:
        store.close()
    if opened or not all(isinstance(p, str) and _PLACES.fullmatch(p) for p in places):
        raise InputError(f"{path}: its pictures are to be read from outside of it; not opened.")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: it cannot be written ({error.strerror or error}). Make room, or name "
            "another place."
        ) from error
