"""Labels that the pictures speak against."""

from __future__ import annotations

import numpy as np

from sortal.evaluation import suspected_labels


def test_a_case_worked_by_hand() -> None:
    shares = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.1, 0.9], [0.9, 0.1], [0.4, 0.6]])
    truth = np.array([0, 0, 1, 1, 1, 1])
    # mean confidence in the own label: (0.9 + 0.7) / 2 = 0.8; (0.8 + 0.9 + 0.1 + 0.6) / 4 = 0.6
    (only,) = suspected_labels(shares, truth)
    assert (only.index, only.given, only.suggested) == (4, 1, 0)
    assert abs(only.score - 0.8) < 1e-12


def test_the_most_suspect_come_first_and_faint_ones_can_be_left_out() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(300) % 3
    flipped = truth.copy()
    flipped[:15] = (truth[:15] + 1) % 3
    logits = 4 * np.eye(3)[truth] + rng.normal(size=(300, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = suspected_labels(shares, flipped)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert {s.index for s in found[:14]} <= set(range(15))
    assert all(s.suggested == truth[s.index] for s in found[:14])
    strong = suspected_labels(shares, flipped, least=0.93)
    assert len(strong) < len(found)


def test_clean_labels_and_absent_classes_raise_no_suspicion() -> None:
    truth = np.arange(60) % 2
    shares = 0.9 * np.eye(3)[truth] + 0.1 / 3
    assert suspected_labels(shares, truth) == ()


def test_repeats_are_averaged() -> None:
    one, other = np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([[0.7, 0.3], [0.2, 0.8]])
    assert suspected_labels(np.stack([one, other]), np.array([0, 1])) == ()
    assert len(suspected_labels(one, np.array([0, 0]))) == 0
