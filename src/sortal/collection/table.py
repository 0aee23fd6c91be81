"""The table every other room works on: samples that may be used, faults that may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sortal.errors import Fault
from sortal.pictures.record import Source

Part = Literal["train", "test"]
"""What the makers of a data set meant a picture for: to learn from, or to be judged by."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture that was given.

    Attributes:
        source: where its bytes are.
        path: its name for people: POSIX style, relative to the collection's root.
        label: the kind it is said to be, or None where nobody said.
        group: name of what it must not be separated from (a pot, a burst, a site) as told by
            the user, or None.
        metadata: everything else that a table said of it, column to text.
        part: what the data set says that it is for, or None where it says nothing.
    """

    source: Source
    path: str
    label: str | None = None
    group: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """An immutable table of samples and of faults.

    Every file that was given is in one of the two; ``notes`` says in sentences what a person
    should know about the reading (an empty folder, an unused table, case-only name twins).

    Attributes:
        name: what to call it: the folder's or archive's name without ending.
        samples: in sorted order of ``path``.
        faults: files that were found and cannot be used, with reasons.
        notes: sentences about the reading.
    """

    name: str
    samples: tuple[Sample, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.samples)

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted({s.label for s in self.samples if s.label is not None}))

    def label_indices(self, classes: Sequence[str]) -> NDArray[np.int64]:
        """Where each sample's label stands in ``classes``: int64, shape (n,), -1 for nowhere."""
        number: dict[str | None, int] = {name: index for index, name in enumerate(classes)}
        return np.array([number.get(s.label, -1) for s in self.samples], np.int64)
