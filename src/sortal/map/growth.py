"""New pictures set among the old ones, none of which moves."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._affinities import row_weights
from sortal.map._checks import check_length, check_matrix
from sortal.map._exact import largest
from sortal.map._threads import blocks, in_threads
from sortal.map._unit import unit_rows
from sortal.map.layout_values import Points

_ROWS: Final = 256
_BLOCK: Final = 65_536
_ROUNDS: Final = 30

Floats = NDArray[np.float32]


def place_new(
    old_vectors: NDArray[np.floating[Any]],
    old_xy: Points,
    new_vectors: NDArray[np.floating[Any]],
    *,
    k: int = 15,
) -> Points:
    """Set new pictures among the old ones they are most like.

    A new picture comes to the weighted geometric median of the places of its ``k`` most alike
    old pictures: the place to which the sum of distances is least, which lies in the midst of
    the larger group where they stand in several, not in the empty middle. New pictures do not
    look at each other.

    Args:
        old_vectors: embeddings of the old pictures, shape (n, d), n of 1 or more.
        old_xy: their places, shape (n, 2).
        new_vectors: embeddings of the new pictures, shape (m, d).
        k: how many neighbours each looks at.

    Returns:
        float32 (m, 2).

    Raises:
        UsageError: shapes that do not fit, or no old picture.
    """
    where = "place_new"
    check_matrix(old_vectors, where=where)
    check_matrix(new_vectors, where=where, columns=old_vectors.shape[1])
    check_matrix(old_xy, where=where, columns=2)
    check_length(old_xy[:, 0], len(old_vectors), where=where, name="old_xy")
    if not len(old_vectors) or k < 1:
        raise UsageError(
            f"{where}: expected old pictures and k of 1 or more, got k of {k} "
            f"among {len(old_vectors)}."
        )
    k = min(k, len(old_vectors))
    out = np.zeros((len(new_vectors), 2), np.float32)

    def place(rows: slice) -> None:
        near, distances = _nearest_old(unit_rows(new_vectors[rows]), old_vectors, k=k)
        weights = row_weights(distances, perplexity=max(k / 3, 2.0))
        out[rows] = _geometric_median(old_xy[near], weights)

    in_threads(place, blocks(len(new_vectors), _ROWS))
    return out


def _nearest_old(
    new: Floats, old_vectors: NDArray[np.floating[Any]], *, k: int
) -> tuple[NDArray[np.int64], Floats]:
    """The ``k`` most alike old pictures of each new one, with their distances, (m, k)."""
    parts = blocks(len(old_vectors), _BLOCK)
    likeness = np.concatenate([new @ unit_rows(old_vectors[part]).T for part in parts], axis=1)
    near = largest(likeness, k)
    near.sort(axis=1)
    cosines = np.take_along_axis(likeness, near, axis=1)
    return near, np.sqrt(np.maximum(2 - 2 * cosines, 0))


def _geometric_median(places: Floats, weights: Floats) -> Floats:
    """Weiszfeld's iteration, (m, 2), for places (m, k, 2) under weights (m, k).

    Starts from the neighbour with the least weighted distance to the others.
    """
    apart = np.sqrt(((places[:, :, None] - places[:, None]) ** 2).sum(axis=-1))
    best = (apart * weights[:, None]).sum(axis=-1).argmin(axis=1)
    at = places[np.arange(len(places)), best]
    calm = np.float32(1e-3) * np.maximum(apart.max(axis=(1, 2)), np.float32(1e-6))[:, None]
    for _ in range(_ROUNDS):
        away = np.sqrt(((places - at[:, None]) ** 2).sum(axis=-1) + calm * calm)
        pull = weights / away
        at = (places * pull[..., None]).sum(axis=1) / pull.sum(axis=1, keepdims=True)
    return np.asarray(at)
