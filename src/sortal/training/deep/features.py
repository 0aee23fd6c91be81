"""What frozen layers make of each picture, reckoned once and not in every epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sortal.network.layers import AvgPool, Flatten, GlobalAveragePool, MaxPool
from sortal.network.shapes import output_shape
from sortal.training.deep.data import Features, Pictures
from sortal.training.deep.learner import Learner

IN_MEMORY: Final = 2**30
"""Bytes of features that are held; where there are more, pictures go through all layers."""

_AT_ONCE: Final = 64
_PLAIN: Final = (AvgPool, Flatten, GlobalAveragePool, MaxPool)
"""Layers without weights and without chance: what follows the frozen ones may be one of them."""


def cut_of(learner: Learner) -> int:
    """How many of the first layers make the same of a picture in every epoch."""
    if not learner.frozen:
        return 0
    rest = learner.network.trunk[learner.frozen :]
    plain = next((k for k, layer in enumerate(rest) if not isinstance(layer, _PLAIN)), len(rest))
    return learner.frozen + plain


def features(
    learner: Learner, pictures: Pictures, *, most: int | None = None
) -> Iterator[tuple[int, Features | None]]:
    """Bring pictures through the frozen layers, a few at a time and always in the same portions.

    Args:
        learner: with frozen layers.
        pictures: of the network's size.
        most: bytes that the features of these pictures may take; None for ``IN_MEMORY``.

    Yields:
        How many are done, and at last the features; nothing where they would take more than
        ``most``, or no layer is frozen.
    """
    cut, n = cut_of(learner), len(pictures)
    shape = output_shape(learner.network.layers[:cut], learner.network.input_shape)
    if not cut or 4 * n * int(np.prod(shape)) > (IN_MEMORY if most is None else most):
        return
    values = np.empty((n, *shape), np.float32)
    for start in range(0, n, _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, n))
        made = learner.through(pictures.batch(rows, channels=learner.network.channels), cut)
        values[rows] = (made.permute(0, 2, 3, 1) if made.dim() == 4 else made).numpy()
        done = int(rows[-1]) + 1
        yield done, None if done < n else Features(values, pictures.labels, cut)
