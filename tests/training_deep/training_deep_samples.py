"""Small pictures that a small network can tell apart, and small recipes to do it by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sortal.network.load import load_network
from sortal.training.deep import Learner, Normalisation, Pictures
from sortal.training.recipe import Recipe
from sortal.training.recipe_parts import Optimiser

SIZE, CLASSES = 8, 3

PLAIN = Recipe(
    "conv 4 3x3 same nobias, batchnorm, relu, maxpool 2, dropout 0.1, flatten, dense 8 relu",
    size=SIZE,
    channels=1,
    epochs=3,
    batch=16,
    initial="he",
    optimiser=Optimiser("adam", rate=0.01),
)


def bars(n: int = 90, *, seed: int = 0, channels: int = 1) -> Pictures:
    """Noise with a bright row (kind 0), a bright column (1) or neither (2)."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 90, size=(n, SIZE, SIZE, channels), dtype=np.uint8)
    labels = np.arange(n, dtype=np.int64) % CLASSES
    for picture, label in zip(pixels, labels, strict=True):
        at = rng.integers(0, SIZE)
        if label == 0:
            picture[at] = 230
        elif label == 1:
            picture[:, at] = 230
    return Pictures(pixels, labels)


def learner(recipe: Recipe = PLAIN, **changes: Any) -> Learner:
    recipe = replace(recipe, **changes)
    network = load_network(
        recipe.network,
        classes=CLASSES,
        size=recipe.size,
        channels=recipe.channels,
        top=recipe.top,
    )
    return Learner(network, recipe, normalisation=Normalisation((0.0,), (255.0,)))
