"""Scores from tallies, against hand-worked cases and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from sortal.evaluation import tallies as tl

TRUTH = np.array([0, 0, 0, 1, 1, 2])
ANSWERS = np.array([[0, 0, 1, 1, 0, 2]])
GROUPS = np.array([0, 0, 1, 1, 2, 3])


def total(truth: tl.Ints, answers: tl.Ints, groups: tl.Ints, n_classes: int) -> tl.Floats:
    return tl.group_tallies(truth, answers, groups=groups, n_classes=n_classes).total


def test_scores_of_six_pictures_worked_by_hand() -> None:
    counts = total(TRUTH, ANSWERS, GROUPS, 3)
    assert counts.tolist() == [[3, 2, 1], [3, 2, 1], [2, 1, 1]]
    assert tl.accuracy(counts) == pytest.approx(4 / 6)
    assert tl.recalls(counts).tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert tl.balanced_accuracy(counts) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert tl.f1s(counts).tolist() == pytest.approx([2 / 3, 1 / 2, 1])


def test_single_pictures_with_the_same_answers_share_a_row() -> None:
    truth = np.zeros(50_000, np.int64)
    answers = np.zeros((1, 50_000), np.int64)
    answers[0, :5] = 1
    counted = tl.group_tallies(truth, answers, groups=np.arange(50_000), n_classes=2)
    assert counted.counts.shape == (2, 3, 2)
    assert sorted(counted.times.tolist()) == [5, 49_995]
    assert counted.n_groups == 50_000


def test_a_class_that_does_not_occur_is_left_out_of_the_mean() -> None:
    counts = total(np.array([0, 1]), np.array([[0, 0]]), np.array([0, 1]), 3)
    assert np.isnan(tl.recalls(counts)[2])
    assert tl.balanced_accuracy(counts) == pytest.approx(0.5)


def test_confusion_is_the_mean_over_repeats() -> None:
    answers = np.array([[0, 0, 1, 1, 0, 2], [0, 0, 0, 1, 0, 2]])
    matrix = tl.confusion(TRUTH, answers, n_classes=3)
    assert matrix.tolist() == [[2.5, 0.5, 0], [1, 1, 0], [0, 0, 1]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 3))
def test_scores_agree_with_scikit_learn(seed: int, n_classes: int, repeats: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(n_classes), rng.integers(0, n_classes, 40)])
    right = rng.random((repeats, truth.size)) < 0.7
    answers = np.where(right, truth, rng.integers(0, n_classes, (repeats, truth.size)))
    counts = total(truth, answers, rng.integers(0, 12, truth.size), n_classes)
    every, asked = answers.ravel(), np.tile(truth, repeats)
    assert tl.accuracy(counts) == pytest.approx(metrics.accuracy_score(asked, every))
    assert tl.balanced_accuracy(counts) == pytest.approx(
        metrics.balanced_accuracy_score(asked, every)
    )
    assert tl.macro_f1(counts) == pytest.approx(metrics.f1_score(asked, every, average="macro"))
    assert np.nan_to_num(tl.precisions(counts)) == pytest.approx(
        metrics.precision_score(
            asked, every, average=None, labels=np.arange(n_classes), zero_division=0
        )
    )
    matrix = tl.confusion(truth, answers, n_classes=n_classes)
    expected = metrics.confusion_matrix(asked, every, labels=np.arange(n_classes))
    assert matrix * repeats == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_tallies_do_not_depend_on_the_order_of_pictures_or_names_of_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, groups = rng.integers(0, 3, 30), rng.integers(0, 20, 30)
    answers = rng.integers(0, 3, (2, 30))
    order = rng.permutation(30)
    renamed = rng.permutation(20)[groups]
    one = tl.group_tallies(truth, answers, groups=groups, n_classes=3)
    other = tl.group_tallies(truth[order], answers[:, order], groups=renamed[order], n_classes=3)
    assert one.n_groups == other.n_groups

    def rows(counted: tl.GroupTallies) -> list[list[float]]:
        return sorted(
            row.ravel().tolist() for row in np.repeat(counted.counts, counted.times, axis=0)
        )

    assert rows(one) == rows(other)
