"""The principal directions of vectors, from a sample of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.map._threads import blocks, in_threads

Floats = NDArray[np.float32]

_SAMPLE: Final = 4_096
_CHUNK: Final = 2_048


def projected(
    vectors: NDArray[np.floating[Any]], directions: int, *, lengths: Floats | None = None
) -> Floats:
    """Return coordinates in the leading principal directions, float32 (n, directions).

    The directions come from at most 4,096 rows at even distances; each has the sign that makes
    its largest entry positive. Where there are fewer directions, columns of zeros follow.

    Args:
        vectors: shape (n, d).
        directions: how many.
        lengths: float32 (n,), what each row is divided by first; None for 1.
    """
    n, d = vectors.shape
    out = np.zeros((n, directions), np.float32)
    if n == 0:
        return out
    scale = np.ones(n, np.float32) if lengths is None else lengths
    rows = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.int64))
    sample = np.asarray(vectors[rows], np.float32) / scale[rows, None]
    mean = sample.mean(axis=0)
    basis = _principal(sample - mean, min(directions, d))

    def project(part: slice) -> None:
        scaled = np.asarray(vectors[part], np.float32) / scale[part, None]
        out[part, : basis.shape[1]] = (scaled - mean) @ basis

    in_threads(project, blocks(n, _CHUNK))
    return out


def _principal(sample: Floats, directions: int) -> Floats:
    """The leading principal directions of centred rows (m, d), shape (d, at most directions).

    Of the two matrices that have them, rows by rows and columns by columns, the smaller is
    decomposed.
    """
    from scipy.linalg import eigh
    from threadpoolctl import threadpool_limits

    tall = len(sample) >= sample.shape[1]
    with threadpool_limits(1, "blas"):
        products = (sample.T @ sample if tall else sample @ sample.T).astype(np.float64)
        n = len(products)
        spread, axes = eigh(products, subset_by_index=[max(0, n - directions), n - 1])
        spread, axes = spread[::-1], axes[:, ::-1]
        axes = axes[:, spread > 1e-6 * max(float(spread[0]), 1e-12)]
        basis = axes if tall else sample.T @ axes
    basis = basis / np.sqrt(np.einsum("dk,dk->k", basis, basis))
    peak = np.take_along_axis(basis, np.abs(basis).argmax(axis=0)[None], axis=0)
    return np.asarray(basis * np.sign(peak), np.float32)
