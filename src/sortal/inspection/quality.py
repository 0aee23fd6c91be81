"""Pictures that the camera spoiled, or that hold too little: blurred, dark, bright, flat, tiny.

The limits were chosen on real collections with spoiled copies mixed in; docs/inspection.md
has the figures and the command that measures them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sortal.inspection.robust import Floats, LowRule
from sortal.inspection.values import Flag
from sortal.pictures.record import Fingerprint

COMMON: Final = 0.2
"""Where more than this share of a collection would be flagged, it is the collection's nature."""

MEASURABLE_CONTRAST: Final = 4.0
"""Grey levels; below it the ratio of sharpness to contrast is mostly noise."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One way in which pictures can be bad.

    Attributes:
        name: the list of ``Findings`` that it fills.
        measure: a number for each picture; conspicuous is low, or high where ``high``.
        rule: from which value on; on the negated measure where ``high``.
        note: a sentence for where it holds for much of the collection.
    """

    name: str
    measure: Callable[[Sequence[Fingerprint]], Floats]
    rule: LowRule
    note: str
    high: bool = False

    def flags(self, fingerprints: Sequence[Fingerprint]) -> tuple[Flag, ...]:
        """Every picture beyond the limit, the worst first."""
        sign = -1.0 if self.high else 1.0
        values = sign * self.measure(fingerprints)
        limit = self.rule.limit(values[np.isfinite(values)])
        order = np.argsort(values, kind="stable")
        return tuple(
            Flag(int(i), round(sign * float(values[i]), 3), round(sign * limit, 3))
            for i in order
            if values[i] < limit
        )


def _log_sharpness(fingerprints: Sequence[Fingerprint]) -> Floats:
    """log2 of sharpness over contrast; infinite (never blurred) where nothing can be sharp.

    Fine detail grows with contrast: a sharp picture in fog and a blurred one in sunshine have
    Laplacians of the same size. The ratio tells them apart.
    """
    sharpness = np.array([f.sharpness for f in fingerprints], np.float64)
    contrast = np.array([f.contrast for f in fingerprints], np.float64)
    safe = np.maximum(contrast, MEASURABLE_CONTRAST)
    ratio = np.log2(np.maximum(sharpness, 1e-3) / safe)
    return np.where(contrast < MEASURABLE_CONTRAST, np.inf, ratio)


def _grey_percentiles(fingerprints: Sequence[Fingerprint]) -> tuple[Floats, Floats]:
    """5th and 95th percentile of each thumbnail's grey levels; shape (n,), 0-255."""
    if not fingerprints:
        return np.zeros(0), np.zeros(0)
    thumbs = np.stack([np.frombuffer(f.thumb, np.uint8) for f in fingerprints])
    low, high = np.percentile(thumbs, (5, 95), axis=1)
    return low, high


def _darkest(fingerprints: Sequence[Fingerprint]) -> Floats:
    low, _ = _grey_percentiles(fingerprints)
    return low


def _brightest(fingerprints: Sequence[Fingerprint]) -> Floats:
    _, high = _grey_percentiles(fingerprints)
    return high


def _grey_range(fingerprints: Sequence[Fingerprint]) -> Floats:
    low, high = _grey_percentiles(fingerprints)
    return high - low


def _shorter_side(fingerprints: Sequence[Fingerprint]) -> Floats:
    return np.array([min(f.width, f.height) for f in fingerprints], np.float64)


QUALITIES: Final = (
    Quality(
        "blurred",
        _log_sharpness,
        LowRule(hopeless=-4.2, harmless=-2.6, deviations=3.0),
        "look blurred",
    ),
    Quality(
        "dark",
        _brightest,
        LowRule(hopeless=45.0, harmless=60.0, deviations=3.0),
        "are nearly black",
    ),
    Quality(
        "bright",
        _darkest,
        LowRule(hopeless=-245.0, harmless=-200.0, deviations=3.0),
        "are nearly white",
        high=True,
    ),
    Quality(
        "flat",
        _grey_range,
        LowRule(hopeless=10.0, harmless=16.0, deviations=3.0),
        "have almost no contrast",
    ),
    Quality(
        "tiny",
        _shorter_side,
        LowRule(hopeless=32.0, harmless=96.0, deviations=3.0),
        "are very small",
    ),
)
