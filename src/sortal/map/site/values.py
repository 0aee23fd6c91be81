"""What a site is made of: plain frozen values, in the order in which the pictures were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

LayoutKind = Literal["similarity", "grid", "category", "date", "numbers", "place"]
Role = Literal["heading", "tick", "axis", "note"]
ColumnType = Literal["category", "number", "date", "text", "link"]
PreviewKind = Literal["files", "packed", "none"]

Thumbnails = Callable[[Sequence[int]], Sequence[bytes | None]]
"""Asked for some pictures by number; gives a JPEG file for each, or None where there is none."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A text at a place of a layout.

    Attributes:
        role: what it is; see docs/map-site.md.
        text: what it says.
        x, y: where, in the layout's units, y downwards.
    """

    role: Role
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """One arrangement of all pictures.

    Attributes:
        id: ``[a-z][a-z0-9_]*``.
        title: for people.
        kind: how it was made.
        xy: positions, float32 (n, 2), 0 to ``box``, y downwards.
        box: width and height, each 0 or more, one of them above 0.
        spacing: side at which thumbnails hardly overlap, in the same units, above 0.
        fidelity: how faithful it is, in words; None where it claims nothing.
        numbers: the same as numbers, by name.
        annotations: texts.
        lines: lines, float32 (m, 2) each, in the same units.
        columns: ids of the columns by which it is laid out.
    """

    id: str
    title: str
    kind: LayoutKind
    xy: NDArray[np.float32]
    box: tuple[float, float]
    spacing: float
    fidelity: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    lines: tuple[NDArray[np.float32], ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One thing that is known of the pictures.

    Attributes:
        id: ``[a-z][a-z0-9_]*``.
        title: for people.
        type: what ``data`` holds.
        data: of a category int64 (n,), indices into ``values``, -1 for missing; of a number
            float32 (n,) and of a date float64 (n,), seconds since 1970, NaN for missing; of a
            text or link n texts, "" for missing.
        values: the categories.
        wrong: how many values were there but none of the type; they are missing in ``data``.
    """

    id: str
    title: str
    type: ColumnType
    data: NDArray[np.int64] | NDArray[np.float32] | NDArray[np.float64] | Sequence[str]
    values: tuple[str, ...] = ()
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A crowd of pictures that look alike.

    Attributes:
        name: made of what is known of them.
        size: how many.
        evidence: why it is called so, in words.
        x, y: where its name can stand in the first layout.
        radius: of the circle around it that holds most of it.
    """

    name: str
    size: int
    evidence: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Previews:
    """Where large pictures come from.

    Attributes:
        kind: ``files``, ``packed`` or ``none``.
        side: longer side, pixels; 0 for the originals.
        urls: of ``files``, one relative URL for each picture or "".
        get: of ``packed``, gives JPEG files.
    """

    kind: PreviewKind
    side: int = 0
    urls: Sequence[str] = ()
    get: Thumbnails | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """All that a site shows. Pictures are counted as they were given; the site reorders them.

    Attributes:
        name: of the collection.
        title: of the page.
        layouts: the first is shown first and decides the order of the points.
        columns: in the order in which a person should meet them; ``path`` is among them.
        clusters: index i is code i of the column ``cluster``.
        neighbours: int32 (n, k): the pictures most alike, nearest first, -1 for none.
        thumbnails: gives the small pictures.
        previews: where the large ones come from.
        faults: path and sentence of what cannot be used.
        notes: sentences that a person should read.
    """

    name: str
    title: str
    layouts: tuple[Layout, ...]
    columns: tuple[Column, ...]
    clusters: tuple[Cluster, ...]
    neighbours: NDArray[np.int32]
    thumbnails: Thumbnails
    previews: Previews = Previews("none")
    faults: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.layouts[0].xy)
