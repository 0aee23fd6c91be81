"""What is known of a collection's pictures while they are being embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortal.collection.table import Collection, Sample
from sortal.errors import Fault
from sortal.pictures.reading import RENAMED, name_repair
from sortal.pictures.record import Fingerprint


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A collection with what the network made of it.

    Attributes:
        collection: only the samples that could be used, in the order given; the pictures that
            could not are added to its faults, what the cache had to say to its notes.
        fingerprints: one for each sample.
        vectors: float32, shape (n, width): the embeddings, row i of sample i.
        n_cached: how many samples were not decoded because their content was known.
    """

    collection: Collection
    fingerprints: tuple[Fingerprint, ...]
    vectors: NDArray[np.float32]
    n_cached: int


class Ledger:
    """Rows of vectors and fingerprints, filled content by content.

    Attributes:
        n_done: samples that are filled or refused.
    """

    def __init__(self, collection: Collection, *, width: int) -> None:
        self.n_done = 0
        self._collection = collection
        self._rows: dict[str, list[int]] = {}
        self._vectors = np.empty((len(collection), width), np.float32)
        self._fingerprints: list[Fingerprint | None] = [None] * len(collection)
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._collection)

    def claim(self, row: int, sha256: str) -> None:
        """Say that sample ``row`` has the content ``sha256``."""
        self._rows.setdefault(sha256, []).append(row)

    def missing(self) -> list[str]:
        """Return the contents that are not filled, in the order of their first samples."""
        return [h for h, rows in self._rows.items() if self._fingerprints[rows[0]] is None]

    def first_sample(self, sha256: str) -> Sample:
        """Return the first sample that has this content."""
        return self._collection.samples[self._rows[sha256][0]]

    def fill(self, sha256: str, fingerprint: Fingerprint, vector: NDArray[np.float32]) -> None:
        """Give a content's samples their fingerprint and vector, float32 (width,)."""
        for row in self._rows[sha256]:
            self._vectors[row] = vector
            self._fingerprints[row] = named(fingerprint, self._collection.samples[row].path)
            self.n_done += 1

    def refuse(self, sha256: str, fault: Fault) -> None:
        """Make a content's samples faults."""
        for row in self._rows[sha256]:
            self.refuse_row(row, fault)

    def refuse_row(self, row: int, fault: Fault) -> None:
        """Make one sample a fault."""
        self._faults.append(replace(fault, path=self._collection.samples[row].path))
        self.n_done += 1

    def close(self, n_cached: int, *, notes: Sequence[str]) -> Embedded:
        """Return what was filled; the ledger must not be used afterwards."""
        kept = [i for i, f in enumerate(self._fingerprints) if f is not None]
        for target, row in enumerate(kept):
            if target != row:  # in place: a copy would double the memory
                self._vectors[target] = self._vectors[row]
        faults = sorted((*self._collection.faults, *self._faults), key=lambda fault: fault.path)
        collection = replace(
            self._collection,
            samples=tuple(self._collection.samples[i] for i in kept),
            faults=tuple(faults),
            notes=(*self._collection.notes, *notes),
        )
        fingerprints = tuple(f for f in self._fingerprints if f is not None)
        return Embedded(collection, fingerprints, self._vectors[: len(kept)], n_cached)


def named(fingerprint: Fingerprint, path: str) -> Fingerprint:
    """Return the fingerprint as reading a file of that name would give it.

    All of a fingerprint follows from the content but one repair, that of a wrong ending, which
    follows from the name; equal contents may lie under a right and under a wrong one.
    """
    of_content = tuple(r for r in fingerprint.repairs if not r.startswith(RENAMED))
    repairs = name_repair(path, fingerprint.format) + of_content
    return fingerprint if repairs == fingerprint.repairs else replace(fingerprint, repairs=repairs)
