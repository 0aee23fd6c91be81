"""Eight ways to lie: a picture's low frequencies, and which flip or turn fits another's.

A flip changes only the signs of the odd cosine coefficients and a transposition only their
places, so the coefficients of all eight orientations follow from one transform.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]

SIDE: Final = 32
"""Side of the grey thumb of a fingerprint."""
ORIENTATIONS: Final = 8
LOW: Final = 8
"""Frequencies kept in each direction."""

NEARLY: Final = 0.1
"""Correlation by which a second orientation may fall behind the best and still be tried."""

_CHUNK: Final = 4096
_SIGNS: Final = np.where(np.arange(LOW) % 2, -1.0, 1.0).astype(np.float32)


def low_frequencies(thumbs: NDArray[np.uint8]) -> Floats:
    """Discrete cosine transform (type II), the lowest 8 by 8 coefficients without the mean.

    Args:
        thumbs: grey levels, uint8, shape (n, 32, 32).

    Returns:
        float32, shape (n, 8, 8), scaled to unit length (zero for a flat picture).
    """
    i = np.arange(SIDE)
    basis = np.cos(np.pi * (2 * i + 1) * np.arange(LOW)[:, None] / (2 * SIDE)).astype(np.float32)
    waves = np.empty((len(thumbs), LOW, LOW), np.float32)
    for start in range(0, len(thumbs), _CHUNK):  # as floats, all at once would be large
        part = slice(start, start + _CHUNK)
        waves[part] = basis @ thumbs[part].astype(np.float32) @ basis.T
    waves[:, 0, 0] = 0.0
    length = np.sqrt((waves**2).sum(axis=(1, 2), keepdims=True))
    return np.asarray(waves / np.maximum(length, 1e-6), np.float32)


def turned_frequencies(waves: Floats, orientation: int) -> Floats:
    """The coefficients that ``turned`` pictures would have; same shape."""
    turned_waves = waves.transpose(0, 2, 1) if orientation & 4 else waves
    if orientation & 1:
        turned_waves = turned_waves * _SIGNS
    if orientation & 2:
        turned_waves = turned_waves * _SIGNS[:, None]
    return turned_waves


def turned(pictures: Floats, orientation: int) -> Floats:
    """Pictures (n, side, side), transposed (bit 2), then flipped along x (bit 0), y (bit 1)."""
    out = pictures.transpose(0, 2, 1) if orientation & 4 else pictures
    if orientation & 1:
        out = out[:, :, ::-1]
    if orientation & 2:
        out = out[:, ::-1]
    return out


def likely_orientations(first: Floats, second: Floats) -> tuple[Ints, Ints, Floats]:
    """The orientations of each ``first`` in which it may be its ``second``.

    Those are the one whose low frequencies fit best and, because things may be nearly
    symmetric, the next best where it fits almost as well.

    Args:
        first, second: as ``low_frequencies`` gives them, shape (n, 8, 8).

    Returns:
        Row in ``first``, orientation (both int64) and correlation (float32, -1 to 1), one
        entry for each likely orientation of a row.
    """
    fits = np.stack(
        [
            np.einsum("nij,nij->n", turned_frequencies(first, orientation), second)
            for orientation in range(ORIENTATIONS)
        ],
        axis=1,
    )
    ranked = np.argsort(-fits, axis=1, kind="stable")[:, :2]
    top = np.take_along_axis(fits, ranked, axis=1)
    rows, place = np.nonzero(top >= top[:, :1] - NEARLY)
    return rows, ranked[rows, place], np.asarray(top[rows, place], np.float32)


def hashes(waves: Floats) -> Bits:
    """64-bit perceptual hash of each orientation: is a coefficient above the median?

    After Zauner, Implementation and benchmarking of perceptual image hash functions, 2010.

    Returns:
        uint64, shape (8, n).
    """
    weights = np.uint64(1) << np.arange(LOW * LOW, dtype=np.uint64)
    out = np.empty((ORIENTATIONS, len(waves)), np.uint64)
    for orientation in range(ORIENTATIONS):
        flat = turned_frequencies(waves, orientation).reshape(len(waves), -1)
        above = flat > np.median(flat, axis=1, keepdims=True)
        out[orientation] = (above * weights).sum(axis=1, dtype=np.uint64)
    return out
