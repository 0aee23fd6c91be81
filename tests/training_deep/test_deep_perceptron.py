"""The perceptron learns by Rosenblatt's rule: w += rate (t - y) x, each step by hand."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import learner  # noqa: E402

from sortal.training.deep import Epoch, Pictures, Running, train  # noqa: E402
from sortal.training.deep.data import batches  # noqa: E402
from sortal.training.recipe import Recipe  # noqa: E402
from sortal.training.recipe_parts import Loss, Optimiser  # noqa: E402

RATE = 0.1
RULE = Recipe(
    "perceptron",
    size=8,
    channels=1,
    initial="zero",
    epochs=40,
    batch=1,
    optimiser=Optimiser("sgd", rate=RATE),
    loss=Loss("perceptron"),
)


def divisible(n: int = 45) -> Pictures:
    """Pictures of three kinds that planes divide: each has two rows of its own lit."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 90, size=(n, 8, 8, 1), dtype=np.uint8)
    labels = np.arange(n, dtype=np.int64) % 3
    for picture, label in zip(pixels, labels, strict=True):
        picture[3 * label : 3 * label + 2] += 120
    return Pictures(pixels, labels)


def test_every_step_is_the_rule_by_hand() -> None:
    pictures, subject = divisible(), learner(RULE)
    weights, bias = np.zeros((3, 64)), np.zeros(3)
    corrected = 0
    for epoch in range(3):
        for rows in batches(len(pictures), size=1, seed=0, epoch=epoch, start=0):
            x = pictures.pixels[rows[0]].reshape(64) / 255
            target = np.eye(3)[pictures.labels[rows[0]]]
            fired = (weights @ x + bias >= 0).astype(float)
            weights += RATE * np.outer(target - fired, x)
            bias += RATE * (target - fired)
            corrected += bool((target != fired).any())
            subject.learn(pictures.batch(rows, channels=1), pictures.answers(rows), rate=RATE)
            theirs = subject.module.state_dict()
            np.testing.assert_allclose(theirs["1.weight"], weights, atol=1e-5)
            np.testing.assert_allclose(theirs["1.bias"], bias, atol=1e-5)
        subject.end_epoch(None)
    assert corrected > 3


def test_what_is_right_is_left_as_it_is() -> None:
    pictures, subject = divisible(), learner(RULE)
    list(train(subject, pictures, running=Running(threads=1)))
    before = {name: value.clone() for name, value in subject.module.state_dict().items()}
    rows = np.arange(len(pictures))
    loss = subject.learn(pictures.batch(rows, channels=1), pictures.answers(rows), rate=RATE)
    assert loss == 0
    assert all(torch.equal(before[k], v) for k, v in subject.module.state_dict().items())


def test_it_ends_without_a_mistake_and_within_novikoffs_bound() -> None:
    """Each unit makes at most (R / margin)^2 corrections (Novikoff, 1962), whatever the order."""
    pictures, subject = divisible(), learner(RULE)
    epochs = [
        event
        for event in train(subject, pictures, running=Running(threads=1))
        if isinstance(event, Epoch)
    ]
    first_clean = next(n for n, epoch in zip(count(1), epochs, strict=False) if epoch.loss == 0)
    assert all(epoch.loss == 0 for epoch in epochs[first_clean - 1 :])
    assert subject.score(pictures).accuracy == 1
    x = np.column_stack([pictures.pixels.reshape(len(pictures), 64) / 255, np.ones(len(pictures))])
    state = subject.module.state_dict()
    found = np.column_stack([state["1.weight"].numpy(), state["1.bias"].numpy()])
    signs = np.where(np.eye(3)[pictures.labels] > 0, 1, -1)
    margins = (signs * (x @ found.T)).min(axis=0) / np.linalg.norm(found, axis=1)
    assert (margins > 0).all()
    bound = (np.linalg.norm(x, axis=1).max() / margins) ** 2
    assert first_clean * len(pictures) < bound.sum() + len(pictures)
