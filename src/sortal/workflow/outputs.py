"""Where results go: checked before the work begins, so that none of it is lost."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from sortal.collection import Collection
from sortal.errors import OutputError


def prepare_outputs(*results: Path, inputs: Iterable[Path] = ()) -> None:
    """Make the folders of results and see that they can be written, before any work.

    Args:
        results: files to write.
        inputs: files that are read and must never be written to, such as the pictures.

    Raises:
        OutputError: a result could not be written, two of them are one file, or one would
            overwrite an input.
    """
    for one, other in combinations(results, 2):
        if os.path.realpath(one) == os.path.realpath(other):
            raise OutputError(f"{one}: two results cannot be one file. Name another for one.")
    for result in results:
        _check_place(result)
    _refuse_inputs([result for result in results if result.exists()], inputs)


def files_of(collection: Collection) -> Iterator[Path]:
    """The files in which the pictures of a collection lie."""
    return (sample.source.path for sample in collection)


def _check_place(result: Path) -> None:
    """Refuse a place where nothing can be written; leave it as it was."""
    try:
        if result.is_dir():
            raise OutputError(f"{result}: this is a folder. Name a file to write.")
        if result.exists() and not result.is_file():
            raise OutputError(f"{result}: this is a device or a pipe. Name a file to write.")
        folder = Path(os.path.realpath(result)).parent
        folder.mkdir(parents=True, exist_ok=True)
        _try_to_write(folder)
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(
            f"{result}: no file can be written there ({why}). Name another place."
        ) from error


def _try_to_write(folder: Path) -> None:
    """Make an empty file and take it away: permissions alone do not tell.

    Raises:
        OSError: it cannot be made.
    """
    trial = folder / f".sortal-{secrets.token_hex(8)}.tmp"
    try:
        trial.open("xb").close()
    finally:
        with suppress(OSError):
            trial.unlink(missing_ok=True)


def _refuse_inputs(results: list[Path], inputs: Iterable[Path]) -> None:
    """Refuse a result that is one of the files that are read; compared by name first."""
    real = [Path(os.path.realpath(result)) for result in results]
    names = {path.name for path in real}
    for source in inputs:
        if names and source.name in names:
            for result, path in zip(results, real, strict=True):
                if source.name == path.name and path.samefile(source):
                    raise OutputError(
                        f"{result}: this is one of the files that are read, which are never "
                        "written to. Name another file to write."
                    )
