"""One file in; out comes one checked uint8 RGB array with its fingerprint, or a named fault."""

from sortal.errors import Fault, FaultReason
from sortal.pictures.box import Box
from sortal.pictures.events import Progress, Step, silent
from sortal.pictures.fit import FITS, Fit, fit_square, thumbnail_jpeg
from sortal.pictures.handwriting import find_digits, is_prepared
from sortal.pictures.limits import LIMITS, Limits
from sortal.pictures.pool import PicturePool
from sortal.pictures.reading import read_picture
from sortal.pictures.record import (
    FINGERPRINT_VERSION,
    Digit,
    Fingerprint,
    Picture,
    Pixels,
    Prepared,
    Source,
)
from sortal.pictures.signature import FORMATS, SUFFIXES
from sortal.pictures.source import content_hash, picture_bytes

__all__ = [
    "FINGERPRINT_VERSION",
    "FITS",
    "FORMATS",
    "LIMITS",
    "SUFFIXES",
    "Box",
    "Digit",
    "Fault",
    "FaultReason",
    "Fingerprint",
    "Fit",
    "Limits",
    "Picture",
    "PicturePool",
    "Pixels",
    "Prepared",
    "Progress",
    "Source",
    "Step",
    "content_hash",
    "find_digits",
    "fit_square",
    "is_prepared",
    "picture_bytes",
    "read_picture",
    "silent",
    "thumbnail_jpeg",
]
