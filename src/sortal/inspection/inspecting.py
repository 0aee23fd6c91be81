"""The whole inspection as one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.table import Collection
from sortal.errors import UsageError
from sortal.evaluation import suspected_labels
from sortal.inspection.copies import bursts, exact_copies, near_pairs
from sortal.inspection.odd import odd_ones
from sortal.inspection.quality import COMMON, QUALITIES
from sortal.inspection.shortcuts import shortcuts
from sortal.inspection.values import Findings, Flag, SmallLabel, Suspect
from sortal.pictures.record import Fingerprint
from sortal.split.links import Kin

FEW_PICTURES: Final = 20
FEW_GROUPS: Final = 5
LEAST_SUSPICION: Final = 0.6
"""How much more probable another label must be; below, the models merely hesitate."""


def inspect(
    collection: Collection,
    fingerprints: Sequence[Fingerprint],
    vectors: NDArray[np.float32],
    *,
    kin: Kin,
    probabilities: NDArray[np.floating] | None = None,
    truth: NDArray[np.int64] | None = None,
) -> Findings:
    """Look for what a person should look at before believing a model.

    Args:
        collection: the pictures that can be used; labels may be missing.
        fingerprints: one a sample, in the same order.
        vectors: embeddings, float32, shape (n, d).
        kin: who belongs together, as ``find_kin`` found it.
        probabilities: cross-validated and calibrated, shape (n, classes) or
            (repeats, n, classes), columns in the order of ``collection.classes``; None where
            nothing was trained, and then no label is suspected.
        truth: column of each sample's own label, shape (n,), -1 for none; by default from
            the collection.

    Raises:
        UsageError: the lengths do not agree.
    """
    n = len(collection)
    _agree(n, fingerprints=len(fingerprints), vectors=len(vectors), kin=len(kin.groups))
    if probabilities is not None:
        _agree(n, probabilities=probabilities.shape[-2])
    names = [s.label for s in collection]
    labels = collection.label_indices(collection.classes) if truth is None else truth
    quality, notes = _quality(fingerprints)
    return Findings(
        paths=tuple(s.path for s in collection),
        duplicates=exact_copies(fingerprints, names),
        near=near_pairs(kin, names),
        bursts=bursts(kin, fingerprints, names),
        **quality,
        odd=odd_ones(vectors, labels=labels, groups=kin.groups),
        suspected=_suspects(collection.classes, probabilities, labels),
        small_labels=_small_labels(collection.classes, labels, kin.groups),
        shortcuts=shortcuts(collection, fingerprints, labels=labels, groups=kin.groups),
        notes=tuple(notes),
    )


def _agree(n: int, **lengths: int) -> None:
    for name, length in lengths.items():
        if length != n:
            raise UsageError(
                f"inspect: the collection has {n:,} samples, expected as many {name}, "
                f"got {length:,}. Pass the collection that the embedding returned."
            )


def _quality(
    fingerprints: Sequence[Fingerprint],
) -> tuple[dict[str, tuple[Flag, ...]], list[str]]:
    """The flags of each quality; a sentence in their place where they are the rule."""
    flags: dict[str, tuple[Flag, ...]] = {}
    notes = []
    for quality in QUALITIES:
        found = quality.flags(fingerprints)
        if len(found) > COMMON * len(fingerprints):
            share = 100 * len(found) / len(fingerprints)
            notes.append(
                f"{len(found):,} of {len(fingerprints):,} pictures ({share:.0f} %) "
                f"{quality.note}; they are not listed one by one."
            )
            found = ()
        flags[quality.name] = found
    return flags, notes


def _suspects(
    classes: Sequence[str],
    probabilities: NDArray[np.floating] | None,
    labels: NDArray[np.int64],
) -> tuple[Suspect, ...]:
    """Labels that the pictures speak against, the most suspect first; the labelled only."""
    labelled = np.flatnonzero(labels >= 0)
    if probabilities is None or not len(labelled):
        return ()
    mean = probabilities.reshape(-1, *probabilities.shape[-2:]).mean(axis=0)[labelled]
    return tuple(
        Suspect(
            index=int(labelled[s.index]),
            label=classes[s.given],
            suggested=classes[s.suggested],
            own=float(mean[s.index, s.given]),
            other=float(mean[s.index, s.suggested]),
        )
        for s in suspected_labels(mean, labels[labelled], least=LEAST_SUSPICION)
    )


def _small_labels(
    classes: Sequence[str], labels: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[SmallLabel, ...]:
    counted = [
        SmallLabel(name, int((labels == i).sum()), len(np.unique(groups[labels == i])))
        for i, name in enumerate(classes)
    ]
    few = [s for s in counted if s.n < FEW_PICTURES or s.n_groups < FEW_GROUPS]
    return tuple(sorted(few, key=lambda s: (s.n, s.n_groups, s.label)))
