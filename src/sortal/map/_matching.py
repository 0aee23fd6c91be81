"""Points to cells, one each, so that what is near stays near."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Places = NDArray[np.floating[Any]] | NDArray[np.integer[Any]]


def match(
    points: Places, cells: Places, *, labels: NDArray[np.integer[Any]] | None = None
) -> Indices:
    """Give every point a cell of its own by halving both alike, again and again.

    The cells are cut in two across their longer side, the points by their order in the same
    direction into parts of the same sizes, and so on in each half: n log^2 n.

    Args:
        points: shape (n, 2).
        cells: shape (n, 2), places of as many cells.
        labels: int (n,): points of one label are cut apart only where a half ends among them.

    Returns:
        int64 (n,): for each point, the row of its cell.
    """
    n = len(points)
    of_points, of_cells = np.arange(n), np.arange(n)
    groups = np.zeros(n, np.int64)
    middles = np.zeros((1, 2))
    if labels is not None:
        _, groups, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        sums = [np.bincount(groups, weights=column) for column in points.T]
        middles = np.stack(sums, axis=1) / sizes[:, None]
    starts = np.zeros(min(n, 1), np.int64)
    while len(starts) < n:
        sizes = np.diff(np.append(starts, n))
        segment = np.repeat(np.arange(len(starts)), sizes)
        axis = np.repeat(_longer_side(cells[of_cells], starts), sizes)
        group = groups[of_points]
        keys = (of_points, points[of_points, 1 - axis], points[of_points, axis])
        of_points = of_points[np.lexsort((*keys, group, middles[group, axis], segment))]
        keys = (of_cells, cells[of_cells, 1 - axis], cells[of_cells, axis])
        of_cells = of_cells[np.lexsort((*keys, segment))]
        starts = np.unique(np.concatenate([starts, starts + sizes // 2]))
    out = np.empty(n, np.int64)
    out[of_points] = of_cells
    return out


def _longer_side(cells: Places, starts: Indices) -> Indices:
    """0 or 1 for each segment of rows."""
    extent = np.maximum.reduceat(cells, starts) - np.minimum.reduceat(cells, starts)
    return np.asarray(extent[:, 1] > extent[:, 0], np.int64)
