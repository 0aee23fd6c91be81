"""Projects of Teachable Machine: a zip with ``manifest.json`` and pictures called ``KIND-!-N.jpg``.

That is how teachablemachine.withgoogle.com writes its ``.tm`` files (looked at in those that
people have published; there is no specification). Projects of sounds and poses hold a zip for
each kind instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from sortal.errors import CollectionError

MANIFEST: Final = "manifest.json"
_SAMPLE: Final = re.compile(r"(.+)-!-(\d{1,9})\.(\w{1,5})", re.DOTALL)


def is_teachable(paths: Collection[str]) -> bool:
    """Tell whether these are the names in a project of Teachable Machine."""
    return MANIFEST in paths and any(_SAMPLE.fullmatch(path) for path in paths)


def as_folders(paths: Iterable[str]) -> dict[str, str]:
    """Return each path as it would be with a folder for each kind: ``KIND/N.jpg``.

    A kind may have any name, so a slash in it becomes a stroke that looks alike. Paths of
    another form, and those that would then be alike, stay as they are.
    """
    named: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        found = _SAMPLE.fullmatch(path)
        kind, number, end = found.groups() if found else ("", "", "")
        inner = f"{kind.replace('/', '∕')}/{number}.{end}" if found else path
        named[path] = path if inner in taken else inner
        taken.add(named[path])
    return named


def refuse_other_projects(where: str, paths: Iterable[str]) -> None:
    """Refuse a project that holds no pictures but sounds or poses.

    Raises:
        CollectionError: so it is.
    """
    if any(path.endswith(".zip") and _SAMPLE.fullmatch(path) for path in paths):
        raise CollectionError(
            f"{where}: this project of Teachable Machine is of sounds or poses; Sortal reads "
            "those of pictures."
        )
