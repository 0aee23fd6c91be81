"""From any of Pillow's pixel modes to 8-bit RGB, by written rules.

The rules, which ``docs/pictures.md`` repeats for people:

* transparency (an alpha channel, a transparent palette entry or colour) goes onto white;
* CMYK, YCbCr, CIELAB and HSV are converted; embedded colour profiles are not applied;
* 16-bit and 32-bit integers: 0 stays black and the largest number of the smallest depth out
  of 8, 10, 12, 14 and 16 bits that holds every value becomes white, so that a 12-bit camera's
  picture in a 16-bit file is not black; beyond 16 bits, or below zero, the smallest value
  becomes black and the largest white;
* floating point within 0 to 1: 1 becomes white; otherwise the smallest finite value becomes
  black and the largest white; what is not a number becomes black.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_WITH_ALPHA: Final = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_DIRECT: Final = frozenset({"1", "L", "P", "RGB", "RGBX"})
_DEPTHS: Final = (8, 10, 12, 14, 16)


def to_rgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Return ``image`` as mode RGB, and in words what was done beyond a plain conversion.

    Raises:
        ValueError: the mode has no rule.
    """
    mode = image.mode
    if mode in _DEEP:
        grey, how = _scaled(np.asarray(image))
        return Image.fromarray(grey).convert("RGB"), (how,)
    if mode in _WITH_ALPHA or (mode in _DIRECT and "transparency" in image.info):
        return _on_white(image)
    if mode in _DIRECT:
        return (image if mode == "RGB" else image.convert("RGB")), ()
    if mode in {"CMYK", "YCbCr", "LAB", "HSV"}:
        return image.convert("RGB"), (f"{mode} converted to RGB",)
    raise ValueError(f"pixels of mode {mode} have no rule")


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Lay a picture with transparency onto white."""
    if image.mode in {"RGBa", "La"}:  # colours already multiplied by their alpha
        image = image.convert("RGBA" if image.mode == "RGBa" else "LA")
    rgba = image if image.mode == "RGBA" else image.convert("RGBA")
    alpha = rgba.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return rgba.convert("RGB"), ()
    white = Image.new("RGB", rgba.size, (255, 255, 255))
    white.paste(rgba.convert("RGB"), mask=alpha)
    return white, ("transparency laid onto white",)


def _scaled(values: NDArray[np.generic]) -> tuple[NDArray[np.uint8], str]:
    """Scale deep grey values (height, width) to 0-255 and say by which range."""
    is_float = values.dtype.kind == "f"
    finite = values[np.isfinite(values)] if is_float else values
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    black, white = _range(low, high, is_float=is_float)
    # Doubles: the span of two single-precision numbers may be beyond their own range.
    scaled = (values.astype(np.float64) - black) * (255 / (white - black))
    np.nan_to_num(scaled, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    grey = np.clip(scaled + 0.5, 0, 255).astype(np.uint8)  # halves up, on every machine
    kind = "floating-point" if is_float else "deep integer"
    return grey, f"{kind} values from {black:g} to {white:g} scaled to 8 bits"


def _range(low: float, high: float, *, is_float: bool) -> tuple[float, float]:
    """Return the values that become black and white, the first below the second."""
    if is_float and 0 <= low <= high <= 1:
        return 0.0, 1.0
    if not is_float and low >= 0:
        for bits in _DEPTHS:
            if high < 2**bits:
                return 0.0, float(2**bits - 1)
    if high > low:
        return low, high
    around = max(1.0, abs(low))  # a flat picture becomes flat middle grey
    return low - around, low + around
