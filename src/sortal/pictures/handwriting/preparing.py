"""From a photograph to squares of single digits; a picture that stands so already is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sortal.pictures.box import Box
from sortal.pictures.handwriting.digits import Writing, find_writing
from sortal.pictures.handwriting.paper import Ink, find_ink
from sortal.pictures.handwriting.square import draw_digit, is_prepared
from sortal.pictures.record import Digit, Pixels

_MARGIN: Final = 3  # pixels of the working copy around a digit, for its soft edge


def fit_handwriting(image: Image.Image, size: int) -> Image.Image:
    """Return all that is written in a picture as one digit; black where nothing is.

    Args:
        image: of mode RGB.
        size: side of the square, pixels.
    """
    if is_prepared(np.asarray(image)):
        return _at_size(image, size)
    found = _search(image)
    if found is None:
        return Image.new("RGB", (size, size))
    ink, writing = found
    pieces = [piece for digit in writing.digits for piece in digit]
    return Image.fromarray(_drawn(ink, writing, pieces, _hull(writing.boxes), size=size))


def find_digits(pixels: Pixels) -> tuple[Box, ...]:
    """Return where the digits of a picture are, line by line, each from left to right.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), 0-255.

    Returns:
        Boxes in pixels of the picture; none where no ink is found. Digits that touch each
        other are one box.
    """
    found = _search(Image.fromarray(pixels))
    if found is None:
        return ()
    ink, writing = found
    return tuple(_box(box, ink.scale, pixels.shape[1::-1]) for box in writing.boxes)


def each_digit(image: Image.Image, size: int, *, most: int) -> tuple[Digit, ...]:
    """Return the digits of a picture one by one, in reading order.

    Args:
        image: of mode RGB.
        size: side of the squares, pixels.
        most: digits at most.
    """
    if is_prepared(np.asarray(image)):
        return (Digit(None, np.array(_at_size(image, size))),)
    found = _search(image)
    if found is None:
        return ()
    ink, writing = found
    return tuple(
        Digit(_box(box, ink.scale, image.size), _drawn(ink, writing, pieces, box, size=size))
        for pieces, box in list(zip(writing.digits, writing.boxes, strict=True))[:most]
    )


def _search(image: Image.Image) -> tuple[Ink, Writing] | None:
    ink = find_ink(image)
    if ink is None:
        return None
    writing = find_writing(ink)
    return (ink, writing) if writing.digits else None


def _at_size(image: Image.Image, size: int) -> Image.Image:
    if image.size == (size, size):
        return image
    reduces = image.width >= size
    how = Image.Resampling.HAMMING if reduces else Image.Resampling.BICUBIC
    return image.resize((size, size), how)


def _drawn(
    ink: Ink, writing: Writing, pieces: Sequence[int], box: NDArray[np.float64], *, size: int
) -> Pixels:
    """Draw some pieces of ink into one square, without what else is near them."""
    left, top = (max(0, int(k) - _MARGIN) for k in box[:2])
    right, bottom = (int(k) + _MARGIN for k in box[2:])
    core = np.isin(writing.labels[top:bottom, left:right], pieces)
    return draw_digit(ink.strength[top:bottom, left:right], _grown(core), size=size)


def _grown(core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Add to a mask the pixels up to two away, where a stroke fades into the paper."""
    padded = np.pad(core, 2)
    height, width = core.shape
    shifted = [padded[i : i + height, j : j + width] for i in range(5) for j in range(5)]
    grown: NDArray[np.bool_] = np.logical_or.reduce(shifted)
    return grown


def _hull(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _box(box: NDArray[np.float64], scale: float, size: tuple[int, ...]) -> Box:
    """Return a box of the working copy in pixels of a picture of (width, height)."""
    limits = np.array([size[0], size[1]] * 2)
    outer = np.concatenate([np.floor(box[:2] / scale), np.ceil(box[2:] / scale)])
    return Box(*np.clip(outer, 0, limits).astype(int).tolist())
