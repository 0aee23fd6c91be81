"""Pictures along the time at which they were taken."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map.layout_values import Annotation, Layout, Text

MOST_BINS: Final = 48
"""Columns of time, at most, unless decades are needed."""
_UNITS: Final = ("s", "m", "h", "D", "M", "Y")
_ASPECT: Final = 2.0
_TICKS: Final = 10
_FROM, _TO = -62_135_596_800.0, 253_402_300_799.0  # years 1 to 9999

Bins = NDArray[np.int64]


def layout_by_date(seconds: NDArray[np.floating[Any]], *, none: str = "no date") -> Layout:
    """Stack pictures in columns of time, the oldest to the left and at the bottom.

    A column is the shortest of second, minute, hour, day, month, year, decade and so on of
    which 48 reach from the first picture to the last. Columns without pictures keep their room.

    Args:
        seconds: shape (n,), since 1970-01-01 by the clock of the pictures; what is not finite
            or outside the years 1 to 9999 counts as having no date.
        none: title of the block of pictures without date, at the right.

    Returns:
        A layout of width 1.
    """
    if not len(seconds):
        return Layout(np.empty((0, 2), np.float32))
    times = np.asarray(seconds, np.float64)
    known = np.isfinite(times) & (times >= _FROM) & (times <= _TO)
    bins, names = _binned(times[known])
    column = np.full(len(times), len(names) + 1 if len(names) else 0, np.int64)
    column[known] = bins
    order = np.lexsort((np.arange(len(times)), np.where(known, times, 0.0), column))
    place = np.empty(len(times), np.int64)
    place[order] = _running(column[order])
    tallest, n_columns = int(np.bincount(column).max()), int(column.max()) + 1
    across = max(1, round(float(np.sqrt(_ASPECT * tallest / n_columns))))
    wide = across + (1 if n_columns > 1 else 0)
    width, rows = n_columns * wide, -(-tallest // across)
    xy = np.column_stack([column * wide + place % across + 0.5, place // across + 0.5]) / width
    texts = [
        Text(names[i], (i * wide + across / 2) / width, -1.0 / _TICKS / 3, kind="tick")
        for i in range(0, len(names), max(1, -(-len(names) // _TICKS)))
    ]
    if not known.all():
        middle = (int(column[~known][0]) * wide + across / 2) / width
        texts.append(Text(none, middle, -1.0 / _TICKS / 3, kind="tick"))
    box = (0.0, -1.0 / _TICKS, 1.0, rows / width)
    line = (((0.0, 0.0), (1.0, 0.0)),)
    return Layout(xy.astype(np.float32), box, Annotation(tuple(texts), line))


def _binned(times: NDArray[np.float64]) -> tuple[Bins, list[str]]:
    """Column of each time, and the names of all columns from the first to the last."""
    if not len(times):
        return np.empty(0, np.int64), []
    instants = np.floor(times).astype("datetime64[s]")
    for unit in _UNITS:
        numbers = instants.astype(f"datetime64[{unit}]")
        first, last = numbers.min(), numbers.max()
        if (last - first).astype(int) < MOST_BINS:
            names = [str(name) for name in np.arange(first, last + 1)]
            return (numbers - first).astype(np.int64), [_readable(n, unit) for n in names]
    years = instants.astype("datetime64[Y]").astype(np.int64) + 1970
    span = 10
    while years.max() // span - years.min() // span >= MOST_BINS:
        span *= 10
    starts = years // span
    names = [str(start * span) for start in range(int(starts.min()), int(starts.max()) + 1)]
    return starts - starts.min(), names


def _readable(name: str, unit: str) -> str:
    """An instant as people write it: "2024-05-01 13:00"."""
    text = name.replace("T", " ")
    return f"{text}:00" if unit == "h" else text


def _running(sorted_codes: Bins) -> Bins:
    """0, 1, 2 ... within each run of equal codes."""
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=sorted_codes[0] - 1))
    sizes = np.diff(np.append(starts, len(sorted_codes)))
    return np.arange(len(sorted_codes)) - np.repeat(starts, sizes)
