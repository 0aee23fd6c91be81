"""Whether a new batch looks like what was learned from."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sortal.errors import InputError, UsageError
from sortal.evaluation import Reference, drift, make_reference, measures
from sortal.pictures.record import Fingerprint

CLASSES = ("ash", "birch", "cedar")


def batch(n: int, *, seed: int, bright: float = 120.0, far: float = 0.3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "brightness": rng.normal(bright, 20, n),
        "sharpness": rng.gamma(4, 3, n),
        "size": np.full(n, 640.0),
        "distance": rng.normal(far, 0.05, n),
    }


def reference(n: int = 400) -> Reference:
    return make_reference(
        batch(n, seed=0),
        answers=np.arange(n) % 3,
        classes=CLASSES,
        groups=np.arange(n),
        threshold=0.4,
    )


def test_the_same_sort_of_pictures_says_nothing() -> None:
    found = drift(reference(), batch(60, seed=1), answers=np.arange(60) % 3)
    assert found.told
    assert not found.differs
    assert found.sentences == ()


def test_darker_pictures_are_called_darker() -> None:
    found = drift(reference(), batch(60, seed=1, bright=70))
    (sentence,) = found.sentences
    assert sentence.startswith("They are darker: mean grey level ")
    assert "among those it learned on" in sentence


def test_a_middle_just_below_nothing_is_no_negative_zero() -> None:
    found = drift(reference(), batch(60, seed=1) | {"distance": np.full(60, -0.001)})
    assert any("distance 0.00 in the middle" in s for s in found.sentences), found.sentences


def test_strange_pictures_are_told_by_their_share() -> None:
    found = drift(reference(), batch(30, seed=1, far=0.8))
    assert {d.measure for d in found.differences} == {"distance", "unknown"}
    assert any("100 % of them are unlike anything it learned on" in s for s in found.sentences)


def test_another_size_and_other_kinds_are_told() -> None:
    new = batch(60, seed=1) | {"size": np.full(60, 200.0)}
    found = drift(reference(), new, answers=np.zeros(60, np.int64))
    assert any("smaller: longer side in pixels 200" in s for s in found.sentences)
    assert any("ash 100 % of the answers, 34 %" in s for s in found.sentences)


@pytest.mark.parametrize("n", [1, 4])
def test_a_handful_of_pictures_is_not_judged(n: int) -> None:
    found = drift(reference(), batch(n, seed=1, far=0.9, bright=1))
    assert not found.told
    assert not found.differs


def test_a_faint_difference_is_not_worth_a_sentence_however_certain() -> None:
    found = drift(reference(20_000), batch(20_000, seed=1, bright=124))
    assert not found.differs


def test_false_alarms_stay_rare_also_where_pictures_come_in_groups() -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(200):
        level = np.repeat(rng.normal(size=(3, 60)), 10, axis=1) + rng.normal(size=(3, 600)) / 2
        groups = np.repeat(np.arange(60), 10)
        names = ("brightness", "sharpness", "distance")
        whole = dict(zip(names, level, strict=True))
        learned = groups < 30
        known = make_reference(
            {k: v[learned] for k, v in whole.items()},
            answers=(level[0][learned] > 0).astype(np.int64),
            classes=CLASSES,
            groups=groups[learned],
            threshold=float(np.quantile(level[2], 0.975)),
        )
        new = {k: v[~learned] for k, v in whole.items()}
        alarms += drift(known, new, answers=(level[0][~learned] > 0).astype(np.int64)).differs
    assert alarms / 200 <= 0.05


def test_a_reference_survives_json_in_a_few_kilobytes() -> None:
    text = json.dumps(reference().to_dict())
    assert Reference.from_dict(json.loads(text)) == reference()
    assert len(text) < 20_000


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("n", 0),
        ("n", "many"),
        ("profiles", 3),
        ("shares", [0.5, 0.5]),
        ("beyond", float("nan")),
        ("threshold", True),
        ("profiles", [{"measure": "size", "quantiles": [1, 2], "independent": 1, "worth": 1}]),
    ],
)
def test_a_damaged_reference_is_refused(key: str, value: object) -> None:
    with pytest.raises(InputError, match="summary of the learned pictures"):
        Reference.from_dict(reference().to_dict() | {key: value})


def test_what_is_no_object_is_refused() -> None:
    nothings: tuple[object, ...] = (None, [], "text", {})
    for stored in nothings:
        with pytest.raises(InputError):
            Reference.from_dict(stored)


def test_measures_come_from_fingerprints_and_answers() -> None:
    picture = Fingerprint(
        sha256="0" * 64,
        format="PNG",
        width=30,
        height=50,
        phash=0,
        thumb=bytes(1024),
        sharpness=7.0,
        brightness=99.0,
        contrast=5.0,
        taken_at=None,
        camera=None,
        repairs=(),
    )
    found = measures([picture] * 2, probabilities=np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert {k: v.tolist() for k, v in found.items()} == {
        "brightness": [99, 99],
        "contrast": [5, 5],
        "sharpness": [7, 7],
        "size": [50, 50],
        "confidence": [0.8, 0.6],
    }


def test_measures_of_different_length_are_refused() -> None:
    with pytest.raises(UsageError, match="same length"):
        drift(reference(), {"size": np.zeros(5), "distance": np.zeros(6)})
