"""Confidence that can be believed: temperature, its error, the reliability diagram."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation.values import Calibration, ReliabilityBin

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLDEST: Final = 0.05
HOTTEST: Final = 20.0
"""Bounds of the temperature."""
MOST_BINS: Final = 15
PICTURES_PER_BIN: Final = 20
_STEPS: Final = 60
_EXACT: Final = 1e-7
"""Of the search for log(1 / T)."""


def softmax(logits: NDArray[np.floating], *, temperature: float = 1.0) -> Floats:
    """Return probabilities, float64, same shape; the last axis sums to 1."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    probabilities: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def fit_temperature(logits: NDArray[np.floating], truth: Ints) -> float:
    """Return the temperature that makes confidence match how often the answer is right.

    The log loss of softmax(logits / T) is convex in 1 / T (Guo, Pleiss, Sun and Weinberger,
    ICML 2017), so its slope has one root. The truth is given the weight 1 - 1 / (n + 2) and
    the other classes share what is left, as Platt (1999) does for
    two classes: pictures that are all answered rightly then do not ask for certainty.

    Args:
        logits: shape (n, classes) or (repeats, n, classes), from models that had not seen
            the pictures.
        truth: int64, shape (n,): index of the true class.

    Returns:
        The temperature, COLDEST to HOTTEST.
    """
    stacked = np.asarray(logits, np.float64)
    stacked = stacked.reshape(-1, *stacked.shape[-2:])
    centred = stacked - stacked.mean(axis=-1, keepdims=True)
    n, n_classes = centred.shape[1:]
    true = np.take_along_axis(centred, truth[None, :, None], axis=-1).mean()
    kept = 1.0 - n_classes / (n_classes - 1.0) / (n + 2.0)
    return 1.0 / _root(centred, kept * float(true))


def _root(centred: Floats, wanted: float) -> float:
    """Return 1 / T at which the expected logit, which grows with 1 / T, equals ``wanted``.

    Newton's steps in log(1 / T), kept inside a bracket that shrinks around the root.
    """
    low, high = float(np.log(1.0 / HOTTEST)), float(np.log(1.0 / COLDEST))
    at = 0.0
    for _ in range(_STEPS):
        cold = float(np.exp(at))
        share = softmax(centred * cold)
        expected = (share * centred).sum(axis=-1)
        spread = float(((share * centred**2).sum(axis=-1) - expected**2).mean())
        lack = wanted - float(expected.mean())
        low, high = (at, high) if lack > 0 else (low, at)
        slope = spread * cold
        step = at + lack / slope if slope > 0 else low
        step = step if low < step < high else (low + high) / 2.0
        if abs(step - at) < _EXACT:
            break
        at = step
    return float(np.exp(at))


def reliability(
    probabilities: Floats, truth: Ints, *, most_bins: int = MOST_BINS
) -> tuple[ReliabilityBin, ...]:
    """Return the reliability diagram: answers in bins of equal count by their confidence.

    Args:
        probabilities: shape (repeats, n, classes); the confidence of an answer is the largest.
        truth: int64, shape (n,).
        most_bins: as many bins are made as give PICTURES_PER_BIN pictures each, at most these.
            Answers of one confidence stand in one bin, so bins can be fewer and uneven.
    """
    confidence = probabilities.max(axis=-1).ravel()
    right = (probabilities.argmax(axis=-1) == truth).ravel()
    n_bins = int(np.clip(truth.size // PICTURES_PER_BIN, 1, most_bins))
    edges = np.quantile(confidence, np.arange(1, n_bins) / n_bins)
    place = np.searchsorted(edges, confidence, side="right")
    counts = np.bincount(place, minlength=n_bins)
    sure = np.bincount(place, confidence, n_bins)
    hits = np.bincount(place, right.astype(np.float64), n_bins)
    return tuple(
        ReliabilityBin(float(sure[b] / counts[b]), float(hits[b] / counts[b]), int(counts[b]))
        for b in np.flatnonzero(counts)
    )


def calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Return the expected calibration error, 0-1.

    The mean distance between confidence and accuracy over the bins, weighted by their
    answers (Naeini, Cooper and Hauskrecht, AAAI 2015, there with bins of equal width).
    """
    total = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / total


def describe_calibration(
    logits: NDArray[np.floating], probabilities: Floats, truth: Ints, *, temperature: float
) -> Calibration:
    """Return the calibration of answers.

    Args:
        logits: shape (repeats, n, classes), as the head gave them.
        probabilities: same shape: after temperatures that were fitted on other pictures.
        truth: int64, shape (n,).
        temperature: the one that the model is given.
    """
    bins = reliability(probabilities, truth)
    before = reliability(softmax(logits), truth)
    return Calibration(temperature, calibration_error(bins), calibration_error(before), bins)
