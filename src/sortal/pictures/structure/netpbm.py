"""Netpbm (PGM and PPM, raw): the pixels that the header promises must follow it."""

from __future__ import annotations

import re
from typing import Final

from sortal.pictures.structure.result import Structure

_GAP: Final = rb"(?:[ \t\r\n]|#[^\r\n]*[\r\n])+"
_HEADER: Final = re.compile(
    rb"P([56])" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,5})[ \t\r\n]"
)
_ONE_BYTE: Final = 256


def examine_netpbm(data: bytes) -> Structure:
    """Compare the pixels that the header promises with what follows it."""
    header = _HEADER.match(data, 0, 65_536)
    if header is None:
        return Structure()  # damaged: the decoder says how
    kind, width, height, white = map(int, header.groups())
    depth = (1 if kind == 5 else 3) * (1 if white < _ONE_BYTE else 2)
    end = header.end() + width * height * depth
    return Structure(missing="the last rows" if end > len(data) else None)
