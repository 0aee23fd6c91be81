"""Dealing groups into folds, for fitting rules on some pictures and judging them on others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FOLDS: Final = 5


def deal(groups: Ints, *, seed: int) -> Ints:
    """Deal groups into FOLDS folds of about equal numbers of pictures.

    Returns:
        int64, shape (n,): the fold of each picture, from 0; fewer folds where groups are fewer.
    """
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    shuffled = np.random.default_rng(seed).permutation(sizes.size)
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    fold = np.empty(sizes.size, np.int64)
    fold[order] = np.arange(sizes.size) % min(FOLDS, sizes.size)
    return fold[group]
