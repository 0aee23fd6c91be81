"""The numbers of a fingerprint that come from pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sortal.pictures.fit import scaled_down

THUMB_SIDE: Final = 32
SHARPNESS_SIDE: Final = 256
_HASH_SIDE: Final = 8
_MIDDLE: Final = _HASH_SIDE**2 // 2 - 1  # of the 63 coefficients but the constant one


@dataclass(frozen=True, slots=True)
class Measures:
    """The pixel fields of ``Fingerprint``, which says what each is."""

    phash: int
    thumb: bytes
    sharpness: float
    brightness: float
    contrast: float


def measure(image: Image.Image) -> Measures:
    """Measure a Pillow image of mode RGB."""
    grey = image.convert("L")
    brightness, contrast = _level(grey)
    small = grey.resize(
        scaled_down(grey.size, SHARPNESS_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0
    )
    thumb = small.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BOX).tobytes()
    return Measures(
        phash=perceptual_hash(np.frombuffer(thumb, np.uint8).reshape(THUMB_SIDE, THUMB_SIDE)),
        thumb=thumb,
        sharpness=laplacian_deviation(np.asarray(small)),
        brightness=brightness,
        contrast=contrast,
    )


def perceptual_hash(grey: NDArray[np.uint8]) -> int:
    """Return the 64-bit DCT hash of grey levels, shape (32, 32).

    The lowest 8 by 8 coefficients of the two-dimensional cosine transform (type II,
    orthonormal) are compared with the median of all but the constant one; bit 63 is the
    constant one, then row by row. After "pHash" (Zauner, Implementation and Benchmarking of
    Perceptual Image Hash Functions, 2010).
    """
    low = _COSINES @ grey.astype(np.float64) @ _COSINES.T
    # Rounded so that coefficients that are zero but for rounding errors stay zero everywhere.
    flat = np.round(low.ravel(), 3)
    bits = np.packbits(flat > np.partition(flat[1:], _MIDDLE)[_MIDDLE])  # the median, quickly
    return int.from_bytes(bits.tobytes(), "big")


def laplacian_deviation(grey: NDArray[np.uint8]) -> float:
    """Return the standard deviation of the four-neighbour Laplacian; 0 below 3 by 3 pixels."""
    if min(grey.shape) < 3:
        return 0.0
    levels = grey.astype(np.int16)
    around = levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
    lap = (around - 4 * levels[1:-1, 1:-1]).astype(np.int32)
    # Sums of integers are exact in any order; a dot product would wake the threads of BLAS.
    total, squares = int(lap.sum(dtype=np.int64)), int(np.square(lap).sum(dtype=np.int64))
    mean = total / lap.size
    return math.sqrt(max(0.0, squares / lap.size - mean * mean))


def _level(grey: Image.Image) -> tuple[float, float]:
    """Return mean and standard deviation of the grey level from the histogram."""
    counts = np.asarray(grey.histogram(), dtype=np.float64)
    total = counts.sum()
    mean = float(counts @ _LEVELS / total)
    variance = float(counts @ (_LEVELS - mean) ** 2 / total)
    return mean, math.sqrt(variance)


def _cosines() -> NDArray[np.float64]:
    """Return the first rows of the orthonormal DCT-II matrix, shape (8, 32)."""
    frequency = np.arange(_HASH_SIDE)[:, None]
    position = np.arange(THUMB_SIDE)[None, :]
    matrix = np.cos(np.pi * (2 * position + 1) * frequency / (2 * THUMB_SIDE))
    matrix *= math.sqrt(2 / THUMB_SIDE)
    matrix[0] /= math.sqrt(2)
    return matrix


_COSINES: Final = _cosines()
_LEVELS: Final = np.arange(256, dtype=np.float64)
