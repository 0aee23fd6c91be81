"""Round numbers along an axis."""

from __future__ import annotations

from typing import Final

import numpy as np

_MANTISSAS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(low: float, high: float, *, most: int = 7) -> list[float]:
    """Return at most ``most`` multiples of a round number between ``low`` and ``high``.

    Args:
        low: finite; where it equals ``high``, it is the only tick.
        high: at least ``low``.
        most: 2 or more.
    """
    if not low < high:
        return [low]
    step = _round_step(high / (most - 1) - low / (most - 1))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [number * step for number in range(first, last + 1)]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5 or 5 times a power of ten that is at least ``least``."""
    power = 10.0 ** np.floor(np.log10(least))
    wanted = least / power * (1 - 1e-9)
    return float(power * next(m for m in _MANTISSAS if m >= wanted))


def written(value: float) -> str:
    """A number for a tick: "2000", "0.25", "1e+06"."""
    return f"{value:.6g}" if value else "0"
