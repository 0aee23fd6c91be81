"""Lay one small picture over another and say how well they agree everywhere.

Registration by Gauss-Newton on grey levels (Lucas and Kanade, IJCAI 1981; affine in scale
and shift for each axis, with gain and offset of brightness solved along), coarse to fine.
The question asked is narrow: is the fixed picture a window of the moving one?
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.split.orientation import SIDE, Floats

MIN_SCALE: Final = 0.84
"""The window may be so small a part of the other's side: crops of up to 16 %."""
MAX_SCALE: Final = 1.02
SLACK: Final = 1 / 32
"""The window may overhang by this share of the side: a pixel of the thumb."""
NOISE: Final = 2.0
"""Grey levels by which a thumb varies under re-encoding; less is no structure."""
MIN_TEXTURED: Final = 4
"""So many of the 49 local windows must show structure for two pictures to be comparable."""
STRICTNESS: Final = 0.1
"""The agreement is this quantile of the local correlations: nearly everywhere, not on average."""

_CELL: Final = 4
WINDOWS: Final = (SIDE // _CELL - 1) ** 2
"""Overlapping local windows: 49."""
_DAMPING: Final = 1e-3
_STARTS: Final = np.array(
    [(1.0, 0.0, 1.0, 0.0)]
    + [
        (scale, x * (1 - scale) / 2, scale, y * (1 - scale) / 2)
        for scale in (0.95, 0.9)
        for x in (-1, 0, 1)
        for y in (-1, 0, 1)
    ],
    np.float32,
)


def agreement(first: Floats, second: Floats) -> Floats:
    """How well two pictures agree, window by window, as they lie.

    In each of 49 overlapping windows of 8 by 8 pixels the correlation is taken, with
    ``NOISE`` in numerator and denominator so that flat areas do not count as different.
    One dissimilar detail in an otherwise equal picture, as between two coins of one kind,
    shows here and not in a correlation over everything.

    Args:
        first, second: grey levels, float32, shape (n, 32, 32).

    Returns:
        float32, shape (n,): the tenth percentile over windows with structure, -1 to 1; -1
        where fewer than ``MIN_TEXTURED`` have any.
    """
    mean_a, mean_b = _windows(first), _windows(second)
    var_a = np.maximum(_windows(first * first) - mean_a**2, 0.0)
    var_b = np.maximum(_windows(second * second) - mean_b**2, 0.0)
    shared = _windows(first * second) - mean_a * mean_b
    noise = NOISE**2
    local = (shared + noise) / np.sqrt((var_a + noise) * (var_b + noise))
    textured = np.maximum(var_a, var_b) > noise
    count = textured.sum(axis=1)
    ranked = np.sort(np.where(textured, local, np.inf), axis=1)
    place = np.maximum(np.ceil(STRICTNESS * count).astype(np.int64) - 1, 0)
    chosen = np.take_along_axis(ranked, place[:, None], axis=1)[:, 0]
    return np.asarray(np.where(count >= MIN_TEXTURED, chosen, -1.0), np.float32)


def _windows(pictures: Floats) -> Floats:
    """Means over windows of 8 by 8 pixels in steps of 4, shape (n, 49)."""
    return np.asarray(pictures.reshape(len(pictures), SIDE * SIDE) @ _AVERAGES)


def _averages() -> Floats:
    """The matrix that takes the pixels of a picture to the means of its windows.

    One product is several times faster than sums over strided axes.
    """
    cells = SIDE // _CELL
    line = np.repeat(np.eye(cells, dtype=np.float32), _CELL, axis=1) / _CELL
    pairs = (line[1:] + line[:-1]) / 2
    return np.ascontiguousarray(np.kron(pairs, pairs).T)


_AVERAGES: Final = _averages()


def smoothed(pictures: Floats, sigma: float) -> Floats:
    """Gaussian smoothing; ``sigma`` in pixels, the edge renormalised."""
    place = np.arange(pictures.shape[1])
    kernel = np.exp(-((place[:, None] - place) ** 2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)
    return np.asarray(kernel @ pictures @ kernel.T)


def halved(pictures: Floats) -> Floats:
    """Pictures at half their side."""
    rows = pictures[:, ::2] + pictures[:, 1::2]
    return np.asarray((rows[:, :, ::2] + rows[:, :, 1::2]) * np.float32(0.25))


def rough_start(moving: Floats, fixed: Floats) -> tuple[Floats, Floats]:
    """The best of a few windows to start from, by correlation.

    Gauss-Newton alone slips into a wrong place on fine patterns; a look at the whole
    picture, windows of 95 % and windows of 90 % of the side in nine places each does not.

    Args:
        moving, fixed: float32, shape (n, 16, 16).

    Returns:
        Warps, float32 (n, 4), and their correlations, float32 (n,).
    """
    n, side, _ = moving.shape
    wanted = _unit(fixed.reshape(n, side * side))
    best, found = np.full(n, -np.inf, np.float32), np.empty((n, 4), np.float32)
    for start in _STARTS:
        window = warped(moving, np.broadcast_to(start, (1, 4)))
        fit = np.einsum("np,np->n", _unit(window.reshape(n, side * side)), wanted)
        better = fit > best
        best[better], found[better] = fit[better], start
    return found, best


def _unit(rows: Floats) -> Floats:
    """Rows without their mean, at unit length; zero where flat."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    length = np.sqrt(np.einsum("np,np->n", centred, centred))[:, None]
    return np.asarray(centred / np.maximum(length, 1e-6))


def improved(moving: Floats, fixed: Floats, warps: Floats, *, steps: int) -> Floats:
    """Warps after some Gauss-Newton steps.

    Args:
        moving, fixed: float32, shape (n, side, side), smoothed.
        warps: float32, shape (n, 4): scale and shift along x, then along y; the shift is in
            shares of the side and measured from the centre.
        steps: how many.
    """
    for _ in range(steps):
        warps = _step(moving, fixed, warps)
    return warps


def window_agreement(moving: Floats, fixed: Floats, warps: Floats) -> Floats:
    """Agreement of ``fixed`` with the window of ``moving`` that fits it best.

    Args:
        moving, fixed: grey levels, float32, shape (n, 32, 32).
        warps: where to start, as from ``rough_start``.
    """
    coarse = [smoothed(pictures, 1.0) for pictures in (moving, fixed)]
    warps = improved(halved(coarse[0]), halved(coarse[1]), warps, steps=3)
    warps = improved(coarse[0], coarse[1], warps, steps=4)
    return agreement(warped(smoothed(moving, 0.7), warps), smoothed(fixed, 0.7))


def warped(moving: Floats, warps: Floats) -> Floats:
    """The window of each picture that its warp shows, at the same size."""
    weights_x, _ = _interpolation(warps[:, 0], warps[:, 1], moving.shape[1])
    weights_y, _ = _interpolation(warps[:, 2], warps[:, 3], moving.shape[1])
    return np.asarray(weights_y @ moving @ weights_x.transpose(0, 2, 1))


def _step(moving: Floats, fixed: Floats, warps: Floats) -> Floats:
    n, side, _ = moving.shape
    at = _centred(side)
    weights_x, slopes_x = _interpolation(warps[:, 0], warps[:, 1], side)
    weights_y, slopes_y = _interpolation(warps[:, 2], warps[:, 3], side)
    rows = weights_y @ moving
    design = np.empty((n, 6, side, side), np.float32)
    np.matmul(rows, slopes_x.transpose(0, 2, 1), out=design[:, 1])
    np.matmul(slopes_y @ moving, weights_x.transpose(0, 2, 1), out=design[:, 3])
    np.matmul(rows, weights_x.transpose(0, 2, 1), out=design[:, 4])
    np.multiply(design[:, 1], at, out=design[:, 0])
    np.multiply(design[:, 3], at[:, None], out=design[:, 2])
    design[:, 5] = 1.0
    flat = design.reshape(n, 6, side * side)
    normal = flat @ flat.transpose(0, 2, 1)
    diagonal = np.einsum("nii->ni", normal)
    diagonal += _DAMPING * diagonal + 1e-3
    solution = np.linalg.solve(normal, flat @ fixed.reshape(n, side * side, 1))[:, :, 0]
    gain = np.maximum(solution[:, 4:5], 0.3)  # the derivatives are those of gain times moving
    return _feasible(warps + np.clip(solution[:, :4] / gain, -0.1, 0.1))


def _feasible(warps: Floats) -> Floats:
    """The nearest warps that show a window of the picture."""
    out = np.empty_like(warps)
    out[:, ::2] = np.clip(warps[:, ::2], MIN_SCALE, MAX_SCALE)
    room = np.maximum((1.0 - out[:, ::2]) / 2, 0.0) + SLACK
    out[:, 1::2] = np.clip(warps[:, 1::2], -room, room)
    return out


def _centred(side: int) -> NDArray[np.float32]:
    """Pixel centres in shares of the side, from the middle, shape (side,)."""
    return ((np.arange(side) + 0.5) / side - 0.5).astype(np.float32)


def _interpolation(scale: Floats, shift: Floats, side: int) -> tuple[Floats, Floats]:
    """Matrices that sample a line linearly at warped places, and their slopes by the shift.

    Args:
        scale, shift: float32, shape (n,).

    Returns:
        Two arrays, float32, shape (n, side, side): row = place in the result, column =
        place in the picture.
    """
    place = scale[:, None] * _centred(side) + shift[:, None]
    pixel = np.clip((place + 0.5) * side - 0.5, 0.0, side - 1.0)
    distance = pixel[:, :, None] - np.arange(side, dtype=np.float32)
    weights = np.maximum(1 - np.abs(distance), 0.0)
    after = np.maximum(1 - np.abs(distance + 0.5), 0.0)
    before = np.maximum(1 - np.abs(distance - 0.5), 0.0)
    return weights, (after - before) * side
