"""Arrays in the IDX format, in which MNIST and its relatives are distributed, gzip or plain.

The format (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998):
two zero bytes, a byte for the type of the numbers (8: unsigned bytes), a byte for how many
dimensions there are, the size of each as a big-endian 32-bit number, then the numbers, the
last dimension fastest.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.limits import MEBIBYTE
from sortal.pictures.refusal import Refusal

MOST_BYTES: Final = 1024 * MEBIBYTE
"""Largest array that is read, unpacked; EMNIST's largest part has 547,178,688 bytes."""

_GZIP: Final = b"\x1f\x8b"
_BYTES: Final = 8
_MOST_DIMENSIONS: Final = 4
_TYPES: Final = {
    9: "signed bytes",
    11: "16-bit integers",
    12: "32-bit integers",
    13: "floats",
    14: "doubles",
}
_PORTION: Final = 8 * MEBIBYTE

Stream = BufferedReader | gzip.GzipFile


def is_idx(start: bytes) -> bool:
    """Tell whether unpacked contents begin like an IDX file of any number type."""
    return (
        len(start) >= 4
        and start[:2] == b"\0\0"
        and (start[2] == _BYTES or start[2] in _TYPES)
        and 1 <= start[3] <= _MOST_DIMENSIONS
    )


def start_of(path: Path, n_bytes: int) -> bytes:
    """Return the first bytes of a file's unpacked contents; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(max(n_bytes, 4096))
    except OSError:
        return b""
    if not start.startswith(_GZIP):
        return start[:n_bytes]
    try:
        return zlib.decompressobj(wbits=31).decompress(start, n_bytes)
    except zlib.error:
        return b""


def read_array(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes whole.

    What the header promises is compared with the limit before anything is unpacked, and no
    more than it promises, and one byte, is ever unpacked.

    Returns:
        uint8, read-only, of the header's shape, 1 to 4 dimensions.

    Raises:
        Refusal: "unreadable", "damaged", "truncated" or "too-large".
    """
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == _GZIP
            if not packed:
                return _read(file)
            with gzip.GzipFile(fileobj=file, mode="rb") as stream:
                return _read(stream)
    except EOFError as error:
        raise Refusal("truncated", "The gzip file ends too early; download it again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refusal("damaged", f"The gzip file is damaged ({error}).") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal("unreadable", f"The file could not be read: {why}.") from error


def _read(stream: Stream) -> NDArray[np.uint8]:
    shape = _shape(stream)
    size = math.prod(shape)
    if size > MOST_BYTES:
        raise Refusal(
            "too-large",
            f"Its header promises {' x '.join(f'{n:,}' for n in shape)} bytes; at most "
            f"{MOST_BYTES:,} in all are read.",
        )
    array = np.empty(size, np.uint8)
    rest = array.data
    while rest:
        got = stream.readinto(rest[:_PORTION])
        if not got:
            raise Refusal(
                "truncated",
                f"Its header promises {size:,} bytes, but {size - len(rest):,} follow; "
                "download it again.",
            )
        rest = rest[got:]
    if stream.read(1):
        raise Refusal("damaged", f"More than the {size:,} bytes that its header promises follow.")
    array.flags.writeable = False
    return array.reshape(shape)


def _shape(stream: Stream) -> tuple[int, ...]:
    magic = stream.read(4)
    if not is_idx(magic):
        raise Refusal(
            "damaged",
            f"It does not begin like an IDX file of bytes (00 00 08 and 1 to 4), but with "
            f"{magic.hex(' ') or 'nothing'}.",
        )
    if magic[2] != _BYTES:
        raise Refusal("damaged", f"It holds {_TYPES[magic[2]]}; unsigned bytes are expected.")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise Refusal("truncated", "The file ends within its header; download it again.")
    return struct.unpack(f">{magic[3]}I", sizes)
