"""Small tables of numbers that stand for a window, a kernel or their products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortal.report.inside.numbers import figure
from sortal.report.markup import Child, Markup, tag


def grid(
    values: NDArray[np.floating],
    *,
    name: str,
    part: str | None = None,
    marked: tuple[int, int] | None = None,
) -> Markup:
    """Return a plane of numbers as a table.

    Args:
        values: shape (height, width).
        name: what it shows; stands above it.
        part: what the page's script knows it by.
        marked: (row, column) of a number to stress.
    """
    rows = [
        tag("tr", [tag("td", _cell(number, (y, x) == marked)) for x, number in enumerate(row)])
        for y, row in enumerate(values.tolist())
    ]
    table = tag("table", tag("caption", name), tag("tbody", rows), class_="numbers")
    return tag("div", table, class_="plane", data_part=part)


def _cell(number: float, marked: bool) -> Child:
    return tag("strong", figure(number)) if marked else figure(number)


def sign(text: str) -> Markup:
    """Return an operator that stands between tables."""
    return tag("span", text, class_="op")
