"""Labels that the pictures speak against.

Confident learning (Northcutt, Jiang and Chuang, JAIR 2021): a picture is suspected where the
classifier, which has not seen it, gives another class at least the confidence that this class
gets on average from its own pictures, and gives it more than any other such class, the
picture's own included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SuspectedLabel:
    """A label that may be wrong.

    Attributes:
        index: of the picture.
        given: index of the class it was given.
        suggested: index of the class that it looks like.
        score: how much more probable the suggested class is than the given one, 0-1.
    """

    index: int
    given: int
    suggested: int
    score: float


def suspected_labels(
    probabilities: NDArray[np.floating], truth: Ints, *, least: float = 0.0
) -> tuple[SuspectedLabel, ...]:
    """Return the suspected labels, the most suspect first.

    Args:
        probabilities: shape (n, classes) or (repeats, n, classes), calibrated, from models
            that saw neither the picture nor its kin.
        truth: int64, shape (n,): the labels as given.
        least: leave out those with a lower score, 0-1.
    """
    mean = np.asarray(probabilities, np.float64)
    mean = mean.reshape(-1, *mean.shape[-2:]).mean(axis=0)
    confident = np.where(mean >= _own_confidence(mean, truth), mean, -1.0)
    looks = confident.argmax(axis=1)
    pictures = np.arange(truth.size)
    gap = mean[pictures, looks] - mean[pictures, truth]
    suspect = (confident.max(axis=1) >= 0.0) & (looks != truth) & (gap >= max(least, 0.0))
    found = np.flatnonzero(suspect)
    found = found[np.argsort(-gap[found], kind="stable")]
    return tuple(SuspectedLabel(int(i), int(truth[i]), int(looks[i]), float(gap[i])) for i in found)


def _own_confidence(probabilities: Floats, truth: Ints) -> Floats:
    """Return the mean probability of each class over the pictures labelled so, (classes,).

    A class without pictures gets a bar that no probability reaches.
    """
    n_classes = probabilities.shape[1]
    own = probabilities[np.arange(truth.size), truth]
    counts = np.bincount(truth, minlength=n_classes)
    sums = np.bincount(truth, own, n_classes)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
