"""Every stage for this picture: what it does, its shape, its strongest maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sortal.explanation.inside import Inside, Step, spreads, strongest
from sortal.report.inside import words
from sortal.report.inside.numbers import Json, by, figure, plain
from sortal.report.inside.sheets import robust_scale, smaller
from sortal.report.inside.strips import legend, maps
from sortal.report.markup import Markup, fragment, tag
from sortal.report.page import disclosure, scrolling
from sortal.report.wording import count, many

SHOWN: Final = 12
SHOWN_INSIDE: Final = 6
"""Maps of a stage, and of a stage inside a block: each shows those that vary most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A block as the page shows it.

    Attributes:
        anchor: its place in the page.
        title: what it is.
        steps: numbers of its stages; the last is what it makes.
    """

    anchor: str
    title: str
    steps: tuple[int, ...]


def parts(inside: Inside) -> list[Part]:
    """Name the blocks of a network, the picture itself left out."""
    found: list[Part] = []
    blocks = 0
    for block in inside.blocks:
        steps = tuple(range(block.first, block.last + 1))
        if len(block) > 1:
            blocks += 1
            title = words.block_name(inside, block, blocks)
        else:
            title = words.name(inside.steps[block.first])
        if block.first:
            found.append(Part(f"stage-{block.last}", title, steps))
    return found


def overview(inside: Inside) -> Markup:
    """Return the way of the picture as a table, a row a block."""
    head = [
        tag("th", text, scope="col", class_=kind)
        for text, kind in (
            ("stage", None),
            ("what comes out", None),
            ("numbers", "figure"),
            ("learned weights", "figure"),
        )
    ]
    rows = [_row("The picture, scaled", "#picture", inside, (0,))]
    rows += [_row(part.title, f"#{part.anchor}", inside, part.steps) for part in parts(inside)]
    last = inside.head.weights
    answer = tag(
        "tr",
        tag("th", tag("a", "Answer, softmax", href="#answer"), scope="row"),
        tag("td", many(len(inside.card.classes), "share")),
        tag("td", count(len(last)), class_="figure"),
        tag("td", count(last.size + inside.head.bias.size), class_="figure"),
    )
    table = tag(
        "table",
        tag("caption", tag("span", "From the picture to the answer, from top to bottom.")),
        tag("thead", tag("tr", head)),
        tag("tbody", rows, answer),
        class_="way",
    )
    return scrolling(table, label="Stages of the network")


def _row(title: str, place: str, inside: Inside, steps: tuple[int, ...]) -> Markup:
    taken = [inside.steps[index] for index in steps]
    learned = sum(step.weights.count for step in taken if step.weights)
    return tag(
        "tr",
        tag("th", tag("a", title, href=place), scope="row"),
        tag("td", words.shape(taken[-1])),
        tag("td", count(taken[-1].values.size), class_="figure"),
        tag("td", count(learned) if learned else "none", class_="figure"),
    )


def body(inside: Inside) -> Markup:
    """Return every stage with maps, in order; the stages inside a block open on demand."""
    shown = []
    for part in parts(inside):
        *inner, last = (inside.steps[index] for index in part.steps)
        if not last.is_map:
            continue
        block = next(b for b in inside.blocks if b.first == part.steps[0])
        told = words.block_explained(inside, block) if inner else words.explained(last)
        shown.append(
            tag(
                "section",
                tag("h3", part.title),
                tag("p", told) if told else None,
                stage(last, SHOWN),
                _inner(inner, last) if inner else None,
                id=part.anchor,
                class_="stage",
            )
        )
    return fragment(shown)


def _inner(inner: list[Step], last: Step) -> Markup:
    rows = [
        fragment(
            tag("h4", words.name(step)), tag("p", words.explained(step)), stage(step, SHOWN_INSIDE)
        )
        for step in inner
        if step.is_map
    ]
    closing = tag("p", tag("b", words.name(last)), ": ", words.explained(last))
    return disclosure(f"Inside the block: {many(len(inner) + 1, 'stage')}", rows, closing)


def stage(step: Step, most: int) -> Markup:
    """Return the strongest maps of a stage, with what was chosen and what colours mean."""
    chosen = strongest(spreads(step.values), most)
    scale = robust_scale(step.values)
    return fragment(
        maps(step.values[chosen], scale, numbers=[i + 1 for i in chosen], what="maps"),
        tag(
            "div",
            tag("p", _chosen(step, len(chosen)), class_="cut"),
            legend(scale, step.values),
            class_="key",
        ),
    )


def _chosen(step: Step, shown: int) -> str:
    total = len(step.values)
    height, width = step.values.shape[1:]
    _, side = smaller(step.values[:1])
    small = f" Drawn smaller, by means of {by(side, side)}." if side > 1 else ""
    size = by(height, width)
    if shown == total:
        which = f"All {many(total, 'map')} of {size}, the one that varies most first."
    else:
        which = f"The {shown} of {many(total, 'map')} of {size} that vary most."
    return f"{which}{small} One scale for all maps of the stage."


def data(inside: Inside) -> list[Json]:
    """Return what the page says of each stage, as plain JSON types."""
    return [_data(index, step) for index, step in enumerate(inside.steps)]


def _data(index: int, step: Step) -> Json:
    found: Json = {
        "number": index,
        "kind": step.kind,
        "name": words.name(step),
        "operators": [node.op for node in step.stage.nodes],
        "value": step.stage.output,
        "shape": list(step.values.shape),
        "least": plain([step.values.min()])[0],
        "most": plain([step.values.max()])[0],
    }
    if step.is_map and index:
        spread = spreads(step.values)
        chosen = strongest(spread, SHOWN)
        found["maps"] = [
            {
                "number": place + 1,
                "spread": float(spread[place]),
                "least": plain([step.values[place].min()])[0],
                "most": plain([step.values[place].max()])[0],
            }
            for place in chosen
        ]
    return found


def range_of(step: Step) -> str:
    """Say between which numbers the values of a stage lie."""
    return f"{figure(float(step.values.min()))} to {figure(float(step.values.max()))}"
