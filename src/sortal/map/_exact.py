"""Everybody compared with everybody, in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._threads import blocks, in_threads

_ROWS: Final = 256
_WIDE: Final = 64

Found = tuple[NDArray[np.int32], NDArray[np.float32]]


def exact_neighbours(unit: NDArray[np.float32], *, k: int, tell: Callable[[int], None]) -> Found:
    """Indices int32 and distances float32 (n, k) of the nearest, the nearest first.

    Args:
        unit: rows of length 1 or 0, shape (n, d).
        k: 1 to n - 1.
        tell: told how many rows are done.
    """
    n = len(unit)
    indices, distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)

    def search(rows: slice) -> None:
        likeness = unit[rows] @ unit.T
        likeness[np.arange(len(likeness)), np.arange(n)[rows]] = -np.inf
        near = largest(likeness, k)
        indices[rows], distances[rows] = ranked(unit, rows, near)

    in_threads(search, blocks(n, _ROWS), tell=tell)
    return indices, distances


def largest(values: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Columns of the ``k`` largest values of each row, in no order.

    The k largest lie in the k groups of columns with the largest maxima, so only these are
    sorted.
    """
    rows, n = values.shape
    if n <= 2 * _WIDE * k:
        return np.argpartition(values, n - k, axis=1)[:, n - k :]
    groups = n // _WIDE
    body = values[:, : groups * _WIDE].reshape(rows, _WIDE, groups)
    chosen = np.argpartition(body.max(axis=1), groups - k, axis=1)[:, groups - k :]
    columns = (np.arange(_WIDE)[:, None] * groups + chosen[:, None, :]).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(groups * _WIDE, n), (rows, n - groups * _WIDE))
    columns = np.concatenate([columns, rest], axis=1)
    few = np.take_along_axis(values, columns, axis=1)
    best = np.argpartition(few, few.shape[1] - k, axis=1)[:, few.shape[1] - k :]
    return np.take_along_axis(columns, best, axis=1)


def ranked(unit: NDArray[np.float32], rows: slice, near: NDArray[np.int64]) -> Found:
    """Candidates of some rows, the nearest first, with their distances.

    The distance is taken from the difference itself: 2 - 2 cosine would lose the digits by
    which near pictures differ.
    """
    apart = unit[near]
    apart -= unit[rows][:, None, :]
    squares = np.einsum("nkd,nkd->nk", apart, apart)
    order = np.lexsort((near, squares), axis=1)
    near, squares = (np.take_along_axis(a, order, axis=1) for a in (near, squares))
    return near.astype(np.int32), np.sqrt(squares)
