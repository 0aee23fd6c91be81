"""Vectors sorted into cells, so that neighbours are looked for in near cells only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._threads import blocks, in_threads

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_ROUNDS: Final = 6
_PER_CELL: Final = 64
_ROWS: Final = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Rows by cell.

    Attributes:
        order: int64 (n,), rows sorted by cell.
        starts: int64 (cells + 1,), where each cell begins in ``order``; none is empty.
        nearest: int64 (cells, cells), for each cell all cells, the nearest centre first.
        cell: int64 (n,), the cell of each row.
    """

    order: Ints
    starts: Ints
    nearest: Ints
    cell: Ints

    def reach(self) -> Ints:
        """Rows in the nearest one, two, three ... cells of each cell, (cells, cells)."""
        return np.cumsum(np.diff(self.starts)[self.nearest], axis=1)


def sort_into_cells(short: Floats, *, largest: int, seed: int) -> Cells:
    """Sort vectors into cells around centres found by k-means on a sample.

    Args:
        short: float32 (n, d).
        largest: cells with more rows are cut in parts (copies of one picture can fill a cell).
        seed: of the sample.
    """
    n_cells = max(1, int(np.sqrt(len(short))))
    centres = _centres(short, n_cells, seed=seed)
    cell = _assigned(short, centres)
    order = np.argsort(cell, kind="stable")
    sizes = np.bincount(cell, minlength=n_cells)
    parts = -(-sizes // largest)
    source = np.repeat(np.arange(n_cells), parts)
    within = np.arange(len(source)) - np.repeat(np.cumsum(parts) - parts, parts)
    ends = np.cumsum(sizes)[source] - sizes[source] + (within + 1) * sizes[source] // parts[source]
    starts = np.concatenate([[0], ends])
    out = np.empty(len(short), np.int64)
    out[order] = np.repeat(np.arange(len(source)), np.diff(starts))
    centres = centres[source]
    return Cells(order, starts, np.argsort(_apart(centres, centres), axis=1, kind="stable"), out)


def _centres(short: Floats, n_cells: int, *, seed: int) -> Floats:
    """Lloyd's k-means, (cells, d), a few rounds from rows drawn by lot."""
    lot = np.random.default_rng(seed)
    sample = short[np.sort(lot.permutation(len(short))[: n_cells * _PER_CELL])]
    centres = sample[np.sort(lot.permutation(len(sample))[:n_cells])]
    for _ in range(_ROUNDS):
        cell = _assigned(sample, centres)
        sizes = np.bincount(cell, minlength=n_cells)
        order = np.argsort(cell, kind="stable")
        filled = sizes > 0
        starts = (np.cumsum(sizes) - sizes)[filled]
        sums = np.add.reduceat(sample[order], starts, axis=0)
        centres = centres.copy()
        centres[filled] = sums / sizes[filled, None].astype(np.float32)
    return centres


def _assigned(rows: Floats, centres: Floats) -> Ints:
    """The nearest centre of each row."""
    out = np.empty(len(rows), np.int64)

    def assign(part: slice) -> None:
        out[part] = _apart(rows[part], centres).argmin(axis=1)

    in_threads(assign, blocks(len(rows), _ROWS))
    return out


def _apart(rows: Floats, centres: Floats) -> Floats:
    """Half the squared distances, less what depends on the row alone."""
    return np.asarray(0.5 * np.einsum("cd,cd->c", centres, centres) - rows @ centres.T)
