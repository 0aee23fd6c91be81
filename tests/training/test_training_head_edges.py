"""The head on awkward data: small, degenerate, refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training_samples import Labels, Vectors, blobs, dealt, fit

from sortal.errors import SplitError, UsageError
from sortal.training import HeadFit, fit_head


def check_sane(found: HeadFit) -> None:
    """Everything is finite and of its documented type."""
    for part in (found.head.weights, found.head.bias, found.out_of_fold):
        assert part.dtype == np.float32
        assert np.isfinite(part).all()
    assert np.isfinite(found.losses).all()


def test_a_class_that_a_fold_has_not_seen_gets_a_low_but_finite_logit() -> None:
    vectors, labels = blobs(100, 10, 3)
    split = dealt(100)
    labels[labels == 2] = 0
    labels[split.folds[0] == 4] = 2  # the third kind lies in one fold only
    found = fit(vectors, labels, split)
    check_sane(found)
    answers = found.out_of_fold[0, labels == 2]
    assert (answers.argmax(axis=1) != 2).all()
    assert (answers[:, 2] > -30).all()


def test_two_pictures_of_two_kinds() -> None:
    vectors = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32)
    labels = np.array([0, 1])
    found = fit(vectors, labels, dealt(2, n_folds=2))
    check_sane(found)
    assert found.head.logits(vectors).argmax(axis=1).tolist() == [0, 1]


def test_far_fewer_pictures_than_features() -> None:
    vectors, labels = blobs(12, 500, 3)
    found = fit(vectors, labels)
    check_sane(found)
    assert (found.head.logits(vectors).argmax(axis=1) == labels).all()


def test_copies_change_nothing_but_their_weight() -> None:
    vectors, labels = blobs(80, 10, 3)
    twice = np.concatenate([vectors, vectors]), np.concatenate([labels, labels])
    single = fit(vectors, labels, strengths=(10.0,))
    double = fit(*twice, strengths=(20.0,))
    np.testing.assert_allclose(double.head.weights, single.head.weights, atol=2e-3)


@pytest.mark.parametrize("n", [20, 200])
@pytest.mark.parametrize("whitening", [0.0, 1.0])
def test_constant_features_get_no_weight(n: int, whitening: float) -> None:
    vectors, labels = blobs(n, 30, 2)
    vectors[:, [3, 7]] = 5.0
    found = fit(vectors, labels, whitening=whitening)
    check_sane(found)
    np.testing.assert_allclose(found.head.weights[:, [3, 7]], 0.0, atol=1e-4)


@pytest.mark.parametrize("n", [8, 40])
def test_features_that_say_nothing_leave_the_shares_of_the_classes(n: int) -> None:
    vectors, labels = np.full((n, 20), 0.25, np.float32), (np.arange(n) % 4 == 0).astype(np.int64)
    found = fit(vectors, labels)
    check_sane(found)
    logits = found.head.logits(vectors[:1])[0]
    assert np.exp(logits[1] - logits[0]) == pytest.approx(1 / 3, rel=0.01)


def test_the_same_picture_under_two_names() -> None:
    vectors = np.tile(np.array([[1.0, 2.0, 0.0]], np.float32), (20, 1))
    vectors[:10] += np.array([0.0, 0.0, 1.0], np.float32)
    labels = np.arange(20) % 2
    found = fit(vectors, labels)
    check_sane(found)
    gaps = np.diff(found.head.logits(vectors), axis=1)
    np.testing.assert_allclose(gaps, 0.0, atol=0.05)


def test_an_offset_far_larger_than_the_spread() -> None:
    vectors, labels = blobs(200, 10, 3)
    near, far = fit(vectors, labels), fit(vectors + np.float32(300), labels)
    np.testing.assert_allclose(far.losses, near.losses, rtol=0.01)


def test_unused_memory_layouts_are_taken() -> None:
    vectors, labels = blobs(60, 8, 2)
    found = fit(np.asfortranarray(vectors), labels)
    wide = np.zeros((60, 16), np.float32)
    wide[:, ::2] = vectors
    again = fit(wide[:, ::2], labels)
    np.testing.assert_allclose(found.head.weights, again.head.weights, atol=1e-4)


ROWS = 30


def given() -> tuple[Vectors, Labels]:
    return blobs(ROWS, 4, 3)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e20])
def test_refuses_numbers_that_are_none(value: float) -> None:
    vectors, labels = given()
    vectors[17, 2] = value
    with pytest.raises(UsageError, match=r"1 of 30 rows .* row 17"):
        fit(vectors, labels)


def test_refuses_arrays_that_do_not_fit() -> None:
    vectors, labels = given()
    with pytest.raises(UsageError, match="float32 of shape"):
        fit(vectors.astype(np.float64), labels)
    with pytest.raises(UsageError, match="float32 of shape"):
        fit(vectors[:, :0], labels)
    with pytest.raises(UsageError, match="labels must cover the 30 vectors; got 29"):
        fit(vectors, labels[:-1], dealt(ROWS))
    with pytest.raises(UsageError, match="split must cover the 30 vectors; got 29"):
        fit(vectors, labels, dealt(29))


def test_refuses_labels_out_of_range() -> None:
    vectors, labels = given()
    with pytest.raises(UsageError, match=r"from 0 to 1; .* from 0 to 2"):
        fit(vectors, labels, n_classes=2)
    with pytest.raises(UsageError, match="whole numbers"):
        fit(vectors, labels.astype(float), n_classes=3)
    with pytest.raises(UsageError, match="at least 2; got 1"):
        fit(vectors, np.zeros(ROWS, np.int64), n_classes=1)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_refuses_shares_out_of_range(share: float) -> None:
    with pytest.raises(UsageError, match="balance must be between 0 and 1"):
        fit(*given(), balance=share)
    with pytest.raises(UsageError, match="whitening must be between 0 and 1"):
        fit(*given(), whitening=share)


@pytest.mark.parametrize("strengths", [(), (0.0,), (1.0, -1.0), (np.inf,), (np.nan,)])
def test_refuses_strengths_that_are_none(strengths: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="one or more positive numbers"):
        fit(*given(), strengths=strengths)


def test_refuses_a_kind_without_a_picture_to_learn_from() -> None:
    vectors, labels = given()
    with pytest.raises(SplitError, match=r"kinds \[3\] have none"):
        fit(vectors, labels, n_classes=4)
    with pytest.raises(SplitError, match=r"kinds \[1\] have none"):
        fit(vectors, np.zeros(ROWS, np.int64), n_classes=2)


def test_refuses_a_split_without_folds() -> None:
    vectors, labels = given()
    split = dealt(ROWS)
    one = replace(split, folds=np.zeros((1, ROWS), np.int16))
    with pytest.raises(SplitError, match="at least 2 folds"):
        fit(vectors, labels, one)
    nobody = replace(split, folds=np.full((1, ROWS), -1, np.int16))
    with pytest.raises(SplitError, match="have none"):
        fit(vectors, labels, nobody)


def test_refuses_a_split_whose_repeats_disagree_on_who_trains() -> None:
    vectors, labels = given()
    split = dealt(ROWS, repeats=2)
    folds = split.folds.copy()
    folds[1, 0] = -1
    with pytest.raises(SplitError, match="fold of every repeat"):
        fit(vectors, labels, replace(split, folds=folds))
    test = np.arange(ROWS) == 0
    with pytest.raises(SplitError, match="nobody who is set aside"):
        fit_head(vectors, labels, split=replace(split, test=test), n_classes=3)
