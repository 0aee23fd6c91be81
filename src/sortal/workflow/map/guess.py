"""What a metadata column holds, guessed from its texts by a written rule (docs/map.md)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.names import shown
from sortal.map.site import Column

MOST_CATEGORIES: Final = 200
"""More different values than this are texts."""
MOSTLY: Final = 0.9
"""So many of the values that are there must be of a type for the column to be of it."""
LONGEST: Final = 2_000
"""Characters of a text that the page shows."""

_FEW: Final = 20
_NOTHING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE: Final = re.compile(
    r"(\d{4})[-:/](\d{1,2})(?:[-:/](\d{1,2}))?"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_FLOAT32: Final = float(np.finfo(np.float32).max)


def guess_column(texts: Sequence[str], *, id: str, title: str) -> Column | None:
    """Make a column of what a table said of each picture.

    Args:
        texts: one a picture; "" where the table said nothing.
        id: of the column.
        title: as the table names it.

    Returns:
        The column, or None where every value is missing.
    """
    cells = [_clean(text) for text in texts]
    there = [cell for cell in cells if cell]
    if not there:
        return None
    numbers = _read(cells, number_of)
    if _mostly(numbers, there):
        found = np.array(numbers, np.float32)
        return Column(id, title, "number", found, wrong=_wrong(numbers, there))
    dates = _read(cells, seconds_of)
    if _mostly(dates, there):
        return Column(id, title, "date", np.array(dates), wrong=_wrong(dates, there))
    links = sum(_LINK.fullmatch(cell) is not None for cell in there)
    if links >= MOSTLY * len(there):
        kept = [cell if _LINK.fullmatch(cell) else "" for cell in cells]
        return Column(id, title, "link", kept, wrong=len(there) - links)
    different = len(set(there))
    if different <= MOST_CATEGORIES and (different <= _FEW or 2 * different <= len(there)):
        return category(cells, id=id, title=title)
    return Column(id, title, "text", cells)


def category(texts: Sequence[str | None], *, id: str, title: str) -> Column:
    """A column of categories, the commonest first; None and "" are missing."""
    counts = Counter(text for text in texts if text)
    values = tuple(sorted(counts, key=lambda value: (-counts[value], value)))
    number = {value: code for code, value in enumerate(values)}
    codes = np.array([number[text] if text else -1 for text in texts], np.int64)
    return Column(id, title, "category", codes, values=tuple(map(safe, values)))


def number_of(text: str) -> float | None:
    """The number that a text is, or None; a decimal point, no thousands."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) <= _FLOAT32 else None


def seconds_of(text: str) -> float | None:
    """The seconds since 1970 of a date as ISO 8601 or EXIF write it, or None.

    Without a zone it is read as UTC; without a day, the first of the month.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        date = datetime(
            int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0),
            min(int(second or 0), 59), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None
    fraction = float(f"0.{part}") if part else 0.0
    return date.timestamp() + fraction - _offset(zone)


def degrees(texts: Sequence[str], *, most: float) -> tuple[NDArray[np.float64], int]:
    """Degrees within ``most`` to both sides, NaN elsewhere; and how many were there but wrong."""
    cells = [_clean(text) for text in texts]
    read = [number_of(cell) for cell in cells]
    sound = [v if v is not None and abs(v) <= most else math.nan for v in read]
    wrong = sum(bool(c) and math.isnan(v) for c, v in zip(cells, sound, strict=True))
    return np.array(sound, np.float64), wrong


def safe(text: str) -> str:
    """A text for the page: without what would control its display, and not endless."""
    return shown(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")


def _clean(text: str) -> str:
    cell = safe(text.strip())
    return "" if cell.lower() in _NOTHING else cell


def _offset(zone: str | None) -> float:
    if zone is None or zone == "Z":
        return 0.0
    sign = -1 if zone[0] == "-" else 1
    return sign * 60.0 * (60 * int(zone[1:3]) + int(zone[-2:]))


def _read(cells: Sequence[str], reader: Callable[[str], float | None]) -> list[float]:
    """What ``reader`` makes of each cell; NaN where it makes nothing."""
    read = [reader(cell) if cell else None for cell in cells]
    return [math.nan if value is None else value for value in read]


def _mostly(read: Sequence[float], there: Sequence[str]) -> bool:
    return len(there) - _wrong(read, there) >= MOSTLY * len(there)


def _wrong(read: Sequence[float], there: Sequence[str]) -> int:
    """How many cells that hold something could not be read."""
    return len(there) - sum(not math.isnan(value) for value in read)
