"""Pictures by name, streamed through the worker pool, each answer with its name again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sortal.collection import read_files
from sortal.errors import CollectionError
from sortal.pictures import Fault, PicturePool, Prepared, Source

Named = tuple[str, Source]

BATCH: Final = 16
"""Pictures that go through a network at once."""


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


def feed(pictures: Iterable[Named], pool: PicturePool) -> Iterator[Fed]:
    """Yield each picture with what the pool made of it, in order, in flat memory."""
    waiting: deque[Named] = deque()

    def noting() -> Iterator[Named]:
        for picture in pictures:
            waiting.append(picture)
            yield picture

    for answer in pool.read(noting()):
        path, source = waiting.popleft()
        if isinstance(answer, Fault):
            yield Fed(path, source, None, answer)
        else:
            yield Fed(path, source, answer, None)


def named_pictures(paths: Iterable[Path], faults: list[Fault]) -> Iterator[Named]:
    """Each path as one picture, or as all that lie in it; what cannot be read to ``faults``."""
    for path in paths:
        if path.is_file() and path.suffix.lower() != ".zip":
            yield str(path), Source(path)
            continue
        try:
            found = read_files([path])
        except CollectionError as error:
            faults.append(Fault(str(path), "unreadable", str(error)))
            continue
        faults += found.faults
        yield from ((sample.path, sample.source) for sample in found)


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
