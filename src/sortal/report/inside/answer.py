"""From the last sums to shares: logits, exponentials, probabilities."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside, strongest
from sortal.report.inside.numbers import MINUS, TIMES, Json, figure, plain
from sortal.report.markup import Markup, brief, fragment, named, tag
from sortal.report.page import scrolling
from sortal.report.wording import count, percent

ALL_UP_TO: Final = 20
MOST: Final = 10
"""Kinds in the table: all up to twenty, else the ten likeliest."""

CONTRIBUTIONS: Final = 8


def shown(inside: Inside) -> list[int]:
    """The kinds of the table, the likeliest first."""
    n = len(inside.card.classes)
    return strongest(inside.probabilities, n if n <= ALL_UP_TO else MOST)


def exponentials(inside: Inside) -> NDArray[np.float64]:
    """e to the power of how far each divided logit lies below the largest, float64 (classes,)."""
    divided = inside.logits.astype(np.float64) / inside.temperature
    raised: NDArray[np.float64] = np.exp(divided - divided.max())
    return raised


def body(inside: Inside, *, seen_above: bool) -> Markup:
    """Return the table of kinds, and what spoke for the first of them.

    Args:
        inside: what happened.
        seen_above: whether the weights of the last layer are drawn already.
    """
    return fragment(
        tag("p", _lead(inside)),
        _table(inside),
        None if seen_above else _contributions(inside),
    )


def _lead(inside: Inside) -> str:
    divided = (
        f" They are divided by the temperature, {figure(inside.temperature)}, which makes the "
        "shares as sure as they deserve to be (calibration)."
        if _heated(inside)
        else ""
    )
    return (
        "The last layer gives every kind one sum, its logit: weights times values, plus a bias."
        f"{divided} Softmax makes shares of them: e is raised to each one, less the largest, so "
        "that the largest becomes 1; each result is divided by the sum of all, "
        f"{figure(float(exponentials(inside).sum()))}."
    )


def _table(inside: Inside) -> Markup:
    most = figure(float(inside.logits.max()) / inside.temperature)
    what = "that" if _heated(inside) else "logit"
    heads = ["kind", "logit", f"e to the ({what} {MINUS} {most})", "share", ""]
    if _heated(inside):
        heads.insert(2, f"divided by {figure(inside.temperature)}")
    raised, order = exponentials(inside), shown(inside)
    rows = [_row(inside, kind, float(raised[kind])) for kind in order]
    left = len(inside.card.classes) - len(order)
    rest = float(inside.probabilities.astype(np.float64).sum() - inside.probabilities[order].sum())
    note = tag("p", f"The other {count(left)} kinds have {percent(rest)} together.", class_="cut")
    table = tag(
        "table",
        tag("caption", tag("span", "Logits and shares are the graph's own.")),
        tag("thead", tag("tr", [_head(text) for text in heads])),
        tag("tbody", rows),
        class_="softmax",
    )
    return fragment(scrolling(table, label="Softmax"), note if left else None)


def _heated(inside: Inside) -> bool:
    """Whether the temperature differs from 1 in the digits that are shown."""
    return abs(inside.temperature - 1) >= 0.0005


def _head(text: str) -> Markup:
    if not text:
        return tag("td")
    return tag("th", text, scope="col", class_=None if text == "kind" else "figure")


def _row(inside: Inside, kind: int, raised: float) -> Markup:
    logit, share = float(inside.logits[kind]), float(inside.probabilities[kind])
    divided = logit / inside.temperature
    bar = tag(
        "svg",
        tag("rect", width=max(0.4, 100 * share), height=10, class_="full"),
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    return tag(
        "tr",
        tag("th", brief(inside.card.classes[kind]), scope="row"),
        tag("td", figure(logit), class_="figure"),
        tag("td", figure(divided), class_="figure") if _heated(inside) else None,
        tag("td", _small(raised), class_="figure"),
        tag("td", _small(share), class_="figure"),
        tag("td", bar, class_="bar-cell"),
    )


def _small(value: float) -> str:
    """Write a number of 0-1 with four digits; below that as a power of ten."""
    if value >= 0.0001 or value == 0:
        return f"{value:.4f}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} {TIMES} 10{_raised(int(power))}"


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _contributions(inside: Inside) -> Markup:
    """Return the products that counted most for the first kind, and the sum they end in."""
    kind = shown(inside)[0]
    parts = contributions(inside, kind)
    order = strongest(np.abs(parts), CONTRIBUTIONS)
    values = inside.embedding
    rows = [
        tag(
            "tr",
            tag("th", f"value {count(place + 1)}", scope="row"),
            tag("td", figure(float(values[place])), class_="figure"),
            tag("td", figure(float(inside.head.weights[kind, place])), class_="figure"),
            tag("td", figure(float(parts[place])), class_="figure"),
        )
        for place in order
    ]
    rest = float(parts.sum() - parts[order].sum())
    if len(parts) > len(order):
        rows.append(_closing(f"the other {count(len(parts) - len(order))} products", rest))
    rows += [
        _closing("bias", float(inside.head.bias[kind])),
        _closing("logit", float(inside.logits[kind]), strong=True),
    ]
    heads = [
        tag("th", text, scope="col", class_="figure" if i else None)
        for i, text in enumerate(("of the last row", "value", f"{TIMES} weight", "= product"))
    ]
    words = ("The ", "products that count most for ", named(inside.card.classes[kind]), ".")
    table = tag(
        "table",
        tag("caption", tag("span", words)),
        tag("thead", tag("tr", heads)),
        tag("tbody", rows),
        class_="products",
    )
    return fragment(
        tag("h3", "Where the largest logit comes from"), scrolling(table, label="Products")
    )


def _closing(text: str, value: float, *, strong: bool = False) -> Markup:
    number = figure(value)
    return tag(
        "tr",
        tag("th", text, scope="row"),
        tag("td"),
        tag("td"),
        tag("td", tag("strong", number) if strong else number, class_="figure"),
    )


def contributions(inside: Inside, kind: int) -> NDArray[np.float64]:
    """Weight times value of every place of the last row for one kind, float64 (width,)."""
    weights = inside.head.weights[kind].astype(np.float64)
    found: NDArray[np.float64] = weights * inside.embedding.astype(np.float64)
    return found


def data(inside: Inside) -> Json:
    """Return the numbers of the last layer, as plain JSON types."""
    order = shown(inside)
    raised = exponentials(inside)
    return {
        "temperature": inside.temperature,
        "kinds": [
            {
                "kind": inside.card.classes[kind],
                "logit": plain([inside.logits[kind]])[0],
                "exponential": float(raised[kind]),
                "probability": plain([inside.probabilities[kind]])[0],
            }
            for kind in order
        ],
        "sum": float(raised.sum()),
    }
