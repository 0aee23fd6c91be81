"""Islands of a map: where pictures crowd, and where the crowd ends."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._checks import check_matrix
from sortal.map.layout_values import Points

LEAST: Final = 10
"""Pictures in a cluster, at least."""
PROMINENCE: Final = 0.2
"""Share of its height by which a peak must stand above the pass to a higher one."""
WIDTH: Final = 0.4
"""Smoothing of the density, in extents of the map over the cube root of n."""
_CELLS: Final = 2.0
_FLOOR: Final = 0.05

Densities = NDArray[np.float64]
Codes = NDArray[np.int32]


def find_clusters(
    xy: Points, *, least: int = LEAST, prominence: float = PROMINENCE, width: float = WIDTH
) -> Codes:
    """Find the islands of a layout by likeness.

    The density of pictures is smoothed by a Gaussian; every peak of it gathers the slope that
    leads up to it; a peak that stands out too little from the pass to a higher one joins that
    one (Chazal, Guibas, Oudot and Skraba, Persistence-based clustering in Riemannian manifolds,
    Journal of the ACM 2013, here on the nodes of a grid). So clusters are what the eye sees on
    the map, and follow from it alone.

    Args:
        xy: places, shape (n, 2).
        least: smaller clusters are none.
        prominence: 0-1; larger values give fewer clusters.
        width: of the smoothing; larger values give fewer clusters.

    Returns:
        int32 (n,): 0 for the largest cluster, then the next; -1 for none.

    Raises:
        UsageError: an argument is out of range.
    """
    check_matrix(xy, where="find_clusters", columns=2)
    if least < 1 or not 0 <= prominence < 1 or not width > 0:
        raise UsageError(
            "find_clusters: least must be 1 or more, prominence from 0 to below 1 and width "
            f"above 0; got {least}, {prominence} and {width}."
        )
    if len(xy) < 2 * least:
        return np.full(len(xy), -1, np.int32)
    cells, shape = _cells(np.asarray(xy, np.float64), width)
    density = _density(cells, shape)
    peaks = _peaks(density.ravel(), shape[1], prominence)
    codes = peaks[cells]
    codes[density.ravel()[cells] < _FLOOR * density.ravel()[codes]] = -1
    return _by_size(codes, least)


def _cells(xy: NDArray[np.float64], width: float) -> tuple[NDArray[np.int64], tuple[int, int]]:
    """The flat number of each picture's cell in the grid, and the grid's shape.

    The grid covers the bulk of the map; what lies far outside counts as at its edge.
    """
    low, high = np.quantile(xy, [0.005, 0.995], axis=0)
    extent = float((high - low).max())
    if extent == 0:
        return np.full(len(xy), 4), (3, 3)
    side = extent * width * len(xy) ** (-1 / 3) / _CELLS
    around = extent / 4
    place = np.floor((np.clip(xy, low - around, high + around) - low) / side).astype(np.int64)
    place -= place.min(axis=0) - 1
    rows, columns = (int(most) + 2 for most in place.max(axis=0))
    return place[:, 0] * columns + place[:, 1], (rows, columns)


def _density(cells: NDArray[np.int64], shape: tuple[int, int]) -> Densities:
    """Smoothed number of pictures in each cell; 0 in the outermost cells."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(cells, minlength=shape[0] * shape[1]).astype(np.float64)
    smooth = gaussian_filter(counts.reshape(shape), _CELLS, mode="constant", truncate=3.0)
    smooth[[0, -1], :] = 0
    smooth[:, [0, -1]] = 0
    return np.asarray(smooth)


def _peaks(density: Densities, columns: int, prominence: float) -> NDArray[np.int64]:
    """The cell of the peak that each cell belongs to; itself where nothing is.

    Cells are taken from the highest down. A cell joins the peak of its highest neighbour; where
    it touches two peaks it is the pass between them, and the lower peak joins the higher one
    unless it stands out.
    """
    around = [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]
    parent = list(range(len(density)))
    seen = bytearray(len(density))
    height = density.tolist()

    def peak(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    filled = np.flatnonzero(density > 0)
    for cell in filled[np.argsort(-density[filled], kind="stable")].tolist():
        touched = {peak(cell + step) for step in around if seen[cell + step]}
        seen[cell] = 1
        if not touched:
            continue
        highest = max(touched, key=lambda top: (height[top], -top))
        parent[cell] = highest
        for top in touched:
            if height[top] - height[cell] <= prominence * height[top]:
                parent[top] = highest
    return np.array([peak(cell) for cell in range(len(density))], np.int64)


def _by_size(codes: NDArray[np.int64], least: int) -> Codes:
    """Codes numbered by size, the largest first; those with fewer than ``least`` are -1."""
    names, place, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    sizes[names < 0] = 0
    order = np.argsort(-sizes, kind="stable")
    number = np.full(len(names), -1, np.int32)
    large = order[sizes[order] >= least]
    number[large] = np.arange(len(large))
    return number[place]
