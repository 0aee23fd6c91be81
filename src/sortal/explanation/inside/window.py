"""One window of a convolution or of pooling: what it covers, its products, its sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.modelfile.graph import Attribute, Node

Floats = NDArray[np.float32]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sliding:
    """How a window moves over a plane; every pair is (down, across), in places of the plane.

    Attributes:
        kernel: its height and width.
        strides: from one position to the next.
        before: zeros above and left of the plane.
        spread: from one cell of the window to the next; 1 unless dilated.
    """

    kernel: Pair
    strides: Pair
    before: Pair
    spread: Pair

    def places(self, row: int, column: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of the plane that a position covers; some may lie outside."""
        starts = [at * self.strides[i] - self.before[i] for i, at in enumerate((row, column))]
        rows, columns = (starts[i] + self.spread[i] * np.arange(self.kernel[i]) for i in (0, 1))
        return rows, columns


def sliding(node: Node, plane: Pair, kernel: Pair) -> Sliding:
    """Read how the window of a Conv, MaxPool or AveragePool moves over ``plane``.

    ONNX, Conv: pads are (top, left, bottom, right); SAME_UPPER puts the odd zero at the end.
    """
    strides = _pair(node.attributes, "strides")
    spread = _pair(node.attributes, "dilations")
    pads = node.attributes.get("pads", (0, 0, 0, 0))
    before = (pads[0], pads[1]) if isinstance(pads, tuple) else (0, 0)
    auto = str(node.attributes.get("auto_pad", "NOTSET"))
    if auto.startswith("SAME"):
        missing = [
            max(0, (-(-side // step) - 1) * step + gap * (k - 1) + 1 - side)
            for side, step, gap, k in zip(plane, strides, spread, kernel, strict=True)
        ]
        up = 1 if auto == "SAME_LOWER" else 0
        before = ((missing[0] + up) // 2, (missing[1] + up) // 2)
    return Sliding(kernel, strides, before, spread)


def _pair(attributes: Mapping[str, Attribute], name: str) -> Pair:
    value = attributes.get(name, (1, 1))
    return (value[0], value[1]) if isinstance(value, tuple) else (1, 1)


def window(planes: Floats, how: Sliding, *, row: int, column: int) -> Floats:
    """Cut out what a window covers; beyond the edge there are zeros.

    Args:
        planes: float32, shape (channels, height, width).
        how: how the window moves.
        row, column: of the position, from 0: where its answer stands in the output.

    Returns:
        float32, shape (channels, kernel height, kernel width).
    """
    rows, columns = how.places(row, column)
    height, width = planes.shape[1:]
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    cut = planes[:, rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    return np.where(inside, cut, np.float32(0))
