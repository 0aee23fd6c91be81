"""An evaluation survives JSON, and damaged JSON is refused in a sentence."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortal.errors import InputError
from sortal.evaluation import Evaluation, evaluate, evaluation_from_dict


def made() -> Evaluation:
    rng = np.random.default_rng(0)
    truth = np.arange(60, dtype=np.int64) % 3
    logits = rng.normal(size=(2, 60, 3)) + 2 * np.eye(3)[truth]
    return evaluate(
        logits,
        truth,
        groups=np.arange(60, dtype=np.int64) // 2,
        classes=("a", "b", "c"),
        scheme="cross-validation",
        distances=rng.random(60),
    )


def test_it_survives_json() -> None:
    evaluation = made()
    assert evaluation_from_dict(json.loads(json.dumps(evaluation.to_dict()))) == evaluation


def paths(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [prefix]
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            found += paths(item, (*prefix, key))
    return found


STORED = json.loads(json.dumps(made().to_dict()))
PLACES = [p for p in paths(STORED) if p and p[0] != "headline"]


@given(
    st.sampled_from(PLACES),
    st.sampled_from([True, "x", -1e999, float("nan"), {}, [], [[[]]], {"a": 1}]),
)
@settings(max_examples=300, deadline=None)
def test_damage_anywhere_is_refused_or_still_an_evaluation(
    place: tuple[Any, ...], damage: Any
) -> None:
    stored = json.loads(json.dumps(STORED))
    target = stored
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = damage
    try:
        assert isinstance(evaluation_from_dict(stored), Evaluation)
    except InputError as error:
        assert "stored" in str(error)


@pytest.mark.parametrize("stored", [None, [], "x", {}, {**STORED, "more": 1}])
def test_another_thing_is_refused(stored: object) -> None:
    with pytest.raises(InputError, match="stored evaluation"):
        evaluation_from_dict(stored)
