"""Dealing whole groups to parts so that every part gets its share of every class.

The exact problem is a multi-dimensional bin packing; this is a greedy for it: the groups
that matter most for some class first, each to the part where it does least harm, and the
single samples last, poured into whatever is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SAME: Final = 1e-12
"""Costs closer than this are equal: they differ by rounding only."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """How many samples of which class each group holds, as sparse rows.

    Attributes:
        of_sample: int64, shape (n,): group of each sample, 0 to ``n_groups`` - 1, numbered by
            first appearance.
        starts: int64, shape (n_groups + 1,): the entries of group g are starts[g]:starts[g + 1].
        classes, counts: int64: class of an entry and the samples it counts.
        class_sizes: int64, shape (classes,): samples of each class.
    """

    of_sample: Ints
    starts: Ints
    classes: Ints
    counts: Ints
    class_sizes: Ints

    @property
    def n_groups(self) -> int:
        """Groups in the table."""
        return len(self.starts) - 1

    def row(self, group: int) -> tuple[Ints, Ints]:
        """Classes and counts of one group."""
        part = slice(self.starts[group], self.starts[group + 1])
        return self.classes[part], self.counts[part]

    def owners(self) -> Ints:
        """int64, shape (entries,): the group each entry belongs to."""
        numbers = np.arange(self.n_groups, dtype=np.int64)
        return np.repeat(numbers, np.diff(self.starts))

    def sizes(self) -> Ints:
        """int64, shape (n_groups,): samples of each group."""
        return np.bincount(self.of_sample, minlength=self.n_groups).astype(np.int64)

    def groups_per_class(self) -> Ints:
        """int64, shape (classes,): groups in which each class occurs."""
        found = np.bincount(self.classes, minlength=len(self.class_sizes))
        return found.astype(np.int64)


def tabulate(labels: Ints, groups: Ints, *, n_classes: int) -> GroupTable:
    """Count the classes of every group.

    Args:
        labels: class index of each sample, shape (n,).
        groups: any integer that is equal for kin, shape (n,).
        n_classes: how many classes there are.
    """
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    of_sample = rank[inverse]
    entries, counts = np.unique(of_sample * n_classes + labels, return_counts=True)
    owner = entries // n_classes
    starts = np.searchsorted(owner, np.arange(len(first) + 1)).astype(np.int64)
    sizes = np.bincount(labels, minlength=n_classes).astype(np.int64)
    return GroupTable(of_sample, starts, entries % n_classes, counts.astype(np.int64), sizes)


def deal(table: GroupTable, shares: Floats, rng: np.random.Generator) -> Ints:
    """Give every group to one part.

    Args:
        table: the groups.
        shares: what each part should get of every class, shape (parts,), sum 1.
        rng: breaks ties and shuffles what is alike.

    Returns:
        Part of each group, shape (n_groups,).
    """
    hand = _Hand(table, shares, rng)
    single = table.sizes() == 1
    for group in _by_weight(table, ~single, rng):
        hand.place(int(group))
    hand.pour(np.flatnonzero(single))
    hand.rescue_stranded()
    return hand.part


def _by_weight(table: GroupTable, chosen: NDArray[np.bool_], rng: np.random.Generator) -> Ints:
    """Chosen groups, those first that hold the largest shares of a class; ties shuffled."""
    share = table.counts / table.class_sizes[table.classes]
    weight = np.bincount(table.owners(), weights=share**2, minlength=table.n_groups)
    shuffled = rng.permutation(table.n_groups)
    order = shuffled[np.argsort(-np.round(weight[shuffled], 12), kind="stable")]
    return np.asarray(order[chosen[order]], np.int64)


class _Hand:
    """A deal under way: where each group went, and what each part holds by now."""

    def __init__(self, table: GroupTable, shares: Floats, rng: np.random.Generator) -> None:
        self.table = table
        self.shares = shares
        self.rng = rng
        self.part = np.full(table.n_groups, -1, np.int64)
        self.filled = np.zeros((len(shares), len(table.class_sizes)), np.int64)

    def place(self, group: int, *, but: int = -1) -> None:
        """Give a group to the part where it does least harm, and not to part ``but``.

        Harm is what it adds to the squared deviation from the wanted shares of its classes;
        of equal parts the one that is emptiest relative to its share is taken.
        """
        classes, counts = self.table.row(group)
        size = self.table.class_sizes[classes]
        step = counts / size
        gap = self.filled[:, classes] / size - self.shares[:, None]
        harm = ((2 * gap + step) * step).sum(axis=1)
        if but >= 0:
            harm[but] = np.inf
        fullness = self._fullness()
        fullness[harm > harm.min() + _SAME] = np.inf
        self._put(group, int(np.argmin(fullness)))

    def pour(self, singles: Ints) -> None:
        """Deal groups of one sample, class by class, into what is still missing."""
        label = self.table.classes[self.table.starts[singles]]
        singles = singles[np.argsort(label, kind="stable")]
        sizes = self.table.class_sizes
        ends = np.cumsum(np.bincount(label, minlength=len(sizes)))
        for cls in np.argsort(sizes, kind="stable"):
            alike = singles[ends[cls - 1] if cls else 0 : ends[cls]]
            if not len(alike):
                continue
            missing = self.shares * sizes[cls] - self.filled[:, cls]
            amounts = _pour(missing, len(alike), fullness=self._fullness())
            self.part[self.rng.permutation(alike)] = np.repeat(range(len(amounts)), amounts)
            self.filled[:, cls] += amounts

    def rescue_stranded(self) -> None:
        """Where all groups of a class fell into one part, move one of them out.

        Such a class has nobody to train on when that part is tested. A move that strands
        another class, or empties a part, is taken back.
        """
        owners = self.table.owners()
        for cls in np.flatnonzero(self._stranded()):
            for group in owners[self.table.classes == cls]:
                if self._moved_out(int(group)):
                    break

    def _moved_out(self, group: int) -> bool:
        old, before = int(self.part[group]), self._stranded().sum()
        self._take(group)
        self.place(group, but=old)
        if self._stranded().sum() < before and self.filled[old].any():
            return True
        self._take(group)
        self._put(group, old)
        return False

    def _stranded(self) -> NDArray[np.bool_]:
        """Classes of several groups that lie in one part only, shape (classes,)."""
        in_one = (self.filled > 0).sum(axis=0) == 1
        return np.asarray(in_one & (self.table.groups_per_class() > 1))

    def _fullness(self) -> Floats:
        return np.asarray(self.filled.sum(axis=1) / self.shares)

    def _put(self, group: int, part: int) -> None:
        classes, counts = self.table.row(group)
        self.part[group] = part
        self.filled[part, classes] += counts

    def _take(self, group: int) -> None:
        classes, counts = self.table.row(group)
        self.filled[self.part[group], classes] -= counts


def _pour(missing: Floats, total: int, *, fullness: Floats) -> Ints:
    """Whole amounts that sum to ``total`` and level out ``missing`` as far as they reach.

    Args:
        missing: what each part lacks, shape (parts,); negative where it has too much.
        total: how many there are to pour.
        fullness: of parts with equal claims to a last one, the emptiest gets it.
    """
    level = np.sort(missing)[::-1]
    water = (np.cumsum(level) - total) / np.arange(1, len(level) + 1)
    exact = np.maximum(missing - water[np.flatnonzero(level - water >= -_SAME).max()], 0.0)
    amounts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.lexsort((fullness, -np.round(exact - amounts, 9)))
    amounts[order[: total - int(amounts.sum())]] += 1
    return np.asarray(amounts, np.int64)
