"""Warnings come where they should and stay away where they should not."""

from __future__ import annotations

import numpy as np

from sortal.evaluation import Evaluation, evaluate

CLASSES = ("ash", "birch")


def judge(
    right: np.ndarray, truth: np.ndarray, *, groups: np.ndarray | None = None, **more: object
) -> Evaluation:
    """Evaluate answers that are right where told, with about the confidence they deserve."""
    answers = np.where(right, truth, 1 - truth)
    sure = np.log(max(0.51, right.mean()) / max(0.02, 1 - right.mean()))
    return evaluate(
        (sure * np.eye(2)[answers])[None],
        truth,
        groups=np.arange(truth.size) if groups is None else groups,
        classes=CLASSES,
        scheme="cross-validation",
        **more,  # type: ignore[arg-type]
    )


def said(evaluation: Evaluation, words: str) -> bool:
    return any(words in warning for warning in evaluation.warnings)


def test_a_good_large_even_collection_gets_no_warning() -> None:
    assert judge(np.arange(400) % 20 > 0, np.arange(400) % 2).warnings == ()


def test_few_pictures_and_few_groups_are_told_by_class() -> None:
    truth = (np.arange(112) >= 100).astype(np.int64)
    found = judge(np.ones(112, bool), truth, groups=np.minimum(np.arange(112) // 25, 90))
    assert said(found, "Fewer than 20 pictures to judge by: birch (12)")
    assert said(found, "Fewer than 5 independent groups of pictures: ash (4)")


def test_a_wide_interval_is_told_in_points() -> None:
    found = judge(np.arange(40) % 5 > 0, np.arange(40) % 2)
    assert said(found, "The interval of the accuracy spans")


def test_no_better_than_the_commonest_class() -> None:
    truth = (np.arange(200) % 10 == 0).astype(np.int64)
    found = judge(truth == 0, truth)
    assert said(found, "not clearly better than always answering ash")
    assert said(found, "ash has 9 times as many pictures as birch")
    assert said(found, "Recognised less than half of the time: birch (0 %)")


def test_leakage_is_told_only_where_it_is_beyond_chance() -> None:
    truth = np.arange(400) % 2
    grouped = np.eye(2)[np.where(np.arange(400) % 5 > 0, truth, 1 - truth)][None]
    flattered = np.eye(2)[np.where(np.arange(400) % 20 > 0, truth, 1 - truth)][None]
    same = np.eye(2)[np.where(np.arange(400) % 5 != 1, truth, 1 - truth)][None]
    for random_split, told in ((flattered, True), (same, False)):
        found = evaluate(
            grouped,
            truth,
            groups=np.arange(400) // 4,
            classes=CLASSES,
            scheme="cross-validation",
            random_split=random_split,
        )
        assert said(found, "A random split would have claimed") is told
        assert found.random_split_accuracy is not None


def test_confidence_that_cannot_be_believed_is_told() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(600) % 2
    hard = np.arange(600) % 3 == 0
    right = ~hard | (rng.random(600) < 0.3)
    logits = np.eye(2)[np.where(right, truth, 1 - truth)] * np.where(hard, 6.0, 2.0)[:, None]
    found = evaluate(
        logits[None], truth, groups=np.arange(600), classes=CLASSES, scheme="cross-validation"
    )
    assert said(found, "Its confidence is off by")
