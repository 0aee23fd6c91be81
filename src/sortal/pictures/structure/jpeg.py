"""JPEG (ITU-T T.81): a chain of marker segments that must reach the end-of-image marker."""

from __future__ import annotations

import re
from typing import Final

from sortal.pictures.structure.result import Structure

# Inside entropy-coded data 0xFF is followed by a stuffed zero or a restart marker, and markers
# may be padded with 0xFF; everything else after 0xFF is the next marker.
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_END_OF_IMAGE: Final = 0xD9
_WITHOUT_LENGTH: Final = frozenset({0x01, 0xD8})


def examine_jpeg(data: bytes) -> Structure:
    """Walk from marker to marker; what follows the first end-of-image marker is not looked at."""
    at = 2
    while match := _MARKER.search(data, at):
        marker, at = data[match.end() - 1], match.end()
        if marker == _END_OF_IMAGE:
            return Structure()
        if marker not in _WITHOUT_LENGTH:
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    return Structure(missing="the end-of-image marker")
