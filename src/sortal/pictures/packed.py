"""Single pictures out of files that hold thousands of equal size, such as those of MNIST."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.idx import is_idx, read_array, start_of
from sortal.pictures.pixel_table import is_pixel_table, pixel_table
from sortal.pictures.refusal import Refusal

_OPEN_FILES: Final = 4  # the two parts of a data set, and of the one that it is judged by
_GREY, _COLOUR = 3, 4  # dimensions of the arrays

_opening = threading.Lock()


def packed_pictures(path: Path) -> NDArray[np.uint8]:
    """Return all pictures of a file; of the last few files they are kept for the next call.

    Returns:
        uint8, read-only, shape (n, height, width), or (n, height, width, 3) in colour.

    Raises:
        Refusal: as ``idx.read_array`` and ``pixel_table`` say, and "damaged" where the file holds
            no pictures.
        OSError: the file is not there.
    """
    status = path.stat()
    with _opening:  # so that threads that ask together do not all unpack it
        return _pictures(path, status.st_mtime_ns, status.st_size)


def packed_picture(path: Path, number: int) -> bytes:
    """Return picture ``number``, counted from 0, as the bytes of a Netpbm file.

    This is the written rule by which it becomes a picture: raw PGM where it is grey, PPM in
    colour, its numbers as they stand with 255 as white.

    Raises:
        Refusal: as ``packed_pictures``; "bad-record" where there is no such picture.
        OSError: the file is not there.
    """
    pictures = packed_pictures(path)
    if not 0 <= number < len(pictures):
        raise Refusal(
            "bad-record", f"{path.name} holds {len(pictures):,} pictures; there is no {number:,}."
        )
    return as_netpbm(pictures[number])


def as_netpbm(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture, uint8 (height, width) or (height, width, 3), as a raw PGM or PPM file."""
    kind = b"P5" if picture.ndim == _GREY - 1 else b"P6"
    height, width = picture.shape[:2]
    return b"%b\n%d %d\n255\n%b" % (kind, width, height, picture.tobytes())


@lru_cache(maxsize=_OPEN_FILES)
def _pictures(path: Path, _mtime_ns: int, _size: int) -> NDArray[np.uint8]:
    if not is_idx(start_of(path, 4)) and is_pixel_table(path):
        return pixel_table(path).pixels
    array = read_array(path)
    if array.ndim == _COLOUR and array.shape[3] == 1:
        array = array[..., 0]
    if not (array.ndim == _GREY or (array.ndim == _COLOUR and array.shape[3] == 3)):
        raise Refusal(
            "damaged",
            f"Its numbers are {' x '.join(f'{n:,}' for n in array.shape)}; pictures are "
            "number x height x width, or that x 3.",
        )
    return array
