"""Units that look at the picture itself: their weights as pictures, and their weighted sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside, Step, strongest
from sortal.report.inside.numbers import MINUS, TIMES, Json, figure, plain
from sortal.report.inside.sheets import Scale, colour_row, map_row, smaller
from sortal.report.markup import Child, Markup, fragment, named, picture, tag

SHOWN_UNITS: Final = 12
SHOWN_KINDS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Units of the first dense layer, or of the last where it is the only one.

    Attributes:
        number: of the step; -1 for the last layer, which the head is.
        weights: float32 (units, channels, height, width).
        bias: float32 (units,).
        values: float32 (units,): what the graph made of each, after any activation.
        activation: its name, or "".
        shown: those that are drawn.
    """

    number: int
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    values: NDArray[np.float32]
    activation: str
    shown: list[int]


def find_units(inside: Inside) -> Units | None:
    """Take the dense layer that looks at the picture itself; None where there is none."""
    planes, before = inside.planes, inside.steps[0]
    for number, step in enumerate(inside.steps):
        if step.kind == "dense":
            return _hidden(inside, number, step) if before.kind == "picture" else None
        if number and step.kind != "row":
            return None
    head = inside.head
    return Units(
        number=-1,
        weights=head.weights.reshape(-1, *planes.shape),
        bias=head.bias,
        values=inside.logits,
        activation="",
        shown=strongest(inside.logits, SHOWN_KINDS),
    )


def _hidden(inside: Inside, number: int, step: Step) -> Units | None:
    weights = step.weights
    if weights is None or weights.scale is not None or step.values.ndim != 1:
        return None
    return Units(
        number=number,
        weights=weights.kernel.reshape(-1, *inside.planes.shape),
        bias=weights.bias,
        values=step.values,
        activation=step.stage.activation,
        shown=strongest(np.abs(step.values), SHOWN_UNITS),
    )


def products(units: Units, planes: NDArray[np.float32], unit: int) -> NDArray[np.float64]:
    """Weights times picture, float64 (channels, height, width)."""
    found: NDArray[np.float64] = units.weights[unit].astype(np.float64) * planes
    return found


def body(units: Units, inside: Inside) -> Markup:
    """Return a card a unit: weights, weights times picture, sum."""
    n, size = len(units.weights), units.weights[0].size
    names: Sequence[Child] = [f"unit {unit + 1}" for unit in range(n)]
    if units.number < 0:
        names = [named(kind) for kind in inside.card.classes]
    who = "Every kind" if units.number < 0 else f"Each of the {n:,} units of the first layer"
    lead = (
        f"{who} has one weight for every number of the picture, {size:,} in all, drawn here where "
        f"they lie on the picture: orange where one is above 0 and counts for, blue where it is "
        "below 0 and counts against. On the right every weight is multiplied by the number of the "
        f"picture that lies there. All these products and the bias are added up{_ended(units)}."
    )
    cards = [_card(units, inside, unit, names[unit]) for unit in units.shown]
    left = n - len(units.shown)
    note = (
        f"The {len(units.shown)} of {n:,} "
        f"{'kinds with the largest sums' if units.number < 0 else 'units that answer most'}."
    )
    return fragment(
        tag("p", lead),
        tag("ul", cards, class_="units"),
        tag("p", note, class_="cut") if left else None,
    )


def _ended(units: Units) -> str:
    return f"; then comes {units.activation}" if units.activation else ""


def _card(units: Units, inside: Inside, unit: int, name: Child) -> Markup:
    parts = products(units, inside.planes, unit)
    weighed = float(parts.sum())
    total = weighed + float(units.bias[unit])
    value = float(units.values[unit])
    bias = float(units.bias[unit])
    sum_: list[Child] = [
        figure(weighed),
        f" {MINUS if bias < 0 else '+'} ",
        figure(abs(bias)),
        " = ",
        tag("b", figure(total)),
    ]
    then = f" → after {units.activation}" if units.activation else ""
    if then:
        sum_ += [" → ", tag("b", figure(value), class_="result")]
    return tag(
        "li",
        tag("h3", name),
        tag("div", _weights(units.weights[unit]), _times(parts), class_="both"),
        tag("p", sum_, class_="weighed"),
        tag("p", f"products + bias = sum{then}", class_="file"),
    )


def _weights(weights: NDArray[np.float32]) -> Markup:
    if len(weights) == 3:
        file = colour_row(weights[None], places=1)
    else:
        file = _signed(weights.mean(axis=0))
    return _figure(file, "weights")


def _times(parts: NDArray[np.float64]) -> Markup:
    """Return the products, added over the channels, as a signed map."""
    return _figure(_signed(parts.sum(axis=0).astype(np.float32)), f"{TIMES} picture")


def _signed(plane: NDArray[np.float32]) -> bytes:
    drawn, _ = smaller(plane[None])
    return map_row(drawn, Scale(float(np.abs(drawn).max()), signed=True), places=1)


def _figure(file: bytes, text: str) -> Markup:
    return tag("figure", picture(file, alt=f"{text}, drawn"), tag("figcaption", text))


def data(units: Units, inside: Inside) -> Json:
    """Return what stands on the cards, as plain JSON types."""
    return {
        "stage": units.number,
        "activation": units.activation,
        "units": [
            {
                "unit": unit,
                "products": float(products(units, inside.planes, unit).sum()),
                "bias": plain([units.bias[unit]])[0],
                "value": plain([units.values[unit]])[0],
            }
            for unit in units.shown
        ],
    }
