"""UMAP, by its own library."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortal.errors import MissingExtraError
from sortal.map.layout_values import Points
from sortal.map.neighbours import Neighbours


def umap_places(
    vectors: NDArray[np.floating[Any]],
    neighbours: Neighbours,
    *,
    start: Points,
    labels: NDArray[np.integer[Any]] | None,
    seed: int,
) -> Points:
    """Lay out with umap-learn from the neighbours already found, float32 (n, 2).

    McInnes, Healy and Melville, UMAP: uniform manifold approximation and projection, 2018.

    Raises:
        MissingExtraError: umap-learn is not installed.
    """
    try:
        from umap import UMAP
    except ImportError as error:
        raise MissingExtraError("The UMAP layout", extra="umap") from error
    n = len(vectors)
    itself = np.arange(n, dtype=np.int32)[:, None]
    indices = np.concatenate([itself, neighbours.indices], axis=1)
    distances = np.pad(neighbours.distances, ((0, 0), (1, 0)))
    reducer = UMAP(
        n_neighbors=indices.shape[1],
        precomputed_knn=(indices, distances, None),
        init=np.asarray(start / np.abs(start).max() * 10, np.float32),
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # advice to its own users, nothing to act on here
        places = reducer.fit_transform(vectors, y=labels)
    return np.asarray(places - places.mean(axis=0), np.float32)
