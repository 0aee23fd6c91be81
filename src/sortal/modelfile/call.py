"""One use of an operator as a shape rule sees it, and what the rule answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from sortal.errors import ModelFileError
from sortal.modelfile.graph import Attribute

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One use of an operator, with all that a rule may look at.

    Attributes:
        op: its name.
        shapes: shape of each input, None for one left out.
        values: the numbers of each input that is stored as int64, else None.
        attributes: name to value.
    """

    op: str
    shapes: tuple[Shape | None, ...]
    values: tuple[tuple[int, ...] | None, ...]
    attributes: Mapping[str, Attribute]

    def shape(self, index: int, *, rank: int | None = None) -> Shape:
        """Return the shape of an input that must be there, of the given rank if any."""
        shape = self.shapes[index] if index < len(self.shapes) else None
        if shape is None:
            self.refuse(f"input {index} is missing")
        if rank is not None and len(shape) != rank:
            self.refuse(f"input {index} has {len(shape)} dimensions instead of {rank}")
        return shape

    def whole(self, name: str, default: int) -> int:
        """Return an attribute that is one whole number."""
        value = self.attributes.get(name, default)
        if type(value) is not int:
            self.refuse(f"{name} is no whole number")
        return value

    def flag(self, name: str, default: int) -> bool:
        """Return an attribute that is 0 or 1; of other numbers runtimes think differently."""
        value = self.whole(name, default)
        if value not in (0, 1):
            self.refuse(f"{name} is neither 0 nor 1")
        return value == 1

    def wholes(self, name: str, default: Shape) -> Shape:
        """Return an attribute that is as many whole numbers as ``default`` has."""
        value = self.attributes.get(name, default)
        if not isinstance(value, tuple) or len(value) != len(default):
            self.refuse(f"{name} is not a list of {len(default)} whole numbers")
        return value

    def axes(self, rank: int) -> Shape | None:
        """Return the axes, from 0, that an attribute or a stored second input names."""
        given = self.attributes.get("axes")
        if given is None and len(self.shapes) > 1 and self.shapes[1] is not None:
            given = self.values[1]
            if given is None:
                self.refuse("the axes are not stored numbers")
        if given is None:
            return None
        if not isinstance(given, tuple):
            self.refuse("the axes are no list")
        axes = tuple(self.axis(axis, rank) for axis in given)
        if len(set(axes)) < len(axes):
            self.refuse("an axis is named twice")
        return axes

    def axis(self, axis: int, rank: int) -> int:
        """Return ``axis``, which may count from the end, as one from 0."""
        if not -rank <= axis < rank:
            self.refuse(f"axis {axis} does not exist")
        return axis % rank

    def refuse(self, why: str) -> NoReturn:
        """Raise the one sentence about a use that makes no sense."""
        raise ModelFileError(f"The operator {self.op} is used wrongly: {why}.")


@dataclass(frozen=True, slots=True)
class Made:
    """What an operator makes: the shape of its output, and multiplications it takes."""

    shape: Shape
    work: int


def made(shape: Shape, *, times: int = 1) -> Made:
    """Return an answer that takes ``times`` multiplications for each number made."""
    return Made(shape, math.prod(shape) * times)
