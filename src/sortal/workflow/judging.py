"""From a fitted head to an evaluation and the rules that go into the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation import (
    DistanceModel,
    Evaluation,
    Reference,
    Rules,
    evaluate,
    fit_distance,
    fit_rules,
    held_in_distances,
    make_reference,
    measures,
    softmax,
)
from sortal.split import N_FOLDS, Split
from sortal.training import HeadFit, fit_head
from sortal.workflow.material import Material

KIN_SHARE: Final = 0.1
"""From this share of pictures with kin on, what a random split would claim is measured too."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What was found out about a head.

    Attributes:
        evaluation: on pictures that the answering models had not seen.
        rules: of the final model.
        distance: of the final model.
        judged: indices of the pictures that the evaluation rests on.
        probabilities: float64, shape (judged, classes): calibrated, the mean over repeats.
        reference: what new pictures are to be compared with.
    """

    evaluation: Evaluation
    rules: Rules
    distance: DistanceModel
    reference: Reference
    judged: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def judge(material: Material, split: Split, fit: HeadFit) -> Judgement:
    """Judge a head on what it has not seen, and fit the rules that turn logits into answers."""
    vectors, labels, groups = material.embedded.vectors, material.labels, split.groups
    learn = np.flatnonzero(split.train)
    held_in = held_in_distances(vectors[learn], labels[learn], groups=groups[learn])
    unseen = fit.out_of_fold[:, learn]
    distance = fit_distance(vectors[learn], labels[learn], seed=split.seed)
    if split.scheme == "cross-validation":
        judged, logits, distances, given = learn, unseen, held_in, None
    else:
        judged = np.flatnonzero(split.test)
        logits, distances = (
            fit.head.logits(vectors[judged])[None],
            distance.distance(vectors[judged]),
        )
        given = fit_rules(unseen, labels[learn], groups=groups[learn], distances=held_in)
    evaluation = evaluate(
        logits,
        labels[judged],
        groups=groups[judged],
        classes=material.classes,
        scheme=split.scheme,
        rules=given,
        distances=distances,
        random_split=_ignoring_kin(material, split, judged, strength=fit.strength),
        seed=split.seed,
    )
    rules = evaluation.rules
    probabilities = softmax(logits, temperature=rules.temperature).mean(axis=0)
    return Judgement(
        evaluation=evaluation,
        rules=rules,
        distance=distance,
        reference=_reference(material, split, fit, rules, held_in),
        judged=judged,
        probabilities=probabilities,
    )


def _reference(
    material: Material, split: Split, fit: HeadFit, rules: Rules, held_in: NDArray[np.float32]
) -> Reference:
    """What the learned pictures are like, measured by models that had not seen them."""
    learn = np.flatnonzero(split.train)
    logits = fit.out_of_fold[0, learn]
    batch = measures(
        [material.embedded.fingerprints[i] for i in learn],
        distances=held_in,
        probabilities=softmax(logits, temperature=rules.temperature),
    )
    return make_reference(
        batch,
        answers=logits.argmax(axis=1).astype(np.int64),
        classes=material.classes,
        groups=split.groups[learn],
        threshold=rules.distance_threshold,
    )


def _ignoring_kin(
    material: Material, split: Split, judged: NDArray[np.int64], *, strength: float
) -> NDArray[np.float32] | None:
    """Logits from a cross-validation that ignores kin, or None where there are hardly any.

    Only measures how much kin on both sides would flatter; nothing is chosen by it, so the
    strength is the one that was chosen with kin kept together.
    """
    _, counts = np.unique(split.groups, return_counts=True)
    if counts[counts > 1].sum() < KIN_SHARE * len(split.groups):
        return None
    fit = fit_head(
        material.embedded.vectors,
        material.labels,
        split=_careless(material.labels, seed=split.seed),
        n_classes=len(material.classes),
        strengths=(strength,),
    )
    return fit.out_of_fold[:, judged]


def _careless(labels: NDArray[np.int64], *, seed: int) -> Split:
    """Folds dealt picture by picture within each class, as most tools do."""
    n = len(labels)
    shuffled = np.random.default_rng(seed).permutation(n)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    folds = np.empty(n, np.int16)
    folds[by_class] = np.arange(n) % N_FOLDS
    return Split(
        scheme="cross-validation",
        seed=seed,
        groups=np.arange(n, dtype=np.int64),
        test=np.zeros(n, np.bool_),
        folds=folds[None],
    )
