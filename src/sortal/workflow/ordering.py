"""One order for the same pictures, so that the same model comes of them however they are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sortal.backbones import Embedded
from sortal.collection import Sample
from sortal.pictures import Fingerprint

_COLUMNS: Final = 64


def content_order(samples: Sequence[Sample], prints: Sequence[Fingerprint]) -> list[int]:
    """Rows by content hash, label and group; by path only where all these are the same."""

    def key(row: int) -> tuple[str, str, str, str]:
        sample = samples[row]
        return (prints[row].sha256, sample.label or "", sample.group or "", sample.path)

    return sorted(range(len(samples)), key=key)


def in_order_of_content(embedded: Embedded) -> Embedded:
    """The same pictures, sorted by content hash, label and group.

    Sums of floating point numbers and seeded choices depend on the order of the rows; by this
    order they depend on the pictures alone. The rows of ``embedded.vectors`` are moved where
    they lie, since a copy would double the memory.
    """
    samples, prints = embedded.collection.samples, embedded.fingerprints
    order = content_order(samples, prints)
    vectors = embedded.vectors
    for start in range(0, vectors.shape[1], _COLUMNS):
        columns = slice(start, start + _COLUMNS)
        vectors[:, columns] = vectors[order, columns]
    return replace(
        embedded,
        collection=replace(embedded.collection, samples=tuple(samples[row] for row in order)),
        fingerprints=tuple(prints[row] for row in order),
    )
