"""Kinship as a value: which samples belong together, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Why = Literal["exact", "near", "burst", "group"]
"""exact: the same bytes. near: the same picture flipped, turned, re-encoded, resized or
slightly cropped. burst: the same camera within seconds. group: the user says so."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two samples that must not be separated.

    Attributes:
        first, second: indices of the samples, first < second.
        why: see ``Why``.
        score: how sure, 0-1: 1 for exact copies and user groups; for near-duplicates the
            correlation of the two pictures laid upon each other; for bursts 1 less the share
            of ``BURST_SECONDS`` that lies between the two.
    """

    first: int
    second: int
    why: Why
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """Who belongs together.

    Attributes:
        groups: int64, shape (n,): group of each sample, numbered from 0 by first appearance;
            samples joined by any chain of links share one.
        links: the evidence, sorted. Enough links to connect every group, not all pairs: of k
            exact copies, k - 1 links are given.
    """

    groups: NDArray[np.int64]
    links: tuple[Link, ...]

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return int(self.groups.max()) + 1 if len(self.groups) else 0


def join(n: int, links: Iterable[Link]) -> NDArray[np.int64]:
    """Groups of ``n`` samples that chains of links connect, numbered by first appearance.

    Union by lower root with path halving (Tarjan and van Leeuwen, JACM 31(2), 1984): the
    root of a group is its first sample.
    """
    parent = list(range(n))
    for link in links:
        a, b = _root(parent, link.first), _root(parent, link.second)
        parent[max(a, b)] = min(a, b)
    roots = np.array([_root(parent, i) for i in range(n)], np.int64)
    _, groups = np.unique(roots, return_inverse=True)
    return groups.astype(np.int64)


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
