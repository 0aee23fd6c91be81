"""Columns as the page reads them: a summary in the manifest, values in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map.site.script import Json, array
from sortal.map.site.values import Column

POINTS: Final = 65_536
"""Points in a block of numbers."""
TEXTS: Final = 4_096
"""Points in a block of texts, and of neighbours."""
BINS: Final = 40
"""Bins of a histogram."""

Ints = NDArray[np.int64]


def summary(column: Column) -> Json:
    """What the manifest says of a column."""
    entry: dict[str, Json] = {"id": column.id, "title": column.title, "type": column.type}
    if isinstance(column.data, np.ndarray):
        values = column.data
        missing = values < 0 if column.type == "category" else ~np.isfinite(values)
        entry |= {"missing": int(missing.sum()), "wrong": column.wrong}
        there = values[~missing]
        entry |= _tallied(column, there) if column.type == "category" else _ranged(there)
        return entry
    return entry | {"missing": sum(not text for text in column.data), "wrong": column.wrong}


def _tallied(column: Column, codes: NDArray[Any]) -> dict[str, Json]:
    counts = np.bincount(codes, minlength=len(column.values))
    return {"values": list(column.values), "counts": counts.tolist()}


def _ranged(values: NDArray[Any]) -> dict[str, Json]:
    """Least, greatest and histogram; in double precision, so that no range overflows."""
    if not len(values):
        return {"min": None, "max": None, "histogram": []}
    wide = values.astype(np.float64)
    low, high = float(wide.min()), float(wide.max())
    if low == high:
        return {"min": low, "max": high, "histogram": [len(wide)] + [0] * (BINS - 1)}
    place = np.floor((wide / 2 - low / 2) / (high / 2 - low / 2) * BINS).astype(np.int64)
    counts = np.bincount(np.minimum(place, BINS - 1), minlength=BINS)
    return {"min": low, "max": high, "histogram": counts.tolist()}


def blocks(column: Column, order: Ints) -> Iterator[tuple[str, Json]]:
    """Keys and values of a column's files, points in ``order``."""
    if isinstance(column.data, np.ndarray):
        values = _compact(column, column.data[order])
        for number, start in enumerate(range(0, len(order), POINTS)):
            yield f"column/{column.id}/{number}", array(values[start : start + POINTS])
    else:
        for number, start in enumerate(range(0, len(order), TEXTS)):
            rows = order[start : start + TEXTS].tolist()
            yield f"text/{column.id}/{number}", [column.data[row] for row in rows]


def _compact(column: Column, values: NDArray[Any]) -> NDArray[Any]:
    """Categories in the smallest type that leaves all ones free for missing."""
    if column.type != "category":
        return values.astype(np.float64 if column.type == "date" else np.float32)
    width: type[np.unsignedinteger[Any]]
    width = np.uint8 if len(column.values) < 255 else np.uint16
    width = np.uint32 if len(column.values) >= 65_535 else width
    return np.where(values < 0, np.iinfo(width).max, values).astype(width)
