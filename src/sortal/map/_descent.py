"""t-SNE: from affinities and a start to places in the plane."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._attraction import Attraction
from sortal.map._repulsion import repulsion
from sortal.pictures.cores import usable_cores

Floats = NDArray[np.float32]

EXAGGERATION: Final = 12.0
"""Factor on the attraction at first, so that the large order forms."""
FIRST: Final = 250
"""Steps under exaggeration."""
STEPS: Final = 750
"""Steps in all."""
LONGEST: Final = 5.0
"""Farthest that a point moves in one step."""
_LEAST_GAIN: Final = 0.01


def descend(graph: Any, start: Floats, *, tell: Callable[[int], None]) -> Floats:
    """Move points downhill until the map stands.

    Gradient descent with momentum and gains (van der Maaten and Hinton 2008). The learning rate
    is n over the exaggeration (Belkina et al., Automated optimized parameters for t-SNE, Nature
    Communications 2019), of the gradient without its factor 4, as in their program. Larger ones
    make crowds leap across each other at first, and lose the arrangement of ``start``. The
    result does not depend on the number of threads.

    Args:
        graph: affinities that sum to 1, scipy CSR float32 (n, n).
        start: float32 (n, 2), small: about 1e-4 across.
        tell: told how many of the ``STEPS`` are done.

    Returns:
        float32 (n, 2), with mean 0.
    """
    y = np.ascontiguousarray(start.T)
    pulls, move, gain = np.zeros_like(y), np.zeros_like(y), np.ones_like(y)
    attraction, pushing = Attraction(graph), repulsion(y.shape[1])
    with ThreadPoolExecutor(usable_cores()) as threads:
        for step in range(STEPS):
            early = step < FIRST
            factor = EXAGGERATION if early else 1.0
            works = [threads.submit(work) for work in attraction.works(y, pulls)]
            slope, total = pushing.forces(y)
            for work in works:
                work.result()
            slope *= np.float32(-1 / total)
            slope += np.float32(factor) * pulls
            rate = np.float32(y.shape[1] / factor)
            _advance(y, slope, move, gain, rate=rate, momentum=0.5 if early else 0.8)
            if (step + 1) % 25 == 0:
                tell(step + 1)
    return np.ascontiguousarray(y.T)


def _advance(
    y: Floats, slope: Floats, move: Floats, gain: Floats, *, rate: np.float32, momentum: float
) -> None:
    """Take one step, in place; gains grow where the direction stays, and shrink where it turns."""
    turned = np.signbit(slope) == np.signbit(move)
    gain += np.float32(0.2)
    gain[turned] = (gain[turned] - np.float32(0.2)) * np.float32(0.8)
    np.maximum(gain, np.float32(_LEAST_GAIN), out=gain)
    move *= np.float32(momentum)
    slope *= gain
    slope *= rate
    move -= slope
    length = np.sqrt(move[0] * move[0] + move[1] * move[1])
    move *= np.minimum(np.float32(1), np.float32(LONGEST) / np.maximum(length, np.float32(1e-12)))
    y += move
    y -= y.mean(axis=1, keepdims=True)
