"""Reading an evaluation back from JSON that may be damaged or hostile."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from sortal.errors import InputError
from sortal.evaluation.values import Evaluation

MOST_ITEMS: Final = 1_000_000
"""Longest list that is read; 1,000 classes have a confusion matrix of so many cells."""

T = TypeVar("T")


def evaluation_from_dict(stored: object) -> Evaluation:
    """Return the evaluation that ``Evaluation.to_dict`` wrote.

    Raises:
        InputError: a field is missing, unknown or of another type, a number is not finite,
            or the tables do not fit the classes.
    """
    given = dict(stored) if isinstance(stored, Mapping) else {}
    given.pop("headline", None)  # made of the rest
    evaluation: Evaluation = _value(given, Evaluation, "evaluation")
    n = len(evaluation.classes)
    rows = [len(row) for row in evaluation.confusion]
    if n < 2 or len(evaluation.per_class) != n or rows != [n] * n:
        raise InputError(
            f"The stored evaluation names {n} classes; its tables have {len(rows)} rows and "
            f"{len(evaluation.per_class)} class reports."
        )
    return evaluation


def _value(given: Any, kind: Any, where: str) -> Any:
    """``given`` as the type ``kind``, or an error that says where."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(k for k in get_args(kind) if k is not type(None))
        return None if given is None else _value(given, inner, where)
    if origin is tuple:
        return _row(given, get_args(kind)[0], where)
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(given, kind, where)
    return _leaf(given, kind, where)


def _row(given: Any, kind: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(given, list | tuple) or len(given) > MOST_ITEMS:
        raise _unfit(where, "a list", given)
    return tuple(_value(item, kind, where) for item in given)


def _record(given: Any, kind: type[T], where: str) -> T:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if not isinstance(given, Mapping) or sorted(given) != sorted(names):
        raise _unfit(where, f"an object with {', '.join(names)}", given)
    hints = get_type_hints(kind)
    return kind(**{name: _value(given[name], hints[name], f"{where}.{name}") for name in names})


def _leaf(given: Any, kind: type, where: str) -> Any:
    if kind is float and isinstance(given, int | float) and not isinstance(given, bool):
        if math.isfinite(given):
            return float(given)
    elif type(given) is kind and kind in (int, str):
        return given
    raise _unfit(where, {float: "a finite number", int: "a whole number"}.get(kind, "text"), given)


def _unfit(where: str, wanted: str, given: Any) -> InputError:
    return InputError(f"The stored {where}: {wanted} was expected, {given!r:.60} came.")
