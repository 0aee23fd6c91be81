"""Two classifiers on the same pictures."""

from __future__ import annotations

import numpy as np
import pytest

from sortal.errors import UsageError
from sortal.evaluation import compare_models

TRUTH = np.zeros(200, np.int64)


def logits(right: np.ndarray) -> np.ndarray:
    scores: np.ndarray = np.eye(2)[(~right).astype(int)][None]
    return scores


def test_pairing_sees_what_two_separate_intervals_would_not() -> None:
    first = np.arange(200) % 10 > 1  # 80 %
    second = first | (np.arange(200) % 20 == 0)  # 85 %: the same pictures and ten more
    found = compare_models(logits(first), logits(second), TRUTH, groups=np.arange(200))
    assert found.difference == pytest.approx(0.05)
    assert found.second_is_better
    assert "+5.0 points" in found.sentence


def test_swapping_the_two_turns_the_sign() -> None:
    rng = np.random.default_rng(0)
    one, other = logits(rng.random(200) < 0.8), logits(rng.random(200) < 0.7)
    groups = np.arange(200) // 4
    there = compare_models(one, other, TRUTH, groups=groups)
    back = compare_models(other, one, TRUTH, groups=groups)
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval.low == pytest.approx(-back.interval.high)


def test_agreeing_everywhere_is_not_being_equal_for_certain() -> None:
    same = logits(np.arange(200) % 10 > 0)
    bounds = compare_models(same, same, TRUTH, groups=np.arange(200)).interval
    assert -0.03 < bounds.low < 0.0 < bounds.high < 0.03


def test_one_lucky_group_decides_nothing() -> None:
    first = np.zeros(200, bool)
    second = np.arange(200) < 100
    found = compare_models(
        logits(first), logits(second), TRUTH, groups=(np.arange(200) >= 100).astype(np.int64)
    )
    assert not found.second_is_better
    alone = compare_models(logits(first), logits(second), TRUTH, groups=TRUTH)
    assert (alone.interval.low, alone.interval.high) == (-1.0, 1.0)


def test_two_equal_classifiers_are_told_apart_once_in_twenty() -> None:
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(20), 10)
    false = 0
    for _ in range(400):
        hardness = np.repeat(rng.beta(4, 1, (2, 20)), 10, axis=1)
        one, other = rng.random((2, 200)) < hardness
        bounds = compare_models(logits(one), logits(other), TRUTH, groups=groups).interval
        false += not bounds.low <= 0.0 <= bounds.high
    assert false / 400 <= 0.065


def test_different_pictures_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="same 200 pictures"):
        compare_models(logits(np.ones(200, bool)), np.zeros((1, 199, 2)), TRUTH, groups=TRUTH)
