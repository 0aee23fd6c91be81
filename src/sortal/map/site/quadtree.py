"""The order of points: a quadtree whose every prefix is a fair sample of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CAPACITY: Final = 64
"""Points that stand for a square, at most."""
DEPTH: Final = 16
"""Below this depth squares are not divided, however many points are in one place."""

_SIDE: Final = 1 << DEPTH
_CELLS: Final = 3
"""A square is divided three times more, into 64 cells, to spread its points over it."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Quadtree:
    """Points in order, and the nodes that hold ranges of them.

    Nodes are breadth first, those of one depth in Z-order; all arrays but ``order`` have one
    entry a node.

    Attributes:
        order: int64 (n,): the point that comes at each place.
        x, y: float32: the least corner of the square.
        size: float32: its side.
        first, count: int32: its points are ``order[first : first + count]``.
        child, children: int32: its first child, and how many follow each other from there.
    """

    order: Ints
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    size: NDArray[np.float32]
    first: NDArray[np.int32]
    count: NDArray[np.int32]
    child: NDArray[np.int32]
    children: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.first)


def quadtree(xy: NDArray[np.float32], *, side: float) -> Quadtree:
    """Put points into the order of a quadtree.

    Each node takes up to 64 of the points in its square that no ancestor took: one from each
    of its 64 cells, then a second from each, and so on; within a cell, by a fixed shuffle.

    Args:
        xy: positions, float32 (n, 2), 0 to ``side``.
        side: of the square at the root, above 0.
    """
    codes = _z_order(_grid(xy, side))
    chance = np.random.default_rng(0).permutation(len(xy))
    rest = np.lexsort((chance, codes))  # by place; in one place, shuffled
    taken: list[Ints] = []
    levels: list[tuple[Ints, Ints]] = []
    for depth in range(DEPTH + 1):
        if not len(rest):
            break
        nodes = codes[rest] >> (2 * (DEPTH - depth))
        chosen = _chosen(codes[rest], nodes, chance[rest], depth)
        here = rest[chosen]
        squares, counts = np.unique(nodes[chosen], return_counts=True)
        levels.append((squares, counts))
        taken.append(_spread_first(here, nodes[chosen], chance))
        rest = rest[~chosen]
    order = np.concatenate(taken) if taken else np.empty(0, np.int64)
    return _tree(order, levels, side)


def _grid(xy: NDArray[np.float32], side: float) -> Ints:
    scaled = np.floor(xy.astype(np.float64) / side * _SIDE).astype(np.int64)
    return np.clip(scaled, 0, _SIDE - 1)


def _z_order(cells: Ints) -> Ints:
    """Interleave the bits of x and y, 16 each; x in the even places (Morton 1966)."""
    return _apart(cells[:, 0]) | (_apart(cells[:, 1]) << 1)


def _apart(bits: Ints) -> Ints:
    """Put a zero between each two of 16 bits."""
    bits = (bits | (bits << 8)) & 0x00FF00FF
    bits = (bits | (bits << 4)) & 0x0F0F0F0F
    bits = (bits | (bits << 2)) & 0x33333333
    return (bits | (bits << 1)) & 0x55555555


def _together(bits: Ints) -> Ints:
    """Take every second bit: the reverse of ``_apart``."""
    bits = bits & 0x55555555
    bits = (bits | (bits >> 1)) & 0x33333333
    bits = (bits | (bits >> 2)) & 0x0F0F0F0F
    bits = (bits | (bits >> 4)) & 0x00FF00FF
    return (bits | (bits >> 8)) & 0x0000FFFF


def _chosen(codes: Ints, nodes: Ints, chance: Ints, depth: int) -> NDArray[np.bool_]:
    """bool (n,): the points that their node takes; all arrays in Z-order."""
    if depth == DEPTH:
        return np.ones(len(codes), np.bool_)
    cells = codes >> (2 * max(0, DEPTH - depth - _CELLS))
    by_cell = np.lexsort((chance, cells))
    turn = np.empty(len(codes), np.int64)
    turn[by_cell] = _places(cells[by_cell])
    by_turn = np.lexsort((chance, turn, nodes))
    chosen = np.zeros(len(codes), np.bool_)
    chosen[by_turn] = _places(nodes[by_turn]) < CAPACITY
    return chosen


def _places(keys: Ints) -> Ints:
    """How many equal keys stand before each; equal keys stand together."""
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return np.arange(len(keys)) - np.repeat(starts, np.diff(starts, append=len(keys)))


def _spread_first(points: Ints, nodes: Ints, chance: Ints) -> Ints:
    """Points of each node in a shuffled order, so that a part of a node is a sample of it."""
    return points[np.lexsort((chance[points], nodes))]


def _tree(order: Ints, levels: list[tuple[Ints, Ints]], side: float) -> Quadtree:
    counts = _joined([counts for _, counts in levels])
    offsets = np.concatenate([[0], np.cumsum(counts)])[:-1]
    size = np.repeat(side / 2.0 ** np.arange(len(levels)), [len(s) for s, _ in levels])
    squares = _joined([squares for squares, _ in levels])
    child, children = _children([squares for squares, _ in levels])
    return Quadtree(
        order=order,
        x=(_together(squares) * size).astype(np.float32),
        y=(_together(squares >> 1) * size).astype(np.float32),
        size=size.astype(np.float32),
        first=offsets.astype(np.int32),
        count=counts.astype(np.int32),
        child=child.astype(np.int32),
        children=children.astype(np.int32),
    )


def _children(levels: list[Ints]) -> tuple[Ints, Ints]:
    """Where the children of each node start, and how many there are."""
    starts, counts = [], []
    below = 0
    for squares, deeper in zip(levels, [*levels[1:], np.empty(0, np.int64)], strict=True):
        below += len(squares)
        begin = np.searchsorted(deeper >> 2, squares, side="left")
        end = np.searchsorted(deeper >> 2, squares, side="right")
        starts.append(below + begin)
        counts.append(end - begin)
    return _joined(starts), _joined(counts)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
