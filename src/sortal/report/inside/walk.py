"""One filter at work: its window on the picture, products, sum, and where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside, Step, Weights, spreads, strongest, window
from sortal.explanation.palette import ANCHORS
from sortal.report.inside.numbers import TIMES, Json, by, figure, packed, plain
from sortal.report.inside.sheets import ABOVE, BELOW
from sortal.report.inside.tables import grid, sign
from sortal.report.markup import Markup, fragment, tag

MOST_FILTERS: Final = 32
MOST_NUMBERS: Final = 200_000
"""Of the answers that the page holds; with larger maps it offers fewer filters."""

LARGE: Final = 7
"""Side of a kernel from which its numbers are written small, one table above the other."""

MOST_TERMS: Final = 3
"""Planes whose sums of products are written one by one; of more only their sum is."""

CHANNELS: Final = ("red", "green", "blue")


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """The convolution that the page steps through.

    Attributes:
        number: of the step.
        step: the convolution.
        taken: float32 (channels, height, width): what it slides over.
        filters: places of those on offer, the one whose map varies most first.
        row, column: where the first of them answers strongest.
    """

    number: int
    step: Step
    weights: Weights
    taken: NDArray[np.float32]
    filters: list[int]
    row: int
    column: int


def find_walk(inside: Inside) -> Walk | None:
    """Take the first convolution of a network; None where it has none that can be read."""
    for number, step in enumerate(inside.steps):
        if step.kind == "convolution" and step.weights and step.sliding:
            most = min(MOST_FILTERS, max(1, MOST_NUMBERS // step.values[0].size))
            filters = strongest(spreads(step.values), most)
            flat = int(np.abs(step.values[filters[0]]).argmax())
            row, column = divmod(flat, step.values.shape[2])
            taken = inside.taken_by(step)
            return Walk(number, step, step.weights, taken, filters, row, column)
    return None


def body(walk: Walk) -> Markup:
    """Return the view; without a script it stands where the answer is strongest."""
    kernel = walk.weights.kernel
    most = f" For each of the {len(kernel):,} filters" if len(kernel) > 1 else " For the filter"
    lead = (
        f"The {by(*kernel.shape[2:])} window moves over the picture. At every position each "
        "number under it is multiplied by the weight that lies over it; the sum of all products, "
        f"plus one bias, is one place of the map on the right.{most} that is done at "
        f"{walk.step.values[0].size:,} positions."
    )
    return fragment(
        tag("p", lead),
        tag("div", _controls(walk), _planes(walk), _sum(walk), id="walk", class_="walk"),
        tag("p", _note(walk), class_="cut"),
    )


def _note(walk: Walk) -> str:
    offered, there = len(walk.filters), len(walk.weights.kernel)
    which = (
        f"{offered} of {there} filters can be chosen: those whose maps vary most."
        if offered < there
        else f"All {there} filters can be chosen."
    )
    rounded = (
        " This network calculates in int8: after ReLU each value is rounded to one of 256 levels, "
        "and the numbers here are those that the levels stand for."
        if walk.step.stage.rounded
        else ""
    )
    return f"{which} Places beyond the edge of the picture count as 0.{rounded}"


def _controls(walk: Walk) -> Markup:
    height, width = walk.step.values.shape[1:]
    names = [
        tag("option", f"filter {index + 1}", value=place)
        for place, index in enumerate(walk.filters)
    ]
    channels = [tag("option", name, value=index) for index, name in enumerate(channel_names(walk))]
    return tag(
        "div",
        _button("play", "Play"),
        _labelled("Filter", tag("select", names, id="walk-filter")),
        _labelled(f"Row {walk.row + 1}", _slider("row", walk.row, height), part="row-text"),
        _labelled(
            f"Column {walk.column + 1}", _slider("column", walk.column, width), part="column-text"
        ),
        _labelled("Numbers of", tag("select", channels, id="walk-channel"))
        if len(channels) > 1
        else None,
        class_="controls",
        hidden=True,
    )


def _button(name: str, text: str) -> Markup:
    return tag("button", text, type="button", data_do=name)


def _labelled(text: str, control: Markup, *, part: str | None = None) -> Markup:
    return tag("label", tag("span", text, data_part=part), control)


def _slider(name: str, value: int, places: int) -> Markup:
    return tag("input", type="range", id=f"walk-{name}", min=0, max=places - 1, step=1, value=value)


def channel_names(walk: Walk) -> list[str]:
    """Name the planes that one filter looks at."""
    n = walk.weights.kernel.shape[1]
    if n == 3:
        return list(CHANNELS)
    return ["grey"] if n == 1 else [f"map {index + 1}" for index in range(n)]


def _planes(walk: Walk) -> Markup:
    """Return picture and map, and between them the numbers of one channel."""
    unit = walk.filters[0]
    kernel = walk.weights.kernel[unit].astype(np.float64)
    seen = _window(walk, unit)
    products = seen * kernel
    name = channel_names(walk)[0]
    large = "large" if max(kernel.shape[1:]) > LARGE else None
    return fragment(
        tag(
            "div",
            _canvas("seen", "What the filter slides over"),
            _canvas("answer", f"The map of filter {unit + 1}"),
            class_="pair",
            hidden=True,
        ),
        tag(
            "div",
            grid(seen[0], name=f"window ({name})", part="window"),
            sign(TIMES),
            grid(kernel[0], name="weights of the filter", part="kernel"),
            sign("="),
            grid(products[0], name="products", part="products"),
            class_="product",
            tabindex=0,
            role="region",
            aria_label="Window, weights and products",
            data_size=large,
        ),
    )


def _canvas(part: str, text: str) -> Markup:
    label = f"{text}; arrow keys move the window"
    canvas = tag(
        "canvas",
        role="application",
        aria_label=label,
        tabindex=0,
        data_part=part,
        width=1,
        height=1,
    )
    return tag("figure", canvas, tag("figcaption", text, data_part=f"{part}-text"))


def _window(walk: Walk, unit: int) -> NDArray[np.float64]:
    """The planes under the window for one filter, which sees the channels of its group alone."""
    per, each = walk.weights.kernel.shape[1], len(walk.weights.kernel) // walk.weights.groups
    first = unit // each * per
    how = walk.step.sliding
    planes = walk.taken[first : first + per]
    cut = planes if how is None else window(planes, how, row=walk.row, column=walk.column)
    return cut.astype(np.float64)


def _sum(walk: Walk) -> Markup:
    """Return the sum of the position in words, as the script will write it too."""
    unit = walk.filters[0]
    products = _window(walk, unit) * walk.weights.kernel[unit].astype(np.float64)
    total = walk.weights.sums(products, unit)
    value = float(walk.step.values[unit, walk.row, walk.column])
    names = channel_names(walk)
    if not 1 < len(names) <= MOST_TERMS:
        terms = [_term(figure(float(products.sum())), "products")]
    else:
        terms = [
            _term(figure(float(part.sum())), f"products, {name}")
            for part, name in zip(products, names, strict=True)
        ]
    parts = [terms[0], *(x for term in terms[1:] for x in (sign("+"), term))]
    parts += [sign("+"), _term(figure(float(walk.weights.bias[unit])), "bias")]
    if walk.weights.scale is not None:
        parts += [sign("→"), _term(figure(total), "normalised")]
    else:
        parts += [sign("="), _term(figure(total), "sum")]
    if ending(walk):
        parts += [sign("→"), _term(figure(value), ending(walk), "result")]
    return tag("div", parts, class_="sum", data_part="sum", role="group", aria_label="The sum")


def ending(walk: Walk) -> str:
    """Say what the sum goes through last: "after ReLU"; "" where it goes through nothing."""
    stage = walk.step.stage
    parts = [stage.activation, "rounding" if stage.rounded else ""]
    through = " and ".join(part for part in parts if part)
    return f"after {through}" if through else ""


def _term(number: str, name: str, kind: str = "") -> Markup:
    return tag("span", tag("b", number), tag("small", name), class_=f"term {kind}".strip())


def data(walk: Walk) -> Json:
    """Return all numbers of the view, exact, as plain JSON types."""
    weights, how = walk.weights, walk.step.sliding
    chosen = walk.filters
    return {
        "stage": walk.number,
        "input": packed(walk.taken),
        "kernel": packed(weights.kernel[chosen]),
        "filters": chosen,
        "bias": plain(weights.bias[chosen]),
        "scale": _chosen(weights.scale, chosen),
        "shift": _chosen(weights.shift, chosen),
        "perGroup": len(weights.kernel) // weights.groups,
        "strides": list(how.strides) if how else [1, 1],
        "before": list(how.before) if how else [0, 0],
        "spread": list(how.spread) if how else [1, 1],
        "channels": channel_names(walk),
        "terms": MOST_TERMS,
        "ending": ending(walk),
        "output": packed(walk.step.values[chosen]),
        "row": walk.row,
        "column": walk.column,
        "colours": {"ramp": [list(c) for c in ANCHORS], "above": ABOVE, "below": BELOW},
    }


def _chosen(values: NDArray[np.float64] | None, chosen: list[int]) -> list[float] | None:
    return None if values is None else [float(values[index]) for index in chosen]
