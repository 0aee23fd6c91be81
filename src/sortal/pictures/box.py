"""A part of a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in its pixels.

    Attributes:
        left, top: of the first column and row inside.
        right, bottom: of the first column and row outside.
    """

    left: int
    top: int
    right: int
    bottom: int

    def scaled(self, across: float, down: float) -> Box:
        """Return the box in a picture that is so many times as wide and high."""
        return Box(
            round(self.left * across),
            round(self.top * down),
            round(self.right * across),
            round(self.bottom * down),
        )
