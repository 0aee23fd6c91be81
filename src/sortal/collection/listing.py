"""What lies in a folder or an archive, before anybody asks what it means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sortal.collection.names import counted, tally
from sortal.errors import Fault
from sortal.pictures.record import Source


class Found(NamedTuple):
    """A file that may be a picture.

    Attributes:
        path: POSIX style, relative to the root, printable.
        source: where its bytes are.
    """

    path: str
    source: Source


@dataclass(frozen=True, slots=True)
class Table:
    """A metadata table that was found: its path relative to the root, and how to read it.

    Attributes:
        path: like ``Found.path``.
        read: returns its bytes; raises CollectionError where it is too large or unreadable.
    """

    path: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything in a folder or archive, each file in exactly one place.

    Attributes:
        name: what to call it.
        where: how to name it in sentences.
        archive: whether it is packed in one file.
        files: those that may be pictures, sorted by path.
        folders: paths of all folders, sorted; the root is not among them.
        tables: metadata tables.
        faults: what could not be read or may not be used.
        passed_over: files that are no pictures by their names, counted by ending.
        system: hidden files and folders and those of the operating system.
        notes: sentences about the reading.
    """

    name: str
    where: str
    archive: bool
    files: tuple[Found, ...]
    folders: tuple[str, ...]
    tables: tuple[Table, ...]
    faults: tuple[Fault, ...]
    passed_over: Counter[str]
    system: int
    notes: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """The notes, with those on what was passed over."""
        return (*self.notes, *_passed_over(self.passed_over, self.system))


def _passed_over(endings: Counter[str], system: int) -> list[str]:
    sentences = []
    if endings:
        files = counted(endings.total(), "file")
        sentences.append(f"Passed over {files} whose ending is not a picture's: {tally(endings)}.")
    if system:
        sentences.append(
            f"Passed over {counted(system, 'hidden or system file')} "
            "(such as .DS_Store, Thumbs.db or __MACOSX; a hidden folder counts as one)."
        )
    return sentences
