"""JPEG 2000 (ITU-T T.800): tile parts of known length, then the end-of-codestream marker."""

from __future__ import annotations

from typing import Final

from sortal.pictures.structure.boxes import boxes
from sortal.pictures.structure.result import Structure

_START_OF_TILE_PART: Final = b"\xff\x90"
_END_OF_CODESTREAM: Final = b"\xff\xd9"
_EXIF_UUID: Final = b"JpgTiffExif->JP2"


def examine_jpeg2000(data: bytes) -> Structure:
    """Walk the codestream, by itself or in its box, and pick up EXIF from beside it."""
    if data.startswith(b"\xff\x4f"):
        return Structure(missing=_missing(data, 0, len(data)))
    exif = None
    missing: str | None = "the codestream"
    for box in boxes(data):
        if box.kind == b"jp2c":  # its own markers say more than the length of its box
            missing = _missing(data, box.start, min(box.end, len(data)))
        elif box.is_cut(data):
            missing = missing or "the end of its last part"
        elif box.kind == b"uuid" and data[box.start : box.start + 16] == _EXIF_UUID:
            exif = data[box.start + 16 : box.end]
    return Structure(missing=missing, exif=exif)


def _missing(data: bytes, start: int, end: int) -> str | None:
    """Say what the codestream between ``start`` and ``end`` lacks."""
    at = start + 2
    while at + 4 <= end and data[at : at + 2] != _START_OF_TILE_PART:
        if data[at : at + 2] == _END_OF_CODESTREAM:
            return None
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    while data[at : at + 2] == _START_OF_TILE_PART and at + 10 <= end:
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        if length == 0:  # the last tile part reaches up to the end marker
            last = data.rfind(_END_OF_CODESTREAM, at, end)
            return None if last >= 0 else "the end-of-codestream marker"
        at += max(length, 12)
    if at + 2 > end:
        return "the end-of-codestream marker"
    return None  # whole or damaged: the decoder tells which
