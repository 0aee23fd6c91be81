"""What a layout is: places for the pictures, and what is written beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""Places, float32 (n, 2): x to the right, y upward."""


@dataclass(frozen=True, slots=True)
class Text:
    """A word on the map.

    Attributes:
        text: what it says.
        x, y: where, in the layout's own coordinates.
        kind: "tick" beside an axis, "title" of an island or cluster, "axis" name of an axis,
            "note" for the rest.
    """

    text: str
    x: float
    y: float
    kind: str = "title"


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is drawn beside the pictures.

    Attributes:
        texts: words at positions.
        lines: lines through two or more points each, ((x, y), ...): axes, ticks, coasts.
    """

    texts: tuple[Text, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Places for n pictures, with what is drawn beside them.

    Attributes:
        xy: float32 (n, 2), x to the right, y upward, within ``box``.
        box: left, bottom, right, top: what has to be in view, texts and lines included.
        annotation: texts and lines in the same coordinates.
    """

    xy: Points
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    annotation: Annotation = Annotation()
