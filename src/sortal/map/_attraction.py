"""What pulls the points of a t-SNE together: a spring along every edge of the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_EDGES: Final = 65_536


class Attraction:
    """The pulling forces of a graph.

    Args:
        graph: symmetric affinities, scipy CSR float32 (n, n), every row with an entry.
    """

    def __init__(self, graph: Any) -> None:
        self._weights: Floats = graph.data
        self._columns: NDArray[np.int64] = graph.indices.astype(np.int64)
        self._starts: NDArray[np.int64] = graph.indptr.astype(np.int64)
        self._cuts = _cuts(self._starts)

    def works(self, y: Floats, out: Floats) -> list[Callable[[], None]]:
        """Calls that fill ``out`` (2, n) with the sum over j of p_ij (y_i - y_j) / (1 + d_ij^2).

        Each writes columns of its own, so they may run side by side.
        """
        bounds = self._cuts.tolist()
        return [partial(self._pull, y, out, *rows) for rows in pairwise(bounds)]

    def _pull(self, y: Floats, out: Floats, first: int, last: int) -> None:
        """Fill the columns ``first`` to ``last`` of ``out``."""
        edges = slice(self._starts[first], self._starts[last])
        starts, counts = self._starts[first:last], np.diff(self._starts[first : last + 1])
        x_apart = np.repeat(y[0, first:last], counts)
        x_apart -= y[0].take(self._columns[edges])
        y_apart = np.repeat(y[1, first:last], counts)
        y_apart -= y[1].take(self._columns[edges])
        scale = x_apart * x_apart
        scale += y_apart * y_apart
        scale += 1
        np.divide(self._weights[edges], scale, out=scale)
        x_apart *= scale
        y_apart *= scale
        out[0, first:last] = np.add.reduceat(x_apart, starts - starts[0])
        out[1, first:last] = np.add.reduceat(y_apart, starts - starts[0])


def _cuts(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row numbers that cut the graph into parts of about equally many edges."""
    wanted = np.arange(0, starts[-1], _EDGES)
    rows = np.searchsorted(starts, wanted, side="left")
    return np.unique(np.append(rows, len(starts) - 1))
