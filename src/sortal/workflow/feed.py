"""Pictures by name, streamed through the worker pool, each answer with its name again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sortal.collection import read_files
from sortal.collection.names import shown
from sortal.errors import CollectionError
from sortal.pictures import Box, Fault, PicturePool, Pixels, Prepared, Source
from sortal.workflow.values import NO_INK

Named = tuple[str, Source]

BATCH: Final = 16
"""Pictures that go through a network at once."""


def ignore(_: str) -> None:
    """Take a sentence and do nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is about.

    Attributes:
        path: name of the picture for people.
        notes: what a person should know of it.
        box: where in the picture the digit is; None for the whole of it.
        part: which digit of the picture it is, from 0.
    """

    path: str
    notes: tuple[str, ...] = ()
    box: Box | None = None
    part: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether there was nothing to answer to."""
        return NO_INK in self.notes


@dataclass(frozen=True, slots=True, eq=False)
class Fed:
    """One picture that went through the pool.

    Attributes:
        path: its name for people.
        source: where its bytes are.
        prepared: what the pool made of it; None where ``fault`` says why it could not.
        fault: why it cannot be used, or None.
    """

    path: str
    source: Source
    prepared: Prepared | None
    fault: Fault | None

    @property
    def squares(self) -> list[Pixels]:
        """What a network is shown of it: one square, or one for each digit."""
        if self.prepared is None:
            return []
        return [digit.square for digit in self.prepared.digits or ()] or [self.prepared.square]

    @property
    def asked(self) -> list[Asked]:
        """What is asked about each of the squares."""
        if self.prepared is None:
            return []
        notes, digits = self.prepared.fingerprint.repairs, self.prepared.digits
        if digits is None:
            return [Asked(self.path, notes)]
        if not digits:
            return [Asked(self.path, (*notes, NO_INK))]
        return [Asked(self.path, notes, digit.box, part) for part, digit in enumerate(digits)]


def feed(pictures: Iterable[Named | Fault], pool: PicturePool) -> Iterator[Fed]:
    """Yield each picture with what the pool made of it, in order, in flat memory.

    What is a fault already keeps its place in the order.
    """
    waiting: deque[Named | Fault] = deque()

    def noting() -> Iterator[Named]:
        for picture in pictures:
            waiting.append(picture)
            if not isinstance(picture, Fault):
                yield picture

    for answer in pool.read(noting()):
        while isinstance(first := waiting.popleft(), Fault):
            yield _refused(first)
        path, source = first
        if isinstance(answer, Fault):
            yield Fed(path, source, None, answer)
        else:
            yield Fed(path, source, answer, None)
    yield from (_refused(left) for left in waiting if isinstance(left, Fault))


def _refused(fault: Fault) -> Fed:
    return Fed(fault.path, Source(Path(fault.path)), None, fault)


def named_pictures(
    paths: Iterable[Path], *, note: Callable[[str], None] = ignore
) -> Iterator[Named | Fault]:
    """Each path as one picture, or as all that lie in it; what cannot be read as a fault.

    Args:
        paths: files, folders, zips; taken as they come.
        note: told in sentences what a person should know about the reading.
    """
    for path in paths:
        name = shown(path.as_posix())
        if path.is_file() and path.suffix.lower() != ".zip":
            yield name, Source(path)
        elif path.exists():
            yield from _inside(path, name, note)
        else:
            yield Fault(name, "unreadable", "There is no such file or folder.")


def _inside(path: Path, name: str, note: Callable[[str], None]) -> Iterator[Named | Fault]:
    """The pictures of a folder or a zip."""
    if not (path.is_dir() or path.is_file()):
        yield Fault(name, "unreadable", "It is a pipe, socket or device, not a file.")
        return
    try:
        found = read_files([path])
    except CollectionError as error:
        yield Fault(name, "unreadable", _sentence(str(error).removeprefix(f"{name}: ")))
        return
    for sentence in found.notes:
        note(f"{name}: {sentence}")
    yield from ((sample.path, sample.source) for sample in found)
    yield from found.faults


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def batches(fed: Iterator[Fed], size: int) -> Iterator[list[Fed]]:
    """Lists of up to ``size``, as they come."""
    batch: list[Fed] = []
    for item in fed:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
