"""PNG (W3C, third edition): a chain of chunks that must reach IEND."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from sortal.pictures.structure.result import Structure

_SIGNATURE_BYTES: Final = 8
_FRAME_BYTES: Final = 12  # length, type and checksum of a chunk
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7: Final = (  # left, top, step across, step down of each pass
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_SLICE: Final = 1 << 20


def examine_png(data: bytes) -> Structure:
    """Walk from chunk to chunk."""
    for kind, _, end in _chunks(data):
        if kind == b"IEND" and end + 4 <= len(data):
            return Structure()
    return Structure(missing="the IEND chunk")


def pixels_are_missing(data: bytes) -> bool:
    """Tell whether the compressed pixels end before the picture does.

    Pillow fills what is missing with black and says nothing. This inflates all pixels, so it
    is worth calling only for a picture that ends in black rows.
    """
    expected, seen = 0, 0
    inflate = zlib.decompressobj()
    try:
        for kind, start, end in _chunks(data):
            if kind == b"IHDR":
                expected = _expected_bytes(data[start:end])
            elif kind == b"IDAT":
                seen += _inflated(inflate, data[start:end])
    except zlib.error:
        return True
    return seen < expected


def _inflated(inflate: zlib._Decompress, data: bytes) -> int:
    """Return how many bytes ``data`` adds, never holding more than a slice of them."""
    seen = len(inflate.decompress(data, _SLICE))
    while inflate.unconsumed_tail:
        seen += len(inflate.decompress(inflate.unconsumed_tail, _SLICE))
    return seen


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type of each chunk and where its contents start and end."""
    at = _SIGNATURE_BYTES
    while at + 8 <= len(data):
        start = at + 8
        end = start + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : start], start, end
        at += _FRAME_BYTES + end - start


def _expected_bytes(header: bytes) -> int:
    """Return the length of the unfiltered pixel stream that the header announces."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, interlaced = header[8], header[9], header[12]
    bits = depth * _SAMPLES.get(colour, 1)
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for left, top, across, down in _ADAM7:
        columns, rows = -((left - width) // across), -((top - height) // down)
        if columns > 0:
            total += max(rows, 0) * (1 + (columns * bits + 7) // 8)
    return total
