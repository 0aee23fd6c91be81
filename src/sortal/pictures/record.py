"""What is known about one picture: where it lies, what it is, or why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.box import Box

Pixels = NDArray[np.uint8]
"""uint8 RGB, shape (height, width, 3), 0-255."""

FINGERPRINT_VERSION: Final = 1
"""Raised whenever the decoding rules or a fingerprint's definition change; part of cache keys."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of one picture are: a file, or a part of one.

    Attributes:
        path: the file on disk (the archive itself where ``member`` is given).
        member: name of the member inside a zip archive; number, from 0, of the picture in a
            file that holds many (``packed.py``); None for a file that is the picture.
    """

    path: Path
    member: str | int | None = None

    @property
    def file_name(self) -> str:
        """What to call a copy of the picture: a name without folders."""
        if isinstance(self.member, int):
            return f"{self.path.name.partition('.')[0]}-{self.member:05d}.pgm"
        return self.path.name if self.member is None else PurePosixPath(self.member).name


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is worth keeping of a picture besides its pixels; cached under the content hash.

    Attributes:
        sha256: hash of the file's bytes, 64 hexadecimal digits.
        format: name of the format as decoded: "JPEG", "PNG", ...
        width: pixels, after EXIF orientation, of the file itself (not of a scaled decoding).
        height: likewise.
        phash: 64-bit perceptual hash (DCT) of the picture.
        thumb: 32x32 grey levels, row by row, 1,024 bytes, for comparing pictures directly.
        sharpness: standard deviation of the Laplacian of the grey picture scaled down to a
            longer side of at most 256 pixels (never enlarged); grey levels, 0 for a flat
            picture.
        brightness: mean grey level, 0-255.
        contrast: standard deviation of the grey level, 0-127.5.
        taken_at: EXIF DateTimeOriginal in seconds since 1970 read as UTC (cameras record no
            zone), with sub-seconds where given; None where absent.
        camera: EXIF make, model and serial number joined by a space; None where absent.
        repairs: the written rules that were applied in memory, in words.
    """

    sha256: str
    format: str
    width: int
    height: int
    phash: int
    thumb: bytes
    sharpness: float
    brightness: float
    contrast: float
    taken_at: float | None
    camera: str | None
    repairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture.

    Attributes:
        pixels: uint8 RGB, shape (height, width, 3), 0-255, upright; a far larger file is
            decoded at reduced scale.
        fingerprint: what is known of the file.
    """

    pixels: Pixels
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, eq=False)
class Digit:
    """One digit of a picture of handwriting.

    Attributes:
        box: where it is, in pixels of the picture, upright; None where the whole picture is one
            digit that stood prepared.
        square: uint8 RGB, shape (size, size, 3), white on black.
    """

    box: Box | None
    square: Pixels


@dataclass(frozen=True, slots=True)
class Prepared:
    """One picture made ready for a network by a ``PicturePool``.

    Attributes:
        fingerprint: what is known of the file.
        square: uint8 RGB, shape (size, size, 3), 0-255.
        thumbnail: a small JPEG file where the pool was asked for thumbnails, else None.
        digits: where the pool was asked for digits, those of the picture in reading order,
            their boxes in pixels of the file itself; ``square`` is then the first of them, or
            black. None where it was not.
    """

    fingerprint: Fingerprint
    square: Pixels
    thumbnail: bytes | None = None
    digits: tuple[Digit, ...] | None = None
