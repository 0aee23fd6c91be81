"""Names of the 1,000 ImageNet classes, and the tags that logits give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tag:
    """One thing that a network believes it sees.

    Attributes:
        name: an ImageNet class, English.
        probability: 0-1, among the 1,000 classes.
    """

    name: str
    probability: float


@cache
def imagenet_names() -> tuple[str, ...]:
    """Return the 1,000 class names in the order of the logits; no two are equal."""
    file = resources.files("sortal.backbones").joinpath("weights", "imagenet-names.txt")
    return tuple(file.read_text(encoding="utf-8").splitlines())


def top_tags(logits: NDArray[np.float32], *, k: int = 5) -> list[tuple[Tag, ...]]:
    """Return the ``k`` likeliest tags of each picture, likeliest first.

    Args:
        logits: float32 (n, 1000).
        k: how many, 1 to 1000.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    odds = np.exp(shifted)
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    names = imagenet_names()
    return [
        tuple(Tag(names[i], float(row[i])) for i in chosen)
        for row, chosen in zip(probabilities, order, strict=True)
    ]
