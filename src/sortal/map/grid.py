"""A grid without overlap that keeps neighbourhoods."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._checks import check_length, check_matrix
from sortal.map._matching import match
from sortal.map.layout_values import Points


def layout_grid(
    xy: Points, *, labels: NDArray[np.integer[Any]] | None = None, aspect: float = 1.0
) -> NDArray[np.int32]:
    """Give every picture a cell of its own in a grid, near those it is near to in ``xy``.

    Args:
        xy: places, shape (n, 2).
        labels: int (n,): pictures of one label get one region; None does not look at labels.
        aspect: columns over rows, above 0.

    Returns:
        int32 (n, 2): column from the left, row from the bottom, both from 0; no two alike.
        Only the bottom row may have gaps, at its right end.

    Raises:
        UsageError: the arguments do not fit together.
    """
    check_matrix(xy, where="layout_grid", columns=2)
    if not aspect > 0:
        raise UsageError(f"layout_grid: aspect must be above 0, not {aspect}.")
    if labels is not None:
        check_length(labels, len(xy), where="layout_grid", name="labels")
    cells = grid_cells(len(xy), aspect=aspect)
    return cells[match(np.asarray(xy, np.float64), cells, labels=labels)]


def grid_cells(n: int, *, aspect: float) -> NDArray[np.int32]:
    """The cells of a grid for ``n`` pictures: column and row, int32 (n, 2)."""
    columns = min(max(1, int(np.ceil(np.sqrt(n * aspect)))), max(n, 1))
    rows = -(-n // columns)
    place = np.arange(n)
    return np.column_stack([place % columns, rows - 1 - place // columns]).astype(np.int32)
