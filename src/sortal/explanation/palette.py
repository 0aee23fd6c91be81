"""The colours of heat: ordered by lightness, so they read in grey and without red or green.

From a deep blue over purple and orange to a light yellow. Lightness (CIE L*) rises evenly from
25 to 92, so equal steps of heat look equal and a print in grey keeps the order; blue and
yellow, the ends, are told apart under every common deficiency of colour vision. The anchors
were computed for this project: even steps of L*, hue turning evenly from 292 to 450 degrees in
CIELAB, chroma 70 or the largest that sRGB holds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

ANCHORS: Final[tuple[tuple[int, int, int], ...]] = (
    (0, 54, 137),
    (56, 52, 163),
    (103, 49, 163),
    (138, 46, 160),
    (167, 43, 155),
    (193, 44, 148),
    (215, 49, 139),
    (234, 60, 130),
    (249, 74, 121),
    (255, 98, 114),
    (255, 123, 113),
    (254, 144, 115),
    (255, 163, 120),
    (255, 181, 128),
    (255, 198, 139),
    (255, 214, 153),
    (255, 230, 170),
)
"""sRGB, 0-255, at even steps of heat from 0 to 1."""


def colours(heat: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the colour of each value of ``heat``, 0-1: float32 sRGB, shape (..., 3), 0-255.

    Between the anchors colours are interpolated linearly; values beyond 0-1 take the ends.
    """
    table = np.array(ANCHORS, np.float64)
    places = np.linspace(0, 1, len(table))
    channels = [np.interp(heat, places, table[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
