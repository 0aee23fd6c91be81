"""The coasts of the world, for maps by place: Natural Earth at 1:110 million, public domain."""

from __future__ import annotations

from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

_PARTING: Final = 32_767
_UNITS: Final = 100.0


def coasts() -> list[NDArray[np.float64]]:
    """Lines along the coasts: float64 (m, 2) each, degrees north and degrees east.

    ``scripts/build_coastline.py`` makes the file and says what is in it.
    """
    content = resources.files("sortal.map.site").joinpath("coastline.bin").read_bytes()
    pairs = np.frombuffer(content, "<i2").reshape(-1, 2)
    ends = np.flatnonzero(pairs[:, 0] == _PARTING)
    degrees = pairs[:, ::-1] / _UNITS
    return [line[:-1] for line in np.split(degrees, ends + 1)[:-1]]
