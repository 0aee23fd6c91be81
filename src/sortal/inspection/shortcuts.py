"""Whether labels can be told without looking at what the pictures show.

A network takes the easiest way (Geirhos et al., "Shortcut learning in deep neural networks",
Nature Machine Intelligence 2, 2020): where one kind was always photographed in the evening,
it learns evenings. That is seen here before anything is trained, by guessing the label from
one property at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.table import Collection
from sortal.inspection.properties import Codes, codes, properties
from sortal.inspection.values import Shortcut
from sortal.pictures.record import Fingerprint

LEAST_GAIN: Final = 0.2
"""Share of the baseline's mistakes that a property must take away to be worth a warning."""

LEAST_APART: Final = 0.85
"""Mean rate of being right from which one label counts as told apart from all others."""

LEAST_OF_LABEL: Final = 10
"""Independent pictures of a label below which nothing is said about it alone."""

LARGEST_P: Final = 0.01
PERMUTATIONS: Final = 199
LEAST_UNITS: Final = 20
MOST_UNITS: Final = 5000

Indices = NDArray[np.int64]


def shortcuts(
    collection: Collection,
    fingerprints: Sequence[Fingerprint],
    *,
    labels: Indices,
    groups: Indices,
) -> tuple[Shortcut, ...]:
    """Properties that give labels away, the strongest first.

    For each property, the label of a picture is guessed as the commonest among the other
    pictures of the same value. Kin count once for each label, so that one long burst proves
    nothing. A property is reported where it takes away ``LEAST_GAIN`` of the mistakes of
    always guessing the commonest label; failing that, where it tells one label from all
    others. In either case hardly any random relabelling may do as well (permutation test; the
    p-value counts the observed labelling among them: Phipson and Smyth, Stat. Appl. Genet.
    Mol. Biol. 9, 2010).

    Args:
        collection, fingerprints: the pictures, in the same order.
        labels: shape (n,), index in ``collection.classes``; -1 for none, which is left out.
        groups: shape (n,), group of kin.
    """
    units = _units(labels, groups)
    if len(units) < LEAST_UNITS:
        return ()
    present, truth = np.unique(labels[units], return_inverse=True)
    if len(present) < 2:
        return ()
    names = [collection.classes[i] for i in present]
    found = []
    for name, values in properties(collection, fingerprints).items():
        kinds = _chosen(values, units)
        if kinds.max() > 0:
            found.append(_of_labels(name, kinds, truth) or _of_one(name, kinds, truth, names))
    return tuple(sorted((s for s in found if s), key=lambda s: -s.accuracy))


def _units(labels: Indices, groups: Indices) -> Indices:
    """The first sample of every label in every group; a fixed random part of very many."""
    pairs = np.stack([labels, groups], axis=1)
    first = np.unique(pairs, axis=0, return_index=True)[1]
    units = np.sort(first[labels[first] >= 0])
    if len(units) > MOST_UNITS:
        units = np.sort(np.random.default_rng(0).choice(units, MOST_UNITS, replace=False))
    return np.asarray(units, dtype=np.int64)


def _chosen(values: list[str] | NDArray[np.float64], units: Indices) -> Codes:
    if isinstance(values, list):
        return codes([values[i] for i in units])
    return codes(values[units])


def _of_labels(name: str, kinds: Codes, truth: Indices) -> Shortcut | None:
    """The property as a guess of any label, where it is a good one."""
    baseline = float(np.bincount(truth).max() / len(truth))
    accuracy = left_out_accuracy(kinds, truth)
    if accuracy - baseline < LEAST_GAIN * (1 - baseline):
        return None
    p_value = _p_value(lambda labels: left_out_accuracy(kinds, labels), truth)
    if p_value > LARGEST_P:
        return None
    sentence = (
        f"The label can be told from the {name} alone: a guess from it is right "
        f"{100 * accuracy:.0f} % of the time, always guessing the commonest label "
        f"{100 * baseline:.0f} %. The network may learn this instead of what the pictures show."
    )
    return Shortcut(name, None, accuracy, baseline, p_value, len(truth), sentence)


def _of_one(name: str, kinds: Codes, truth: Indices, names: Sequence[str]) -> Shortcut | None:
    """The property as a sign of one label, the one that it gives away most."""
    right = left_out_balanced(kinds, truth)
    best = int(right.argmax())
    if right[best] < LEAST_APART:
        return None
    p_value = _p_value(lambda labels: float(left_out_balanced(kinds, labels).max()), truth)
    if p_value > LARGEST_P:
        return None
    sentence = (
        f"{names[best]!r} can be told from all others by the {name} alone, "
        f"{100 * right[best]:.0f} % of the time where chance gives 50 %. "
        "The network may learn this instead of what the pictures show."
    )
    return Shortcut(name, names[best], float(right[best]), 0.5, p_value, len(truth), sentence)


def _p_value(statistic: Callable[[Indices], float], truth: Indices) -> float:
    """Share of relabellings, the observed one among them, that reach the observed value."""
    rng, observed = np.random.default_rng(0), statistic(truth)
    as_good = sum(statistic(rng.permutation(truth)) >= observed for _ in range(PERMUTATIONS))
    return (1 + as_good) / (1 + PERMUTATIONS)


def _table(kinds: Codes, truth: Indices) -> Indices:
    """Samples of each kind (row) and label (column)."""
    shape = int(kinds.max()) + 1, int(truth.max()) + 1
    counts = np.bincount(kinds * shape[1] + truth, minlength=shape[0] * shape[1])
    return counts.reshape(shape)


def left_out_accuracy(kinds: Codes, truth: Indices) -> float:
    """How often the commonest label among the *others* of its kind is a sample's own.

    Of several equally common labels each is guessed equally often. A sample alone in its kind
    is guessed as the commonest label of the other samples.

    Args:
        kinds: shape (n,), what is known of each sample.
        truth: shape (n,), its label, both numbered from 0.
    """
    table = _table(kinds, truth)
    alone = table.sum(axis=1) == 1
    table = np.where(alone[:, None], table.sum(axis=0), table)
    others = table[kinds]
    rows = np.arange(len(truth))
    others[rows, truth] -= 1
    best = others.max(axis=1)
    own = others[rows, truth]
    tied = (others == best[:, None]).sum(axis=1)
    return float(np.where(own == best, 1.0 / tied, 0.0).mean())


def left_out_balanced(kinds: Codes, truth: Indices) -> NDArray[np.float64]:
    """For each label: how well its kind tells whether a sample is of it or of any other.

    A sample is taken for the label where its kind is more frequent among the other samples of
    the label than among the other samples of the rest; where equally frequent, half of it is.

    Args:
        kinds, truth: as for ``left_out_accuracy``.

    Returns:
        Mean of the rates of being right on the label and on the rest, shape (labels,), 0-1;
        0 for labels of fewer than ``LEAST_OF_LABEL`` samples.
    """
    inside = _table(kinds, truth).astype(np.float64)
    outside = inside.sum(axis=1, keepdims=True) - inside
    n_in, n_out = inside.sum(axis=0), outside.sum(axis=0)
    taken_in = np.sign((inside - 1) * n_out - outside * (n_in - 1))
    taken_out = np.sign(inside * (n_out - 1) - (outside - 1) * n_in)
    right_in = (inside * (1 + taken_in) / 2).sum(axis=0) / np.maximum(n_in, 1)
    right_out = (outside * (1 - taken_out) / 2).sum(axis=0) / np.maximum(n_out, 1)
    return np.where(n_in >= LEAST_OF_LABEL, (right_in + right_out) / 2, 0.0)
