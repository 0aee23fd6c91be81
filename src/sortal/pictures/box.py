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
