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


def write_stripes(
    folder: Path, *, side: int = 8, n: int = 90, kinds: int = 3, first: int = 0
) -> Path:
    """Write a data set as MNIST's: noise, with a bright row at the height of its kind.

    Args:
        folder: to be made.
        side: of a picture, in pixels.
        n: pictures to learn from; 30 are to test on.
        kinds: how many there are.
        first: another number gives other noise.
    """
    folder.mkdir()
    for part, count in (("train", n), ("t10k", 30)):
        pixels = digits(count, height=side, width=side, seed=count + first) // 3
        labels = np.arange(count, dtype=np.uint8) % kinds
        for picture, label in zip(pixels, labels.tolist(), strict=True):
            picture[label * side // kinds + 1] = 230
        write_idx(folder / f"{part}-images-idx3-ubyte", pixels)
        write_idx(folder / f"{part}-labels-idx1-ubyte", labels)
    return folder
