"""Ink on paper: the light flattened, the colours turned into one measure of ink.

A picture is divided by what its paper would look like without ink. That background is found in
two passes on a small copy: a quadratic surface fitted by least absolute deviations, which up to
nearly half of the pixels cannot pull away (Schlossmacher, JASA 1973, iteratively reweighted);
then a blur over the pixels that the first pass takes for paper ("normalised convolution",
Knutsson and Westin, CVPR 1993), which follows shadows. What differs from the background is
projected onto the direction of colour in which it differs most, so that ink darker than paper,
chalk lighter than a blackboard, and red on green of the same grey are all alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]

LONGEST: Final = 800
"""Longer side, pixels, at which ink is looked for: 20 digits in a row still have 30 each."""
SHORTEST: Final = 112
"""A picture of a smaller longer side is enlarged first, so that edges lie between pixels."""

_SMALL: Final = 96  # longer side of the copy on which the background is found, pixels
_REACH: Final = 6.0  # standard deviation of the second pass there, pixels
_PASSES: Final = 12  # of reweighting; the surface moves by less than a grey level after ten
_BORDER_WEIGHT: Final = 3.0  # the edge of a picture is paper more often than its middle
_DARK: Final = 32.0  # grey levels added before dividing: noise of black is not blown up
_LEAST_CONTRAST: Final = 0.06  # fainter is no ink, whatever the noise
_LEAST_RATIO: Final = 6.0  # of ink to the paper's own noise
_INK_SHARE: Final = 0.002  # of all pixels, the strongest, which tell how strong ink is


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """Where a picture has ink.

    Attributes:
        strength: float32, shape (height, width): contrast with the paper, relative to the
            paper's own light, positive for ink; about 0 for paper.
        level: what ink has there, > 0.
        noise: standard deviation of the strength of paper, 0 up.
        scale: pixels of ``strength`` for one of the picture.
    """

    strength: Plane
    level: float
    noise: float
    scale: float


def find_ink(image: Image.Image) -> Ink | None:
    """Return where a picture has ink, or None where nothing stands out from the paper.

    Args:
        image: of mode RGB.
    """
    working, scale = _working(image)
    pixels = np.asarray(working, np.float32)
    background = _enlarged(_background(_small(working)), working.size)
    relative = (pixels - background) / (background + _DARK)
    strength = _smoothed(relative @ _direction(relative))
    level, noise = _levels(strength)
    if level < max(_LEAST_CONTRAST, _LEAST_RATIO * noise):
        return None
    return Ink(strength=strength, level=level, noise=noise, scale=scale)


def _working(image: Image.Image) -> tuple[Image.Image, float]:
    longer = max(image.size)
    scale = min(1.0, LONGEST / longer) if longer >= SHORTEST else SHORTEST / longer
    if scale == 1.0:
        return image, scale
    size = tuple(max(1, round(side * scale)) for side in image.size)
    how = Image.Resampling.HAMMING if scale < 1.0 else Image.Resampling.BICUBIC
    return image.resize((size[0], size[1]), how, reducing_gap=2.0), scale


def _small(image: Image.Image) -> Colours:
    scale = min(1.0, _SMALL / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32)


def _enlarged(small: Colours, size: tuple[int, int]) -> Colours:
    planes = (Image.fromarray(np.ascontiguousarray(small[:, :, k])) for k in range(3))
    return np.stack([np.asarray(p.resize(size, Image.Resampling.BILINEAR)) for p in planes], 2)


def _background(small: Colours) -> Colours:
    """Return what the paper would look like without ink, float32, shape (h, w, 3), 0-255."""
    surface = _surface(small)
    found = surface
    for _ in range(2):
        paper = _is_paper(small, found)
        found = _filled(small, paper, surface)
    return np.clip(found, 0.0, 255.0)


def _surface(small: Colours) -> Colours:
    """Fit a quadratic surface to each channel by least absolute deviations."""
    height, width = small.shape[:2]
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 2).reshape(-1, 6)
    values = small.reshape(-1, 3).astype(np.float64)
    trust = np.where(np.maximum(np.abs(x), np.abs(y)).ravel() > 0.9, _BORDER_WEIGHT, 1.0)
    fitted = np.broadcast_to(np.median(values[trust > 1.0], axis=0), values.shape)
    for _ in range(_PASSES):
        weight = trust / (np.abs(values - fitted).sum(axis=1) + 2.0)
        weighted = basis * weight[:, None]
        normal = weighted.T @ basis + 1e-6 * weight.sum() * np.eye(6)
        fitted = basis @ np.linalg.solve(normal, weighted.T @ values)
    return fitted.reshape(small.shape).astype(np.float32)


def _is_paper(small: Colours, background: Colours) -> NDArray[np.bool_]:
    """Return which pixels lie near the background, ink and its neighbours left out."""
    contrast = np.abs((small - background) / (np.clip(background, 0, 255) + _DARK)).max(axis=2)
    typical = float(np.median(contrast))
    strong = float(np.quantile(contrast, 0.995))
    ink = contrast > max(4.0 * typical, 0.25 * strong, 0.5 * _LEAST_CONTRAST)
    padded = np.pad(ink, 1)
    height, width = ink.shape
    near = [padded[i : i + height, j : j + width] for i in range(3) for j in range(3)]
    paper: NDArray[np.bool_] = ~np.logical_or.reduce(near)
    return paper


def _filled(small: Colours, paper: NDArray[np.bool_], surface: Colours) -> Colours:
    """Blur what the paper differs from the surface, over paper alone."""
    rows, columns = (_blur_matrix(n) for n in small.shape[:2])
    weight = rows @ paper.astype(np.float32) @ columns.T
    difference = np.where(paper[:, :, None], small - surface, 0.0).astype(np.float32)
    blurred = np.stack([rows @ difference[:, :, k] @ columns.T for k in range(3)], 2)
    return surface + blurred / (weight + 0.02)[:, :, None]


def _blur_matrix(n: int) -> Plane:
    """Return the Gaussian weights of n places on n places, float32 (n, n); rows sum to 1."""
    places = np.arange(n, dtype=np.float32)
    weights = np.exp(-0.5 * ((places[:, None] - places[None, :]) / _REACH) ** 2)
    shares: Plane = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _direction(relative: Colours) -> NDArray[np.float32]:
    """Return the unit direction of colour, float32 (3,), in which ink leaves the paper."""
    flat = relative.reshape(-1, 3)
    size = np.abs(flat).sum(axis=1)
    strong = flat[size >= np.quantile(size, 1.0 - 5 * _INK_SHARE)].astype(np.float64)
    _, axes = np.linalg.eigh(np.einsum("ni,nj->ij", strong, strong))
    axis = axes[:, -1]
    return (axis if float((strong @ axis).sum()) > 0 else -axis).astype(np.float32)


def _smoothed(plane: Plane) -> Plane:
    """Average each pixel with its neighbours, weights 1 2 1 both ways."""
    for axis in (0, 1):
        wide = np.pad(plane, [(1, 1) if k == axis else (0, 0) for k in (0, 1)], mode="edge")
        n = plane.shape[axis]
        first, middle, last = (np.take(wide, range(k, k + n), axis) for k in range(3))
        plane = (first + 2.0 * middle + last).astype(np.float32) / np.float32(4)
    return plane


def _levels(strength: Plane) -> tuple[float, float]:
    """Return how strong ink is, and the deviation of paper from its median deviation."""
    n = max(1, round(strength.size * _INK_SHARE))
    level = float(np.median(np.partition(strength.ravel(), -n)[-n:]))
    some = strength.ravel()[::7]  # enough for a median
    return level, 1.4826 * float(np.median(np.abs(some - np.median(some))))
