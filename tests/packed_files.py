"""Files of many small pictures, made by the tests."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The bytes of an IDX file that holds ``array``."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


def digits(n: int, *, height: int = 7, width: int = 6, seed: int = 0) -> NDArray[np.uint8]:
    """Pictures of noise: uint8, shape (n, height, width)."""
    return np.random.default_rng(seed).integers(0, 256, (n, height, width), np.uint8)


def write_idx(path: Path, array: NDArray[np.uint8]) -> Path:
    """Write an IDX file, packed where its name ends in .gz; return ``path``."""
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)
    return path
