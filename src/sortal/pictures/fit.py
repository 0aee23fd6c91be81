"""How a picture of any shape becomes the square that a network takes."""

from __future__ import annotations

from typing import Final, Literal

Fit = Literal["pad", "squash", "crop"]
"""pad keeps everything and adds a border, squash keeps everything and changes the aspect
ratio, crop keeps the aspect ratio and cuts the ends of the longer side."""

FITS: Final[tuple[Fit, ...]] = ("pad", "squash", "crop")
