"""The page on one picture in one network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside
from sortal.modelfile import UNNAMED
from sortal.report.inside import answer, pooling, row, seen, stages, units, walk
from sortal.report.inside.numbers import by
from sortal.report.inside.strips import filters
from sortal.report.inside.style import STYLE
from sortal.report.inside.units import Units
from sortal.report.inside.walk import Walk
from sortal.report.markup import Child, Markup, data_block, fragment, named, picture, tag
from sortal.report.page import Section, facts, page
from sortal.report.wording import count, many, percent

SCHEMA: Final = 1
"""Of the page's data; raised with any change."""

MOST_FILTERS: Final = 128


def inside_page(inside: Inside, *, title: str, given: NDArray[np.uint8]) -> str:
    """Return what happened to a picture in a network as one self-contained HTML document.

    Args:
        inside: the values, from ``look_inside``.
        title: the picture's name.
        given: uint8 RGB, shape (height, width, 3): the picture before it became the square.
    """
    walked = walk.find_walk(inside)
    drawn = units.find_units(inside)
    pools = pooling.find_pools(inside)
    parts = [
        Section("picture", "The picture", seen.body(inside, given)),
        Section("way", "The way through the network", stages.overview(inside)),
        *_filters(walked),
        *_weights(drawn, inside),
        *_maps(inside),
        Section("pooling", "Pooling", pooling.body(pools)) if pools else None,
        *_rows(inside),
        Section("answer", "The answer", answer.body(inside, seen_above=_last(drawn))),
        Section("reading", "How to read this page", _reading(inside)),
    ]
    sections = [part for part in parts if part]
    sections[-1] = Section("reading", "How to read this page", _with_data(inside, title))
    return page(
        kind="Inside the network",
        title=title,
        hero=_hero(inside),
        sections=sections,
        style=STYLE.replace("\n", ""),
        program=_program() if walked else "",
    )


def _last(drawn: Units | None) -> bool:
    return drawn is not None and drawn.number < 0


def _with_data(inside: Inside, title: str) -> Markup:
    return fragment(_reading(inside), data_block("inside-data", page_data(inside, title=title)))


def page_data(inside: Inside, *, title: str) -> dict[str, object]:
    """Return every number of the page as plain JSON types; the page carries it."""
    walked = walk.find_walk(inside)
    drawn = units.find_units(inside)
    return {
        "schema": SCHEMA,
        "picture": title,
        "model": inside.sha256,
        "classes": list(inside.card.classes),
        "rounded": inside.rounded,
        "stages": stages.data(inside),
        "walk": walk.data(walked) if walked else None,
        "pooling": pooling.data(pooling.find_pools(inside)),
        "rows": row.data(inside),
        "units": units.data(drawn, inside) if drawn else None,
        "answer": answer.data(inside),
    }


@cache
def _program() -> str:
    return files("sortal.report.inside").joinpath("walk.js").read_text("utf-8")


def _hero(inside: Inside) -> Markup:
    kind = answer.shown(inside)[0]
    name = inside.card.classes[kind]
    share = _surely(float(inside.probabilities[kind]))
    learned = sum(step.weights.count for step in inside.steps if step.weights)
    learned += inside.head.weights.size + inside.head.bias.size
    n_stages = len(stages.parts(inside)) + 1
    which = "" if inside.card.trunk.name == UNNAMED else f" {inside.card.trunk.name}"
    rest = (
        f"The network{which} takes {many(n_stages, 'stage')} and "
        f"{count(learned)} learned numbers to come to that. This page shows what every stage "
        "makes of the picture."
    )
    words = tag(
        "div",
        tag(
            "p",
            "It says ",
            named(name, class_="answer"),
            f", {share}.",
            class_="headline",
        ),
        tag("p", rest, class_="rest"),
    )
    shown = picture(seen.drawn(inside.pixels), alt="The picture as the network takes it")
    return tag("div", words, tag("figure", shown, class_="taken"), class_="hero")


def _surely(share: float) -> str:
    """Say how sure it is; a share that only rounds to all is not called all."""
    said = percent(share)
    return f"sure to more than {said[1:]}" if said.startswith(">") else f"sure to {said}"


def _filters(walked: Walk | None) -> list[Section]:
    if walked is None:
        return []
    kernel = walked.weights.kernel
    shown = kernel[:MOST_FILTERS]
    colour = kernel.shape[1] == 3
    how = (
        "in colour: a filter answers most where the picture looks like it; grey is weight 0"
        if colour
        else "orange where a weight is above 0, blue where it is below"
    )
    cut = f" The first {len(shown)} are shown." if len(shown) < len(kernel) else ""
    lead = (
        f"The first layer has {many(len(kernel), 'filter')}, small pictures of "
        f"{by(*kernel.shape[2:])} weights that it learned. They are drawn {how}. "
        f"Each has a scale of its own.{cut}"
    )
    numbers = list(range(1, len(shown) + 1))
    body = fragment(tag("p", lead), filters(shown, numbers=numbers))
    return [
        Section("filters", "Filters of the first layer", body),
        Section("work", "One filter at work", walk.body(walked)),
    ]


def _weights(drawn: Units | None, inside: Inside) -> list[Section]:
    if drawn is None:
        return []
    heading = "Weights as pictures"
    return [Section("weights", heading, units.body(drawn, inside))]


def _maps(inside: Inside) -> list[Section]:
    if not any(step.is_map for step in inside.steps[1:]):
        return []
    lead = tag(
        "p",
        "What every stage makes of this picture. A map shows where, and how strongly, one pattern "
        "was found: deep blue is nothing, light yellow the most of the stage. Where values can "
        "be below 0, orange is above and blue below.",
    )
    return [Section("maps", "Activation maps", fragment(lead, stages.body(inside)))]


def _rows(inside: Inside) -> list[Section]:
    if not row.rows(inside):
        return []
    mapped = any(step.is_map for step in inside.steps[1:])
    heading = "From maps to one row" if mapped else "Rows of values"
    return [Section("row", heading, row.body(inside))]


def _reading(inside: Inside) -> Markup:
    rounded = (
        "The network calculates in int8: a value is one of 256 levels. The numbers here are those "
        "that the levels stand for (dequantised), exactly as the next stage takes them."
        if inside.rounded
        else "The network calculates in float32; the numbers here are those of its graph."
    )
    rows: list[tuple[Child, Child]] = [
        ("Numbers", rounded),
        (
            "Sums written out",
            "Products and sums are worked out from the stored weights with 64-bit numbers; the "
            "last number, after activation, is what the graph gave. They agree but for rounding.",
        ),
        (
            "Strongest",
            "Maps are chosen by how much they vary over the picture (standard deviation of their "
            "values); a map that is the same everywhere says nothing about where.",
        ),
        ("Kinds", fragment(*_joined(inside.card.classes))),
        ("Network", f"{inside.card.trunk.name} ({inside.card.trunk.source})"),
        ("Model file, SHA-256", tag("code", inside.sha256)),
        ("Data", "Every number of this page stands in it as JSON, in the element #inside-data."),
    ]
    return facts(rows)


def _joined(names: tuple[str, ...]) -> list[Child]:
    most = 30
    parts: list[Child] = []
    for index, name in enumerate(names[:most]):
        parts += [", " if index else "", named(name)]
    return [*parts, f" and {len(names) - most:,} more" if len(names) > most else ""]
