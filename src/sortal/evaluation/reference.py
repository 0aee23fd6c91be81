"""What is remembered of the learned pictures, so that new ones can be held against them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import InputError
from sortal.evaluation.sets import effective_count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUANTILES: Final = 101
MOST_PROFILES: Final = 32
MOST_CLASSES: Final = 10_000
"""Limits on what is read from a file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one measure was distributed over the learned pictures.

    Attributes:
        measure: its name.
        quantiles: its QUANTILES evenly spaced quantiles, from least to greatest.
        independent: how many independent pictures the learned ones are worth in it.
        worth: the same for each picture, 0-1: small where pictures of a group are alike.
    """

    measure: str
    quantiles: tuple[float, ...]
    independent: float
    worth: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A summary of the learned pictures, a few kilobytes of JSON in the model's card.

    Attributes:
        n: pictures.
        profiles: one a measure.
        classes: names; shares: of the answers to the learned pictures, 0-1, given by models
            that had not seen them.
        shares_independent, shares_worth: as for a Profile.
        threshold: of the distance, see Rules; None where it was not measured.
        beyond: share of the learned pictures beyond it, 0-1; beyond_worth: as for a Profile.
    """

    n: int
    profiles: tuple[Profile, ...]
    classes: tuple[str, ...]
    shares: tuple[float, ...]
    shares_independent: float
    shares_worth: float
    threshold: float | None
    beyond: float
    beyond_worth: float

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: object) -> Reference:
        """Read what ``to_dict`` gave, from JSON that may be damaged or hostile.

        Raises:
            InputError: it is not a reference; the message says where.
        """
        return _read(stored)


def make_reference(
    batch: Mapping[str, Floats],
    *,
    answers: Ints,
    classes: Sequence[str],
    groups: Ints,
    threshold: float | None = None,
) -> Reference:
    """Summarise the learned pictures.

    Args:
        batch: measures, each float64 (n,), as from ``measures``; distances and confidence
            from models that had not seen the picture.
        answers: int64, shape (n,): index of the answered class, likewise.
        classes: names of the classes.
        groups: int64, shape (n,).
        threshold: of the distance; needs the measure "distance".
    """
    n = answers.size
    named = np.eye(len(classes))[answers]
    worth = _worth_of_shares(named, groups)
    unknown = np.zeros(n) if threshold is None else (batch["distance"] > threshold).astype(float)
    return Reference(
        n=n,
        profiles=tuple(_profile(name, values, groups) for name, values in batch.items()),
        classes=tuple(classes),
        shares=tuple(float(s) for s in named.mean(axis=0)),
        shares_independent=worth * n,
        shares_worth=worth,
        threshold=threshold,
        beyond=float(unknown.mean()),
        beyond_worth=effective_count(unknown, groups) / n,
    )


def step_cdf(sample: Floats, points: Floats) -> Floats:
    """Return the share of ``sample`` that is at most each point, 0-1, shape of ``points``."""
    places = np.searchsorted(np.sort(sample), points, side="right")
    return places.astype(np.float64) / sample.size


def _profile(measure: str, values: Floats, groups: Ints) -> Profile:
    ranks = step_cdf(values, values)
    independent = effective_count(ranks, groups)
    quantiles = np.quantile(values, np.linspace(0.0, 1.0, QUANTILES))
    return Profile(
        measure, tuple(float(q) for q in quantiles), independent, independent / values.size
    )


def _worth_of_shares(named: Floats, groups: Ints) -> float:
    """Return the mean design effect of the shares, as the worth of one picture, 0-1."""
    _, group = np.unique(groups, return_inverse=True)
    deviations = named - named.mean(axis=0)
    by_group = np.stack([np.bincount(group, column) for column in deviations.T])
    spread, clustered = float((deviations**2).sum()), float((by_group**2).sum())
    least = by_group.shape[1] / group.size
    return float(np.clip(spread / clustered, least, 1.0)) if clustered > 0 else least


def _read(stored: object) -> Reference:
    try:
        return _unchecked(stored)
    except (KeyError, TypeError, ValueError, OverflowError) as cause:
        raise InputError(
            "The summary of the learned pictures cannot be read: a JSON object as written by "
            f"Reference.to_dict was expected ({type(cause).__name__}: {cause})."
        ) from None


def _unchecked(stored: object) -> Reference:
    if not isinstance(stored, dict):
        raise TypeError(f"an object was expected, {type(stored).__name__} came")
    profiles, classes, shares = stored["profiles"], stored["classes"], stored["shares"]
    if len(profiles) > MOST_PROFILES or len(classes) > MOST_CLASSES or len(shares) != len(classes):
        raise ValueError("too many profiles or classes, or not one share a class")
    threshold = stored["threshold"]
    return Reference(
        n=int(_number(stored["n"], least=1)),
        profiles=tuple(_read_profile(p) for p in profiles),
        classes=tuple(str(name) for name in classes),
        shares=tuple(_number(s, most=1) for s in shares),
        shares_independent=_number(stored["shares_independent"], least=1e-9),
        shares_worth=_number(stored["shares_worth"], least=1e-9, most=1),
        threshold=None if threshold is None else _number(threshold),
        beyond=_number(stored["beyond"], most=1),
        beyond_worth=_number(stored["beyond_worth"], least=1e-9, most=1),
    )


def _read_profile(stored: dict[str, Any]) -> Profile:
    quantiles = tuple(_number(q, least=-math.inf) for q in stored["quantiles"])
    if len(quantiles) != QUANTILES or list(quantiles) != sorted(quantiles):
        raise ValueError(f"{QUANTILES} quantiles in rising order were expected")
    return Profile(
        measure=str(stored["measure"]),
        quantiles=quantiles,
        independent=_number(stored["independent"], least=1e-9),
        worth=_number(stored["worth"], least=1e-9, most=1),
    )


def _number(stored: object, *, least: float = 0.0, most: float = math.inf) -> float:
    if isinstance(stored, bool) or not isinstance(stored, int | float):
        raise TypeError(f"a number was expected, {stored!r:.40} came")
    value = float(stored)
    if not (math.isfinite(value) and least <= value <= most):
        raise ValueError(f"a number from {least} to {most} was expected, {value} came")
    return value
