"""Which pictures are worth a person's look next: those the model doubts, each unlike the others.

The most doubtful pictures of a collection are often many views of one thing, so doubt alone asks
the same question again and again. First the pictures with the smallest margin between the two
likeliest kinds are taken (Joshi, Porikli and Papanikolopoulos, "Multi-class active learning for
image classification", CVPR 2009), ten times as many as are wanted (the prefilter of Zhdanov,
"Diverse mini-batch active learning", 2019). Of these, one after the other, the one whose doubt
times its distance from all that is labelled or chosen already is largest: the greedy k-centre of
Sener and Savarese, "Active learning for convolutional neural networks: a core-set approach",
ICLR 2018, weighed by doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Space, open_session
from sortal.collection import Collection
from sortal.pictures import Fit
from sortal.workflow.classifier import Classifier
from sortal.workflow.map.answers import frozen_backbone, space_of
from sortal.workflow.map.tags import answering_part
from sortal.workflow.threads import calm_threads
from sortal.workflow.values import Prediction

PREFILTER: Final = 10
"""Doubtful pictures that are looked at for each one that is chosen."""

METHOD: Final = (
    "smallest margin between the two likeliest kinds, spread by greedy k-centre on the embeddings"
)

_ROWS: Final = 1_024
_ASKED: Final = 256
"""Pictures that a whole model is shown, where its answers do not follow from embeddings."""

Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NextLabel:
    """A picture that is worth labelling.

    Attributes:
        row: in the collection.
        answer: the kind that the model finds likeliest.
        confidence: its calibrated probability, 0-1.
        margin: by how much it is likelier than the next, 0-1.
    """

    row: int
    answer: str
    confidence: float
    margin: float


@dataclass(frozen=True, slots=True)
class NextLabels:
    """What to label next.

    Attributes:
        chosen: the most useful first.
        unlabelled: pictures without a label.
        waiting: those of them that are not embedded yet, and were passed over.
    """

    chosen: tuple[NextLabel, ...]
    unlabelled: int
    waiting: int


def next_to_label(
    classifier: Classifier,
    collection: Collection,
    hashes: Sequence[str],
    *,
    count: int,
    cache: Cache,
    workers: int | None = None,
) -> NextLabels:
    """Choose pictures without a label that would teach the model most.

    Only pictures whose embeddings are in the cache are looked at, so the answer comes at once.

    Args:
        classifier: the model.
        collection: pictures with and without labels.
        hashes: their contents' hashes.
        count: how many to choose.
        cache: of embeddings.
        workers: processes that decode, for a model that must see the pictures themselves.
    """
    backbone, fit = space_of(classifier, name="lite0")
    vectors = _known(cache, hashes, backbone, fit)
    rows = np.array([i for i, h in enumerate(hashes) if h in vectors], np.int64)
    is_free = np.array([collection.samples[i].label is None for i in rows], np.bool_)
    unlabelled = sum(sample.label is None for sample in collection)
    free = rows[is_free]
    if not len(free):
        return NextLabels((), unlabelled, unlabelled)
    units = _units(np.stack([vectors[hashes[i]] for i in rows]))
    with calm_threads(len(rows)):
        if frozen_backbone(classifier) is not None:
            shares = _shares_by_head(classifier, np.stack([vectors[hashes[i]] for i in free]))
        else:
            some = spread_most(units[is_free], units[~is_free], count=_ASKED)
            free, shares = _shares_by_picture(classifier, collection, free[some], workers)
        place = {row: at for at, row in enumerate(rows.tolist())}
        own = units[[place[row] for row in free.tolist()]]
        picked = choose(shares, own, units[~is_free], count=count)
    chosen = tuple(_told(classifier, int(free[i]), shares[i]) for i in picked)
    return NextLabels(chosen, unlabelled, unlabelled - int(is_free.sum()))


def choose(shares: Floats, units: Floats, labelled: Floats, *, count: int) -> list[int]:
    """Choose rows by doubt and spread.

    Args:
        shares: float64 (n, kinds): probabilities, rows summing to 1.
        units: float64 (n, width): embeddings of length 1.
        labelled: float64 (m, width): likewise of what has a label already; m may be 0.
        count: how many rows to choose.

    Returns:
        Up to ``count`` different rows, the most useful first.
    """
    top = np.sort(shares, axis=1)[:, -2:]
    doubt = 1.0 - (top[:, 1] - top[:, 0])
    some = np.argsort(-doubt, kind="stable")[: PREFILTER * count]
    picked = spread_most(units[some], labelled, count=count, weights=doubt[some])
    return [int(some[i]) for i in picked]


def spread_most(
    units: Floats, labelled: Floats, *, count: int, weights: Floats | None = None
) -> list[int]:
    """Choose rows far from what is labelled and from each other: greedy k-centre.

    Args:
        units, labelled, count: as for ``choose``.
        weights: float64 (n,): what the distances are multiplied by; None for 1.
    """
    weighed = np.ones(len(units)) if weights is None else weights
    far = np.full(len(units), 2.0)  # the largest distance there is, 1 - cosine
    for start in range(0, len(labelled), _ROWS):
        near = (units @ labelled[start : start + _ROWS].T).max(axis=1)
        far = np.minimum(far, 1.0 - near)
    chosen: list[int] = []
    free = np.ones(len(units), np.bool_)
    for _ in range(min(count, len(units))):
        best = int(np.where(free, weighed * far, -1.0).argmax())
        chosen.append(best)
        free[best] = False
        far = np.minimum(far, np.maximum(0.0, 1.0 - units @ units[best]))
    return chosen


def _known(cache: Cache, hashes: Sequence[str], backbone: Backbone, fit: Fit) -> dict[str, Vectors]:
    space = Space(backbone.sha256, fit, backbone.size, backbone.width)
    return cache.vectors(sorted(set(hashes)), space)


def _units(vectors: Vectors) -> Floats:
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    units: Floats = vectors / np.maximum(lengths, 1e-12)
    return units


def _shares_by_head(classifier: Classifier, vectors: Vectors) -> Floats:
    """Run the part of the model's graph that follows the embedding."""
    session = open_session(answering_part(classifier.model.data, ("probabilities",)))
    parts = [
        session.run(["probabilities"], {"embedding": vectors[start : start + _ROWS]})[0]
        for start in range(0, len(vectors), _ROWS)
    ]
    shares: Floats = np.concatenate(parts).astype(np.float64)
    return shares


def _shares_by_picture(
    classifier: Classifier, collection: Collection, rows: NDArray[np.int64], workers: int | None
) -> tuple[NDArray[np.int64], Floats]:
    """Show the whole model some pictures; those that cannot be read are left out."""
    samples = [collection.samples[row] for row in rows.tolist()]
    place = {name: i for i, name in enumerate(classifier.classes)}
    kept, shares = [], []
    named = [(str(i), sample.source) for i, sample in enumerate(samples)]
    for fed, answer in classifier.answers(named, top=len(place), workers=workers):
        if isinstance(answer, Prediction) and answer.part == 0:
            row = np.zeros(len(place))
            for kind, share in answer.kinds:
                row[place[kind]] = share
            kept.append(rows[int(fed.path)])
            shares.append(row)
    return np.array(kept, np.int64), np.array(shares).reshape(len(kept), len(place))


def _told(classifier: Classifier, row: int, shares: Floats) -> NextLabel:
    second, first = np.argsort(shares, kind="stable")[-2:].tolist()
    margin = float(shares[first] - shares[second])
    return NextLabel(row, classifier.classes[first], float(shares[first]), margin)
