"""All that is done to one picture on its way to a network, as one call that never raises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortal.errors import Fault
from sortal.pictures.fit import Fit, fit_image, thumbnail_of
from sortal.pictures.limits import LIMITS, Limits
from sortal.pictures.reading import read_image
from sortal.pictures.record import Prepared, Source
from sortal.pictures.refusal import Refusal
from sortal.pictures.source import read_bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pool makes of each picture.

    Attributes:
        size: side of the square, pixels.
        fit: how the picture becomes a square.
        thumbnail: longer side of the thumbnail, pixels; None for no thumbnail.
        limits: what one picture may cost.
    """

    size: int
    fit: Fit
    thumbnail: int | None = None
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
    return Prepared(
        fingerprint=fingerprint,
        square=np.array(fit_image(image, wanted.size, wanted.fit)),
        thumbnail=None if wanted.thumbnail is None else thumbnail_of(image, wanted.thumbnail),
    )
