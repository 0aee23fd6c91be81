"""Copying pictures into folders by kind; nothing is moved, renamed or overwritten."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sortal.errors import OutputError
from sortal.pictures import Source, picture_bytes
from sortal.workflow.values import Prediction

UNKNOWN: Final = "unknown"

_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*\x7f\ud800-\udfff]')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
_LONGEST: Final = 200
"""Bytes of a name; systems take 255, and a number may have to follow."""


class Sorter:
    """Copies pictures into ``folder/KIND/NAME``.

    A copy that is there already, byte for byte, is left as it is; another picture of the same
    name gets a number behind its name. Unknown pictures go into a folder of their own.
    """

    def __init__(self, folder: Path, classes: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = dict(zip((*classes, None), folder_names((*classes, UNKNOWN)), strict=True))

    def copy(self, source: Source, prediction: Prediction) -> Path:
        """Copy one picture by what was answered; return where the copy is.

        Raises:
            OutputError: it cannot be written.
            PictureError: it can no longer be read.
        """
        return self.copy_as(source, prediction.answer, name=source.file_name)

    def copy_as(self, source: Source, kind: str | None, *, name: str) -> Path:
        """Copy one picture into the folder of a kind; return where the copy is.

        Args:
            source: where its bytes are.
            kind: one of the classes, or None for unknown.
            name: what to call the copy, without folders.

        Raises:
            OutputError: it cannot be written.
            PictureError: it can no longer be read.
        """
        folder = self._folder / self._names[kind]
        name = safe_name(name)
        data = picture_bytes(source)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{folder}: this folder cannot be made ({error.strerror}). Give --sort-into "
                "another place."
            ) from error
        return _place(folder, name, data)


def safe_name(name: str) -> str:
    """A file name that every system takes and that cannot leave its folder."""
    clean = _UNSAFE.sub("_", name).strip(" .")
    stem, dot, suffix = clean.rpartition(".") if "." in clean else (clean, "", "")
    if len(clean.encode()) > _LONGEST:
        suffix = _shortened(suffix, _LONGEST // 4)
        stem = _shortened(stem, _LONGEST - _LONGEST // 4)
    clean = f"{stem}{dot}{suffix}".strip(" .")
    return f"_{clean}" if not clean or _RESERVED.match(clean) else clean


def _shortened(text: str, most: int) -> str:
    """``text`` cut to at most ``most`` bytes, between characters."""
    while len(text.encode()) > most:
        text = text[:most] if len(text) > most else text[:-1]
    return text


def folder_names(kinds: tuple[str, ...]) -> list[str]:
    """A folder name for each kind, no two alike even where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for kind in kinds:
        name = _free(safe_name(kind), lambda n: n.casefold() in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _free(name: str, is_taken: Callable[[str], bool]) -> str:
    """``name``, or the first of name-2, name-3, ... that is free."""
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    candidate, number = name, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{stem}-{number}{dot}{suffix}"
    return candidate


def _place(folder: Path, name: str, data: bytes) -> Path:
    """Write ``data`` under ``name`` or the first free name; keep a copy that is there."""

    def is_other(candidate: str) -> bool:
        path = folder / candidate
        return path.exists() and not _holds(path, data)

    while True:
        path = folder / _free(name, is_other)
        if path.exists() or _write_new(path, data):
            return path


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file whole, unless somebody was quicker to take its name.

    Not forced to the disk, unlike a result: a copy can be made again, and there are many.

    Raises:
        OutputError: it cannot be written.
    """
    temporary = path.with_name(f".sortal-{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        _take_name(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return True


def _take_name(temporary: Path, path: Path) -> None:
    """Give a finished file its name; a second name never takes the place of a file.

    Raises:
        FileExistsError: the name is taken.
        OSError: it cannot be given.
    """
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # memory cards and some network drives know no second names
        if path.exists():
            raise FileExistsError(path) from None
        temporary.rename(path)


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
