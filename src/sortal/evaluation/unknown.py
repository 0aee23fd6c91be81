"""How far a picture lies from all that was learned: the ground for saying "I don't know".

The distance is that to the nearest remembered picture in the frozen embedding (Sun, Ming,
Zhu and Li, "Out-of-distribution detection with deep nearest neighbors", ICML 2022), with one
change that makes it both smaller and sharper: pictures are compared inside the few directions
that the learned ones fill, yet a new picture keeps its whole length, so that whatever part of
it lies outside those directions counts as distance (as the residual of Wang, Li, Feng and
Zhang, "ViM", CVPR 2022, does). ``benchmarks/unknown.py`` measures it against its rivals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.evaluation.folds import deal

Floats32 = NDArray[np.float32]
Ints = NDArray[np.int64]

WIDTH: Final = 64
"""Length of a shortened embedding."""
EXEMPLARS: Final = 2000
"""How many pictures are remembered at most."""
LEARNED_FROM: Final = 5000
"""From how many pictures the directions are learned at most."""
ITERATIONS: Final = 4
"""Of the search for the directions."""
TINY: Final = 1e-6
"""Lengths below this count as this, so that nothing is divided by zero."""
_BLOCK: Final = 4096


@dataclass(frozen=True, slots=True, eq=False)
class DistanceModel:
    """A distance that any ONNX graph can compute.

    For embeddings v, shape (n, width), with the Euclidean norm by row::

        z = v / max(||v||, TINY) @ projection
        distance = 1 - (the neighbour-th largest of z @ exemplars.T in each row)

    The distance lies in 0-2: 0 the same direction, 1 nothing in common.

    Attributes:
        projection: float32, shape (width, short), columns orthonormal.
        exemplars: float32, shape (m, short), rows of length 1.
        neighbour: which neighbour counts, 1 = the nearest; at most m.
    """

    projection: Floats32
    exemplars: Floats32
    neighbour: int

    def distance(self, vectors: Floats32) -> Floats32:
        """Return the distance of each embedding; float32 (n, width) to float32 (n,)."""
        found = np.empty(len(vectors), np.float32)
        last = len(self.exemplars) - self.neighbour
        for start in range(0, len(vectors), _BLOCK):
            part = slice(start, start + _BLOCK)
            likeness = (_unit(vectors[part]) @ self.projection) @ self.exemplars.T
            found[part] = 1.0 - np.partition(likeness, last, axis=1)[:, last]
        return found


def fit_distance(
    vectors: Floats32, labels: Ints, *, exemplars: int = EXEMPLARS, seed: int = 0
) -> DistanceModel:
    """Learn the distance from embeddings of pictures.

    Args:
        vectors: float32, shape (n, width), n >= 1.
        labels: int64, shape (n,): where not all can be remembered, each class keeps its share.
        exemplars: how many to remember at most.
        seed: of the choice among them and of the search for the directions.
    """
    return _fit(vectors, labels, np.arange(len(labels)), exemplars=exemplars, seed=seed)


def _fit(
    vectors: Floats32, labels: Ints, rows: Ints, *, exemplars: int, seed: int
) -> DistanceModel:
    """Fit to some rows, without copying more of the vectors than is looked at."""
    learned = rows[_choose(labels[rows], LEARNED_FROM, seed=seed)]
    projection = _principal(_unit(vectors[learned]), WIDTH, seed=seed)
    kept = rows[_choose(labels[rows], exemplars, seed=seed)]
    short = _unit(_unit(vectors[kept]) @ projection)
    return DistanceModel(projection=projection, exemplars=short, neighbour=1)


def held_in_distances(
    vectors: Floats32,
    labels: Ints,
    *,
    groups: Ints,
    exemplars: int = EXEMPLARS,
    seed: int = 0,
) -> Floats32:
    """Return the distance of each picture from memories that hold none of its group.

    The groups are dealt into folds; each fold is measured by a model of the others. As these
    remember somewhat less than a model of all, the distances are somewhat too large, and a
    threshold taken from them calls slightly too few pictures unknown.

    Args:
        vectors: float32, shape (n, width).
        labels: int64, shape (n,).
        groups: int64, shape (n,), at least two different ones.
        exemplars, seed: as for ``fit_distance``.

    Returns:
        float32, shape (n,).

    Raises:
        UsageError: all pictures are in one group.
    """
    folds = deal(groups, seed=seed)
    if not folds.any():
        raise UsageError(
            "held_in_distances: pictures in at least two groups were expected; all are in one, "
            "so no picture can be compared with others than its kin."
        )
    distances = np.empty(len(vectors), np.float32)
    for fold in range(int(folds.max()) + 1):
        others, here = np.flatnonzero(folds != fold), folds == fold
        model = _fit(vectors, labels, others, exemplars=exemplars, seed=seed)
        distances[here] = model.distance(vectors[here])
    return distances


def _unit(rows: Floats32) -> Floats32:
    rows = np.asarray(rows, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats32 = rows / np.maximum(lengths, np.float32(TINY))
    return units


def _principal(units: Floats32, width: int, *, seed: int) -> Floats32:
    """Return an orthonormal basis of the directions that the rows fill, (n_columns, width).

    Randomised subspace iteration (Halko, Martinsson and Tropp, SIAM Review 2011), which takes
    a fraction of a second where an exact decomposition takes many. The mean is not taken off:
    it is the direction in which the learned pictures agree.
    """
    rows, columns = units.shape
    width = min(width, rows, columns)
    basis = np.random.default_rng(seed).standard_normal((columns, width), np.float32)
    for _ in range(ITERATIONS):
        basis, _ = np.linalg.qr(units.T @ (units @ basis))
    return np.ascontiguousarray(basis, np.float32)


def _choose(labels: Ints, most: int, *, seed: int) -> Ints:
    """Return at most ``most`` indices, each class in its share, in their order."""
    if len(labels) <= most:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    ranked = order[np.argsort(labels[order], kind="stable")]
    spaced = np.linspace(0, len(labels), most, endpoint=False).astype(np.int64)
    return np.sort(ranked[spaced])
