"""Digits drawn with straight strokes on paper of any light and colour, for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

# Each stroke as points in a box one wide and one high.
STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "1": [[(0.5, 0.0), (0.5, 1.0)]],
    "2": [[(0.1, 0.1), (0.9, 0.1), (0.9, 0.4), (0.1, 0.95), (0.95, 0.95)]],
    "4": [[(0.2, 0.0), (0.1, 0.6), (0.9, 0.6)], [(0.65, 0.3), (0.65, 1.0)]],
    "5": [[(0.35, 0.2), (0.3, 0.5), (0.85, 0.6), (0.8, 0.95), (0.15, 0.95)]],
    "7": [[(0.05, 0.05), (0.9, 0.05), (0.4, 1.0)]],
}
BAR = [(0.5, 0.03), (0.95, 0.0)]
"""The upper stroke of a 5 whose pen was lifted."""


def written(
    digits: Sequence[tuple[str, tuple[int, int, int, int]]],
    *,
    size: tuple[int, int] = (320, 240),
    paper: Colour = (236, 233, 225),
    ink: Colour = (40, 42, 70),
    pen: int = 7,
    bars: bool = True,
) -> Image.Image:
    """Return a picture of digits, each in its box (left, top, right, bottom)."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    for digit, (left, top, right, bottom) in digits:
        strokes = STROKES[digit] + ([BAR] if digit == "5" and bars else [])
        for stroke in strokes:
            points = [(left + x * (right - left), top + y * (bottom - top)) for x, y in stroke]
            draw.line(points, fill=ink, width=pen, joint="curve")
    return image


def photographed(image: Image.Image, *, seed: int = 0, shadow: float = 0.0) -> Pixels:
    """Return the picture with grain, and with a shadow over its right side."""
    random = np.random.default_rng(seed)
    pixels = np.asarray(image, np.float32)
    across = np.linspace(-1, 1, pixels.shape[1], dtype=np.float32)[None, :, None]
    light = 1 - shadow / (1 + np.exp(-8 * across))
    noisy = pixels * light + random.normal(0, 2.5, pixels.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)
