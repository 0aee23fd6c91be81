"""A preview shows what training sees, not what somebody thinks it sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import PLAIN, bars, learner  # noqa: E402

from sortal.training.deep import Running, train  # noqa: E402
from sortal.training.deep.data import batches  # noqa: E402
from sortal.training.deep.seen import as_seen  # noqa: E402
from sortal.training.recipe_parts import Augmentation  # noqa: E402

EVERYTHING = Augmentation(
    shear=12,
    horizontal_flip=True,
    vertical_flip=True,
    zoom=0.2,
    rotation=15,
    shift=0.1,
    brightness=0.3,
    contrast=0.3,
    erasing=0.5,
    elastic=1,
)
OPTIONS = [name for name in EVERYTHING.__slots__ if name not in ("elastic_smoothness", "fill")]


def test_every_batch_of_a_training_is_what_the_preview_draws() -> None:
    recipe = replace(PLAIN, epochs=2, augmentation=EVERYTHING, seed=3)
    subject, pictures = learner(recipe), bars(40)
    entered: list[Any] = []
    subject.module[0].register_forward_pre_hook(lambda _, given: entered.append(given[0] * 255))
    list(train(subject, pictures, running=Running(threads=1)))
    seen = iter(entered)
    for epoch in range(2):
        order = batches(40, size=recipe.batch, seed=3, epoch=epoch, start=0)
        for step, rows in enumerate(order):
            drawn = as_seen(pictures, rows, EVERYTHING, channels=1, seed=3, epoch=epoch, step=step)
            trained = next(seen).permute(0, 2, 3, 1).numpy()
            assert np.abs(drawn - trained).max() <= 0.51
            assert np.abs(drawn - pictures.pixels[rows].astype(float)).mean() > 5
    assert next(seen, None) is None


def test_without_an_option_the_pictures_are_as_they_are() -> None:
    pictures, rows = bars(5), np.arange(5)
    same = as_seen(pictures, rows, Augmentation(), channels=1, seed=0, epoch=4)
    assert np.array_equal(same, pictures.pixels)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_changes_pictures_by_itself(name: str) -> None:
    value = getattr(EVERYTHING, name)
    only = Augmentation(**{name: value})
    pictures, rows = bars(12), np.arange(12)
    first, again, later = (
        as_seen(pictures, rows, only, channels=1, seed=0, epoch=epoch) for epoch in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)
    assert not np.array_equal(first, pictures.pixels)
