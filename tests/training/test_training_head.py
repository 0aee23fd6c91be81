"""The head: against scikit-learn at the same strength, and its out-of-fold answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from training_samples import Labels, Vectors, blobs, dealt, fit, log_losses

from sortal.pictures.events import Step
from sortal.training import LinearHead, fit_head
from sortal.training._folds import class_weights

Doubles = NDArray[np.float64]


def units(vectors: Vectors) -> tuple[Doubles, float]:
    """The centre and the one scale that the documentation of fit_head names."""
    exact = vectors.astype(np.float64)
    return exact.mean(axis=0), float(np.sqrt(exact.var(axis=0).mean()))


def reference_head(
    vectors: Vectors, labels: Labels, *, strength: float, weights: Doubles
) -> tuple[Doubles, Doubles]:
    """Coefficients and intercepts that scikit-learn finds, on the raw features.

    With two classes it fits one row w where a softmax has two, +w/2 and -w/2, of together
    half its squared length: the same penalty is half as strong there.
    """
    centre, scale = units(vectors)
    two = labels.max() == 1
    model = LogisticRegression(C=(2.0 if two else 1.0) / strength, tol=1e-10, max_iter=10_000)
    model.fit((vectors - centre) / scale, labels, sample_weight=weights)
    coef, bias = model.coef_ / scale, model.intercept_
    if two:
        coef, bias = np.concatenate([-coef, coef]) / 2, np.concatenate([-bias, bias]) / 2
    return coef, bias - coef @ centre


def objective(
    vectors: Vectors,
    labels: Labels,
    *,
    coef: NDArray[np.floating],
    bias: NDArray[np.floating],
    strength: float,
    weights: Doubles,
) -> float:
    """The sum that the documentation says is minimised, in float64, from its definition."""
    exact = coef.astype(np.float64)
    losses = log_losses(vectors.astype(np.float64) @ exact.T + bias.astype(np.float64), labels)
    length = units(vectors)[1] ** 2 * (exact**2).sum()
    return float(weights @ losses + 0.5 * strength * length)


@pytest.mark.parametrize(("n", "width"), [(600, 30), (60, 200)])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("strength", [300.0, 1.0])
@pytest.mark.parametrize("balance", [0.0, 1.0])
def test_reaches_the_optimum_that_scikit_learn_finds(
    n: int, width: int, n_classes: int, strength: float, balance: float
) -> None:
    vectors, labels = blobs(n, width, n_classes)
    labels[::3] = 0
    found = fit(vectors, labels, strengths=(strength,), balance=balance)
    weights = found.class_weights[labels]
    coef, bias = reference_head(vectors, labels, strength=strength, weights=weights)
    ours = objective(
        vectors,
        labels,
        coef=found.head.weights,
        bias=found.head.bias,
        strength=strength,
        weights=weights,
    )
    theirs = objective(vectors, labels, coef=coef, bias=bias, strength=strength, weights=weights)
    assert ours == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize(("n", "width"), [(300, 12), (40, 100)])
def test_whitening_is_a_change_of_coordinates(n: int, width: int) -> None:
    vectors, labels = blobs(n, width, 3)
    found = fit(vectors, labels, strengths=(3.0,), whitening=0.5)
    centre, scale = units(vectors)
    _, sizes, axes = np.linalg.svd((vectors - centre) / scale, full_matrices=False)
    noise = 1.0 + width / n
    stretch = ((sizes**2 / n + noise) / (1.0 + noise)) ** 0.25
    model = LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=10_000)
    model.fit((vectors - centre) / scale @ axes.T / stretch, labels)
    expected = model.decision_function((vectors - centre) / scale @ axes.T / stretch)
    logits = found.head.logits(vectors)
    np.testing.assert_allclose(
        logits - logits.mean(axis=1, keepdims=True),
        expected - expected.mean(axis=1, keepdims=True),
        atol=0.01,
    )


def test_gives_the_same_bits_again() -> None:
    vectors, labels = blobs(300, 40, 4)
    first = fit(vectors, labels, whitening=0.5)
    again = fit(vectors.copy(), labels.copy(), whitening=0.5)
    assert first.head.weights.tobytes() == again.head.weights.tobytes()
    assert first.head.bias.tobytes() == again.head.bias.tobytes()
    assert first.out_of_fold.tobytes() == again.out_of_fold.tobytes()
    assert first.losses == again.losses


def test_leaves_what_it_was_given_alone() -> None:
    vectors, labels = blobs(100, 10, 3)
    before = vectors.copy(), labels.copy()
    vectors.flags.writeable = labels.flags.writeable = False
    fit(vectors, labels)
    np.testing.assert_array_equal(vectors, before[0])
    np.testing.assert_array_equal(labels, before[1])


def test_an_out_of_fold_answer_is_that_of_a_model_of_the_other_folds() -> None:
    vectors, labels = blobs(400, 20, 3)
    split = dealt(400, repeats=2)
    found = fit(vectors, labels, split, strengths=(30.0,))
    centre, scale = units(vectors)
    for repeat, fold in ((0, 0), (1, 3)):
        own = split.folds[repeat] == fold
        model = LogisticRegression(C=1 / 30.0, tol=1e-10, max_iter=10_000)
        model.fit((vectors[~own] - centre) / scale, labels[~own])
        logits = found.out_of_fold[repeat, own]
        expected = model.decision_function((vectors[own] - centre) / scale)
        np.testing.assert_allclose(
            logits - logits.mean(axis=1, keepdims=True),
            expected - expected.mean(axis=1, keepdims=True),
            atol=0.03,
        )


def test_few_pictures_are_judged_by_models_that_know_not_even_their_features() -> None:
    vectors, labels = blobs(90, 120, 3)
    split = dealt(90)
    found = fit(vectors, labels, split, strengths=(10.0,), whitening=0.5)
    own = split.folds[0] == 2
    alone = fit(vectors[~own], labels[~own], strengths=(10.0,), whitening=0.5)
    np.testing.assert_allclose(
        found.out_of_fold[0, own], alone.head.logits(vectors[own]), atol=0.02
    )


def test_the_strength_for_a_fold_is_chosen_on_the_other_folds_of_its_repeat() -> None:
    vectors, labels = blobs(120, 60, 4, seed=3)
    split, strengths = dealt(120, repeats=2), (1000.0, 100.0, 10.0)
    single = [fit(vectors, labels, split, strengths=(s,)).out_of_fold for s in strengths]
    found = fit(vectors, labels, split, strengths=strengths)
    losses = np.array([[log_losses(part, labels) for part in logits] for logits in single])
    np.testing.assert_allclose(found.losses, losses.mean(axis=(1, 2)), rtol=2e-3)
    assert found.strength == strengths[int(np.argmin(found.losses))]
    for repeat, folds in enumerate(split.folds):
        for fold in range(split.n_folds):
            own = folds == fold
            best = int(np.argmin(losses[:, repeat, ~own].sum(axis=1)))
            np.testing.assert_allclose(
                found.out_of_fold[repeat, own], single[best][repeat, own], atol=0.05
            )


def test_stops_trying_weaker_penalties_once_they_bring_nothing() -> None:
    vectors, labels = blobs(200, 50, 4)
    rng = np.random.default_rng(0)
    found = fit(vectors, rng.permutation(labels), strengths=(1e6, 1e5, 1e4, 1e3, 100.0, 10.0, 1.0))
    assert len(found.strengths) == len(found.losses) < 7
    assert found.strengths == tuple(sorted(found.strengths, reverse=True))


def test_what_is_set_aside_or_excluded_has_no_influence_and_no_answer() -> None:
    vectors, labels = blobs(200, 15, 3)
    split = dealt(200)
    test, excluded = np.arange(200) < 40, (np.arange(200) >= 40) & (np.arange(200) < 50)
    folds = np.where(test | excluded, -1, split.folds).astype(np.int16)
    split = replace(split, scheme="named-test", test=test, folds=folds)
    first = fit(vectors, labels, split, n_classes=3)
    vectors[:50] *= 100.0
    labels[:50] = 0
    again = fit(vectors, labels, split, n_classes=3)
    assert np.isnan(first.out_of_fold[0, :50]).all()
    assert np.isfinite(first.out_of_fold[0, 50:]).all()
    assert first.head.weights.tobytes() == again.head.weights.tobytes()
    assert first.class_weights.tolist() == again.class_weights.tolist()
    np.testing.assert_array_equal(first.out_of_fold, again.out_of_fold)


@pytest.mark.parametrize("train_all", [True, False])
def test_large_collections_are_fitted_alike_without_a_copy_and_in_batches(
    monkeypatch: pytest.MonkeyPatch, train_all: bool
) -> None:
    vectors, labels = blobs(500, 25, 4)
    split = dealt(500, repeats=2)
    if not train_all:
        test = np.arange(500) % 5 == 0
        folds = np.where(test, -1, split.folds).astype(np.int16)
        split = replace(split, scheme="held-out", test=test, folds=folds)
    small = fit(vectors, labels, split, whitening=0.5)
    monkeypatch.setattr("sortal.training._design._TURN_BELOW", 0)
    monkeypatch.setattr("sortal.training._design.ROWS", 64)
    monkeypatch.setattr("sortal.training._solver._BLOCK", 512)
    monkeypatch.setattr("sortal.training._folds._COLUMNS", 8)
    large = fit(vectors, labels, split, whitening=0.5)
    assert large.strength == small.strength
    np.testing.assert_allclose(large.losses, small.losses, rtol=1e-3)
    np.testing.assert_allclose(large.head.logits(vectors), small.head.logits(vectors), atol=0.01)


@pytest.mark.parametrize(
    ("balance", "expected"), [(0.0, [1, 1]), (1.0, [2.5, 0.625]), (0.5, [5 / 3, 5 / 6])]
)
def test_class_weights_by_hand(balance: float, expected: list[float]) -> None:
    # Counts 1 and 4. Balanced: both sum to 2.5. In between: 1 and 1/2, together 3, times 5/3.
    weights = class_weights(np.array([0, 1, 1, 1, 1]), 2, balance)
    np.testing.assert_allclose(weights, expected)


def test_balance_helps_the_rare_class() -> None:
    vectors, labels = blobs(600, 8, 2)
    keep = (labels == 0) | (np.arange(600) % 10 == 0)
    vectors, labels = vectors[keep], labels[keep]
    recalls = []
    for balance in (0.0, 0.5, 1.0):
        answers = fit(vectors, labels, balance=balance).out_of_fold[0].argmax(axis=1)
        recalls.append(float((answers[labels == 1] == 1).mean()))
    assert recalls[0] < recalls[2]
    assert recalls == sorted(recalls)


def test_tells_how_far_it_is() -> None:
    vectors, labels = blobs(60, 5, 3)
    steps: list[Step] = []
    found = fit_head(vectors, labels, split=dealt(60), n_classes=3, progress=steps.append)
    assert [step.done for step in steps] == list(range(1, len(found.strengths) + 1))
    assert steps[0].unit == "strengths"


def test_the_head_is_linear_in_the_features() -> None:
    vectors, labels = blobs(90, 12, 3)
    head = fit(vectors, labels).head
    assert isinstance(head, LinearHead)
    assert head.weights.dtype == head.bias.dtype == np.float32
    parts = vectors[:30].reshape(3, 10, 12)
    maps = parts @ head.weights.T + head.bias
    np.testing.assert_allclose(maps.mean(axis=1), head.logits(parts.mean(axis=1)), atol=1e-4)
