"""Whether labels can be told without looking at what the pictures show.

A network takes the easiest way (Geirhos et al., "Shortcut learning in deep neural networks",
Nature Machine Intelligence 2, 2020): where one kind was always photographed in the evening,
it learns evenings. That is seen here before anything is trained, by guessing the label from
one property at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.table import Collection
from sortal.inspection.properties import Codes, codes, properties
from sortal.inspection.values import Shortcut
from sortal.pictures.record import Fingerprint

LEAST_GAIN: Final = 0.25
"""Share of the baseline's mistakes that a property must take away to be worth a warning."""

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
    """Properties that give the label away, the strongest first.

    For each property, the label of a picture is guessed as the commonest among the other
    pictures of the same value. Kin count once for each label, so that one long burst proves
    nothing. A property is reported where it takes away ``LEAST_GAIN`` of the mistakes of
    always guessing the commonest label and hardly any random relabelling does as well
    (permutation test; the p-value counts the observed labelling among them: Phipson and
    Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010).

    Args:
        collection, fingerprints: the pictures, in the same order.
        labels: shape (n,), index of each label; -1 for none, which is left out.
        groups: shape (n,), group of kin.
    """
    units = _units(labels, groups)
    if len(units) < LEAST_UNITS or len(np.unique(labels[units])) < 2:
        return ()
    truth = np.unique(labels[units], return_inverse=True)[1].astype(np.int64)
    found = [
        shortcut
        for name, values in properties(collection, fingerprints).items()
        if (shortcut := _examine(name, _chosen(values, units), truth))
    ]
    return tuple(sorted(found, key=lambda s: -s.accuracy))


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


def _examine(name: str, kinds: Codes, truth: Indices) -> Shortcut | None:
    n = len(truth)
    baseline = float(np.bincount(truth).max() / n)
    accuracy = left_out_accuracy(kinds, truth)
    if kinds.max() == 0 or accuracy - baseline < LEAST_GAIN * (1 - baseline):
        return None
    rng = np.random.default_rng(0)
    as_good = sum(
        left_out_accuracy(kinds, rng.permutation(truth)) >= accuracy for _ in range(PERMUTATIONS)
    )
    p_value = (1 + as_good) / (1 + PERMUTATIONS)
    if p_value > LARGEST_P:
        return None
    sentence = (
        f"The label can be told from the {name} alone: a guess from it is right "
        f"{100 * accuracy:.0f} % of the time, always guessing the commonest label "
        f"{100 * baseline:.0f} %. The network may learn this instead of what the pictures show."
    )
    return Shortcut(name, accuracy, baseline, p_value, n, sentence)


def left_out_accuracy(kinds: Codes, truth: Indices) -> float:
    """How often the commonest label among the *others* of its kind is a sample's own.

    Of several equally common labels each is guessed equally often. A sample alone in its kind
    is guessed as the commonest label of the other samples.

    Args:
        kinds: shape (n,), what is known of each sample.
        truth: shape (n,), its label, both numbered from 0.
    """
    n_labels = int(truth.max()) + 1
    table = np.bincount(kinds * n_labels + truth, minlength=(kinds.max() + 1) * n_labels)
    table = table.reshape(-1, n_labels)
    alone = table.sum(axis=1) == 1
    table = np.where(alone[:, None], table.sum(axis=0), table)
    others = table[kinds]
    rows = np.arange(len(truth))
    others[rows, truth] -= 1
    best = others.max(axis=1)
    own = others[rows, truth]
    tied = (others == best[:, None]).sum(axis=1)
    return float(np.where(own == best, 1.0 / tied, 0.0).mean())
