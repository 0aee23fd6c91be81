"""Folders of this machine, as a person chooses one: a browser cannot name them itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sortal.errors import InputError, UsageError
from sortal.pictures import SUFFIXES
from sortal.studio.messages import FolderEntry, FoldersMessage

_MOST: Final = 2_000


def folder_given(text: str) -> Path:
    """Return a path that a person gave, checked for its form alone.

    Raises:
        UsageError: it is not a whole path.
    """
    path = Path(os.path.expanduser(text))  # noqa: PTH111  # leaves what it does not know as it is
    if "\0" in text or not path.is_absolute():
        raise UsageError("Give the whole path of the folder, from the top of the disk on.")
    return Path(os.path.normpath(path))


def folders_below(path: Path) -> FoldersMessage:
    """List what folders lie in one; hidden ones are left out, files are only counted.

    Raises:
        InputError: it is not there or may not be read.
    """
    folders, pictures = [], 0
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(FolderEntry(name=entry.name, path=str(path / entry.name)))
                elif Path(entry.name).suffix.lower() in SUFFIXES:
                    pictures += 1
    except OSError as error:
        raise InputError(f"{path}: it cannot be listed ({error.strerror or error}).") from error
    folders.sort(key=lambda folder: folder.name.casefold())
    parent = None if path.parent == path else str(path.parent)
    return FoldersMessage(
        path=str(path),
        parent=parent,
        folders=folders[:_MOST],
        left_out=max(0, len(folders) - _MOST),
        pictures=pictures,
    )
