"""One window of pooling: its numbers, and the one that is left of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside import Inside, Sliding, Step, spreads, window
from sortal.report.inside.numbers import Json, by, figure, plain
from sortal.report.inside.sheets import map_row, scale_of, smaller
from sortal.report.inside.tables import grid, sign
from sortal.report.inside.walk import LARGE
from sortal.report.markup import Markup, fragment, picture, tag

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The window that the page shows.

    Attributes:
        number: of the step.
        step: the pooling.
        plane: float32 (height, width): the map that it is taken from.
        channel: its place among the maps.
        row, column: of the window's answer in the map that comes out.
        window: float32, the numbers under it.
        value: what the graph made of them.
    """

    number: int
    step: Step
    plane: Floats
    channel: int
    row: int
    column: int
    window: Floats
    value: float

    @property
    def largest(self) -> bool:
        """Whether the largest number is kept, and not the mean."""
        return self.step.kind == "maximum"


def find_pools(inside: Inside) -> list[Pool]:
    """Take the first pooling of each kind, at the map that varies most and its largest value."""
    found: dict[str, Pool] = {}
    for number, step in enumerate(inside.steps):
        if step.kind in ("maximum", "average", "mean") and step.kind not in found:
            taken = inside.taken_by(step)
            if taken.ndim == 3 and taken[0].size > 1:
                found[step.kind] = _pool(number, step, taken)
    return list(found.values())


def _pool(number: int, step: Step, taken: Floats) -> Pool:
    channel = int(spreads(taken).argmax())
    if step.sliding is None:
        value = float(step.values.reshape(-1)[channel])
        return Pool(number, step, taken[channel], channel, 0, 0, taken[channel], value)
    row, column = _inside(step.sliding, step.values[channel], taken.shape[1:])
    cut = window(taken[channel : channel + 1], step.sliding, row=row, column=column)[0]
    value = float(step.values[channel, row, column])
    return Pool(number, step, taken[channel], channel, row, column, cut, value)


def _inside(how: Sliding, answers: Floats, plane: tuple[int, ...]) -> tuple[int, int]:
    """Return the position of the largest answer whose window lies wholly inside the plane."""
    order: list[int] = np.argsort(-answers, axis=None, kind="stable").tolist()
    for place in order:
        row, column = divmod(place, answers.shape[1])
        rows, columns = how.places(row, column)
        if min(rows[0], columns[0]) >= 0 and rows[-1] < plane[0] and columns[-1] < plane[1]:
            return row, column
    row, column = divmod(int(answers.argmax()), answers.shape[1])
    return row, column


def body(pools: list[Pool]) -> Markup:
    """Return one view for each pooling."""
    return fragment([_view(pool) for pool in pools])


def _view(pool: Pool) -> Markup:
    what = "largest" if pool.largest else "mean"
    place = f"row {pool.row + 1}, column {pool.column + 1} of the new map"
    whole = pool.step.sliding is None
    lead = (
        f"Map no. {pool.channel + 1} is shown. Of its {by(*pool.window.shape)} numbers "
        f"the {what} is kept: {figure(pool.value)}."
        if whole
        else f"Map no. {pool.channel + 1} is shown, with one window. Of its "
        f"{by(*pool.window.shape)} numbers the {what} is kept: {figure(pool.value)}. It stands "
        f"at {place}."
    )
    marked = None
    if pool.largest:
        y, x = divmod(int(pool.window.argmax()), pool.window.shape[1])
        marked = (y, x)
    large = "large" if max(pool.window.shape) > LARGE else None
    numbers = tag(
        "div",
        grid(pool.window, name="under the window", marked=marked),
        sign("→"),
        tag(
            "span",
            tag("b", figure(pool.value)),
            tag("small", f"the {what}"),
            class_="term result",
        ),
        class_="product",
        data_size=large,
        tabindex=0,
        role="region",
        aria_label="Numbers under the window",
    )
    return fragment(
        tag("h3", "Max pooling" if pool.largest else _mean_title(whole)),
        tag("p", lead),
        tag("div", _maps(pool), numbers, class_="pooling"),
    )


def _mean_title(whole: bool) -> str:
    return "Global average pooling" if whole else "Average pooling"


def _maps(pool: Pool) -> Markup:
    plane, whole = pool.plane[None], pool.step.sliding is None
    figures = [_framed(plane, pool, "the map" if whole else "the map, with the window")]
    if pool.step.values.ndim == 3 and pool.step.values[0].size > 1:
        after = pool.step.values[pool.channel : pool.channel + 1]
        figures.append(_framed(after, pool, "after pooling", after=True))
    return tag("div", figures, class_="pair")


def _framed(plane: Floats, pool: Pool, text: str, *, after: bool = False) -> Markup:
    """Return a map with a frame around the places that are spoken of."""
    drawn, _ = smaller(plane)
    image = picture(map_row(drawn, scale_of(plane), places=1), alt=f"Map: {text}")
    height, width = plane.shape[1:]
    frame = None
    if after:
        frame = (pool.column, pool.row, 1, 1)
    elif pool.step.sliding:
        rows, columns = pool.step.sliding.places(pool.row, pool.column)
        left, top = int(columns[0]), int(rows[0])
        frame = (left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
    around = None
    if frame:
        x, y, across, down = frame
        boxes = [
            tag("rect", x=x, y=y, width=across, height=down, class_=kind)
            for kind in ("under", "over")
        ]
        around = tag(
            "svg", boxes, viewBox=f"0 0 {width} {height}", aria_hidden="true", class_="frame"
        )
    caption = tag("figcaption", f"{text}: {by(height, width)}")
    return tag("figure", tag("div", image, around, class_="framed"), caption)


def data(pools: list[Pool]) -> list[Json]:
    """Return the numbers of the views as plain JSON types."""
    return [
        {
            "stage": pool.number,
            "kind": pool.step.kind,
            "channel": pool.channel,
            "row": pool.row,
            "column": pool.column,
            "window": [plain(row) for row in pool.window],
            "value": plain([pool.value])[0],
        }
        for pool in pools
    ]
