"""Scores from tallies: how often each class was asked for, answered and hit.

A tally holds three counts a class. They suffice for every score here and, unlike a whole
confusion matrix, are cheap to add up thousands of times over resampled groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Metric = Callable[[Floats], Floats]
"""From tallies (..., 3, classes) to scores (...), 0-1, NaN where undefined."""

TRUE, ANSWERED, HIT = 0, 1, 2
"""Rows of a tally: pictures of the class; answers naming it; answers naming it rightly."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupTallies:
    """The tallies of all groups; groups that are alike stand in one row.

    Attributes:
        counts: float64, shape (rows, 3, classes): counts summed over the repeats.
        times: int64, shape (rows,): how many groups have just these counts.
        repeats: answers each picture got.
    """

    counts: Floats
    times: Ints
    repeats: int

    @property
    def total(self) -> Floats:
        """All groups together, shape (3, classes)."""
        total: Floats = np.tensordot(self.times.astype(np.float64), self.counts, axes=1)
        return total

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return int(self.times.sum())


def group_tallies(truth: Ints, answers: Ints, *, groups: Ints, n_classes: int) -> GroupTallies:
    """Count by group.

    Groups of one picture are as a rule the many; those with the same truth and the same
    answers share a row, so that resampling 50,000 of them costs no more than a few hundred.
    So do larger groups with the same counts.

    Args:
        truth: int64, shape (n,): index of the true class.
        answers: int64, shape (repeats, n): index of the answered class.
        groups: int64, shape (n,): any label of the group of each picture.
        n_classes: number of classes.
    """
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(sizes[group] == 1)
    together = np.flatnonzero(sizes[group] > 1)
    kinds = np.vstack([truth[None, alone], np.sort(answers[:, alone], axis=0)])
    _, first, times = np.unique(kinds, axis=1, return_index=True, return_counts=True)
    _, row = np.unique(group[together], return_inverse=True)
    n_together = int(row.max()) + 1 if row.size else 0
    pictures = np.concatenate([together, alone[first]])
    rows = np.concatenate([row, n_together + np.arange(first.size)])
    counts = _count(truth[pictures], answers[:, pictures], rows=rows, n_classes=n_classes)
    merged, of_together = np.unique(counts[:n_together], axis=0, return_counts=True)
    return GroupTallies(
        counts=np.concatenate([merged, counts[n_together:]]),
        times=np.concatenate([of_together, times]).astype(np.int64),
        repeats=answers.shape[0],
    )


def _count(truth: Ints, answers: Ints, *, rows: Ints, n_classes: int) -> Floats:
    n_rows = int(rows.max()) + 1

    def per_class(classes: Ints, weights: Floats) -> Floats:
        cells = np.bincount(rows * n_classes + classes, weights, n_rows * n_classes)
        return cells.astype(np.float64).reshape(n_rows, n_classes)

    counts = np.zeros((n_rows, 3, n_classes))
    one = np.ones(truth.size)
    for answer in answers:
        counts[:, TRUE] += per_class(truth, one)
        counts[:, ANSWERED] += per_class(answer, one)
        counts[:, HIT] += per_class(answer, (answer == truth).astype(np.float64))
    return counts


def confusion(truth: Ints, answers: Ints, *, n_classes: int) -> Floats:
    """Count pairs of truth and answer, the mean over repeats.

    Args:
        truth: int64, shape (n,).
        answers: int64, shape (repeats, n).
        n_classes: number of classes.

    Returns:
        float64, shape (classes, classes): row = true class, column = answer.
    """
    codes = truth * n_classes + answers
    counts = np.bincount(codes.ravel(), minlength=n_classes * n_classes)
    mean: Floats = counts.reshape(n_classes, n_classes) / answers.shape[0]
    return mean


def accuracy(tallies: Floats) -> Floats:
    """Share of the pictures that were answered rightly."""
    return _ratio(tallies[..., HIT, :].sum(-1), tallies[..., TRUE, :].sum(-1))


def balanced_accuracy(tallies: Floats) -> Floats:
    """Mean of the recalls of the classes that occur among the tested pictures."""
    return _mean_of_defined(recalls(tallies))


def macro_f1(tallies: Floats) -> Floats:
    """Mean F1 of the classes that occur among the truths or the answers."""
    return _mean_of_defined(f1s(tallies))


def recalls(tallies: Floats) -> Floats:
    """Of the pictures of each class, the share called so; shape (..., classes)."""
    return _ratio(tallies[..., HIT, :], tallies[..., TRUE, :])


def precisions(tallies: Floats) -> Floats:
    """Of the answers naming each class, the share that are right; shape (..., classes)."""
    return _ratio(tallies[..., HIT, :], tallies[..., ANSWERED, :])


def f1s(tallies: Floats) -> Floats:
    """Harmonic mean of precision and recall, 2 hits / (true + answered); (..., classes)."""
    asked = tallies[..., TRUE, :] + tallies[..., ANSWERED, :]
    return _ratio(2.0 * tallies[..., HIT, :], asked)


def _ratio(part: Floats, whole: Floats) -> Floats:
    out = np.full(part.shape, np.nan)
    ratio: Floats = np.divide(part, whole, out=out, where=whole > 0)
    return ratio


def _mean_of_defined(values: Floats) -> Floats:
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(-1), defined.sum(-1).astype(np.float64))
