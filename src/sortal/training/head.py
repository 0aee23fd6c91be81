"""Fit a softmax regression on frozen features, and ask it about what it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import SplitError, UsageError
from sortal.pictures.events import Progress, silent
from sortal.split.value import Split
from sortal.training._design import make_design
from sortal.training._folds import class_weights, follow, make_folds, out_of_fold
from sortal.training._solver import Problem, minimise
from sortal.training.values import HeadFit

STRENGTHS: Final = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
"""Strengths that are tried unless told otherwise: half a decade apart."""
BALANCE: Final = 0.5
"""Between counting pictures and counting classes alike: benchmarks/LOG.md."""
WHITENING: Final = 0.5
"""Chosen by measurement: benchmarks/LOG.md."""

_DONE: Final = 1e-7  # expected decrease, as share of the loss, at which the head is done
_LONGEST: Final = 1e30  # squared length of a row above which single precision would overflow


def fit_head(
    vectors: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    split: Split,
    n_classes: int,
    balance: float = BALANCE,
    whitening: float = WHITENING,
    strengths: Sequence[float] = STRENGTHS,
    progress: Progress | None = None,
) -> HeadFit:
    """Fit a softmax regression with an L2 penalty; deterministic.

    Minimised is the sum of the samples' weighted log losses plus strength / 2 times the
    squared length of the weights. A sample of a class with m members weighs in proportion to
    ``m ** -balance``, the mean weight being 1. The features are centred, divided by one number
    so that their mean variance is 1, and partly whitened; all of it is folded into the head
    afterwards, whose logits are linear in ``vectors``.

    The strength is the one with the least log loss on the folds of the split, each answered
    by the model of the others. The out-of-fold answers are given more strictly: those of a
    fold come from the strength that is best on the other folds of its repeat, so that
    choosing has not seen the fold either.

    Args:
        vectors: float32, shape (n, width), finite.
        labels: int64, shape (n,), 0 to ``n_classes - 1``.
        split: who trains and the folds among them; samples set aside for the test have no
            influence at all.
        n_classes: at least 2; every class needs a sample that trains.
        balance: 0 counts every picture alike, 1 every class alike; 0-1.
        whitening: how far the principal axes of the features are brought to one size before
            the penalty, which otherwise favours those along which pictures differ most; 0-1.
        strengths: those to try, > 0. They are tried from the strongest on, and no weaker ones
            once two in a row brought no gain.
        progress: told after each strength.

    Raises:
        UsageError: arrays do not fit together, vectors are not finite, an option is out of
            its range.
        SplitError: a class has no sample that trains, or the folds leave nobody to learn from.
    """
    _check_arrays(vectors, labels, split, n_classes)
    _check_options(strengths, balance=balance, whitening=whitening)
    _check_split(labels, split, n_classes)
    design = make_design(vectors, split.train, whitening=whitening)
    folds = make_folds(split, labels, n_classes=n_classes, balance=balance)
    path = follow(
        vectors,
        folds,
        design=design,
        whitening=whitening,
        strengths=sorted(map(float, strengths), reverse=True),
        tell=progress or silent,
    )
    strength = path.strengths[int(np.argmin(path.totals))]
    weights = class_weights(labels[split.train], n_classes, balance)
    everyone = (split.train * weights[labels]).astype(np.float32)
    problem = Problem(design, labels, n_classes, everyone[None])
    theta, _ = minimise(problem, problem.start(), strength=strength, tolerance=_DONE)
    return HeadFit(
        head=design.head(theta[0]),
        strength=strength,
        strengths=path.strengths,
        losses=tuple(path.totals.tolist()),
        out_of_fold=out_of_fold(vectors, folds, path),
        class_weights=weights,
    )


def _check_arrays(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], split: Split, n_classes: int
) -> None:
    if vectors.ndim != 2 or 0 in vectors.shape or vectors.dtype != np.float32:
        raise UsageError(
            "fit_head: vectors must be float32 of shape (n, width), both at least 1; "
            f"got {vectors.dtype} of shape {vectors.shape}."
        )
    n = len(vectors)
    for name, length in (("labels", len(labels)), ("split", split.folds.shape[1])):
        if length != n:
            raise UsageError(f"fit_head: {name} must cover the {n:,} vectors; got {length:,}.")
    if n_classes < 2:
        raise UsageError(f"fit_head: n_classes must be at least 2; got {n_classes}.")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= n_classes:
        raise UsageError(
            f"fit_head: labels must be whole numbers from 0 to {n_classes - 1}; "
            f"got {labels.dtype} from {labels.min()} to {labels.max()}."
        )
    length = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64)
    bad = np.flatnonzero(~(length < _LONGEST))
    if len(bad):
        raise UsageError(
            f"fit_head: vectors must be finite and of reasonable size; {len(bad):,} of {n:,} rows "
            f"hold NaN, an infinity or huge numbers, the first is row {bad[0]}. Leave them out."
        )


def _check_options(strengths: Sequence[float], **shares: float) -> None:
    for name, share in shares.items():
        if not 0.0 <= share <= 1.0:
            raise UsageError(f"fit_head: {name} must be between 0 and 1; got {share}.")
    if not strengths or not all(0.0 < s < np.inf for s in strengths):
        raise UsageError(
            f"fit_head: strengths must be one or more positive numbers; got {tuple(strengths)}."
        )


def _check_split(labels: NDArray[np.int64], split: Split, n_classes: int) -> None:
    counts = np.bincount(labels[split.train], minlength=n_classes)
    missing = np.flatnonzero(counts == 0).tolist()
    if missing:
        raise SplitError(
            f"Training the head: each of the {n_classes} kinds needs a picture to learn from; "
            f"kinds {missing} have none. Add pictures of them, or leave the kinds out."
        )
    if ((split.folds >= 0) != split.train).any() or (split.train & split.test).any():
        raise SplitError(
            "Training the head: whoever trains must be in a fold of every repeat, and nobody "
            "who is set aside for the test. Make the split anew."
        )
    for repeat, folds in enumerate(split.folds):
        if len(np.unique(folds[folds >= 0])) < 2:
            raise SplitError(
                f"Training the head: at least 2 folds are needed to choose the penalty; "
                f"repeat {repeat} has one. More groups of pictures are needed."
            )
