"""Two numbers of every picture as its place."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._checks import check_length
from sortal.map.layout_axes import ticks, written
from sortal.map.layout_values import Annotation, Layout, Points, Text

BAND: Final = 0.08
"""Width of the band for missing values."""
MARGIN: Final = 0.06
"""Room left and below for numbers."""
_MISSING: Final = "missing"

Numbers = NDArray[np.floating[Any]]


def layout_by_numbers(a: Numbers, b: Numbers, *, names: tuple[str, str] = ("a", "b")) -> Layout:
    """Set pictures at (a, b); those that lack a value stand in a band of their own.

    The square from (0, 0) to (1, 1) holds the known values. A picture without ``a`` stands in
    the band to the left of it at its ``b``, one without ``b`` in the band below at its ``a``,
    one without either in the corner of the two bands.

    Args:
        a: shape (n,), to the right; what is not finite is missing.
        b: shape (n,), upward; likewise.
        names: of the two axes.

    Raises:
        UsageError: the two have different lengths.
    """
    check_length(b, len(a), where="layout_by_numbers", name="b")
    columns, lines, texts = [], [], []
    for axis, values in enumerate((a, b)):
        places, (low, high), gaps = _axis(np.asarray(values, np.float64))
        columns.append(places)
        for value in ticks(low, high) if np.isfinite(low) else []:
            at = _scaled(np.array([value]), low, high)[0]
            lines.append((_turn(axis, at, 0.0), _turn(axis, at, 1.0)))
            texts.append(Text(written(value), *_turn(axis, at, -MARGIN / 2), kind="tick"))
        texts.append(Text(names[axis], *_turn(axis, 0.5, -MARGIN), kind="axis"))
        if gaps:
            at = -MARGIN - BAND / 2
            lines.append((_turn(axis, -MARGIN, 0.0), _turn(axis, -MARGIN, 1.0)))
            texts.append(Text(f"{names[axis]} {_MISSING}", *_turn(axis, at, 1.0), kind="note"))
    edge = -2 * MARGIN - BAND
    xy: Points = np.column_stack(columns).astype(np.float32)
    return Layout(xy, (edge, edge, 1.0, 1.0), Annotation(tuple(texts), tuple(lines)))


def _axis(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float], bool]:
    """Places along an axis, its least and greatest value (NaN without any), whether any lack."""
    known = np.isfinite(values)
    gaps = not known.all()
    places = np.full(len(values), -MARGIN - BAND / 2)
    if not known.any():
        return places, (np.nan, np.nan), gaps
    low, high = float(values[known].min()), float(values[known].max())
    places[known] = _scaled(values[known], low, high)
    return places, (low, high), gaps


def _scaled(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Values from ``low`` to ``high`` as 0 to 1; 0.5 where the two are the same."""
    if low == high:
        return np.full(len(values), 0.5)
    half = high / 2 - low / 2  # the difference itself may be too large for a float
    return (values / 2 - low / 2) / half


def _turn(axis: int, along: float, across: float) -> tuple[float, float]:
    """A point given along and across an axis, as (x, y)."""
    return (float(along), float(across)) if axis == 0 else (float(across), float(along))
