"""How unlike what a model learned on one picture is, as a share and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sortal.evaluation.reference import QUANTILES, Reference


def nearness_quantiles(stored: Mapping[str, Any] | None) -> tuple[float, ...] | None:
    """Return how far learned pictures were, from a card's record of them, or None.

    They are distances of pictures that the judging models had not seen, as new ones are.

    Args:
        stored: as ``Reference.to_dict`` gave.

    Returns:
        101 evenly spaced quantiles; None where there is no record of distances.

    Raises:
        InputError: the record is damaged.
    """
    if stored is None:
        return None
    profiles = Reference.from_dict(stored).profiles
    return next((p.quantiles for p in profiles if p.measure == "distance"), None)


def share_nearer(quantiles: tuple[float, ...], distance: float) -> float:
    """Return the share of learned pictures, 0-1, that were nearer than ``distance``."""
    if distance > quantiles[-1]:
        return 1.0
    places = np.linspace(0.0, 1.0, QUANTILES)
    return float(np.interp(distance, quantiles, places))


def unlike_words(share: float) -> str:
    """Say in words how unlike what was learned a picture is.

    Args:
        share: as from ``share_nearer``.
    """
    if share >= 1.0:
        return "more unlike than anything it learned on"
    if share < 0.5:
        return "like what it learned on"
    return f"more unlike than {math.floor(100 * share)} % of what it learned on"
