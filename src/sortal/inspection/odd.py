"""Pictures that look like nothing else in the collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.inspection.robust import Floats, median_and_spread
from sortal.inspection.values import Flag

NEIGHBOURS: Final = 10
"""A handful of strangers of one sort must not vouch for each other."""

DEVIATIONS: Final = 4.0
"""Robust deviations from the median; see docs/inspection.md."""

LEAST: Final = 30
"""Pictures below which nothing can be said about what is usual."""

REFERENCES: Final = 4096
"""Pictures at most that every picture is compared with; beyond, a fixed random part."""

BLOCK: Final = 1024

Vectors = NDArray[np.float32]
Indices = NDArray[np.int64]


def odd_ones(vectors: Vectors, *, labels: Indices, groups: Indices) -> tuple[Flag, ...]:
    """Find pictures far from their own label and from everything else.

    A picture's distance is 1 less its mean cosine similarity to its ten nearest neighbours
    that are not its kin: once among its own label, once among all. Both are expressed in
    robust deviations from the median over the collection (own label: from the label's
    median), and the smaller of the two must reach ``DEVIATIONS``. What is far from its own
    label but close to another is no odd one; it may be a wrong label.

    Args:
        vectors: float32, shape (n, d), embeddings.
        labels: shape (n,), index of the label; -1 for none, which compares with all alone.
        groups: shape (n,), group of kin.

    Returns:
        Flags, the oddest first; value and limit in robust deviations.
    """
    if len(vectors) < LEAST:
        return ()
    near_all, near_own = _distances(_unit(vectors), labels=labels, groups=groups)
    score = _deviations(near_all, np.zeros(len(labels), np.int64))
    of_own = _deviations(near_own, labels)
    score = np.where(np.isfinite(of_own), np.fmin(score, of_own), score)
    order = np.argsort(-score, kind="stable")
    found = order[score[order] >= DEVIATIONS]
    return tuple(Flag(int(i), round(float(score[i]), 2), DEVIATIONS) for i in found)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _distances(unit: Vectors, *, labels: Indices, groups: Indices) -> tuple[Floats, Floats]:
    """Distance to the nearest of all and of the own label; NaN where there are too few."""
    references = _references(len(unit))
    near_all, near_own = np.full(len(unit), np.nan), np.full(len(unit), np.nan)
    for rows in _blocks(len(unit)):
        similar = unit[rows] @ unit[references].T
        similar[groups[rows, None] == groups[references]] = -np.inf
        near_all[rows] = _mean_distance(similar)
        similar[labels[rows, None] != labels[references]] = -np.inf
        near_own[rows] = np.where(labels[rows] < 0, np.nan, _mean_distance(similar))
    return near_all, near_own


def _references(n: int) -> Indices:
    if n <= REFERENCES:
        return np.arange(n)
    chosen = np.random.default_rng(0).choice(n, REFERENCES, replace=False)
    return np.asarray(np.sort(chosen), dtype=np.int64)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, n, BLOCK))


def _mean_distance(similar: Vectors) -> Floats:
    """1 less the mean of the greatest similarities of each row; NaN where too few are finite."""
    count = min(NEIGHBOURS, similar.shape[1])
    nearest = np.partition(similar, -count, axis=1)[:, -count:].astype(np.float64)
    distance = 1.0 - nearest.mean(axis=1)
    return np.where(np.isfinite(distance), distance, np.nan)


def _deviations(distances: Floats, kinds: Indices) -> Floats:
    """Robust deviations above the median of the own kind, in units of the pooled spread."""
    centred = np.full(len(distances), np.nan)
    for kind in np.unique(kinds):
        mine = (kinds == kind) & np.isfinite(distances)
        if mine.any():
            centred[mine] = distances[mine] - np.median(distances[mine])
    finite = centred[np.isfinite(centred)]
    if not len(finite):
        return centred
    _, spread = median_and_spread(finite)
    return np.asarray(centred / max(spread, 1e-6), dtype=np.float64)
