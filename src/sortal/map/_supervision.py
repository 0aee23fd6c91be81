"""Labels as a hint to the layout."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map.neighbours import Neighbours, find_neighbours

STRANGERS: Final = 0.1
"""Weight left to a neighbour of another label."""

Floats = NDArray[np.float32]


def supervised(
    vectors: NDArray[np.floating[Any]],
    neighbours: Neighbours,
    labels: NDArray[np.integer[Any]],
) -> tuple[NDArray[np.int32], Floats]:
    """Return neighbours and weights, (n, 2 k), that hold pictures of one label together.

    To its neighbours among all, where those of another label count a tenth, each labelled
    picture adds the most alike of its own label. What is left between labels still decides
    which islands stand side by side.
    """
    n, k = neighbours.indices.shape
    weights = np.ones((n, k), np.float32)
    theirs = labels[neighbours.indices]
    strange = (labels[:, None] >= 0) & (theirs >= 0) & (theirs != labels[:, None])
    weights[strange] *= np.float32(STRANGERS)
    kin = np.repeat(np.arange(n, dtype=np.int32)[:, None], k, axis=1)
    kin_weights = np.zeros((n, k), np.float32)
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        found = find_neighbours(vectors[rows], k=k)
        if found.k:
            kin[rows, : found.k] = rows[found.indices]
            kin_weights[rows, : found.k] = k / found.k
    both = np.concatenate([weights, kin_weights], axis=1)
    both /= both.sum(axis=1, keepdims=True)
    return np.concatenate([neighbours.indices, kin], axis=1), both
