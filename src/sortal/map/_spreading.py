"""Points at one place set apart a little, so that each can be seen."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_GOLDEN: Final = np.pi * (3 - np.sqrt(5))
_CLOSE: Final = 0.4


def spread(xy: NDArray[np.float64], *, near: float) -> NDArray[np.float64]:
    """Set points that share a square of side ``near`` in a spiral round their middle.

    The spiral is that of the seeds of a sunflower (Vogel, Mathematical Biosciences 1979): it
    fills a disc evenly, each point about ``near`` / 2 from the next.

    Args:
        xy: shape (n, 2).
        near: above 0; points alone in their square stay where they are.
    """
    if not len(xy):
        return xy
    squares = np.floor((xy - xy.min(axis=0)) / near).astype(np.int64)
    keys = squares[:, 0] * (int(squares[:, 1].max()) + 1) + squares[:, 1]
    _, group, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    place = np.empty(len(xy), np.int64)
    place[order] = np.arange(len(xy)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    middle = np.stack([np.bincount(group, weights=column) / sizes for column in xy.T], axis=1)
    radius, angle = near * _CLOSE * np.sqrt(place), place * _GOLDEN
    spiral = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.where((sizes[group] > 1)[:, None], middle[group] + spiral, xy)
