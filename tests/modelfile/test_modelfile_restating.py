"""A model with another threshold is the same model in everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sortal.errors import UsageError
from sortal.modelfile import load_model, with_threshold


def test_only_the_threshold_changes(model: Path) -> None:
    before = load_model(model)
    after = with_threshold(before, 0.125)
    assert after.card == replace(before.card, unknown_threshold=0.125)
    side = before.card.size
    images = np.random.default_rng(0).integers(0, 255, (3, side, side, 3), np.uint8)
    one, other = before.run(images), after.run(images)
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
    np.testing.assert_array_equal(one.distance, other.distance)
    assert load_model(after.data).sha256 == after.sha256 != before.sha256


def test_back_and_forth_gives_the_same_bytes(model: Path) -> None:
    before = load_model(model)
    found = before.card.unknown_threshold
    assert found is not None
    assert with_threshold(with_threshold(before, 0.5), found).data == before.data


@pytest.mark.parametrize("threshold", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_distance_is_refused(model: Path, threshold: float) -> None:
    with pytest.raises(UsageError, match="distance above 0"):
        with_threshold(load_model(model), threshold)
