"""What a trained network makes of pictures, in single precision, as the file it becomes will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sortal.training.deep.data import Pictures
from sortal.training.deep.learner import Learner

_AT_ONCE: Final = 256


def embeddings(
    learner: Learner, pictures: Pictures, rows: NDArray[np.int64] | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield the row of values that the output layer takes, of a few pictures at a time.

    Args:
        learner: trained.
        pictures: of the network's size.
        rows: int64 (m,): which pictures; None for all.

    Yields:
        float32 (k, width), in order.
    """
    trunk = learner.result.eval()[:-1]
    wanted = np.arange(len(pictures)) if rows is None else rows
    for start in range(0, len(wanted), _AT_ONCE):
        x = pictures.batch(wanted[start : start + _AT_ONCE], channels=learner.network.channels)
        with torch.no_grad():
            scaled = learner.normalisation.apply(x).contiguous(memory_format=torch.channels_last)
            made: NDArray[np.float32] = trunk(scaled).numpy()
        yield made


def answers(learner: Learner, pictures: Pictures) -> NDArray[np.float32]:
    """Return the output layer's sums for pictures, as while training, float32 (n, classes)."""
    made = []
    for start in range(0, len(pictures), _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, len(pictures)))
        x = pictures.batch(rows, channels=learner.network.channels)
        made.append(learner.sums(x).numpy())
    return np.concatenate(made)
