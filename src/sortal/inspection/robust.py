"""Limits that a collection sets for itself: medians and median deviations, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAD_TO_SIGMA: Final = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""


def median_and_spread(values: Floats) -> tuple[float, float]:
    """Median and scaled median absolute deviation of ``values``, shape (n,), n > 0.

    Half of the values may be arbitrary before either of the two breaks down (Hampel, "The
    influence curve and its role in robust estimation", JASA 69, 1974).
    """
    middle = float(np.median(values))
    return middle, MAD_TO_SIGMA * float(np.median(np.abs(values - middle)))


@dataclass(frozen=True, slots=True)
class LowRule:
    """When a value is conspicuously low.

    The limit is ``deviations`` robust deviations below the median, but never above
    ``harmless`` (such a value is good in any collection, however uniform) and never below
    ``hopeless`` (such a value is bad in any collection, however varied).
    """

    hopeless: float
    harmless: float
    deviations: float

    def limit(self, values: Floats) -> float:
        """The limit for a collection with these values, shape (n,); ``hopeless`` for none."""
        if not len(values):
            return self.hopeless
        middle, spread = median_and_spread(values)
        return float(np.clip(middle - self.deviations * spread, self.hopeless, self.harmless))
