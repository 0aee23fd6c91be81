"""One digit drawn as the digits of MNIST were: white on black, in a box, centred by mass.

After Y. LeCun, C. Cortes, C. Burges, "The MNIST database": black and white digits were scaled
to fit a box of 20 x 20 pixels, keeping their proportions, antialiased, and placed in a field of
28 x 28 so that the centre of mass of the pixels lies in the middle. Here the field may have
any side and the box has 20/28 of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sortal.pictures.record import Pixels

Plane = NDArray[np.float32]
Grey = NDArray[np.uint8]

BOX: Final = 20 / 28
"""Longer side of the digit, relative to the side of the square."""

MIDDLE: Final = 14.5 / 28
"""Where the centre of mass lies. All of MNIST's centres are in the fifteenth pixel of 28, whose
middle is half a pixel below and right of the picture's."""

LEAST: Final = 14
"""Side, pixels, below which no picture counts as prepared."""

_EDGE: Final = 0.5  # of the digit's own ink: where its box ends
_SOFT: Final = (0.25, 0.75)  # of the digit's own ink: what becomes black and what white
_BLACK: Final = 24  # grey level up to which a pixel counts as black, as JPEG may leave it
_OFF: Final = 0.51  # half a pixel, and what rounding adds: of 28, or of fewer


def draw_digit(strength: Plane, member: NDArray[np.bool_], *, size: int) -> Pixels:
    """Draw a digit into a square.

    Args:
        strength: float32, shape (height, width), of the neighbourhood of a digit.
        member: bool, likewise: which of its pixels the digit may use.
        size: side of the square, pixels.

    Returns:
        uint8 RGB, shape (size, size, 3), white on black.
    """
    own = strength[member]
    level = float(np.median(own[own > 0.5 * own.max()]))
    low, high = _SOFT
    soft = np.clip((strength / level - low) / (high - low), 0.0, 1.0) * member
    small = _scaled(_cropped(soft), max(1, round(BOX * size)))
    grey = np.clip(np.round(small * (255.0 / small.max())), 0, 255).astype(np.uint8)
    return np.repeat(_placed(grey, size)[:, :, None], 3, axis=2)


def _cropped(soft: Plane) -> Plane:
    rows, columns = (np.flatnonzero((soft > _EDGE).any(axis=axis)) for axis in (1, 0))
    return soft[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(plane: Plane, longer: int) -> Plane:
    """Resample so that the longer side has ``longer`` pixels, with antialiasing."""
    height, width = plane.shape
    scale = longer / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane, np.float32)).resize(size, how))


def _placed(grey: Grey, size: int) -> Grey:
    """Lay a digit into a black square, its centre of mass in the middle, nothing cut off."""
    square = np.zeros((size, size), np.uint8)
    top, left = (
        int(np.clip(round(MIDDLE * size - centre), 0, size - side))
        for centre, side in zip(_centre(grey), grey.shape, strict=True)
    )
    square[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    return square


def _centre(grey: Grey) -> tuple[float, float]:
    """Return the centre of mass, row and column in pixels from the outer edge."""
    mass = float(grey.sum(dtype=np.int64))
    rows, columns = (
        float((grey.sum(axis=axis, dtype=np.int64) * (np.arange(n) + 0.5)).sum()) / mass
        for axis, n in ((1, grey.shape[0]), (0, grey.shape[1]))
    )
    return rows, columns


def is_prepared(pixels: Pixels) -> bool:
    """Say whether a picture stands as ``draw_digit`` would draw it.

    It is square and grey; what is not black has a longer side of 20/28 of the picture's, give
    or take a pixel of 28, and its centre of mass in the middle pixel of 28 (of its own, where
    they are fewer), or reaches the edge.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), 0-255.
    """
    side = len(pixels)
    if pixels.shape[1] != side or side < LEAST or (pixels != pixels[:, :, :1]).any():
        return False
    grey = pixels[:, :, 0]
    ink = grey > _BLACK
    if not ink.any():
        return False
    spans = [np.flatnonzero(ink.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    longer = max(int(last - first) + 1 for first, last in spans)
    if abs(longer - BOX * side) > side / 28:
        return False
    most_off = _OFF * max(1.0, side / 28)
    return all(
        abs(centre - MIDDLE * side) <= most_off or first == 0 or last == side - 1
        for centre, (first, last) in zip(_centre(grey), spans, strict=True)
    )
