"""A heat map laid over its picture, and where it is warmest, in words."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float32]

_FOR: Final = np.array([255, 138, 0], np.float32)  # amber: spoke for the answer
_AGAINST: Final = np.array([52, 120, 246], np.float32)  # blue: spoke against it
_STRONGEST: Final = 0.78  # opacity of the strongest evidence
_GATHERED: Final = 0.22  # share of all evidence in one ninth, above which a place is named


def overlay_jpeg(thumbnail: bytes, heat: Plane) -> bytes:
    """Draw ``heat``, float32 (h, w), over the greyed picture; returns JPEG of the same size.

    Amber spoke for the answer, blue against it; zero stays clear and the strongest value of
    either sign is the deepest, so the two sides can be compared.
    """
    with Image.open(BytesIO(thumbnail), formats=("JPEG",)) as image:
        grey = np.asarray(image.convert("L"), np.float32)
    plane = _resized(heat, width=grey.shape[1], height=grey.shape[0])
    strongest = float(np.abs(plane).max()) or 1.0
    opacity = (_STRONGEST * (np.abs(plane) / strongest) ** 0.8)[..., None]
    colour = np.where((plane > 0)[..., None], _FOR, _AGAINST)
    ground = (40 + 0.8 * grey)[..., None]
    blended = ground * (1 - opacity) + colour * opacity
    out = BytesIO()
    Image.fromarray(blended.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=82)
    return out.getvalue()


def _resized(heat: Plane, *, width: int, height: int) -> Plane:
    image = Image.fromarray(heat.astype(np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def place_in_words(heat: Plane) -> str:
    """Say in which ninth of the picture the evidence for the answer gathers.

    Returns "the upper left", "the centre", ..., "the whole picture" where it is spread out,
    or "nowhere" where nothing spoke for the answer.
    """
    positive = _resized(heat, width=30, height=30).clip(0)
    total = float(positive.sum())
    if total <= 0:
        return "nowhere"
    ninths = positive.reshape(3, 10, 3, 10).sum(axis=(1, 3)) / total
    row, column = divmod(int(ninths.argmax()), 3)
    if ninths[row, column] < _GATHERED:
        return "the whole picture"
    if row == column == 1:
        return "the centre"
    words = (("upper", "middle", "lower")[row], ("left", "centre", "right")[column])
    return "the " + " ".join(words)
