"""Neighbours of many pictures: near cells are searched in few dimensions, the best then in all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._cells import Cells, sort_into_cells
from sortal.map._exact import largest
from sortal.map._projection import projected
from sortal.map._threads import blocks, in_threads
from sortal.map._unit import row_lengths, unit_rows

DIRECTIONS: Final = 96
"""Principal directions in which cells are searched."""
CANDIDATES: Final = 2.0
"""For each neighbour wanted, so many candidates are compared in all dimensions."""
WITHIN: Final = 0.98
"""Share of the true neighbours of a sample that the searched cells must hold."""
SAMPLE: Final = 384
"""Pictures whose true neighbours set the number of cells, and as many that measure recall."""
_LEAST: Final = 2_048
_LARGEST: Final = 2_048
_ROWS: Final = 256
_FINE: Final = 16
_BLOCK: Final = 8_192

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def approximate_neighbours(
    vectors: NDArray[np.floating[Any]], *, k: int, seed: int, tell: Callable[[int], None]
) -> tuple[NDArray[np.int32], Floats, float]:
    """Indices int32 and distances float32 (n, k) of the nearest, and the recall on a sample.

    Vectors of unit length are projected to their principal directions and sorted into cells.
    Each cell is compared with as many near cells as hold the true neighbours of a sample; the
    best of these are compared in all dimensions. This is an inverted file with re-ranking
    (Jégou, Douze and Schmid, Product quantization for nearest neighbor search, IEEE TPAMI
    2011) in plain matrix products.
    """
    lengths = row_lengths(vectors)
    short = projected(vectors, DIRECTIONS, lengths=lengths)
    cells = sort_into_cells(short, largest=_LARGEST, seed=seed)
    asked = np.random.default_rng(seed).permutation(len(vectors))[: 2 * SAMPLE]
    true = _true_neighbours(vectors, lengths, asked, k=k)
    probes = _probes(cells, asked[:SAMPLE], true[:SAMPLE])
    search = _Search(vectors, lengths, short, cells, k=k)
    in_threads(
        lambda cell: search.fill(cell.start, probes[cell.start]),
        blocks(len(probes), 1),
        tell=lambda done: tell(int(cells.starts[done])),
    )
    found = search.indices[asked[SAMPLE:]]
    return search.indices, search.distances, _overlap(true[SAMPLE:], found)


class _Search:
    """One search, filled cell by cell."""

    def __init__(
        self,
        vectors: NDArray[np.floating[Any]],
        lengths: Floats,
        short: Floats,
        cells: Cells,
        *,
        k: int,
    ) -> None:
        n = len(vectors)
        self._vectors, self._lengths, self._cells, self._k = vectors, lengths, cells, k
        # -|x - y|^2 / 2 is x y - |y|^2 / 2 but for a constant: one more column makes it a product
        self._queries = short[cells.order]
        self._halves = 0.5 * np.einsum("nd,nd->n", self._queries, self._queries)
        self.indices, self.distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)

    def fill(self, cell: int, probes: int) -> None:
        """Find the neighbours of all rows of ``cell``, looking into ``probes`` cells."""
        cells, starts = self._cells, self._cells.starts
        places = np.concatenate(
            [np.arange(starts[c], starts[c + 1]) for c in cells.nearest[cell, :probes]]
        )
        others, halves = self._queries[places], self._halves[places]
        wanted = min(int(np.ceil(CANDIDATES * self._k)), len(places) - 1)
        for start in range(starts[cell], starts[cell + 1], _ROWS):
            mine = np.arange(start, min(start + _ROWS, starts[cell + 1]))
            likeness = self._queries[mine] @ others.T
            likeness -= halves
            likeness[mine[:, None] == places] = -np.inf
            self._rank(cells.order[mine], cells.order[places[largest(likeness, wanted)]])

    def _rank(self, rows: Ints, near: Ints) -> None:
        """Keep the nearest k of the candidates ``near`` (m, c) of ``rows`` (m,)."""
        squares = np.empty(near.shape, np.float32)
        for start in range(0, len(rows), _FINE):
            part = slice(start, start + _FINE)
            apart = self._unit(near[part])
            apart -= self._unit(rows[part])[:, None, :]
            squares[part] = np.einsum("mcd,mcd->mc", apart, apart)
        order = np.lexsort((near, squares), axis=1)[:, : self._k]
        self.indices[rows] = np.take_along_axis(near, order, axis=1)
        self.distances[rows] = np.sqrt(np.take_along_axis(squares, order, axis=1))

    def _unit(self, rows: Ints) -> Floats:
        out = np.asarray(self._vectors[rows], np.float32)
        out /= self._lengths[rows][..., None]
        return out


def _true_neighbours(
    vectors: NDArray[np.floating[Any]], lengths: Floats, asked: Ints, *, k: int
) -> Ints:
    """The nearest k of the rows ``asked`` among all, (m, k), in no order."""
    own = unit_rows(vectors[asked])
    parts = blocks(len(vectors), _BLOCK)
    found: dict[int, tuple[Floats, Ints]] = {}

    def compare(part: slice) -> None:
        likeness = own @ (np.asarray(vectors[part], np.float32) / lengths[part, None]).T
        likeness[asked[:, None] == np.arange(part.start, part.stop)] = -np.inf
        top = largest(likeness, min(k, likeness.shape[1]))
        found[part.start] = (np.take_along_axis(likeness, top, axis=1), top + part.start)

    in_threads(compare, parts)
    kept = [found[part.start] for part in parts]
    likeness = np.concatenate([values for values, _ in kept], axis=1)
    top = largest(likeness, k)
    at: Ints = np.concatenate([rows for _, rows in kept], axis=1)
    nearest: Ints = np.take_along_axis(at, top, axis=1)
    return nearest


def _probes(cells: Cells, asked: Ints, true: Ints) -> Ints:
    """How many near cells each cell must search, (cells,)."""
    reach = cells.reach()
    place = np.empty_like(cells.nearest)
    np.put_along_axis(place, cells.nearest, np.arange(len(place))[None, :], axis=1)
    mine = cells.cell[asked][:, None]
    needed = reach[mine, place[mine, cells.cell[true]]]
    budget = max(float(np.quantile(needed, WITHIN)), _LEAST)
    probes: Ints = np.minimum((reach < budget).sum(axis=1) + 1, len(reach))
    return probes


def _overlap(true: Ints, found: NDArray[np.int32]) -> float:
    """Share of the true neighbours that were found."""
    if not len(true):
        return 1.0
    both = np.sort(np.concatenate([true, found], axis=1), axis=1)
    return float((both[:, 1:] == both[:, :-1]).sum() / true.size)
