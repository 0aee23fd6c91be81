"""Whether heat tells the truth: take the hottest places away, or show them alone, and ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sortal.errors import UsageError
from sortal.explanation.occlusion import BATCH, GREY, Score
from sortal.pictures.record import Pixels

CELLS: Final = 7
"""Cells along a side that are taken or shown as one: the grid of lite0's features."""
STEPS: Final = 12
"""Points of a curve after its first."""
ORDERS: Final = 19
"""Random orders to compare with: the fewest that can show 1 in 20."""
_SURE: Final = 0.05
_BLUR: Final = 12  # part of the side: what is left shows colours but no shapes

Order = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """How well heat tells what a score rests on.

    Attributes:
        deletion: float64, shape (steps + 1,): score as the hottest cells turn grey, first none
            and last all; falls fast where the heat is right.
        insertion: likewise as they come out of a blur; rises fast where the heat is right.
        gain: mean of ``insertion`` minus mean of ``deletion``; larger is better.
        random_gains: float64, shape (orders,): the same for cells in random order.
        p_value: share of orders, random ones and this, that do at least as well; 0-1.
    """

    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]
    gain: float
    random_gains: NDArray[np.float64]
    p_value: float

    @property
    def beats_random(self) -> bool:
        """Whether at most 1 order in 20 does as well."""
        return self.p_value <= _SURE


def faithfulness(
    pixels: Pixels,
    heat: NDArray[np.float32],
    score: Score,
    *,
    orders: int = ORDERS,
    seed: int = 0,
) -> Faithfulness:
    """Compare heat with chance, by what a score does when the hottest places go and come.

    Departures from the paper: whole cells are taken instead of pixels, also in the random
    orders, since single pixels in random order destroy any picture at once and would make
    every heat look good; and the two areas become one number, their difference.

    Source: Petsiuk, Das and Saenko, "RISE: Randomized input sampling for explanation of
    black-box models", BMVC 2018.

    Args:
        pixels: uint8 RGB, shape (height, width, 3): the square that the model takes.
        heat: float32, any shape (h, w), over the whole square.
        score: gives one number for each picture.
        orders: random orders to compare with; 19 can just show 1 in 20.
        seed: of these orders.

    Raises:
        UsageError: the heat is not a finite plane, or there are no orders.
    """
    if heat.ndim != 2 or not heat.size or not np.isfinite(heat).all() or orders < 1:
        raise UsageError(
            f"faithfulness needs a finite plane of heat and orders from 1; heat of shape "
            f"{heat.shape} and {orders} orders came."
        )
    cells = cell_means(heat, CELLS)
    hottest = np.argsort(-cells, axis=None, kind="stable")
    deletion, insertion = _curves(pixels, hottest, cells.shape, score)
    gain = float(insertion.mean() - deletion.mean())
    rng = np.random.default_rng(seed)
    others = [
        _curves(pixels, rng.permutation(cells.size), cells.shape, score) for _ in range(orders)
    ]
    gains = np.array([shown.mean() - taken.mean() for taken, shown in others])
    p_value = (1 + int((gains >= gain).sum())) / (1 + orders)
    return Faithfulness(deletion, insertion, gain, gains, p_value)


def cell_means(heat: NDArray[np.float32], cells: int) -> NDArray[np.float64]:
    """Return the mean heat of at most ``cells`` x ``cells`` parts of a plane."""
    means = heat.astype(np.float64)
    for axis in (0, 1):
        edges = _edges(heat.shape[axis], min(cells, heat.shape[axis]))
        sums = np.add.reduceat(means, edges[:-1], axis=axis)
        means = sums / np.expand_dims(np.diff(edges), 1 - axis)
    return means


def _edges(length: int, parts: int) -> NDArray[np.int64]:
    """Return where ``parts`` nearly equal parts of a side begin, and the end of the last."""
    return np.arange(parts + 1) * length // parts


def _curves(
    pixels: Pixels, order: Order, grid: tuple[int, ...], score: Score
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores as the cells in ``order`` are taken away, and as they are shown."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    down, across = (np.diff(_edges(s, g)) for s, g in zip(pixels.shape[:2], grid, strict=True))
    ranks = rank.reshape(grid).repeat(down, axis=0).repeat(across, axis=1)[..., None]
    counts = np.linspace(0, len(order), min(STEPS, len(order)) + 1).round()
    grey, blurred = np.full_like(pixels, GREY), _blurred(pixels)
    return (
        _scores(score, [np.where(ranks < count, grey, pixels) for count in counts]),
        _scores(score, [np.where(ranks < count, pixels, blurred) for count in counts]),
    )


def _blurred(pixels: Pixels) -> Pixels:
    radius = max(pixels.shape[:2]) / _BLUR
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def _scores(score: Score, images: list[Pixels]) -> NDArray[np.float64]:
    parts = [np.stack(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    return np.concatenate([score(part) for part in parts]).astype(np.float64)
