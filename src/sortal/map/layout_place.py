"""Pictures at the place on Earth where they were taken."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._checks import check_length
from sortal.map._spreading import spread
from sortal.map.layout_values import Annotation, Layout, Points, Text

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_WIDTH: Final = 2 * 2.7066299836  # of the whole world in the projection's own units
_NEAR: Final = 1 / 400
_BAND: Final = 0.05

Numbers = NDArray[np.floating[Any]]


def project(latitude: Numbers, longitude: Numbers) -> NDArray[np.float64]:
    """Project points on Earth to the plane, areas true to scale: the Equal Earth projection.

    Šavrič, Patterson and Jenny, The Equal Earth map projection, International Journal of
    Geographical Information Science 2019. The world is 1 wide and about 0.49 high.

    Args:
        latitude: degrees north, -90 to 90.
        longitude: degrees east, -180 to 180.

    Returns:
        float64 (n, 2): x 0-1 from west to east, y upward with the equator at 0.
    """
    angle = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(np.asarray(latitude, np.float64))))
    a2 = angle * angle
    a6 = a2 * a2 * a2
    slope = _A1 + 3 * _A2 * a2 + a6 * (7 * _A3 + 9 * _A4 * a2)
    east = np.radians(np.asarray(longitude, np.float64))
    x = 2 * east * np.cos(angle) / (np.sqrt(3) * slope)
    y = angle * (_A1 + _A2 * a2 + a6 * (_A3 + _A4 * a2))
    return np.column_stack([x / _WIDTH + 0.5, y / _WIDTH])


def layout_by_place(latitude: Numbers, longitude: Numbers, *, none: str = "no place") -> Layout:
    """Set pictures at their place on Earth; those at the same place spread a little.

    Args:
        latitude: shape (n,), degrees north; missing where not finite or outside -90 to 90.
        longitude: shape (n,), degrees east; missing where not finite or outside -180 to 180.
        none: title of the band of pictures without a place, below the others.

    Returns:
        A layout in the plane of ``project``; the box is what holds the pictures.

    Raises:
        UsageError: the two have different lengths.
    """
    check_length(longitude, len(latitude), where="layout_by_place", name="longitude")
    lat, lon = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
    known = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    xy = np.zeros((len(lat), 2))
    left, bottom, right, top = 0.0, -0.25, 1.0, 0.25
    if known.any():
        there = project(lat[known], lon[known])
        left, bottom, right, top = _box(there)
        xy[known] = spread(there, near=(right - left) * _NEAR)
    texts: tuple[Text, ...] = ()
    if not known.all():
        below = (right - left) * _BAND
        xy[~known] = _row(int((~known).sum()), left=left, right=right, at=bottom - below / 2)
        texts = (Text(none, (left + right) / 2, bottom - 1.5 * below, kind="note"),)
        bottom -= 2 * below
    return Layout(xy.astype(np.float32), (left, bottom, right, top), Annotation(texts))


def _box(there: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """What holds the points with a tenth of room, at least a hundredth of the world wide."""
    low, high = there.min(axis=0), there.max(axis=0)
    half = max(float((high - low).max()) * 0.6, 0.005)
    x, y = (low + high) / 2
    return float(x - half), float(y - half), float(x + half), float(y + half)


def _row(n: int, *, left: float, right: float, at: float) -> Points:
    """``n`` places on a line."""
    x = left + (np.arange(n) + 0.5) / n * (right - left)
    return np.column_stack([x, np.full(n, at)]).astype(np.float32)
