"""Rows scaled to unit length."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_CHUNK: Final = 4_096


def row_lengths(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the length of each row, float32 (n,); a row of zeros counts as 1 long."""
    out = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _CHUNK):
        rows = np.asarray(vectors[start : start + _CHUNK], np.float32)
        out[start : start + _CHUNK] = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    return np.where(out > 0, out, np.float32(1))


def unit_rows(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return rows of length 1, float32 (n, d); a row of zeros stays one."""
    return np.asarray(vectors, np.float32) / row_lengths(vectors)[:, None]
