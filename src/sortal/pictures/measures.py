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
    brightness, contrast = _level(np.asarray(grey.histogram()))
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


def measure_grey(pictures: NDArray[np.uint8]) -> list[Measures]:
    """Measure many small grey pictures; each number is the one that ``measure`` gives.

    Args:
        pictures: uint8, shape (n, height, width), no side above ``THUMB_SIDE``: larger ones
            would be averaged a little otherwise than alone.
    """
    n, height, width = pictures.shape
    # One below the other they are scaled apart from each other: the edges of the boxes that the
    # filter averages fall on the edges of the pictures.
    column = Image.fromarray(pictures.reshape(n * height, width))
    small = column.resize((THUMB_SIDE, n * THUMB_SIDE), Image.Resampling.BOX)
    thumbs = np.asarray(small).reshape(n, THUMB_SIDE, THUMB_SIDE)
    hashes, sharpness = perceptual_hashes(thumbs), laplacian_deviations(pictures)
    levels = [_level(np.bincount(picture.ravel(), minlength=256)) for picture in pictures]
    return [
        Measures(phash, thumb.tobytes(), sharp, brightness, contrast)
        for phash, thumb, sharp, (brightness, contrast) in zip(
            hashes, thumbs, sharpness, levels, strict=True
        )
    ]


def perceptual_hash(grey: NDArray[np.uint8]) -> int:
    """Return the 64-bit DCT hash of grey levels, shape (32, 32); see ``perceptual_hashes``."""
    return perceptual_hashes(grey[None])[0]


def perceptual_hashes(grey: NDArray[np.uint8]) -> list[int]:
    """Return the 64-bit DCT hashes of grey levels, shape (n, 32, 32).

    The lowest 8 by 8 coefficients of the two-dimensional cosine transform (type II,
    orthonormal) are compared with the median of all but the constant one; bit 63 is the
    constant one, then row by row. After "pHash" (Zauner, Implementation and Benchmarking of
    Perceptual Image Hash Functions, 2010).
    """
    low = _COSINES @ grey.astype(np.float64) @ _COSINES.T
    # Rounded so that coefficients that are zero but for rounding errors stay zero everywhere.
    flat = np.round(low.reshape(len(low), -1), 3)
    medians = np.partition(flat[:, 1:], _MIDDLE, axis=1)[:, _MIDDLE]  # quickly
    bits = np.packbits(flat > medians[:, None], axis=1)
    return [int.from_bytes(row.tobytes(), "big") for row in bits]


def laplacian_deviation(grey: NDArray[np.uint8]) -> float:
    """Return the standard deviation of the four-neighbour Laplacian; 0 below 3 by 3 pixels."""
    return laplacian_deviations(grey[None])[0]


def laplacian_deviations(grey: NDArray[np.uint8]) -> list[float]:
    """Do as ``laplacian_deviation`` for each of several pictures, shape (n, height, width)."""
    if min(grey.shape[1:]) < 3:
        return [0.0] * len(grey)
    levels = grey.astype(np.int16)
    upright = levels[:, :-2, 1:-1] + levels[:, 2:, 1:-1]
    around = upright + levels[:, 1:-1, :-2] + levels[:, 1:-1, 2:]
    lap = (around - 4 * levels[:, 1:-1, 1:-1]).astype(np.int32)
    # Sums of integers are exact in any order; a dot product would wake the threads of BLAS.
    totals = lap.sum(axis=(1, 2), dtype=np.int64).tolist()
    squares = np.square(lap).sum(axis=(1, 2), dtype=np.int64).tolist()
    n = lap[0].size
    return [
        math.sqrt(max(0.0, square / n - (total / n) * (total / n)))
        for total, square in zip(totals, squares, strict=True)
    ]


def _level(histogram: NDArray[np.int64]) -> tuple[float, float]:
    """Return mean and standard deviation of the grey level from its histogram, shape (256,)."""
    counts = histogram.astype(np.float64)
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
