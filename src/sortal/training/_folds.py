"""One model for every fold of every repeat, along the strengths of the penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.events import Progress, Step
from sortal.split.value import Split
from sortal.training._design import Design, Doubles, Floats, make_design
from sortal.training._solver import Problem, minimise
from sortal.training.values import LinearHead

_COLUMNS: Final = 256  # columns of parameters that are fitted at once: bounds the memory
_OWN_AXES: Final = 1  # rows per feature up to which every fold finds its own axes
_DONE: Final = 1e-5  # expected decrease, as share of the loss, at which a model is good enough
_PATIENCE: Final = 2  # strengths without gain after which weaker ones are not tried


def class_weights(labels: NDArray[np.int64], n_classes: int, balance: float) -> Doubles:
    """Weight of a sample of each class, float64 (n_classes,); the mean over samples is 1."""
    counts = np.bincount(labels, minlength=n_classes)
    weights = np.maximum(counts, 1.0) ** -balance
    return np.asarray(weights * counts.sum() / (weights * counts).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """Who learns and who is judged, for one model a fold of each repeat.

    Attributes:
        labels: int64, shape (n,).
        n_classes: C.
        repeat: int64, shape (models,): the repeat that each model belongs to.
        learn: float32, shape (models, n): weight of each sample in learning.
        judge: float32, shape (models, n): weight of each sample in judging; 0 unless it is
            of the model's fold.
    """

    labels: NDArray[np.int64]
    n_classes: int
    repeat: NDArray[np.int64]
    learn: Floats
    judge: Floats


def make_folds(split: Split, labels: NDArray[np.int64], *, n_classes: int, balance: float) -> Folds:
    """Lay out the models of ``split``; classes are weighted by those who learn."""
    overall = class_weights(labels[split.train], n_classes, balance)[labels]
    repeat, learn, judge = [], [], []
    for number, folds in enumerate(split.folds):
        for fold in np.unique(folds[folds >= 0]):
            own = folds == fold
            others = split.train & ~own
            repeat.append(number)
            learn.append(others * class_weights(labels[others], n_classes, balance)[labels])
            judge.append(own * overall)
    return Folds(
        labels,
        n_classes,
        np.array(repeat),
        np.asarray(learn, np.float32),
        np.asarray(judge, np.float32),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The models of all folds along the strengths that were tried.

    Attributes:
        strengths: from the strongest on.
        heads: for each strength those of all models.
        losses: float64, shape (strengths, models): weighted log loss of each model on its
            own fold, summed.
        totals: float64, shape (strengths,): the same of all, a unit of weight.
    """

    strengths: tuple[float, ...]
    heads: tuple[tuple[LinearHead, ...], ...]
    losses: Doubles
    totals: Doubles


def follow(
    vectors: Floats,
    folds: Folds,
    *,
    design: Design,
    whitening: float,
    strengths: Sequence[float],
    tell: Progress,
) -> Path:
    """Fit all models from the strongest penalty on, each starting from the one before.

    Models share the ``design`` of all who train and are fitted side by side. Whitening would
    thereby let them know the features (not the labels) of those they are judged on, which
    matters where there are few: up to one row a feature every model gets a design of its own.
    """
    batches = _batches(vectors, folds, design=design, whitening=whitening)
    heads: list[tuple[LinearHead, ...]] = []
    losses: list[Doubles] = []
    for strength in strengths:
        for batch in batches:
            batch.advance(strength)
        heads.append(tuple(head for batch in batches for head in batch.heads()))
        losses.append(np.concatenate([batch.judged() for batch in batches]))
        tell(Step("Fitting the head", len(losses), len(strengths), "strengths"))
        if _is_past_best(np.asarray(losses), folds):
            break
    table = np.asarray(losses)
    totals = table.sum(axis=1) / folds.judge.sum(dtype=np.float64)
    return Path(tuple(strengths[: len(losses)]), tuple(heads), table, totals)


def out_of_fold(vectors: Floats, folds: Folds, path: Path) -> Floats:
    """Answers of each fold's model, at the strength that is best on the other folds.

    Returns:
        float32, shape (repeats, n, C); NaN for those who are in no fold.
    """
    shape = (int(folds.repeat.max()) + 1, len(vectors), folds.n_classes)
    logits = np.full(shape, np.nan, np.float32)
    best = np.argmin(_sums(path.losses, folds)[:, 1:], axis=0)
    for model, repeat in enumerate(folds.repeat):
        own = folds.judge[model] > 0
        logits[repeat, own] = path.heads[best[model]][model].logits(vectors[own])
    return logits


@dataclass(slots=True, eq=False)
class _Batch:
    """Models that are fitted side by side, and where they stand."""

    learn: Problem
    judge: Problem
    theta: Doubles

    def advance(self, strength: float) -> None:
        self.theta, _ = minimise(self.learn, self.theta, strength=strength, tolerance=_DONE)

    def heads(self) -> list[LinearHead]:
        return [self.learn.design.head(theta) for theta in self.theta]

    def judged(self) -> Doubles:
        return self.judge.loss(self.theta)


def _batches(vectors: Floats, folds: Folds, *, design: Design, whitening: float) -> list[_Batch]:
    """Sort the models into batches, few enough in each for the memory."""
    models = len(folds.repeat)
    few = (folds.learn > 0).sum(axis=1).max() <= _OWN_AXES * vectors.shape[1]
    if few and whitening > 0.0:
        size = 1
        designs = [make_design(vectors, learn > 0, whitening=whitening) for learn in folds.learn]
    else:
        size = max(1, _COLUMNS // folds.n_classes)
        designs = [design] * models
    batches = []
    for start in range(0, models, size):
        at = slice(start, start + size)
        learn, judge = (
            Problem(designs[start], folds.labels, folds.n_classes, weights[at])
            for weights in (folds.learn, folds.judge)
        )
        batches.append(_Batch(learn, judge, learn.start()))
    return batches


def _sums(losses: Doubles, folds: Folds) -> Doubles:
    """What a choice may look at: losses summed over all folds, and over the others of each.

    Takes float64 (strengths, models); returns float64 (strengths, 1 + models).
    """
    same = folds.repeat[:, None] == folds.repeat[None, :]
    others = same & ~np.eye(len(same), dtype=bool)
    return np.column_stack([losses.sum(axis=1), losses @ others])


def _is_past_best(losses: Doubles, folds: Folds) -> bool:
    best = np.argmin(_sums(losses, folds), axis=0)
    return bool((len(losses) - 1 - best >= _PATIENCE).all())
