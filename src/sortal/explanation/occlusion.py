"""Occlusion: cover a place and see how much less sure the answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.pictures.record import Pixels

Score = Callable[[NDArray[np.uint8]], NDArray[np.floating]]
"""From pictures, uint8 RGB (k, height, width, 3), to one number each, (k,): of any model.

``lambda images: model.run(images).probabilities[:, k]`` asks for the probability of kind k."""

GREY: Final = 127
"""What a covered pixel becomes: the level that the backbones take as nothing."""
BATCH: Final = 16
"""Pictures that are scored at once."""


def occlusion(
    pixels: Pixels, score: Score, *, patch: int | None = None, stride: int | None = None
) -> NDArray[np.float32]:
    """Say how much each place of a picture matters to a score, by covering it.

    A grey square slides over the picture; the heat of a pixel is the mean loss of score over
    all squares that covered it. It asks the model alone and knows nothing of its inside, so it
    checks what other methods claim. Departure from the paper: overlapping squares are averaged
    and the map has the picture's size.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks",
    ECCV 2014.

    Args:
        pixels: uint8 RGB, shape (height, width, 3): the square that the model takes.
        score: gives one number for each picture.
        patch: side of the square, pixels; None takes a fifth of the shorter side.
        stride: from one place to the next, 1 to ``patch`` pixels; None takes half a patch.

    Returns:
        float32, shape (height, width), in the unit of the score; negative where covering helped.

    Raises:
        UsageError: patch or stride do not fit the picture.
    """
    height, width = pixels.shape[:2]
    patch = max(1, min(height, width) // 5) if patch is None else patch
    stride = max(1, patch // 2) if stride is None else stride
    if not 1 <= patch <= min(height, width) or not 1 <= stride <= patch:
        raise UsageError(
            f"occlusion: a patch of {patch} moved by {stride} does not cover a picture of "
            f"{width} x {height} pixels; use 1 <= stride <= patch <= the shorter side."
        )
    corners = [
        (y, x) for y in _starts(height, patch, stride) for x in _starts(width, patch, stride)
    ]
    losses = _losses(pixels, score, corners, patch)
    total = np.zeros((height, width))
    times = np.zeros((height, width))
    for (y, x), loss in zip(corners, losses, strict=True):
        total[y : y + patch, x : x + patch] += loss
        times[y : y + patch, x : x + patch] += 1
    return (total / times).astype(np.float32)


def _starts(length: int, patch: int, stride: int) -> list[int]:
    """Return where patches begin, the last flush with the end."""
    return sorted({*range(0, length - patch, stride), length - patch})


def _losses(
    pixels: Pixels, score: Score, corners: list[tuple[int, int]], patch: int
) -> NDArray[np.float64]:
    def covered(corner: tuple[int, int]) -> Pixels:
        y, x = corner
        copy = pixels.copy()
        copy[y : y + patch, x : x + patch] = GREY
        return copy

    whole = float(score(pixels[None])[0])
    parts = [corners[i : i + BATCH] for i in range(0, len(corners), BATCH)]
    scores = [score(np.stack([covered(corner) for corner in part])) for part in parts]
    return whole - np.concatenate(scores).astype(np.float64)
