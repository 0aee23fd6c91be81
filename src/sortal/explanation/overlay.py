"""Heat drawn over its picture."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.explanation.palette import colours
from sortal.pictures.record import Pixels

_LUMA: Final = (0.299, 0.587, 0.114)  # ITU-R BT.601
_DEEPEST: Final = 0.35  # what is left of a colour where the picture is black
_NOTHING: Final = 1e-12  # heat below this is none


def heat_overlay(
    pixels: Pixels, heat: NDArray[np.float32], *, strongest: float | None = None
) -> Pixels:
    """Light up a picture where it spoke for the answer.

    The picture gives light and shade, the heat gives colour: deep blue where nothing spoke
    for the answer (or spoke against it), light yellow where most did. Lightness follows the
    heat, so the drawing reads in grey too.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), 0-255.
        heat: float32, shape (height, width), finite; see ``heat_in_picture``.
        strongest: heat that is drawn lightest; None takes the largest of this picture. Give
            the same to several pictures to compare them.

    Returns:
        uint8 RGB, shape (height, width, 3), 0-255.

    Raises:
        UsageError: heat and picture differ in size, or a number makes no sense.
    """
    if heat.shape != pixels.shape[:2] or not np.isfinite(heat).all():
        raise UsageError(
            f"heat_overlay needs finite heat of the picture's size {pixels.shape[:2]}; heat of "
            f"shape {heat.shape} came. Use heat_in_picture first."
        )
    if strongest is not None and not strongest > 0:
        raise UsageError(f"heat_overlay: the strongest heat must be above 0, not {strongest}.")
    most = strongest or max(float(heat.max()), _NOTHING)
    shade = pixels.astype(np.float32) @ np.array(_LUMA, np.float32) / 255
    lit = colours(heat / most) * (_DEEPEST + (1 - _DEEPEST) * shade)[..., None]
    return lit.round().clip(0, 255).astype(np.uint8)
