"""Curves drawn with Braille dots: two across and four down in every character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BLANK: Final = 0x2800
_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bit of the dot in each of the two columns, from the top (Unicode 1.1, block Braille)."""


def braille(
    values: Sequence[float], *, width: int, height: int, low: float, high: float, of: int
) -> list[str]:
    """Draw a curve; return ``height`` lines of ``width`` characters.

    Args:
        values: one an epoch, from the first.
        width, height: in characters, at least 1.
        low, high: values at the bottom and the top.
        of: how many epochs the width stands for.
    """
    cells = [[0] * width for _ in range(height)]
    columns, rows = 2 * width, 4 * height
    last: tuple[int, int] | None = None
    for place, value in enumerate(values):
        x = round(place / max(of - 1, 1) * (columns - 1))
        share = (value - low) / (high - low) if high > low else 0.5
        y = round((1 - min(max(share, 0.0), 1.0)) * (rows - 1))
        for dot in _between(last, (x, y)):
            _set(cells, *dot)
        last = (x, y)
    return ["".join(chr(_BLANK + cell) for cell in row) for row in cells]


def _set(cells: list[list[int]], x: int, y: int) -> None:
    cells[y // 4][x // 2] |= _DOTS[x % 2][y % 4]


def _between(start: tuple[int, int] | None, end: tuple[int, int]) -> list[tuple[int, int]]:
    """All dots on the way from one point to another."""
    if start is None:
        return [end]
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (
            start[0] + round((end[0] - start[0]) * k / steps),
            start[1] + round((end[1] - start[1]) * k / steps),
        )
        for k in range(1, steps + 1)
    ]
