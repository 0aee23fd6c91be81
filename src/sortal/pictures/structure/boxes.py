"""ISO base media files (ISO/IEC 14496-12): AVIF, HEIC and boxed JPEG XL and JPEG 2000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sortal.pictures.structure.result import Structure

_KNOWN: Final = frozenset(
    {b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"styp", b"idat"}
    | {b"free", b"skip", b"uuid", b"xml ", b"Exif", b"jumb", b"uinf", b"asoc", b"brob"}
    | {b"jP  ", b"jp2h", b"jp2c", b"jp2i", b"JXL ", b"jxlc", b"jxlp", b"jxll", b"jxli", b"jbrd"}
)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its type, where it begins, and where its contents start and end in the data."""

    kind: bytes
    at: int
    start: int
    end: int

    def is_cut(self, data: bytes) -> bool:
        """Whether it reaches beyond the data; what is no box but bytes appended does not."""
        return self.end > len(data) and self.kind in _KNOWN


def boxes(data: bytes) -> Iterator[Box]:
    """Yield the outermost boxes; the end of the last may lie beyond the data."""
    at, size = 0, len(data)
    while at + 8 <= size:
        length, start = int.from_bytes(data[at : at + 4], "big"), at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = at + length if length else size  # zero means: up to the end of the file
        yield Box(data[at + 4 : at + 8], at, start, end)
        at = max(end, start)


def examine_boxes(data: bytes) -> Structure:
    """Find a box that reaches beyond the end of the file.

    A naked JPEG XL stream has no boxes and no announced length: its decoder must tell.
    """
    if data.startswith(b"\xff\x0a"):
        return Structure()
    for box in boxes(data):
        if box.is_cut(data):
            return Structure(missing=f"the end of its '{box.kind.decode().strip()}' part")
        if box.end > len(data):
            return Structure(end=box.at)
    return Structure()
