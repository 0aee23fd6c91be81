"""GIF89a: blocks of sub-blocks that must reach the trailer."""

from __future__ import annotations

from typing import Final

from sortal.pictures.structure.result import Structure

_EXTENSION: Final = 0x21
_IMAGE: Final = 0x2C
_TRAILER: Final = 0x3B


def examine_gif(data: bytes) -> Structure:
    """Walk from block to block and count the images."""
    frames = 0
    at = 13 + _table_bytes(data, 10)
    while at < len(data):
        kind = data[at]
        if kind == _TRAILER:
            return Structure(frames=max(frames, 1))
        if kind == _EXTENSION:
            at = _after_sub_blocks(data, at + 2)
        elif kind == _IMAGE:
            frames += 1
            at = _after_sub_blocks(data, at + 11 + _table_bytes(data, at + 9))
        else:
            at += 1  # decoders step over stray bytes between blocks, and so do we
    return Structure(missing="the trailer", frames=max(frames, 1))


def _table_bytes(data: bytes, flags_at: int) -> int:
    """Return the size of the colour table that the flags at ``flags_at`` announce."""
    if flags_at >= len(data) or not data[flags_at] & 0x80:
        return 0
    return int(3 * (2 << (data[flags_at] & 7)))


def _after_sub_blocks(data: bytes, at: int) -> int:
    """Return where a chain of sub-blocks ends; beyond the data where it does not."""
    size = len(data)
    while at < size:
        length = data[at]
        at += length + 1
        if length == 0:
            return at
    return size
