"""Fields that know what they may hold, so that a slip is one sentence and not a traceback."""

from __future__ import annotations

import math
from dataclasses import MISSING, Field, field, fields
from difflib import get_close_matches
from typing import Any

from sortal.errors import UsageError


def number(default: float, low: float, high: float) -> Any:
    """Return a field for a number from ``low`` to ``high``; whole where ``default`` is whole."""
    return field(default=default, metadata={"low": low, "high": high})


def choice(default: str, options: tuple[str, ...]) -> Any:
    """Return a field for one of a few words."""
    return field(default=default, metadata={"options": options})


def check_fields(value: Any, where: str) -> None:
    """Check every field of a frozen dataclass against its kind and its bounds.

    Args:
        value: a dataclass whose fields have defaults, from which their kind is known.
        where: what it is, for the message: "recipe, optimiser".

    Raises:
        UsageError: a field holds what it cannot; the message names it, what it may hold and
            what came.
    """
    for item in fields(value):
        came = getattr(value, item.name)
        if kind_of(item) is float and type(came) is int:  # 1 is a way of writing 1.0
            came = float(came)
            object.__setattr__(value, item.name, came)
        _check(item, came, f"{where}: {item.name}")


def kind_of(item: Field[Any]) -> type:
    """Return the type of a field's value: that of its default, text where it has none."""
    if item.default is not MISSING:
        return type(item.default)
    return str if item.default_factory is MISSING else type(item.default_factory())


def unknown_key(key: str, known: list[str], where: str) -> UsageError:
    """Return the error for a key that is not a field."""
    close = get_close_matches(key, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Fields are: {', '.join(known)}."
    return UsageError(f"{where} has no field {key!r}. {hint}")


def _check(item: Field[Any], value: Any, where: str) -> None:
    kind = kind_of(item)
    if type(value) is not kind:
        raise UsageError(f"{where} must be {_NAMES.get(kind, kind.__name__)}; {value!r} came.")
    options = item.metadata.get("options")
    if options and value not in options:
        raise UsageError(f"{where} {value!r} does not exist. There are: {', '.join(options)}.")
    if "low" in item.metadata:
        _check_bounds(item.metadata["low"], item.metadata["high"], value, where)


def _check_bounds(low: float, high: float, value: Any, where: str) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise UsageError(f"{where} must be from {low:g} to {high:g}; {value:g} came.")


_NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
