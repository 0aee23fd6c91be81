"""The whole evaluation, and the sentences that go with it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics

from sortal.errors import UsageError
from sortal.evaluation import Evaluation, evaluate, fit_rules

CLASSES = ("ash", "birch", "cedar")


def answers(
    n: int, *, seed: int = 0, sure: float = 2.0, repeats: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    logits = rng.normal(0, 1, (repeats, n, 3)) + sure * np.eye(3)[truth]
    return logits.astype(np.float32), truth


def judged(n: int = 300, **options: object) -> Evaluation:
    logits, truth = answers(n)
    given = {"groups": np.arange(n), "classes": CLASSES, "scheme": "cross-validation", **options}
    return evaluate(logits, truth, **given)  # type: ignore[arg-type]


def test_the_scores_are_those_of_scikit_learn() -> None:
    logits, truth = answers(300)
    named = logits[0].argmax(axis=1)
    found = judged()
    assert found.accuracy.value == pytest.approx(metrics.accuracy_score(truth, named))
    assert found.macro_f1.value == pytest.approx(metrics.f1_score(truth, named, average="macro"))
    assert np.array(found.confusion) == pytest.approx(metrics.confusion_matrix(truth, named))
    assert found.baseline == pytest.approx(1 / 3)
    for k, report in enumerate(found.per_class):
        assert report.recall is not None
        assert report.precision is not None
        assert report.recall.value == pytest.approx(np.mean(named[truth == k] == k))
        assert report.precision.value == pytest.approx(np.mean(truth[named == k] == k))
        assert (report.n, report.n_groups) == (100, 100)


def test_the_headline_says_how_often_how_sure_and_of_how_many() -> None:
    found = judged(groups=np.arange(300) // 5)
    assert found.headline.startswith("On pictures it has never seen it is right ")
    assert found.headline.endswith("300 pictures in 60 groups).")


def test_everything_turns_into_json_and_back() -> None:
    found = judged(distances=np.linspace(0, 1, 300))
    assert json.loads(json.dumps(found.to_dict()))["accuracy"]["n"] == 300
    assert found.unknown is not None
    assert found.rules.distance_threshold == found.unknown.threshold
    assert found.unknown.accepted.value == pytest.approx(0.975, abs=0.02)


def test_the_order_of_the_pictures_does_not_matter_to_the_scores() -> None:
    logits, truth = answers(90, repeats=3)
    groups = np.arange(90) // 3
    order = np.random.default_rng(5).permutation(90)
    one = evaluate(logits, truth, groups=groups, classes=CLASSES, scheme="cross-validation")
    other = evaluate(
        logits[:, order],
        truth[order],
        groups=groups[order],
        classes=CLASSES,
        scheme="cross-validation",
    )
    assert one.accuracy.value == other.accuracy.value
    assert one.confusion == other.confusion
    assert one.calibration.temperature == pytest.approx(other.calibration.temperature)


def test_the_same_seed_gives_the_same_evaluation() -> None:
    assert judged(seed=3) == judged(seed=3)


def test_given_rules_are_applied_as_they_are() -> None:
    logits, truth = answers(300, seed=1)
    rules = fit_rules(logits, truth, groups=np.arange(300), distances=np.linspace(0, 1, 300))
    found = judged(rules=rules, distances=np.linspace(0, 1, 300), scheme="held-out")
    assert found.rules == rules
    assert found.sets.observed.value == pytest.approx(0.95, abs=0.04)
    assert found.sets_90 is not None
    assert found.sets_90.mean_size < found.sets.mean_size


def test_calibration_is_judged_on_pictures_that_the_temperature_did_not_see() -> None:
    logits, truth = answers(1500, sure=2.0)
    found = evaluate(
        4 * logits, truth, groups=np.arange(1500), classes=CLASSES, scheme="cross-validation"
    )
    assert found.calibration.error_before > 0.06
    assert found.calibration.error < 0.04
    assert found.warnings == ()


def test_a_class_nobody_tested_and_nobody_named_has_no_scores() -> None:
    logits, truth = answers(100)
    logits[..., 2], truth[truth == 2] = -50, 0
    found = evaluate(logits, truth, groups=np.arange(100), classes=CLASSES, scheme="named-test")
    assert found.per_class[2].recall is None
    assert found.per_class[2].precision is None
    assert any("Not tested at all, for want of pictures: cedar." in w for w in found.warnings)


def test_two_pictures_do_not_break_it() -> None:
    logits, truth = answers(2)
    found = evaluate(logits, truth, groups=np.arange(2), classes=CLASSES, scheme="new pictures")
    assert found.accuracy.interval.high - found.accuracy.interval.low > 0.5
    assert len(found.warnings) >= 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"groups": np.arange(4)}, "one group"),
        ({"classes": ("ash", "birch")}, "shape"),
        ({"distances": np.zeros(3)}, "one distance"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        judged(300, **change)


def test_answers_that_are_not_numbers_are_refused_with_their_count() -> None:
    logits, truth = answers(30)
    logits[0, :4] = np.nan
    with pytest.raises(UsageError, match="4 of 30 pictures"):
        evaluate(logits, truth, groups=np.arange(30), classes=CLASSES, scheme="held-out")


def test_labels_out_of_range_are_refused() -> None:
    logits, truth = answers(30)
    with pytest.raises(UsageError, match="labels from 0 to 2"):
        evaluate(logits, truth + 1, groups=np.arange(30), classes=CLASSES, scheme="held-out")
