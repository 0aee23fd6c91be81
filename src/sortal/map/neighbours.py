"""Who looks most like whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._approximate import approximate_neighbours
from sortal.map._checks import check_matrix
from sortal.map._exact import exact_neighbours
from sortal.map._unit import unit_rows
from sortal.pictures.events import Progress, Step, silent

EXACT_UP_TO: Final = 30_000
"""Pictures up to which everybody is compared with everybody."""

Vectors = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest few of every picture.

    Attributes:
        indices: int32 (n, k), nearest first, never the picture itself.
        distances: float32 (n, k), 0-2: Euclidean distance of the vectors scaled to unit
            length, which is sqrt(2 - 2 cosine).
        exact: whether everybody was compared with everybody.
        recall: share of the true nearest k that were found, 0-1, as measured on a sample;
            1 where ``exact``.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    exact: bool = True
    recall: float = 1.0

    @property
    def k(self) -> int:
        """How many neighbours each picture has."""
        return int(self.indices.shape[1])

    def __len__(self) -> int:
        return len(self.indices)


def find_neighbours(
    vectors: Vectors, *, k: int = 15, seed: int = 0, progress: Progress = silent
) -> Neighbours:
    """Find the ``k`` nearest neighbours of every vector by cosine.

    Args:
        vectors: shape (n, d), finite; scaled to unit length here.
        k: how many, 1 or more; of n vectors at most n - 1.
        seed: of what is drawn by lot, above ``EXACT_UP_TO``.
        progress: told of the stage "Finding neighbours".

    Raises:
        UsageError: ``k`` is not positive, or the vectors are no finite table.
    """
    check_matrix(vectors, where="find_neighbours")
    if k < 1:
        raise UsageError(f"find_neighbours: k must be 1 or more, not {k}.")
    n = len(vectors)
    k = min(k, max(n - 1, 0))
    if k == 0:
        return Neighbours(np.empty((n, 0), np.int32), np.empty((n, 0), np.float32))

    def tell(done: int) -> None:
        progress(Step("Finding neighbours", done, n, "pictures"))

    if n <= EXACT_UP_TO:
        return Neighbours(*exact_neighbours(unit_rows(vectors), k=k, tell=tell))
    indices, distances, recall = approximate_neighbours(vectors, k=k, seed=seed, tell=tell)
    return Neighbours(indices, distances, exact=False, recall=recall)
