"""The row of values: how maps become one, and what dense layers make of it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside, Step
from sortal.report.inside import words
from sortal.report.inside.numbers import Json, by, figure, packed
from sortal.report.inside.sheets import line_block, scale_of
from sortal.report.inside.strips import legend
from sortal.report.markup import Markup, fragment, picture, tag
from sortal.report.wording import count, many, percent

LINES: Final = (16, 32, 64, 128, 256, 512)
"""Values of a row that may be drawn side by side before the next line begins."""


def line(values: NDArray[np.float32]) -> int:
    """Return how many values to draw in a line, so that the drawing is about four times as wide."""
    return next((n for n in LINES if n * n >= 4 * values.size), LINES[-1])


def rows(inside: Inside) -> list[tuple[int, Step]]:
    """The steps whose values are no maps but one row, in order, with their numbers."""
    return [(i, step) for i, step in enumerate(inside.steps) if i and not step.is_map]


def body(inside: Inside) -> Markup:
    """Return every row of values, drawn, with what was done to get it."""
    return fragment([_view(inside, number, step) for number, step in rows(inside)])


def _view(inside: Inside, number: int, step: Step) -> Markup:
    return tag(
        "section",
        tag("h3", words.name(step)),
        tag("p", f"{_how(inside, step)} {words.explained(step)}"),
        _drawn(step.values.reshape(-1)),
        tag("p", _told(step), class_="cut"),
        id=f"stage-{number}",
        class_="stage",
    )


def _how(inside: Inside, step: Step) -> str:
    """Say what the row is made of."""
    taken = inside.taken_by(step)
    if step.kind == "row" and taken.ndim == 3:
        maps, height, width = taken.shape
        if maps == 1:
            return f"{by(height, width)} = {count(step.values.size)} values."
        return f"{by(maps, height, width)} = {count(step.values.size)} values."
    if step.kind == "dense":
        return f"From {count(taken.size)} values to {count(step.values.size)}."
    if step.kind == "mean":
        return f"{many(len(taken), 'map')} become {many(step.values.size, 'value')}."
    return ""


def _told(step: Step) -> str:
    values = step.values
    nothing = float((values == 0).mean())
    low, high = figure(float(values.min())), figure(float(values.max()))
    zeros = f" {percent(nothing)} of them are exactly 0." if nothing else ""
    return f"{many(values.size, 'value')}, {line(values)} in a line, from {low} to {high}.{zeros}"


def _drawn(values: NDArray[np.float32]) -> Markup:
    scale = scale_of(values)
    image = picture(
        line_block(values, scale, across=line(values)),
        alt=f"The {count(values.size)} values of the row",
        class_="values",
    )
    return fragment(image, legend(scale, values))


def data(inside: Inside) -> list[Json]:
    """Return the rows' values, exact, as plain JSON types."""
    return [
        {"stage": number, "kind": step.kind, "values": packed(step.values)}
        for number, step in rows(inside)
    ]
