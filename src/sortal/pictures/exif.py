"""The few EXIF fields that Sortal uses: which way is up, when, and with which camera."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sortal.pictures.tiff_tags import Directory, TiffTags

_ORIENTATION: Final = 0x0112
_MAKE: Final = 0x010F
_MODEL: Final = 0x0110
_EXIF_DIRECTORY: Final = 0x8769
_TAKEN: Final = 0x9003
_TAKEN_SUBSECONDS: Final = 0x9291
_SERIAL_NUMBER: Final = 0xA431

_WHEN: Final = re.compile(r"(\d{4})\D(\d\d)\D(\d\d)\D(\d\d)\D(\d\d)\D(\d\d)")


@dataclass(frozen=True, slots=True)
class Exif:
    """What a camera wrote beside the pixels.

    Attributes:
        orientation: 1 to 8 as in EXIF 2.32, 1 upright; anything else reads as 1.
        taken_at: seconds since 1970, the camera's clock read as UTC; None where absent.
        camera: make, model and serial number; None where absent.
        legible: False where a block was there and could not be understood.
    """

    orientation: int = 1
    taken_at: float | None = None
    camera: str | None = None
    legible: bool = True


def parse_exif(block: bytes | None) -> Exif:
    """Read an EXIF block, with or without its ``Exif\\0\\0`` prefix; never raises."""
    if not block:
        return Exif()
    try:
        tags = TiffTags(block.removeprefix(b"Exif\0\0"))
        first = tags.first()
        orientation = tags.number(first, _ORIENTATION, 1)
    except ValueError:
        return Exif(legible=False)
    try:
        detail = tags.child(first, _EXIF_DIRECTORY)
        return Exif(
            orientation=orientation if 1 <= orientation <= 8 else 1,
            taken_at=_taken_at(tags, detail),
            camera=_camera(tags, first, detail),
        )
    except ValueError:
        # The orientation stands in the first directory, so it survives a damaged second one.
        return Exif(orientation=orientation if 1 <= orientation <= 8 else 1, legible=False)


def _taken_at(tags: TiffTags, detail: Directory) -> float | None:
    match = _WHEN.match(tags.text(detail, _TAKEN) or "")
    if match is None:
        return None
    try:
        whole = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:  # cameras without a set clock write 0000:00:00 00:00:00
        return None
    fraction = tags.text(detail, _TAKEN_SUBSECONDS) or ""
    return whole.timestamp() + (float(f"0.{fraction}") if fraction.isdecimal() else 0.0)


def _camera(tags: TiffTags, first: Directory, detail: Directory) -> str | None:
    parts = (
        tags.text(first, _MAKE),
        tags.text(first, _MODEL),
        tags.text(detail, _SERIAL_NUMBER),
    )
    return " ".join(part for part in parts if part) or None
