"""The digits of one picture, read as the rows of numbers that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sortal.errors import Fault

if TYPE_CHECKING:
    from sortal.pictures import Box
    from sortal.workflow import Prediction
    from sortal.workflow.values import JsonObject

UNREAD = "?"
"""What stands for a digit that is unknown."""


class Line(Protocol):
    """What is printed in a line: the answer to a picture or a digit, or a reading."""

    @property
    def path(self) -> str:
        """The picture."""

    @property
    def box(self) -> Box | None:
        """Where in it the digit is."""

    @property
    def part(self) -> int:
        """How many answers to the same picture came before."""

    @property
    def words(self) -> str:
        """What a person reads."""

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All digits of a picture together.

    Attributes:
        path: the picture.
        rows: of each row of writing, the answers from left to right.
        part: how many answers came before it, so that it counts as no picture.
    """

    path: str
    rows: tuple[tuple[str, ...], ...]
    part: int
    box: Box | None = None

    @property
    def words(self) -> str:
        """What a person reads: "digits: 3 1 4 / 2 7"."""
        return "digits: " + " / ".join(" ".join(row) for row in self.rows)

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {"path": self.path, "rows": [list(row) for row in self.rows]}


def with_readings(
    answers: Iterable[Prediction | Fault],
) -> Iterator[Line | Fault]:
    """Yield the answers, and after those to a picture of several digits what they say together."""
    digits: list[Prediction] = []
    for answer in answers:
        if isinstance(answer, Fault) or answer.part == 0:
            yield from _reading(digits)
            digits = []
        if not isinstance(answer, Fault):
            digits.append(answer)
        yield answer
    yield from _reading(digits)


def _reading(digits: list[Prediction]) -> Iterator[Reading]:
    if len(digits) > 1:
        yield Reading(digits[0].path, _rows(digits), len(digits))


def _rows(digits: list[Prediction]) -> tuple[tuple[str, ...], ...]:
    """Divide digits in reading order into rows: one begins where the next digit lies left."""
    rows: list[list[str]] = []
    last = None
    for digit in digits:
        if digit.box is None or last is None or digit.box.left < last.left:
            rows.append([])
        rows[-1].append(digit.answer or UNREAD)
        last = digit.box
    return tuple(map(tuple, rows))
