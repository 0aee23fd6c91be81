"""Which of two classifiers is better on the same pictures, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.evaluation.intervals import PRIOR_CORRELATION
from sortal.evaluation.values import Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much more often the second classifier is right than the first.

    Attributes:
        first, second: their accuracies on the same pictures, 0-1.
        difference: second - first, -1 to 1.
        interval: of the difference, paired by picture, by group.
        n: pictures; n_groups: groups among them.
    """

    first: float
    second: float
    difference: float
    interval: Interval
    n: int
    n_groups: int

    @property
    def second_is_better(self) -> bool:
        """Whether the whole interval lies above nothing."""
        return self.interval.low > 0.0

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        low, high = 100 * self.interval.low, 100 * self.interval.high
        return (
            f"The second is right {100 * self.difference:+.1f} points more often "
            f"({100 * self.interval.level:.0f} % interval {low:+.1f} to {high:+.1f}, "
            f"{self.n:,} pictures in {self.n_groups:,} groups)."
        )


def compare_models(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    truth: Ints,
    *,
    groups: Ints,
    level: float = 0.95,
) -> Comparison:
    """Compare the answers of two classifiers to the same pictures.

    The variance of the mean difference is taken over groups, with Student's t; as Agresti and
    Min (Statistics in Medicine 2005) do for pairs, one picture each way on which they differ
    is added, so that two classifiers that agree everywhere are not called equal for certain.

    Args:
        first, second: logits or probabilities, shape (repeats, n, classes); the number of
            repeats may differ. Neither classifier may have learned from the pictures.
        truth: int64, shape (n,).
        groups: int64, shape (n,).
        level: of the interval.

    Raises:
        UsageError: the two did not answer the same number of pictures.
    """
    if first.shape[1:] != second.shape[1:] or first.shape[1] != truth.size:
        raise UsageError(
            f"compare_models: two arrays of answers to the same {truth.size} pictures were "
            f"expected; shapes {first.shape} and {second.shape} came."
        )
    right_first, right_second = _right(first, truth), _right(second, truth)
    differences = right_second - right_first
    return Comparison(
        first=float(right_first.mean()),
        second=float(right_second.mean()),
        difference=float(differences.mean()),
        interval=_difference_interval(differences, groups, level=level),
        n=truth.size,
        n_groups=int(np.unique(groups).size),
    )


def _right(answers: NDArray[np.floating], truth: Ints) -> Floats:
    share: Floats = (answers.argmax(axis=-1) == truth).mean(axis=0)
    return share


def _difference_interval(differences: Floats, groups: Ints, *, level: float) -> Interval:
    from scipy.special import stdtrit

    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    n, n_groups = differences.size, sizes.size
    if n_groups < 2:
        return Interval(-1.0, 1.0, level)
    mean = float(differences.mean())
    by_group = np.bincount(group, differences - mean)
    mates = float((sizes**2).sum()) / n
    added = 1.0 + (mates - 1.0) * PRIOR_CORRELATION
    variance = (float((by_group**2).sum()) * n_groups / (n_groups - 1.0) + added) / (n + 2.0) ** 2
    reach = float(stdtrit(n_groups - 1.0, (1.0 + level) / 2.0)) * variance**0.5
    return Interval(max(-1.0, mean - reach), min(1.0, mean + reach), level)
