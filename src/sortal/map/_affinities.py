"""How strongly each picture holds on to its neighbours."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._threads import blocks, in_threads

_STEPS: Final = 30
_CHUNK: Final = 16_384

Floats = NDArray[np.float32]


def affinities(indices: NDArray[np.int32], weights: Floats) -> Any:
    """Return symmetric affinities p_ij, which sum to 1.

    p_ij is the mean of the weight that i gives to j and j to i, over n (van der Maaten and
    Hinton, Visualizing data using t-SNE, JMLR 2008).

    Args:
        indices: int32 (n, k), k of 1 or more; an index may occur twice in a row.
        weights: float32 (n, k), each row summing to 1.

    Returns:
        scipy CSR array, float32 (n, n), columns sorted, every row with an entry.
    """
    from scipy import sparse

    n, k = indices.shape
    starts = np.arange(0, n * k + 1, k)
    directed = sparse.csr_array((weights.ravel(), indices.ravel(), starts), shape=(n, n))
    graph = (directed + directed.T).tocsr()
    graph.sum_duplicates()
    graph.data /= np.float32(2 * n)
    return graph


def row_weights(distances: Floats, *, perplexity: float) -> Floats:
    """Return weights float32 (n, k), each row summing to 1.

    Weights fall off as a Gaussian whose width gives the wanted perplexity, the effective number
    of neighbours (equation 1 there), found by bisection for each row.

    Args:
        distances: float32 (n, k), k of 1 or more.
        perplexity: above 1; k and more gives all neighbours the same weight.
    """
    out = np.empty_like(distances)

    def weigh(rows: slice) -> None:
        out[rows] = _weights(distances[rows], perplexity)

    in_threads(weigh, blocks(len(distances), _CHUNK))
    return out


def _weights(distances: Floats, perplexity: float) -> Floats:
    squares = distances.astype(np.float64) ** 2
    squares -= squares.min(axis=1, keepdims=True)
    squares /= np.maximum(squares.mean(axis=1, keepdims=True), 1e-12)
    wanted = np.log(min(perplexity, squares.shape[1]))
    low, high = np.full(len(squares), -15.0), np.full(len(squares), 15.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        wide = _entropy(squares, np.exp(middle)) > wanted
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    weights = np.exp(-squares * np.exp(low)[:, None])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def _entropy(squares: NDArray[np.float64], sharpness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy, in nats, of the weights exp(-sharpness * square) of each row."""
    raised = squares * sharpness[:, None]
    weights = np.exp(-raised)
    total = weights.sum(axis=1)
    return np.asarray(np.log(total) + (weights * raised).sum(axis=1) / total)
