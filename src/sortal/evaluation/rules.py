"""Fitting the rules that turn logits into confidence, sets and "I don't know"."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation.calibration import fit_temperature, softmax
from sortal.evaluation.sets import effective_count, fit_set_threshold, quantile_up, true_scores
from sortal.evaluation.values import Rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COVERAGE: Final = 0.95
COVERAGE_LOOSE: Final = 0.90
ACCEPTED: Final = 0.975
"""Share of pictures of the learned sort that shall not be called unknown."""


def fit_rules(
    logits: NDArray[np.floating],
    truth: Ints,
    *,
    groups: Ints,
    distances: NDArray[np.floating] | None = None,
) -> Rules:
    """Fit the rules on answers to pictures that the answering models had not seen.

    Args:
        logits: shape (repeats, n, classes).
        truth: int64, shape (n,).
        groups: int64, shape (n,).
        distances: shape (n,): to memories that held none of the picture's kin
            (``held_in_distances``).
    """
    temperature = fit_temperature(logits, truth)
    scores = true_scores(softmax(logits, temperature=temperature), truth)
    return Rules(
        temperature=temperature,
        set_threshold=fit_set_threshold(scores, groups, coverage=COVERAGE),
        set_threshold_90=fit_set_threshold(scores, groups, coverage=COVERAGE_LOOSE),
        distance_threshold=None if distances is None else fit_distance_threshold(distances, groups),
    )


def fit_distance_threshold(distances: NDArray[np.floating], groups: Ints) -> float:
    """Return the distance that ACCEPTED of the pictures do not exceed.

    With the same correction for few independent pictures as ``fit_set_threshold``; the
    largest distance seen where they are too few.
    """
    first = float(np.quantile(distances, ACCEPTED))
    independent = effective_count((distances <= first).astype(np.float64), groups)
    return quantile_up(distances, min(1.0, ACCEPTED * (1.0 + 1.0 / independent)))
