"""From a trained network to an evaluation on its test part and the rules that go into the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation import (
    DistanceModel,
    Reference,
    Rules,
    evaluate,
    fit_distance,
    fit_rules,
    make_reference,
    measures,
    softmax,
)
from sortal.training import LinearHead
from sortal.training.deep import Learner, Pictures, embeddings
from sortal.workflow.deep.lesson import Lesson
from sortal.workflow.judging import Judgement

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

UNCALIBRATED: Final = Rules(
    temperature=1.0, set_threshold=0.95, set_threshold_90=0.9, distance_threshold=None
)
"""Where nothing was looked at: confidence as it comes, sets of the kinds above 5 and 10 %, and
never "I don't know"."""
_REMEMBERED: Final = 5_000
_MOST_BYTES: Final = 256 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What a network says of pictures that it did not learn from.

    Attributes:
        logits: float32, shape (n, classes).
        distances: float32, shape (n,).
    """

    logits: Floats
    distances: Floats


def judge_network(lesson: Lesson, learner: Learner, head: LinearHead) -> Judgement:
    """Judge a network on the test, once; the rules are fitted on what it only looked at."""
    labels, groups = lesson.material.labels, lesson.split.groups
    distance = _distance(lesson, learner)
    rules, reference = UNCALIBRATED, _plain_reference(lesson)
    if lesson.validation is not None:
        rows = lesson.validating
        seen = _answers(learner, lesson.validation, head, distance)
        rules = fit_rules(
            seen.logits[None], labels[rows], groups=groups[rows], distances=seen.distances
        )
        reference = _reference(lesson, rows, seen, rules)
    rows = lesson.testing
    asked = _answers(learner, lesson.test, head, distance)
    evaluation = evaluate(
        asked.logits[None],
        labels[rows],
        groups=groups[rows],
        classes=lesson.material.classes,
        scheme=lesson.split.scheme,
        rules=rules,
        distances=asked.distances,
        seed=lesson.split.seed,
    )
    return Judgement(
        evaluation=evaluation,
        rules=rules,
        distance=distance,
        reference=reference,
        judged=rows,
        probabilities=softmax(asked.logits, temperature=rules.temperature),
    )


def _answers(
    learner: Learner, pictures: Pictures, head: LinearHead, distance: DistanceModel
) -> Answered:
    """A few pictures at a time, for an embedding may be long."""
    logits, distances = [], []
    for vectors in embeddings(learner, pictures):
        logits.append(head.logits(vectors))
        distances.append(distance.distance(vectors))
    return Answered(np.concatenate(logits), np.concatenate(distances))


def _distance(lesson: Lesson, learner: Learner) -> DistanceModel:
    """Remember some of what it learned from, every kind in its share."""
    pictures = lesson.pictures
    room = _MOST_BYTES // (4 * learner.network.width)
    n = min(len(pictures), _REMEMBERED, max(room, 500))
    by_kind = np.argsort(pictures.labels, kind="stable")
    rows = np.sort(by_kind[np.linspace(0, len(pictures), n, endpoint=False).astype(np.int64)])
    vectors = np.concatenate(list(embeddings(learner, pictures, rows)))
    return fit_distance(vectors, pictures.labels[rows], seed=lesson.split.seed)


def _reference(lesson: Lesson, rows: Ints, seen: Answered, rules: Rules) -> Reference:
    """What the pictures are like that the network only looked at."""
    batch = measures(
        [lesson.material.embedded.fingerprints[i] for i in rows],
        distances=seen.distances,
        probabilities=softmax(seen.logits, temperature=rules.temperature),
    )
    return make_reference(
        batch,
        answers=seen.logits.argmax(axis=1).astype(np.int64),
        classes=lesson.material.classes,
        groups=lesson.split.groups[rows],
        threshold=rules.distance_threshold,
    )


def _plain_reference(lesson: Lesson) -> Reference:
    """What the learned pictures are like, without asking the network, which knows them by heart."""
    rows = lesson.learning
    return make_reference(
        measures([lesson.material.embedded.fingerprints[i] for i in rows]),
        answers=lesson.material.labels[rows],
        classes=lesson.material.classes,
        groups=lesson.split.groups[rows],
    )
