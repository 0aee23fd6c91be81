"""Prediction sets: coverage that is kept, also where pictures come in groups."""

from __future__ import annotations

import numpy as np
import pytest

from sortal.evaluation.sets import OPEN, effective_count, fit_set_threshold, in_set, true_scores


def test_a_threshold_worked_by_hand() -> None:
    scores = np.arange(1, 20)[None] / 20  # 19 pictures: 0.05 to 0.95
    # 0.9 x (1 + 1 / 19) of 19 pictures is the 18th of them
    assert fit_set_threshold(scores, np.arange(19), coverage=0.9) == pytest.approx(0.9)


def test_too_few_pictures_open_every_set() -> None:
    assert fit_set_threshold(np.full((1, 8), 0.2), np.arange(8), coverage=0.9) == OPEN


def test_sets_hold_the_likely_kinds_and_always_the_best() -> None:
    shares = np.array([[[0.6, 0.3, 0.1], [0.5, 0.25, 0.25]]])
    assert in_set(shares, 0.7).tolist() == [[[True, True, False], [True, False, False]]]
    assert in_set(shares, OPEN).all()


def test_scores_are_what_is_lacking_to_the_true_kind() -> None:
    shares = np.array([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]])
    assert true_scores(shares, np.array([1, 1])) == pytest.approx(np.array([[0.7, 0.3]]))


def test_effective_count_lies_between_groups_and_pictures() -> None:
    groups = np.repeat(np.arange(20), 5)
    alike = np.repeat(np.arange(20.0), 5)
    assert effective_count(alike, groups) == pytest.approx(20)
    assert effective_count(alike, np.arange(100)) == 100
    assert effective_count(np.tile(np.arange(5.0), 20), groups) == 20  # nothing between groups
    mixed = effective_count(np.random.default_rng(0).normal(size=100), groups)
    assert 40 < mixed <= 100


@pytest.mark.parametrize("mates", [1, 10])
def test_new_groups_are_covered_as_often_as_asked(mates: int) -> None:
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(150):
        hardness = np.repeat(rng.beta(2, 5, 60), mates)
        scores = np.clip(hardness + rng.normal(0, 0.1, hardness.size), 0, 1)
        groups = np.repeat(np.arange(60), mates)
        learned = groups < 30
        threshold = fit_set_threshold(scores[None, learned], groups[learned], coverage=0.9)
        covered.append(np.mean(scores[~learned] <= threshold))
    assert 0.89 <= np.mean(covered) <= 0.97
