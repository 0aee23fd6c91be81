"""Temperature, calibration error and reliability diagram."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from sortal.evaluation import fit_temperature, softmax
from sortal.evaluation.calibration import COLDEST, HOTTEST, calibration_error, reliability
from sortal.evaluation.values import ReliabilityBin


def answers(n: int, *, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return logits that are ``temperature`` times too large, and labels."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, 4))
    shares = softmax(logits)
    truth = (shares.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return logits * temperature, truth


@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    logits, truth = answers(20_000, temperature=temperature)
    assert fit_temperature(logits, truth) == pytest.approx(temperature, rel=0.05)


def test_it_is_the_minimum_of_the_smoothed_log_loss() -> None:
    logits, truth = answers(300, temperature=2.0)
    target = np.full(logits.shape, 1 / 302 / 3)
    target[np.arange(300), truth] = 1 - 1 / 302

    def loss(log_temperature: float) -> float:
        shares = softmax(logits, temperature=float(np.exp(log_temperature)))
        return float(-(target * np.log(shares)).sum())

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-8})
    assert fit_temperature(logits, truth) == pytest.approx(np.exp(best.x), rel=1e-4)


def test_pictures_all_answered_rightly_do_not_ask_for_certainty() -> None:
    truth = np.arange(60) % 3
    logits = 5.0 * np.eye(3)[truth]
    confidence = softmax(logits, temperature=fit_temperature(logits, truth)).max(axis=1)
    assert confidence == pytest.approx(1 - 1 / 62, abs=1e-4)


@pytest.mark.parametrize("logits", [np.zeros((6, 3)), np.eye(3)[[1, 2, 0, 1, 2, 0]] * 9.0])
def test_hopeless_answers_keep_the_temperature_in_bounds(logits: np.ndarray) -> None:
    found = fit_temperature(logits, np.arange(6) % 3)
    assert COLDEST <= found <= HOTTEST * (1 + 1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.2, 5.0), st.floats(-50, 50))
def test_a_shift_changes_nothing_and_a_scale_is_taken_back(
    seed: int, scale: float, shift: float
) -> None:
    logits, truth = answers(200, temperature=1.0, seed=seed)
    plain = fit_temperature(logits, truth)
    assert fit_temperature(logits * scale + shift, truth) == pytest.approx(
        np.clip(plain * scale, COLDEST, HOTTEST), rel=1e-3
    )


def test_repeats_count_like_one_long_row() -> None:
    logits, truth = answers(50, temperature=2.0)
    assert fit_temperature(np.stack([logits, logits]), truth) == pytest.approx(
        fit_temperature(logits, truth)
    )


def test_calibration_error_worked_by_hand() -> None:
    bins = (ReliabilityBin(0.9, 0.8, 30), ReliabilityBin(0.6, 0.7, 10))
    assert calibration_error(bins) == pytest.approx((30 * 0.1 + 10 * 0.1) / 40)


def test_bins_hold_equal_counts_and_every_answer_once() -> None:
    logits, truth = answers(600, temperature=1.0)
    bins = reliability(softmax(logits)[None], truth)
    assert len(bins) == 15
    assert {b.n for b in bins} == {40}
    right = (logits.argmax(axis=1) == truth).mean()
    assert sum(b.n * b.accuracy for b in bins) / 600 == pytest.approx(right)
    assert [b.confidence for b in bins] == sorted(b.confidence for b in bins)


def test_answers_of_one_confidence_stand_in_one_bin() -> None:
    shares = np.tile([0.75, 0.25], (1, 400, 1))
    truth = (np.arange(400) % 4 == 0).astype(np.int64)
    (only,) = reliability(shares, truth)
    assert (only.confidence, only.accuracy, only.n) == (0.75, 0.75, 400)
    assert calibration_error((only,)) == 0.0
