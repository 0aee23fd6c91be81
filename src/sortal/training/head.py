"""Fit a softmax regression on frozen features, and ask it about what it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import SplitError, UsageError
from sortal.pictures.events import Progress, Step, silent
from sortal.split.value import Split
from sortal.training._design import Design, Doubles, Floats, make_design
from sortal.training._solver import Problem, answer, minimise
from sortal.training.values import HeadFit, LinearHead

STRENGTHS: Final = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1)
"""Strengths that are tried unless told otherwise: half a decade apart."""
BALANCE: Final = 0.5
"""Between counting pictures and counting classes alike: benchmarks/LOG.md."""
WHITENING: Final = 0.5
"""Chosen by measurement: benchmarks/LOG.md."""

_COLUMNS: Final = 256  # columns of parameters that are fitted at once: bounds the memory
_SEARCH: Final = 1e-5  # expected decrease, as share of the loss, at which a fold's model is done
_FINAL: Final = 1e-7  # likewise for the head itself
_LONGEST: Final = 1e30  # squared length of a row above which single precision would overflow
_PATIENCE: Final = 2  # strengths without gain after which weaker ones are not tried


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
    afterwards, whose logits are linear in ``vectors``. Centre, scale and whitening look at the
    features of all who train, folds together, but at no label.

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
    folds = _Folds.of(split, labels, n_classes, balance)
    path = _follow(design, labels, folds, sorted(map(float, strengths), reverse=True), progress)
    best = int(np.argmin(path.totals))
    weights = class_weights(labels[split.train], n_classes, balance)
    everyone = (split.train * weights[labels]).astype(np.float32)[None]
    theta, _ = minimise(
        Problem(design, labels, n_classes, everyone),
        path.thetas[best].mean(axis=0, keepdims=True, dtype=np.float64),
        strength=path.strengths[best],
        tolerance=_FINAL,
    )
    return HeadFit(
        head=_fold_in(design, theta[0]),
        strength=path.strengths[best],
        strengths=path.strengths,
        losses=tuple(path.totals.tolist()),
        out_of_fold=_out_of_fold(vectors, design, folds, path),
        class_weights=weights,
    )


def class_weights(labels: NDArray[np.int64], n_classes: int, balance: float) -> Doubles:
    """Weight of a sample of each class, float64 (n_classes,); the mean over samples is 1."""
    counts = np.bincount(labels, minlength=n_classes)
    weights = np.maximum(counts, 1.0) ** -balance
    return np.asarray(weights * counts.sum() / (weights * counts).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Folds:
    """One model for every fold of every repeat.

    Attributes:
        place: repeat and fold of each model.
        learn: float32, shape (models, n): weight of each sample in learning.
        judge: float32, shape (models, n): weight of each sample in judging; 0 unless it is
            of the model's fold.
    """

    place: tuple[tuple[int, int], ...]
    learn: Floats
    judge: Floats
    n_classes: int

    @classmethod
    def of(cls, split: Split, labels: NDArray[np.int64], n_classes: int, balance: float) -> _Folds:
        judge_weights = class_weights(labels[split.train], n_classes, balance)[labels]
        place, learn, judge = [], [], []
        for repeat, folds in enumerate(split.folds):
            for fold in np.unique(folds[folds >= 0]).tolist():
                own = folds == fold
                others = split.train & ~own
                place.append((repeat, fold))
                learn.append(others * class_weights(labels[others], n_classes, balance)[labels])
                judge.append(own * judge_weights)
        return cls(
            tuple(place), np.asarray(learn, np.float32), np.asarray(judge, np.float32), n_classes
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The models of all folds along the strengths that were tried.

    Attributes:
        strengths: from the strongest on.
        thetas: one array for each strength, float32, shape (models, classes, axes + 1).
        losses: float64, shape (strengths, models): weighted log loss of each model's fold, sum.
        totals: float64, shape (strengths,): the same a sample.
    """

    strengths: tuple[float, ...]
    thetas: tuple[Floats, ...]
    losses: Doubles
    totals: Doubles


def _follow(
    design: Design,
    labels: NDArray[np.int64],
    folds: _Folds,
    strengths: Sequence[float],
    progress: Progress | None,
) -> _Path:
    """Fit the folds' models from the strongest penalty on, each from the one before."""
    tell = progress or silent
    theta = Problem(design, labels, folds.n_classes, folds.learn).start()
    thetas: list[Floats] = []
    losses: list[Doubles] = []
    for strength in strengths:
        theta = _fit_models(design, labels, folds, theta, strength)
        thetas.append(theta.astype(np.float32))
        losses.append(_judge(design, labels, folds, theta))
        tell(Step("Fitting the head", len(losses), len(strengths), "strengths"))
        if _is_past_best(np.asarray(losses), folds):
            break
    tried = tuple(strengths[: len(losses)])
    table = np.asarray(losses)
    return _Path(tried, tuple(thetas), table, table.sum(axis=1) / folds.judge.sum(dtype=float))


def _fit_models(
    design: Design, labels: NDArray[np.int64], folds: _Folds, theta: Doubles, strength: float
) -> Doubles:
    """Fit all folds' models at one strength, as many side by side as memory should hold."""
    fitted = np.empty_like(theta)
    for at in _batches(folds):
        problem = Problem(design, labels, folds.n_classes, folds.learn[at])
        fitted[at], _ = minimise(problem, theta[at], strength=strength, tolerance=_SEARCH)
    return fitted


def _judge(design: Design, labels: NDArray[np.int64], folds: _Folds, theta: Doubles) -> Doubles:
    """Weighted log loss of each model on its own fold, float64 (models,), summed."""
    losses = []
    for at in _batches(folds):
        problem = Problem(design, labels, folds.n_classes, folds.judge[at])
        losses.append(answer(problem, problem.logits(theta[at])).loss)
    return np.concatenate(losses)


def _batches(folds: _Folds) -> list[slice]:
    size = max(1, _COLUMNS // folds.n_classes)
    return [slice(start, start + size) for start in range(0, len(folds.place), size)]


def _sums(losses: Doubles, folds: _Folds) -> Doubles:
    """What a choice may look at: losses summed over all folds, and over the others of each.

    Takes float64 (strengths, models); returns float64 (strengths, 1 + models).
    """
    repeat = np.array([place[0] for place in folds.place])
    same = (repeat[:, None] == repeat[None, :]) & ~np.eye(len(repeat), dtype=bool)
    return np.column_stack([losses.sum(axis=1), losses @ same])


def _is_past_best(losses: Doubles, folds: _Folds) -> bool:
    best = np.argmin(_sums(losses, folds), axis=0)
    return bool((len(losses) - 1 - best >= _PATIENCE).all())


def _out_of_fold(
    vectors: NDArray[np.float32], design: Design, folds: _Folds, path: _Path
) -> Floats:
    """Answers of each fold's model, at the strength that is best on the other folds."""
    repeats = 1 + max(repeat for repeat, _ in folds.place)
    logits = np.full((repeats, len(vectors), folds.n_classes), np.nan, np.float32)
    best = np.argmin(_sums(path.losses, folds)[:, 1:], axis=0)
    for model, (repeat, _) in enumerate(folds.place):
        own = folds.judge[model] > 0
        head = _fold_in(design, path.thetas[best[model]][model])
        logits[repeat, own] = head.logits(vectors[own])
    return logits


def _fold_in(design: Design, theta: NDArray[np.floating]) -> LinearHead:
    """Turn parameters (classes, axes + 1) into a head on the raw features."""
    weights, bias = design.unfold(theta)
    return LinearHead(weights, bias - bias.mean())


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
