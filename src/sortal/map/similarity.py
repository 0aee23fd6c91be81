"""Alike pictures side by side."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._affinities import affinities, row_weights
from sortal.map._checks import check_length, check_matrix
from sortal.map._descent import STEPS, descend
from sortal.map._projection import projected
from sortal.map._spreading import spread
from sortal.map._supervision import supervised
from sortal.map._umap import umap_places
from sortal.map.layout_values import Points
from sortal.map.neighbours import Neighbours
from sortal.pictures.events import Progress, Step, silent

Method = Literal["tsne", "umap"]
METHODS: Final[tuple[Method, ...]] = ("tsne", "umap")

_START: Final = 1e-4
_NOISE: Final = 0.01
_COPIES: Final = 0.05
_EVENNESS: Final = 0.9
_STAGE: Final = "Laying out"


def layout_similarity(
    vectors: NDArray[np.floating[Any]],
    neighbours: Neighbours,
    *,
    method: Method = "tsne",
    seed: int = 0,
    initial: Points | None = None,
    labels: NDArray[np.integer[Any]] | None = None,
    progress: Progress = silent,
) -> Points:
    """Lay pictures out so that alike ones stand side by side.

    t-SNE in which the neighbours of a picture weigh nearly the same: a perplexity of 0.9 of
    their number. With 15 of them that keeps more of the ten nearest than equal weights, which
    let copies drift apart, and on trash than perplexity 30 on 90 (docs/map-layouts.md). Few
    neighbours and many give the same picture at large (Böhm, Berens and Kobak,
    Attraction-repulsion spectrum in neighbor embeddings, JMLR 2022).

    Args:
        vectors: embeddings, shape (n, d), finite.
        neighbours: as ``find_neighbours`` finds them in ``vectors``.
        method: "tsne", or "umap" where umap-learn is installed.
        seed: of the noise that parts copies, and of what UMAP draws by lot.
        initial: where to start, (n, 2), at any scale; None for the principal plane.
        labels: int (n,), -1 for none: pictures of one label are drawn together. None looks at
            pictures alone.
        progress: told of the stage "Laying out".

    Returns:
        float32 (n, 2), centred on (0, 0). The same arguments give the same places, bit for
        bit, on one machine, with any number of cores.

    Raises:
        MissingExtraError: "umap" is asked for and not installed.
        UsageError: the arguments do not fit together.
    """
    _check(vectors, neighbours, method=method, initial=initial, labels=labels)
    n = len(vectors)
    if n < 3:
        return np.column_stack([np.arange(n) - (n - 1) / 2, np.zeros(n)]).astype(np.float32)
    start = _start(vectors, initial, seed=seed)
    if method == "umap":
        progress(Step(_STAGE, 0))
        return umap_places(vectors, neighbours, start=start, labels=labels, seed=seed)
    if labels is None:
        indices = neighbours.indices
        evenly = max(_EVENNESS * neighbours.k, 1.0)
        weights = row_weights(neighbours.distances, perplexity=evenly)
    else:
        indices, weights = supervised(vectors, neighbours, labels)
    places = descend(
        affinities(indices, weights),
        start,
        tell=lambda done: progress(Step(_STAGE, done, STEPS, "steps")),
    )
    return _seen_apart(places)


def _seen_apart(places: Points) -> Points:
    """Copies, which would lie on each other, set apart by a fraction of the usual distance."""
    extent = float(np.ptp(places, axis=0).max())
    near = _COPIES * max(extent, 1e-3) / np.sqrt(len(places))
    apart = spread(places.astype(np.float64), near=near)
    centred: Points = (apart - apart.mean(axis=0)).astype(np.float32)
    return centred


def _check(
    vectors: NDArray[np.floating[Any]],
    neighbours: Neighbours,
    *,
    method: str,
    initial: Points | None,
    labels: NDArray[np.integer[Any]] | None,
) -> None:
    where = "layout_similarity"
    check_matrix(vectors, where=where)
    n = len(vectors)
    if method not in METHODS:
        raise UsageError(f"{where}: method must be one of {', '.join(METHODS)}, not {method!r}.")
    if len(neighbours) != n or (n > 1 and not neighbours.k):
        raise UsageError(
            f"{where}: expected the neighbours of {n} pictures, got {neighbours.k} of each of "
            f"{len(neighbours)}; find_neighbours finds them."
        )
    if initial is not None:
        check_matrix(initial, where=f"{where}, initial", columns=2)
        check_length(initial[:, 0], n, where=where, name="initial")
    if labels is not None:
        check_length(labels, n, where=where, name="labels")


def _start(vectors: NDArray[np.floating[Any]], initial: Points | None, *, seed: int) -> Points:
    """A small copy of ``initial`` or of the principal plane, with noise that parts copies."""
    plane = projected(vectors, 2) if initial is None else np.array(initial, np.float32)
    plane -= plane.mean(axis=0)
    spread = float(plane.std(axis=0).max())
    if spread > 0:
        plane /= np.float32(spread)
    noise = np.random.default_rng(seed).standard_normal(plane.shape, dtype=np.float32)
    plane += np.float32(_NOISE) * noise
    plane *= np.float32(_START)
    return plane
