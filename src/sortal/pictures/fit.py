"""How a picture of any shape becomes the square that a network takes, and small copies of it."""

from __future__ import annotations

import io
from typing import Final, Literal

import numpy as np
from PIL import Image

from sortal.errors import UsageError
from sortal.pictures.handwriting import fit_handwriting
from sortal.pictures.record import Pixels

Fit = Literal["pad", "squash", "crop", "handwriting"]
"""pad keeps everything and adds a border, squash keeps everything and changes the aspect
ratio, crop keeps the aspect ratio and cuts the ends of the longer side, handwriting draws the
ink alone as the digits of MNIST were drawn (``sortal.pictures.handwriting``)."""

FITS: Final[tuple[Fit, ...]] = ("pad", "squash", "crop", "handwriting")

BORDER: Final = (127, 127, 127)
"""Colour of the border that "pad" adds. The backbones subtract 127 first, so a border of 127
is zero to them, exactly what their own convolutions see beyond the edge."""

_REDUCING: Final = Image.Resampling.HAMMING  # as sharp as bicubic, faster
_ENLARGING: Final = Image.Resampling.BICUBIC
_REDUCING_GAP: Final = 2.0
_THUMBNAIL_QUALITY: Final = 80


def fit_square(pixels: Pixels, size: int, fit: Fit) -> Pixels:
    """Return ``pixels`` as a square of ``size``, resampled with antialiasing.

    Pillow's Hamming filter where both sides are at least ``size``, bicubic elsewhere.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), 0-255.
        size: side of the square, pixels.
        fit: "pad" (border of grey 127, picture centred), "squash", "crop" (centred) or
            "handwriting" (white ink on black; a picture without ink becomes black).

    Returns:
        uint8 RGB, shape (size, size, 3), 0-255.

    Raises:
        UsageError: ``size`` is not positive or ``fit`` is none of ``FITS``.
    """
    return np.array(fit_image(Image.fromarray(pixels), size, fit))


def fit_image(image: Image.Image, size: int, fit: Fit) -> Image.Image:
    """Do as ``fit_square``, from and to a Pillow image of mode RGB."""
    if size < 1:
        raise UsageError(f"fit_square: the size must be at least 1 pixel, not {size}.")
    resampling = _REDUCING if min(image.size) >= size else _ENLARGING
    if fit == "squash":
        return _resize(image, (size, size), resampling)
    if fit == "crop":
        return _resize(image, (size, size), resampling, box=_central_square(image.size))
    if fit == "handwriting":
        return fit_handwriting(image, size)
    if fit == "pad":
        return _padded(image, size, resampling)
    raise UsageError(f"fit_square: the fit must be one of {', '.join(FITS)}, not {fit!r}.")


def thumbnail_jpeg(pixels: Pixels, side: int) -> bytes:
    """Return a JPEG file of the picture with its longer side at most ``side`` pixels.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), 0-255.
        side: pixels; a smaller picture is not enlarged.

    Raises:
        UsageError: ``side`` is not positive.
    """
    return thumbnail_of(Image.fromarray(pixels), side)


def thumbnail_of(image: Image.Image, side: int) -> bytes:
    """Do as ``thumbnail_jpeg``, from a Pillow image of mode RGB."""
    if side < 1:
        raise UsageError(f"thumbnail_jpeg: the side must be at least 1 pixel, not {side}.")
    size = scaled_down(image.size, side)
    small = (
        image
        if size == image.size
        else image.resize(size, Image.Resampling.BILINEAR, reducing_gap=_REDUCING_GAP)
    )
    target = io.BytesIO()
    small.save(target, "JPEG", quality=_THUMBNAIL_QUALITY, optimize=False)
    return target.getvalue()


def scaled_down(size: tuple[int, int], longer: int) -> tuple[int, int]:
    """Return (width, height) shrunk to a longer side of at most ``longer``, never enlarged."""
    width, height = size
    if max(size) <= longer:
        return size
    scale = longer / max(size)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _padded(image: Image.Image, size: int, resampling: Image.Resampling) -> Image.Image:
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    inner = _resize(image, (width, height), resampling)
    if (width, height) == (size, size):
        return inner
    square = Image.new("RGB", (size, size), BORDER)
    square.paste(inner, ((size - width) // 2, (size - height) // 2))
    return square


def _central_square(size: tuple[int, int]) -> tuple[float, float, float, float]:
    width, height = size
    side = min(size)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def _resize(
    image: Image.Image,
    size: tuple[int, int],
    resampling: Image.Resampling,
    *,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    if image.size == size and box is None:
        return image
    return image.resize(size, resampling, box=box, reducing_gap=_REDUCING_GAP)
