"""BMP (Windows and OS/2 headers): pixels must lie inside the file."""

from __future__ import annotations

import struct
from typing import Final

from sortal.pictures.structure.result import Structure

_FILE_HEADER: Final = 14
_UNCOMPRESSED: Final = frozenset({0, 3, 6})  # plain, bit fields, bit fields with alpha
_DEPTHS: Final = frozenset({1, 2, 4, 8, 16, 24, 32})


def examine_bmp(data: bytes) -> Structure:
    """Compare the end of the pixels, as the header gives it, with the end of the file.

    Run-length coded pixels have no end that could be computed, so there the announced file
    size must do, a number that is often wrong.
    """
    try:
        announced, pixels_at, header_bytes = struct.unpack_from("<I4xII", data, 2)
        layout = "<HH2xH" if header_bytes == 12 else "<ii2xHI"
        width, height, bits, *rest = struct.unpack_from(layout, data, _FILE_HEADER + 4)
    except struct.error:
        return Structure(missing="the end of its header")
    if rest and rest[0] not in _UNCOMPRESSED:
        return Structure(doubtful="the last rows" if announced > len(data) else None)
    if bits not in _DEPTHS:
        return Structure()  # damaged: the decoder says how
    stride = (abs(width) * bits + 31) // 32 * 4
    end = pixels_at + stride * abs(height)
    return Structure(missing="the last rows" if end > len(data) else None)
