"""Neighbours of a collection that has changed, from those that are known."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._checks import check_length, check_matrix
from sortal.map._exact import largest
from sortal.map._threads import blocks, in_threads
from sortal.map._unit import unit_rows
from sortal.map.neighbours import Neighbours
from sortal.pictures.events import Progress, Step, silent

_ROWS: Final = 256
_BLOCK: Final = 65_536

Vectors = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


def update_neighbours(
    old: Neighbours, rows: Ints, vectors: Vectors, *, progress: Progress = silent
) -> Neighbours:
    """Find the neighbours of pictures of which most had neighbours before.

    A picture whose neighbours are all still there is compared with the new pictures alone; a
    new one, and one that lost a neighbour, with everybody. So the result is as exact as ``old``.

    Args:
        old: neighbours of the pictures as they were, k of each.
        rows: int64 (n,), the row in ``old`` of each picture there is now; -1 for a new one.
        vectors: of the pictures there are now, shape (n, d), finite, n above k.
        progress: told of the stage "Finding neighbours".

    Raises:
        UsageError: the arguments do not fit together.
    """
    check_matrix(vectors, where="update_neighbours")
    n, k = len(vectors), old.k
    check_length(rows, n, where="update_neighbours", name="rows")
    if not 0 < k < n or rows.max(initial=-1) >= len(old):
        raise UsageError(
            f"update_neighbours: expected more than {k} pictures, and rows of the {len(old)} "
            f"that were; got {n} pictures, and rows up to {rows.max(initial=-1)}."
        )
    now = np.full(len(old), -1)
    now[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    near = np.where((rows >= 0)[:, None], now[old.indices[rows]], -1)
    whole = (near >= 0).all(axis=1)
    new = np.flatnonzero(rows < 0)
    out = Neighbours(
        near.astype(np.int32),
        old.distances[rows].copy(),
        exact=old.exact,
        recall=float(np.where(whole, old.recall, 1.0).mean()),
    )
    _search(vectors, np.flatnonzero(~whole), np.arange(n), out)
    progress(Step("Finding neighbours", int((~whole).sum()), n, "pictures"))
    if len(new):
        _search(vectors, np.flatnonzero(whole), new, out, keep=True)
    progress(Step("Finding neighbours", n, n, "pictures"))
    return out


def _search(
    vectors: Vectors, asked: Ints, among: Ints, out: Neighbours, *, keep: bool = False
) -> None:
    """Fill the rows ``asked`` of ``out`` with the nearest ``among`` some others.

    Args:
        vectors: of all pictures.
        asked: rows.
        among: rows, ascending.
        out: what to fill.
        keep: whether what is there competes.
    """

    def search(part: slice) -> None:
        mine = asked[part]
        own = unit_rows(vectors[mine])
        likeness = np.concatenate(
            [own @ unit_rows(vectors[among[block]]).T for block in blocks(len(among), _BLOCK)],
            axis=1,
        )
        likeness[mine[:, None] == among] = -np.inf
        best = among[largest(likeness, min(out.k, len(among)))]
        apart = unit_rows(vectors[best.ravel()]).reshape(*best.shape, -1) - own[:, None]
        distances = np.sqrt(np.einsum("nkd,nkd->nk", apart, apart))
        if keep:
            best = np.concatenate([out.indices[mine], best], axis=1)
            distances = np.concatenate([out.distances[mine], distances], axis=1)
        order = np.lexsort((best, distances), axis=1)[:, : out.k]
        out.indices[mine] = np.take_along_axis(best, order, axis=1)
        out.distances[mine] = np.take_along_axis(distances, order, axis=1)

    in_threads(search, blocks(len(asked), _ROWS))
