"""All that is done to one picture on its way to a network, as one call that never raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from sortal.errors import Fault
from sortal.pictures.fit import Fit, fit_image, thumbnail_of
from sortal.pictures.handwriting import MOST_DIGITS, each_digit
from sortal.pictures.limits import LIMITS, Limits
from sortal.pictures.reading import read_image
from sortal.pictures.record import Digit, Fingerprint, Prepared, Source
from sortal.pictures.refusal import Refusal
from sortal.pictures.source import read_bytes

_MOST_DIGIT_BYTES: Final = 1 << 27  # of squares from one picture, at 1,000 pixels a side 44


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pool makes of each picture.

    Attributes:
        size: side of the square, pixels.
        fit: how the picture becomes a square.
        thumbnail: longer side of the thumbnail, pixels; None for no thumbnail.
        apart: whether a picture of handwriting is taken apart into its digits.
        limits: what one picture may cost.
    """

    size: int
    fit: Fit
    thumbnail: int | None = None
    apart: bool = False
    limits: Limits = LIMITS


def prepare(source: Source, wanted: Wanted, *, path: str) -> Prepared | Fault:
    """Read the picture known to the user as ``path`` and make of it what is wanted."""
    try:
        data = read_bytes(source, wanted.limits)
        return prepare_bytes(data, wanted, path=path)
    except Refusal as refusal:
        return refusal.fault(path)
    except MemoryError:
        return Fault(path, "too-large", "Reading it takes more memory than one picture may.")


def prepare_bytes(data: bytes, wanted: Wanted, *, path: str) -> Prepared:
    """Do as ``prepare`` with bytes already read.

    Raises:
        Refusal: the picture cannot be used.
    """
    image, fingerprint = read_image(data, name=path, limits=wanted.limits)
    thumbnail = None if wanted.thumbnail is None else thumbnail_of(image, wanted.thumbnail)
    if not wanted.apart:
        square = np.array(fit_image(image, wanted.size, wanted.fit))
        return Prepared(fingerprint, square, thumbnail)
    digits = digits_of_file(image, fingerprint, size=wanted.size)
    blank = np.zeros((wanted.size, wanted.size, 3), np.uint8)
    return Prepared(fingerprint, digits[0].square if digits else blank, thumbnail, digits)


def digits_of_file(image: Image.Image, fingerprint: Fingerprint, *, size: int) -> tuple[Digit, ...]:
    """Return the digits of a picture with boxes in pixels of the file, decoded smaller or not.

    Args:
        image: of mode RGB, as decoded.
        fingerprint: of the file.
        size: side of the squares, pixels.
    """
    most = min(MOST_DIGITS, _MOST_DIGIT_BYTES // (3 * size * size))
    digits = each_digit(image, size, most=most)
    scale = fingerprint.width / image.width, fingerprint.height / image.height
    if scale == (1.0, 1.0):
        return digits
    return tuple(
        Digit(None if digit.box is None else digit.box.scaled(*scale), digit.square)
        for digit in digits
    )
