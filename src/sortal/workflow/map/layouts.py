"""The layouts of a map as its page shows them: placed, annotated, with what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.names import listed
from sortal.errors import UsageError
from sortal.map import (
    Layout,
    Neighbours,
    Points,
    fidelities,
    layout_by_category,
    layout_by_date,
    layout_by_numbers,
    layout_by_place,
    layout_grid,
    project,
)
from sortal.map.site import Annotation as SiteText
from sortal.map.site import Column, LayoutKind, Role, coasts
from sortal.map.site import Layout as SiteLayout
from sortal.pictures import Progress, Step
from sortal.workflow.map.growth import Box

MOST_ISLANDS: Final = 200
"""Categories up to which a column gets a layout of its own."""
MOST_BY_COLUMN: Final = 6
"""Layouts by metadata categories, at most."""

_ROLES: Final[dict[str, Role]] = {"title": "heading", "tick": "tick", "axis": "axis"}
_ASKED: Final = 4_000
_ASPECTS: Final = (0.7, 1.6)


def similarity(xy: Points, box: Box) -> SiteLayout:
    """The layout by likeness."""
    return _on_site(Layout(xy, box), id="similarity", title="By similarity", kind="similarity")


def other_layouts(
    xy: Points,
    box: Box,
    columns: Sequence[Column],
    *,
    numbers: tuple[Column, Column] | None,
    progress: Progress,
) -> list[SiteLayout]:
    """A grid, and a layout for every column that suits one.

    Args:
        xy: the layout by likeness, which orders what a column leaves open.
        box: of its view.
        columns: all there are.
        numbers: two numeric columns to lay out by, across and upwards.
        progress: told of the stage "Arranging".
    """
    by_id = {column.id: column for column in columns}
    jobs: list[Callable[[], SiteLayout]] = [partial(_grid, xy, box)]
    jobs += [partial(_by_category, xy, column) for column in _categories(columns)]
    if "date" in by_id:
        jobs.append(partial(_by_date, by_id["date"]))
    if "latitude" in by_id:
        jobs.append(partial(_by_place, by_id["latitude"], by_id["longitude"]))
    if numbers is not None:
        jobs.append(partial(_by_numbers, *numbers))
    layouts = []
    for done, job in enumerate(jobs):
        progress(Step("Arranging", done, len(jobs), "layouts"))
        layouts.append(job())
    progress(Step("Arranging", len(jobs), len(jobs), "layouts"))
    return layouts


def judged(
    layouts: Sequence[SiteLayout],
    vectors: NDArray[np.float32],
    *,
    neighbours: Neighbours,
    labels: NDArray[np.int64] | None,
    progress: Progress,
) -> list[SiteLayout]:
    """Each layout with what it kept of the likeness, in words and numbers."""
    stage, total = "Measuring what the layouts keep", len(layouts)
    progress(Step(stage, 0, total, "layouts"))
    places = [layout.xy for layout in layouts]
    out = []
    all_found = fidelities(vectors, places, neighbours=neighbours, labels=labels)
    for layout, found in zip(layouts, all_found, strict=True):
        numbers = {name: value for name, value in asdict(found).items() if value is not None}
        out.append(replace(layout, fidelity=" ".join(found.words), numbers=numbers))
    progress(Step(stage, total, total, "layouts"))
    return out


def _grid(xy: Points, box: Box) -> SiteLayout:
    wide, high = box[2] - box[0], box[3] - box[1]
    cells = layout_grid(xy, aspect=float(np.clip(wide / high, *_ASPECTS)))
    columns, rows = (int(most) + 1 for most in cells.max(axis=0))
    places = (cells + 0.5).astype(np.float32)
    view = (0.0, 0.0, float(columns), float(rows))
    return _on_site(Layout(places, view), id="grid", title="Grid", kind="grid")


def _by_category(xy: Points, column: Column) -> SiteLayout:
    codes = np.asarray(column.data, np.int64)
    layout = layout_by_category(xy, codes, names=column.values, none=f"no {column.title.lower()}")
    title = f"By {column.title.lower()}" if column.id in ("label", "prediction") else column.title
    return _on_site(
        layout, id=f"by_{column.id}", title=title, kind="category", columns=(column.id,)
    )


def _by_date(column: Column) -> SiteLayout:
    layout = layout_by_date(np.asarray(column.data, np.float64))
    return _on_site(layout, id="by_date", title="By date", kind="date", columns=("date",))


def _by_place(latitude: Column, longitude: Column) -> SiteLayout:
    layout = layout_by_place(np.asarray(latitude.data), np.asarray(longitude.data))
    return _on_site(
        layout,
        id="by_place",
        title="By place",
        kind="place",
        columns=("longitude", "latitude"),
        more_lines=[project(line[:, 0], line[:, 1]) for line in coasts()],
    )


def _by_numbers(across: Column, upwards: Column) -> SiteLayout:
    names = (across.title, upwards.title)
    layout = layout_by_numbers(np.asarray(across.data), np.asarray(upwards.data), names=names)
    title = f"{across.title} and {upwards.title.lower()}"
    ids = (across.id, upwards.id)
    return _on_site(layout, id="by_numbers", title=title, kind="numbers", columns=ids)


def _categories(columns: Sequence[Column]) -> list[Column]:
    """Columns that make islands: label, prediction and the first few of the table."""
    suits = [c for c in columns if c.type == "category" and 2 <= len(c.values) <= MOST_ISLANDS]
    own = [c for c in suits if c.id in ("label", "prediction", "cluster")]
    told = [c for c in suits if c.id == "group" or c.id.startswith("m")]
    return own + told[:MOST_BY_COLUMN]


def numeric_pair(names: tuple[str, str], columns: Sequence[Column]) -> tuple[Column, Column]:
    """The two columns of numbers of those titles or ids.

    Raises:
        UsageError: there is none of that name, or it holds no numbers.
    """
    numeric = [column for column in columns if column.type == "number"]
    found = []
    for name in names:
        fitting = [c for c in numeric if name in (c.title, c.id)]
        if not fitting:
            known = listed([c.title for c in numeric], most=12)
            raise UsageError(
                f"--numbers: there is no column of numbers called {name!r}. There are: {known}."
            )
        found.append(fitting[0])
    return found[0], found[1]


def _on_site(
    layout: Layout,
    *,
    id: str,
    title: str,
    kind: LayoutKind,
    columns: tuple[str, ...] = (),
    more_lines: Sequence[NDArray[np.floating[Any]]] = (),
) -> SiteLayout:
    """A layout as the page takes it: from the upper left corner of its box, y downwards."""
    left, bottom, right, top = layout.box
    lines = [np.array(line, np.float32) for line in layout.annotation.lines]
    xy = _turned(layout.xy, left, top)
    return SiteLayout(
        id=id,
        title=title,
        kind=kind,
        xy=xy,
        box=(right - left, top - bottom),
        spacing=_spacing(xy, (right - left) * (top - bottom)),
        annotations=tuple(
            SiteText(_ROLES.get(text.kind, "note"), text.text, text.x - left, top - text.y)
            for text in layout.annotation.texts
        ),
        lines=tuple(_turned(line, left, top) for line in (*lines, *more_lines)),
        columns=columns,
    )


def _turned(places: NDArray[np.floating[Any]], left: float, top: float) -> Points:
    """Places with y upward as places with y downward from the corner (left, top)."""
    turned: Points = (np.array([-left, top]) + places * np.array([1.0, -1.0])).astype(np.float32)
    return turned


def _spacing(xy: Points, area: float) -> float:
    """The usual distance to the nearest picture, not much below that of an even spread."""
    from scipy.spatial import cKDTree

    even = float(np.sqrt(area / len(xy)))
    if len(xy) < 2:
        return even
    asked = xy[np.linspace(0, len(xy) - 1, min(len(xy), _ASKED)).astype(np.int64)]
    nearest = cKDTree(xy).query(asked, k=2)[0][:, 1]
    return float(np.clip(np.median(nearest), even / 8, even))
