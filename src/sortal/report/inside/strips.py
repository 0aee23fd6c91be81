"""Drawn maps on the page: rows of a few, each with its number and what stands under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.report.inside.numbers import figure
from sortal.report.inside.sheets import Scale, colour_row, map_row, sign_row, smaller
from sortal.report.markup import Child, Markup, fragment, picture, tag

Floats = NDArray[np.float32]

MAPS_A_ROW: Final = 3
FILTERS_A_ROW: Final = 8


def maps(values: Floats, scale: Scale, *, numbers: Sequence[int], what: str) -> Markup:
    """Return rows of three maps each, (n, height, width), under each its number and its range.

    Args:
        values: float32, the maps to draw.
        scale: of the colours.
        numbers: what to call them, one a map.
        what: what they are, for those who do not see them: "maps".
    """
    drawn, _ = smaller(values)

    def label(index: int) -> Child:
        low, high = float(values[index].min()), float(values[index].max())
        return fragment(f"no. {numbers[index]} ", tag("small", f"{figure(low)} to {figure(high)}"))

    def draw(part: slice) -> bytes:
        return map_row(drawn[part], scale, places=MAPS_A_ROW)

    return _rows(numbers, draw, label, each=MAPS_A_ROW, what=what)


def filters(kernels: Floats, *, numbers: Sequence[int]) -> Markup:
    """Return rows of eight filters each, (n, channels, height, width), by number.

    Of three channels they are drawn in colour; of one, as signed maps; each by its own scale.
    """

    def draw(part: slice) -> bytes:
        if kernels.shape[1] == 3:
            return colour_row(kernels[part], places=FILTERS_A_ROW)
        return sign_row(kernels[part].mean(axis=1), places=FILTERS_A_ROW)

    return _rows(
        numbers, draw, lambda index: str(numbers[index]), each=FILTERS_A_ROW, what="filters"
    )


def _rows(
    numbers: Sequence[int],
    draw: Callable[[slice], bytes],
    label: Callable[[int], Child],
    *,
    each: int,
    what: str,
) -> Markup:
    rows = []
    for start in range(0, len(numbers), each):
        part = range(start, min(start + each, len(numbers)))
        alt = f"{what.capitalize()} no. {', '.join(str(numbers[i]) for i in part)}"
        labels = tag("figcaption", [tag("span", label(i)) for i in part])
        image = picture(draw(slice(start, start + each)), alt=alt)
        rows.append(tag("figure", image, labels, class_=f"row of{each}"))
    return tag("div", rows, class_=f"rows each{each}")


def legend(scale: Scale, values: Floats) -> Markup:
    """Return what the colours of a sheet mean, as a bar with numbers."""
    low = figure(-scale.most) if scale.signed else "0"
    low += " and less" if values.min() < -scale.most else ""
    high = figure(scale.most) + (" and more" if values.max() > scale.most else "")
    steps = np.linspace(-scale.most if scale.signed else 0, scale.most, 63, dtype=np.float32)
    bar = picture(map_row(steps.reshape(1, 1, -1), scale, places=1), alt="", class_="ramp")
    return tag("p", tag("span", low), bar, tag("span", high), class_="legend")
