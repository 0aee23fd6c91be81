"""Which pieces of ink are digits, which belong together, and in which order they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.handwriting.paper import Ink
from sortal.pictures.handwriting.pieces import Pieces, find_pieces

Boxes = NDArray[np.float64]

MOST_DIGITS: Final = 500
"""Digits that are taken from one picture at most."""

_FAINT: Final = 0.40  # of the ink's level: where a stroke ends
_CLEAR: Final = 0.62  # of the ink's level: what some pixel of a stroke reaches
_NOISES: Final = 4.0  # deviations of the paper's noise: likewise
_MOST_PIECES: Final = 2000
_LEAST_SIDE: Final = 6  # pixels of the working copy; smaller is a speck
_LINE: Final = 0.45  # of the picture's side: as long and an eighth as thick is a ruled line
_SLIM: Final = 8.0
_WHOLE: Final = 0.55  # of the usual height: a piece as high can be a digit by itself
_NEAR: Final = 0.30  # of the usual height: how far a part lies from its digit at most
_ABOVE: Final = 0.12  # of the usual height: gap between two halves of one broken digit
_ALIGNED: Final = 0.15  # overlap of heights, of the smaller, within a line of loose writing


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """What was found written in a picture.

    Attributes:
        labels: int64, shape (height, width): number of the piece of ink at each pixel.
        digits: for each digit, in reading order, the numbers of its pieces.
        boxes: float64, shape (n, 4): left, top, right, bottom of each, pixels of ``labels``.
    """

    labels: NDArray[np.int64]
    digits: tuple[tuple[int, ...], ...]
    boxes: Boxes


def find_writing(ink: Ink) -> Writing:
    """Return the digits of a picture: pieces of ink, parts joined, dirt and rules left out."""
    pieces = find_pieces(ink.strength > max(_FAINT * ink.level, _NOISES * ink.noise))
    kept = _kept(pieces, ink)
    boxes = pieces.boxes[kept].astype(np.float64)
    groups = _together(boxes, pieces.areas[kept].astype(np.float64))
    whole = np.array([_hull(boxes[group]) for group in groups]).reshape(-1, 4)
    order = _reading_order(whole)[:MOST_DIGITS]
    return Writing(
        labels=pieces.labels,
        digits=tuple(tuple((kept[groups[k]] + 1).tolist()) for k in order),
        boxes=whole[order],
    )


def _kept(pieces: Pieces, ink: Ink) -> NDArray[np.int64]:
    """Return the places of the pieces that can be strokes."""
    height, width = ink.strength.shape
    across, down = (pieces.boxes[:, k + 2] - pieces.boxes[:, k] for k in (0, 1))
    sides = np.maximum(across, down)
    lines = (across > _LINE * width) & (across > _SLIM * down)
    lines |= (down > 0.9 * height) & (down > _SLIM * across)
    clear = np.zeros(len(pieces) + 1, np.bool_)
    clear[pieces.labels[ink.strength > _CLEAR * ink.level]] = True
    kept = np.flatnonzero(clear[1:] & ~lines & (sides >= _LEAST_SIDE))
    largest = np.argsort(-pieces.areas[kept], kind="stable")[:_MOST_PIECES]
    return np.sort(kept[largest])


def _together(boxes: Boxes, areas: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return the pieces of each digit; small ones that belong to none are left out."""
    if not len(boxes):
        return []
    usual = _usual_height(boxes, areas)
    # A bar lying down, as the numeral one of some hands, is long though not high.
    big = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= _WHOLE * usual
    parent = np.arange(len(boxes))
    for small in np.flatnonzero(~big):
        gaps = _gaps(boxes[small], boxes[big])
        if gaps.size and gaps.min() <= _NEAR * usual:
            parent[small] = np.flatnonzero(big)[gaps.argmin()]
    _join(parent, np.flatnonzero(big), lambda i, j: _is_one(boxes[i], boxes[j], usual))
    roots = _roots(parent)
    return [np.flatnonzero(roots == root) for root in np.unique(roots[big])]


def _usual_height(boxes: Boxes, areas: NDArray[np.float64]) -> float:
    """Return the median of the pieces' longer sides, each counted by its ink."""
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    order = np.argsort(sides, kind="stable")
    share = np.cumsum(areas[order])
    return float(sides[order][np.searchsorted(share, share[-1] / 2)])


def _is_one(one: NDArray[np.float64], other: NDArray[np.float64], usual: float) -> bool:
    """Say whether two large pieces are halves of one digit: one above, or within, the other."""
    left, right = max(one[0], other[0]), min(one[2], other[2])
    top, bottom = max(one[1], other[1]), min(one[3], other[3])
    narrower = min(one[2] - one[0], other[2] - other[0])
    lower = min(one[3] - one[1], other[3] - other[1])
    if right - left < 0.5 * narrower:
        return False
    if bottom - top > 0.5 * lower:
        return True
    joint = max(one[3], other[3]) - min(one[1], other[1])
    return bool(top - bottom <= _ABOVE * usual and joint <= 1.6 * usual)


def _gaps(one: NDArray[np.float64], others: Boxes) -> NDArray[np.float64]:
    """Return the distance of a box from others, pixels; 0 where they overlap."""
    apart = np.maximum(one[:2] - others[:, 2:], others[:, :2] - one[2:])
    distance: NDArray[np.float64] = np.hypot(*np.maximum(apart, 0.0).T)
    return distance


def _join(
    parent: NDArray[np.int64], places: NDArray[np.int64], belong: Callable[[int, int], bool]
) -> None:
    """Give things that belong together the same root; ``parent`` is changed."""
    for n, i in enumerate(places.tolist()):
        for j in places[n + 1 :].tolist():
            if belong(i, j):
                one, other = sorted((_root(parent, i), _root(parent, j)))
                parent[other] = one


def _root(parent: NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        i = int(parent[i])
    return i


def _roots(parent: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([_root(parent, i) for i in range(len(parent))], np.int64)


def _hull(boxes: Boxes) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _reading_order(boxes: Boxes) -> list[int]:
    """Return places in reading order: lines from top to bottom, each from left to right.

    A line is a chain of boxes, each linked to its nearest neighbour on the right whose height
    it shares, so that a line may climb across the page.
    """
    parent = np.arange(len(boxes))
    for i, box in enumerate(boxes):
        if (neighbour := _next(box, boxes)) is not None:
            one, other = sorted((_root(parent, i), _root(parent, neighbour)))
            parent[other] = one
    roots = _roots(parent)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    lines = [np.flatnonzero(roots == root) for root in np.unique(roots)]
    lines.sort(key=lambda line: float(middles[line].mean()))
    return [int(i) for line in lines for i in line[np.argsort(boxes[line, 0], kind="stable")]]


def _next(box: NDArray[np.float64], boxes: Boxes) -> int | None:
    shared = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    lower = np.minimum(box[3] - box[1], boxes[:, 3] - boxes[:, 1])
    right = np.flatnonzero((boxes[:, 0] > box[0]) & (shared >= _ALIGNED * lower))
    return int(right[boxes[right, 0].argmin()]) if right.size else None
