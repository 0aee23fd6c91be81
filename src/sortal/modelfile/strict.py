"""Reading JSON that must be exactly as expected: nothing missing, nothing extra, nothing bent."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from sortal.errors import ModelFileError

JsonObject = dict[str, Any]

MAX_DEPTH: Final = 32
"""Nesting allowed in the parts of a card that are kept as plain JSON."""


def parse_object(text: str, *, where: str) -> JsonObject:
    """Parse ``text``, one JSON object by RFC 8259, into plain Python values.

    Stricter than ``json.loads``: a key given twice, NaN, Infinity and numbers beyond float64
    are refused, and so is anything nested deeper than ``MAX_DEPTH``.

    Raises:
        ModelFileError: it is something else; the message names ``where`` and the reason.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_finite, parse_constant=_constant
        )
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{where} is not sound JSON: {error}.") from None
    if not isinstance(value, dict):
        raise ModelFileError(f"{where} must be a JSON object, not {_kind(value)}.")
    if depth(value) > MAX_DEPTH:
        raise ModelFileError(f"{where} is nested deeper than {MAX_DEPTH} levels.")
    return value


def depth(value: object) -> int:
    """Levels of nesting of a JSON value: 0 for a number or text; counted without recursion."""
    deepest = 0
    todo: list[tuple[object, int]] = [(value, 0)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, level + 1)
            inner = item.values() if isinstance(item, dict) else item
            todo += [(part, level + 1) for part in inner]
    return deepest


class Fields:
    """The fields of one JSON object, taken one by one; what is left over at the end is an error.

    Every method raises ModelFileError naming ``where`` and the field.
    """

    def __init__(self, value: object, *, where: str) -> None:
        if not isinstance(value, dict):
            raise ModelFileError(f"{where} must be a JSON object, not {_kind(value)}.")
        self._left: JsonObject = dict(value)
        self._where = where

    def take(self, name: str) -> Any:
        """Return the value of a field that must be there, whatever it is."""
        if name not in self._left:
            raise ModelFileError(f"{self._where} lacks the field {name!r}.")
        return self._left.pop(name)

    def text(self, name: str, *, longest: int = 2_000) -> str:
        """Return a text of at most ``longest`` characters."""
        value = self.take(name)
        if not isinstance(value, str) or len(value) > longest:
            self.refuse(name, f"a text of at most {longest:,} characters", value)
        return value

    def whole(self, name: str, *, low: int = 0, high: int = 2**53) -> int:
        """Return a whole number from ``low`` to ``high``; true and false are not numbers."""
        value = self.take(name)
        if type(value) is not int or not low <= value <= high:
            self.refuse(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    def number(self, name: str, *, above: float = -math.inf) -> float:
        """Return a finite number greater than ``above``."""
        value = self.take(name)
        if type(value) not in (int, float) or not above < value < math.inf:
            self.refuse(name, f"a number above {above:g}", value)
        return float(value)

    def a_channel(self, name: str, *, above: float = -math.inf) -> tuple[float, ...]:
        """Return one finite number for all channels, or three; each greater than ``above``."""
        value = self.take(name)
        sound = isinstance(value, list) and len(value) in (1, 3)
        if not sound or not all(
            type(item) in (int, float) and above < item < math.inf for item in value
        ):
            self.refuse(name, f"a list of one or three numbers above {above:g}", value)
        return tuple(map(float, value))

    def number_or_none(self, name: str) -> float | None:
        """Return a finite number, or None where the field is null."""
        if self._left.get(name, 0) is None:
            self._left.pop(name)
            return None
        return self.number(name)

    def mapping(self, name: str) -> JsonObject:
        """Return a JSON object as it is."""
        value = self.take(name)
        if not isinstance(value, dict):
            self.refuse(name, "an object", value)
        return value

    def mapping_or_none(self, name: str) -> JsonObject | None:
        """Return a JSON object as it is, or None where the field is null."""
        if self._left.get(name, 0) is None:
            self._left.pop(name)
            return None
        return self.mapping(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.take(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(name, "a list of texts", value)
        return tuple(value)

    def counts(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers from 0."""
        value = self.take(name)
        if not isinstance(value, list) or not all(type(i) is int and i >= 0 for i in value):
            self.refuse(name, "a list of whole numbers from 0", value)
        return tuple(value)

    def done(self) -> None:
        """Refuse whatever was not taken."""
        if self._left:
            names = ", ".join(repr(name) for name in sorted(self._left)[:5])
            raise ModelFileError(f"{self._where} has unknown fields: {names}.")

    def refuse(self, name: str, expected: str, value: object) -> NoReturn:
        """Raise the one sentence about a field that is not as expected."""
        shown = repr(value) if isinstance(value, str | int | float) else _kind(value)
        raise ModelFileError(f"{self._where}: {name!r} must be {expected}, not {shown[:80]}.")


def _once(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is given twice")
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:40]} is too large")
    return value


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")
