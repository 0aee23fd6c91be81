"""Sets of kinds that contain the truth at a stated rate: split conformal prediction.

The score of a kind is 1 - its probability (least ambiguous sets: Sadinle, Lei and
Wasserman, JASA 2019). The most probable kind is always in the set, so that no set is empty.
Pictures of one group are alike, so the finite-sample correction counts independent pictures,
not all of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

OPEN: Final = 1.0
"""The threshold at which every kind is in the set."""
ROUNDING: Final = 1e-9
"""Taken off a level, so that 18 of 19 is not rounded up to 19 of 19."""


def true_scores(probabilities: Floats, truth: Ints) -> Floats:
    """Return 1 - the probability of the true class; (repeats, n, classes) to (repeats, n)."""
    scores: Floats = 1.0 - np.take_along_axis(probabilities, truth[None, :, None], axis=-1)[..., 0]
    return scores


def fit_set_threshold(scores: Floats, groups: Ints, *, coverage: float) -> float:
    """Return the score up to which a kind belongs to the set, 0-1.

    The quantile at coverage x (1 + 1 / m) of the scores of the truth, m being the effective
    number of independent pictures (``effective_count``); 1 where m is too small for the
    coverage asked for, and every kind is then in every set.

    Args:
        scores: shape (repeats, n): of the true class, from models that had not seen it.
        groups: int64, shape (n,).
        coverage: the share of sets that shall contain the truth, 0-1.
    """
    first = float(np.quantile(scores, coverage))
    level = coverage * (1.0 + 1.0 / effective_count((scores <= first).mean(axis=0), groups))
    if level > 1.0 + ROUNDING:
        return OPEN
    return quantile_up(scores, level)


def quantile_up(values: NDArray[np.floating], level: float) -> float:
    """Return the least of ``values`` that a share of at least ``level``, 0-1, do not exceed."""
    exact = min(max(level - ROUNDING, 0.0), 1.0)
    return float(np.quantile(values, exact, method="inverted_cdf"))


def effective_count(values: Floats, groups: Ints) -> float:
    """Return how many independent pictures tell as much about the mean of ``values``.

    Between the number of groups and the number of pictures: the variance of the mean over
    pictures divided by that of the mean over groups (Kish's design effect).

    Args:
        values: shape (n,).
        groups: int64, shape (n,).
    """
    _, group = np.unique(groups, return_inverse=True)
    deviations = values - values.mean()
    by_group = np.bincount(group, deviations)
    n, n_groups = values.size, by_group.size
    spread, clustered = float((deviations**2).sum()), float((by_group**2).sum())
    if clustered <= 0.0:
        return float(n_groups)
    return float(np.clip(n * spread / clustered, n_groups, n)) if n_groups < n else float(n)


def in_set(probabilities: Floats, threshold: float) -> Bools:
    """Return which kinds are in each set; bool, the shape of ``probabilities``."""
    best = probabilities >= probabilities.max(axis=-1, keepdims=True)
    members: Bools = (1.0 - probabilities <= threshold) | best
    return members
