"""Pictures changed at random, a batch at a time, as tensors.

All that moves pixels is one affine map (and one smooth displacement) a picture, applied once
by bilinear interpolation, so that nothing is blurred twice.
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Generator, Tensor
from torch.nn import functional

from sortal.training.deep.data import number_for
from sortal.training.recipe_parts import Augmentation


def augment(x: Tensor, how: Augmentation, *, seed: int, epoch: int, step: int) -> Tensor:
    """Return a changed copy of ``x``; the same numbers give the same bits.

    Args:
        x: float32, shape (n, channels, side, side), 0-255.
        how: what may happen.
        seed, epoch, step: all that is drawn follows from these.

    Returns:
        Float32 of the same shape and range, channels last in memory.
    """
    if how.is_none:
        return x
    draw = Generator().manual_seed(number_for("augment", seed, epoch, step))
    if how.moves:
        x = _move(x, how, draw)
    if how.brightness or how.contrast:
        x = _light(x, how, draw)
    if how.erasing:
        x = _erase(x, how.erasing, draw)
    return x


def _between(n: int, reach: float, draw: Generator) -> Tensor:
    """Return n numbers, even over -reach to reach."""
    return (torch.rand(n, generator=draw) * 2 - 1) * reach


def affine(n: int, how: Augmentation, draw: Generator) -> Tensor:
    """Draw n maps from a place in the new picture to one in the old, float32 (n, 2, 3).

    Places are (x, y), -1 to 1 across the picture. Flips come first, then zoom, shear,
    rotation and shift.
    """
    angle = _between(n, math.radians(how.rotation), draw)
    lean = torch.tan(_between(n, math.radians(how.shear), draw))
    grow = 1 / (1 + _between(n, how.zoom, draw))
    shift = _between(2 * n, 2 * how.shift, draw).view(n, 2, 1)
    flips = torch.rand(2, n, generator=draw) < 0.5
    mirror_x = torch.where(flips[0] & how.horizontal_flip, -1.0, 1.0)
    mirror_y = torch.where(flips[1] & how.vertical_flip, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    linear = torch.stack(
        [
            torch.stack([cos * grow * mirror_x, (lean * cos - sin) * grow * mirror_y], dim=1),
            torch.stack([sin * grow * mirror_x, (lean * sin + cos) * grow * mirror_y], dim=1),
        ],
        dim=1,
    )
    return torch.cat([linear, shift], dim=2)


def displacement(n: int, side: int, how: Augmentation, draw: Generator) -> Tensor:
    """Draw n smooth displacements, float32 (n, side, side, 2), in pixels.

    After Simard, Steinkraus and Platt, 2003; theirs smooths one random number a pixel by a
    Gaussian, this draws one every ``elastic_smoothness`` pixels and joins them by a cubic,
    which is as smooth and much faster.
    """
    knots = max(math.ceil(side / how.elastic_smoothness) + 1, 2)
    join = _cubic(knots, side)
    coarse = torch.randn(n, 2, knots, knots, generator=draw)
    fine = (coarse.transpose(2, 3) @ join).transpose(2, 3) @ join
    length = torch.linalg.vector_norm(fine, dim=(1, 2, 3), keepdim=True).clamp_min(1e-6)
    return fine.mul_(how.elastic * side / length).permute(0, 2, 3, 1)


@cache
def _cubic(knots: int, side: int) -> Tensor:
    """Weights by which a cubic joins ``knots`` numbers to ``side``, float32 (knots, side)."""
    each = torch.eye(knots).view(1, knots, knots, 1)
    wide = functional.interpolate(each, (side, 1), mode="bicubic", align_corners=True)
    return wide.view(knots, side)


@cache
def _places(side: int) -> Tensor:
    """(x, y, 1) of every pixel's middle, -1 to 1 across the picture, float32 (3, side * side)."""
    middles = (torch.arange(side) * 2 + 1) / side - 1
    y, x = torch.meshgrid(middles, middles, indexing="ij")
    return torch.stack([x.flatten(), y.flatten(), torch.ones(side * side)])


def _move(x: Tensor, how: Augmentation, draw: Generator) -> Tensor:
    n, side = len(x), x.shape[-1]
    # One matrix product; functional.affine_grid does a small one a picture, which is slower.
    places = affine(n, how, draw).view(2 * n, 3) @ _places(side)
    grid = places.view(n, 2, side, side).permute(0, 2, 3, 1)
    if how.elastic:
        grid = grid.add(displacement(n, side, how, draw), alpha=2 / side)
    border = "border" if how.fill == "edge" else "zeros"
    return functional.grid_sample(
        x, grid, mode="bilinear", padding_mode=border, align_corners=False
    )


def _light(x: Tensor, how: Augmentation, draw: Generator) -> Tensor:
    gain = 1 + _between(len(x), how.brightness, draw).view(-1, 1, 1, 1)
    spread = 1 + _between(len(x), how.contrast, draw).view(-1, 1, 1, 1)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return (((x - mean) * spread + mean) * gain).clamp(0, 255)


def _erase(x: Tensor, probability: float, draw: Generator) -> Tensor:
    """Blank a rectangle with the picture's mean; area and shape as in Zhong et al., 2020."""
    n, side = len(x), x.shape[-1]
    chosen, area, shape, top, left = torch.rand(5, n, generator=draw)
    area = (0.02 + 0.31 * area) * side * side
    ratio = torch.exp((shape * 2 - 1) * math.log(3.3))
    height, width = ((area * ratio).sqrt().clamp(1, side), (area / ratio).sqrt().clamp(1, side))
    y, x_place = top * (side - height), left * (side - width)
    places = torch.arange(side) + 0.5
    inside_y = (places >= y[:, None]) & (places < (y + height)[:, None])
    inside_x = (places >= x_place[:, None]) & (places < (x_place + width)[:, None])
    blank = inside_y[:, :, None] & inside_x[:, None, :] & (chosen < probability)[:, None, None]
    return torch.where(blank[:, None], x.mean(dim=(1, 2, 3), keepdim=True), x)
