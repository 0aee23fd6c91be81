"""The connected pieces of a mask, found by runs of pixels and joined without a loop over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The pieces of a mask whose pixels touch at sides or corners.

    Attributes:
        labels: int64, shape (height, width): number of the piece from 1 up, 0 for none.
        boxes: int64, shape (n, 4): left, top, right, bottom; right and bottom are outside.
        areas: int64, shape (n,): pixels.
    """

    labels: Ints
    boxes: Ints
    areas: Ints

    def __len__(self) -> int:
        return len(self.areas)


def find_pieces(mask: Mask) -> Pieces:
    """Return the connected pieces of a mask, in order of their first pixel."""
    rows, starts, ends = _runs(mask)
    roots = _joined(*_touching(rows, starts, ends, width=mask.shape[1]), n=len(rows))
    first, number = np.unique(roots, return_inverse=True)
    n = len(first)
    return Pieces(
        labels=_painted(mask, number + 1, ends - starts),
        boxes=_boxes(rows, starts, ends, number=number, n=n),
        areas=np.bincount(number, weights=ends - starts, minlength=n).astype(np.int64),
    )


def _runs(mask: Mask) -> tuple[Ints, Ints, Ints]:
    """Return row, first column and column after the last of each run, in reading order."""
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    rows, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    return rows, starts, ends


def _touching(rows: Ints, starts: Ints, ends: Ints, *, width: int) -> tuple[Ints, Ints]:
    """Return the pairs of runs that touch from one row to the next."""
    stride = width + 3  # runs of different rows cannot meet in one long line of pixels
    begin, end = rows * stride + starts, rows * stride + ends
    low = np.searchsorted(end, begin + stride, side="left")  # ends at or beyond: corners touch
    high = np.searchsorted(begin, end + stride, side="right")
    count = np.maximum(high - low, 0)
    upper = np.repeat(np.arange(len(rows)), count)
    offset = np.arange(len(upper)) - np.repeat(np.cumsum(count) - count, count)
    return upper, np.repeat(low, count) + offset


def _joined(one: Ints, other: Ints, *, n: int) -> Ints:
    """Return for each of n things the least of those that it is linked to, however far."""
    root = np.arange(n)
    while True:
        least = np.minimum(root[one], root[other])
        before = root.copy()
        np.minimum.at(root, root[one], least)
        np.minimum.at(root, root[other], least)
        root = root[root]
        if np.array_equal(root, before):
            return root


def _painted(mask: Mask, values: Ints, lengths: Ints) -> Ints:
    labels = np.zeros(mask.shape, np.int64)
    labels[mask] = np.repeat(values, lengths)
    return labels


def _boxes(rows: Ints, starts: Ints, ends: Ints, *, number: Ints, n: int) -> Ints:
    boxes = np.empty((n, 4), np.int64)
    boxes[:, :2], boxes[:, 2:] = np.iinfo(np.int64).max, 0
    np.minimum.at(boxes[:, 0], number, starts)
    np.minimum.at(boxes[:, 1], number, rows)
    np.maximum.at(boxes[:, 2], number, ends)
    np.maximum.at(boxes[:, 3], number, rows + 1)
    return boxes
