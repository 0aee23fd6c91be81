"""From the grid of a network back to the picture: each place of heat where it belongs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.pictures.fit import FITS, Fit

Plane = NDArray[np.float32]


def heat_in_picture(heat: Plane, *, width: int, height: int, fit: Fit) -> Plane:
    """Lay the heat of the square that a network saw over the picture it was made from.

    The inverse of ``fit_square``: with "pad" the heat of the border is left out, with
    "squash" it is stretched as the picture was squashed, and with "crop" the ends of the
    picture that the network never saw are 0: they spoke neither for nor against. With
    "handwriting" the picture is taken for one that stands prepared, and so was not changed;
    of a photograph, show the square instead, for sizes do not tell where its ink was. Between
    the middles of its cells the heat is interpolated linearly, and beyond the outermost
    middles it stays as it is there, so nothing looks finer or stronger than what the network
    gave.

    Args:
        heat: float32, shape (h, w), over the whole square.
        width: of the picture, pixels.
        height: likewise.
        fit: how the picture became the square.

    Returns:
        float32, shape (height, width), in the unit of ``heat``.

    Raises:
        UsageError: the heat is not a plane, or a length or the fit makes no sense.
    """
    if heat.ndim != 2 or not heat.size or min(width, height) < 1 or fit not in FITS:
        raise UsageError(
            f"heat_in_picture needs a plane of heat, lengths from 1 and one of "
            f"{', '.join(FITS)}; heat of shape {heat.shape}, {width} x {height} and {fit!r} came."
        )
    rows = _shares(_positions(height, other=width, fit=fit), heat.shape[0])
    columns = _shares(_positions(width, other=height, fit=fit), heat.shape[1])
    placed: NDArray[np.float64] = rows @ heat.astype(np.float64) @ columns.T
    return placed.astype(np.float32)


def _positions(length: int, *, other: int, fit: Fit) -> NDArray[np.float64]:
    """Return where the middle of each pixel of a side lies in the square: 0-1 if inside."""
    covered = {"pad": max(length, other), "crop": min(length, other)}.get(fit, length)
    return 0.5 + (np.arange(length) + 0.5 - length / 2) / covered


def _shares(positions: NDArray[np.float64], cells: int) -> NDArray[np.float64]:
    """Return how much each cell counts at each position: float64 (positions, cells).

    A row sums to 1, or to 0 where the position is outside.
    """
    places = np.clip(positions * cells - 0.5, 0, cells - 1)
    first = places.astype(np.int64)
    second = np.minimum(first + 1, cells - 1)
    shares = np.zeros((len(positions), cells))
    index = np.arange(len(positions))
    shares[index, first] = 1 - (places - first)
    shares[index, second] += places - first
    shares[(positions < 0) | (positions > 1)] = 0
    return shares
