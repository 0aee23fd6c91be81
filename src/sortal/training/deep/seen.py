"""What a network sees while it learns: the same pictures, changed anew in every epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortal.training.deep.augment import augment
from sortal.training.deep.data import Pictures
from sortal.training.recipe_parts import Augmentation

Planes = NDArray[np.uint8]


def as_seen(
    pictures: Pictures,
    rows: NDArray[np.int64],
    how: Augmentation,
    *,
    channels: int,
    seed: int,
    epoch: int,
    step: int = 0,
) -> Planes:
    """Return pictures as the batch of ``rows`` enters the network in a step of an epoch.

    They go the way of the training, through ``Pictures.batch`` and ``augment``; only the
    scaling, which changes no picture but its numbers, is left out.

    Args:
        pictures: of the network's size.
        rows: int64 (k,), the batch.
        how: what may happen to them; nothing gives the originals.
        channels: of the network, 1 or 3.
        seed, epoch, step: all that is drawn follows from these.

    Returns:
        uint8 (k, side, side, channels), rounded.
    """
    batch = pictures.batch(rows, channels=channels)
    changed = augment(batch, how, seed=seed, epoch=epoch, step=step)
    planes: Planes = changed.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    return np.ascontiguousarray(planes)
