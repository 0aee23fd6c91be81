"""Intervals: their meaning, their degenerate cases, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from sortal.evaluation import tallies as tl
from sortal.evaluation.intervals import Evidence, evidence_of_mean, interval, resample, share


def clustered(hits: list[int], sizes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    right = np.concatenate([np.arange(m) < h for h, m in zip(hits, sizes, strict=True)])
    return right[None], np.repeat(np.arange(len(sizes)), sizes)


def test_the_bootstrap_resamples_whole_groups() -> None:
    right, groups = clustered([4, 0], [4, 4])
    counted = tl.group_tallies(
        np.zeros(8, np.int64), (~right).astype(np.int64), groups=groups, n_classes=2
    )
    accuracies = tl.accuracy(resample(counted, seed=0))
    assert set(np.unique(accuracies)) == {0.0, 0.5, 1.0}
    assert np.mean(accuracies == 0.5) == pytest.approx(0.5, abs=0.05)


def test_alone_standing_pictures_get_about_a_binomial_interval() -> None:
    score = share(np.arange(400)[None] < 372, groups=np.arange(400))
    assert score.value == pytest.approx(0.93)
    assert score.interval.low == pytest.approx(0.902, abs=0.005)  # Jeffreys: 0.9019
    assert score.interval.high == pytest.approx(0.952, abs=0.005)  # Jeffreys: 0.9520


def test_all_right_is_not_certain() -> None:
    right, groups = clustered([20] * 10, [20] * 10)
    score = share(right, groups=groups)
    assert score.value == score.interval.high == 1.0
    assert 0.80 < score.interval.low < 0.95


def test_few_groups_say_less_than_many_and_one_says_nothing() -> None:
    widths = []
    for n_groups in (40, 10, 4):
        right, groups = clustered([36 // n_groups * 3] * n_groups, [120 // n_groups] * n_groups)
        bounds = share(right, groups=groups).interval
        widths.append(bounds.high - bounds.low)
    assert widths == sorted(widths)
    right, groups = clustered([9], [10])
    bounds = share(right, groups=groups).interval
    assert (bounds.low, bounds.high) == (0.0, 1.0)


def test_doubling_every_picture_inside_its_group_adds_nothing() -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(2, 9, 30)
    hits = rng.binomial(sizes, 0.8)
    once = share(
        clustered(hits.tolist(), sizes.tolist())[0], groups=np.repeat(np.arange(30), sizes)
    )
    right, groups = clustered((2 * hits).tolist(), (2 * sizes).tolist())
    twice = share(right, groups=groups)
    assert twice.interval.low == pytest.approx(once.interval.low, abs=0.02)
    assert twice.interval.high == pytest.approx(once.interval.high, abs=0.02)


def test_a_mean_over_classes_rests_on_the_rarest() -> None:
    truth = np.repeat([0, 1], [990, 10])
    counted = tl.group_tallies(truth, truth[None], groups=np.arange(1000), n_classes=2)
    evidence = evidence_of_mean(counted)
    assert evidence.pictures == pytest.approx(4 / (1 / 990 + 1 / 10))
    bounds = interval(1.0, np.ones(100), evidence)
    assert bounds.low < 0.95


def test_an_interval_contains_its_score_and_stays_in_range() -> None:
    for value in (0.0, 0.01, 0.5, 0.999, 1.0):
        bounds = interval(value, np.full(50, value), Evidence(30, 7, 5, 2))
        assert 0.0 <= bounds.low <= value <= bounds.high <= 1.0


@pytest.mark.parametrize(("correlation", "truth"), [(0.0, 0.9), (0.5, 0.9), (0.2, 0.98)])
def test_ninety_five_in_a_hundred_intervals_hold_the_truth(
    correlation: float, truth: float
) -> None:
    rng = np.random.default_rng(0)
    held, trials, n_groups = 0, 200, 20
    for trial in range(trials):
        sizes = rng.integers(1, 15, n_groups)
        odds = np.full(n_groups, truth)
        if correlation:
            scale = 1 / correlation - 1
            odds = rng.beta(truth * scale, (1 - truth) * scale, n_groups)
        right, groups = clustered(rng.binomial(sizes, odds).tolist(), sizes.tolist())
        bounds = share(right, groups=groups, seed=trial).interval
        held += bounds.low <= truth <= bounds.high
    assert held / trials >= 0.92
