"""Pairs worth a closer look, out of all n (n - 1) / 2, in little time and flat memory."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.split.orientation import Bits, Floats

Ints = NDArray[np.int64]

BANDS: Final = 4
"""A 64-bit hash is rotated so that each of four 16-bit bands comes first once."""
HASH_BITS: Final = 10
"""Hashes that differ in at most so many bits make a pair a candidate."""
WINDOW: Final = 4
"""Neighbours looked at on either side in each sorted table of hashes."""
NEIGHBOURS: Final = 8
"""Nearest embeddings looked at for each picture."""
THUMB_NEIGHBOURS: Final = 3
"""Nearest low frequencies of the thumb looked at for each picture."""
DIRECTIONS: Final = 128
"""Principal directions of the embeddings in which the search runs."""
THUMB_DIRECTIONS: Final = 32
"""Likewise of the low frequencies."""
_SAMPLE: Final = 768
"""Pictures from which the principal directions are learned."""
_BLOCK: Final = 64
_CHUNK: Final = 256


def hash_pairs(tables: Bits) -> Ints:
    """Pairs whose perceptual hashes are close in some orientation.

    Two hashes that differ in few bits agree in at least one of the bands (pigeonhole), so
    they stand close together in the table sorted with that band first; only such neighbours
    are compared (Manku, Jain and Das Sarma, Detecting near-duplicates for web crawling, WWW
    2007). Where hundreds share a band, nearest by the other bits come first: the rest is
    left to the embeddings.

    Args:
        tables: uint64, shape (8, n): hash of each orientation; row 0 is the picture as it is.

    Returns:
        int64, shape (pairs, 2), first < second, sorted, each once.
    """
    n = tables.shape[1]
    found = [np.empty((0, 2), np.int64)]
    for band in range(BANDS):
        shift = np.uint64(64 // BANDS * band)
        rotated = _rotated(tables, shift)
        order = np.argsort(rotated[0], kind="stable")
        ranked = rotated[0][order]
        for row in rotated:
            at = np.searchsorted(ranked, row)
            for step in range(-WINDOW, WINDOW + 1):
                near = np.clip(at + step, 0, n - 1)
                close = np.bitwise_count(row ^ ranked[near]) <= HASH_BITS
                found.append(np.stack([np.flatnonzero(close), order[near[close]]], axis=1))
    return unique_pairs(np.concatenate(found), n)


def _rotated(values: Bits, shift: np.uint64) -> Bits:
    if not shift:
        return values
    return (values << shift) | (values >> (np.uint64(64) - shift))


def neighbour_pairs(vectors: Floats, *, k: int, directions: int) -> Ints:
    """Pairs of which one is among the nearest few of the other by cosine.

    The search runs on a projection to the principal directions of the embeddings, in blocks
    of rows; memory is a few blocks beyond the projection.

    Args:
        vectors: unit length, float32, shape (n, d).
        k: how many count as the nearest few.
        directions: how many principal directions the search looks at.

    Returns:
        As ``hash_pairs``.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return np.empty((0, 2), np.int64)
    short = _projected(vectors, directions)
    found = np.empty((n, k), np.int64)
    for start in range(0, n, _CHUNK):
        stop = min(n, start + _CHUNK)
        likeness = short[start:stop] @ short.T
        likeness[np.arange(stop - start), np.arange(start, stop)] = -np.inf
        found[start:stop] = _largest(likeness, k)
    pairs = np.stack([np.repeat(np.arange(n), k), found.ravel()], axis=1)
    return unique_pairs(pairs, n)


def _projected(vectors: Floats, directions: int) -> Floats:
    """Unit vectors in the leading principal directions, float32, shape (n, directions)."""
    n = len(vectors)
    rows = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.int64))
    mean = vectors[rows].mean(axis=0)
    basis = _principal(vectors[rows] - mean, directions)
    short = np.concatenate([(vectors[s : s + _CHUNK] - mean) @ basis for s in range(0, n, _CHUNK)])
    length = np.sqrt(np.einsum("nd,nd->n", short, short))[:, None]
    return np.asarray(short / np.maximum(length, 1e-12), np.float32)


def _principal(sample: Floats, directions: int) -> Floats:
    """The leading principal directions of centred rows (m, d), shape (d, at most directions).

    Of the two matrices that have them, rows by rows and columns by columns, the smaller is
    decomposed.
    """
    tall = len(sample) >= sample.shape[1]
    spread, axes = np.linalg.eigh(sample.T @ sample if tall else sample @ sample.T)
    kept = spread[-directions:] > 1e-6 * max(float(spread[-1]), 1e-12)
    axes = axes[:, -directions:][:, kept]
    basis = axes if tall else sample.T @ axes
    return np.asarray(basis / np.sqrt(np.einsum("dk,dk->k", basis, basis)), np.float32)


def _largest(values: Floats, k: int) -> Ints:
    """Columns of the ``k`` largest values of each row.

    The k largest lie in the k blocks with the largest maxima, so only these are sorted.
    """
    rows, n = values.shape
    if n <= _BLOCK * k:
        return np.argpartition(values, n - k, axis=1)[:, n - k :]
    blocks = n // _BLOCK
    body = values[:, : blocks * _BLOCK].reshape(rows, _BLOCK, blocks)
    chosen = np.argpartition(body.max(axis=1), blocks - k, axis=1)[:, blocks - k :]
    columns = (np.arange(_BLOCK)[:, None] * blocks + chosen[:, None, :]).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(blocks * _BLOCK, n), (rows, n - blocks * _BLOCK))
    columns = np.concatenate([columns, rest], axis=1)
    few = np.take_along_axis(values, columns, axis=1)
    best = np.argpartition(few, few.shape[1] - k, axis=1)[:, few.shape[1] - k :]
    return np.take_along_axis(columns, best, axis=1)


def unique_pairs(pairs: Ints, n: int) -> Ints:
    """Pairs of indices below ``n`` as first < second, sorted, each once, none with itself."""
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    codes = np.unique((first * n + second)[first != second])
    return np.stack([codes // n, codes % n], axis=1)
