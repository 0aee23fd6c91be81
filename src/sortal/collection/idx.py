"""Whole IDX files as arrays, for those who want pixels rather than pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.collection.names import shown
from sortal.errors import CollectionError
from sortal.pictures.idx import read_array
from sortal.pictures.refusal import Refusal


def read_idx(path: str | Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, gzip or plain, at once.

    Args:
        path: such as ``train-images-idx3-ubyte.gz`` or ``t10k-labels-idx1-ubyte``.

    Returns:
        uint8, read-only: pictures as (n, height, width) or (n, height, width, 3), labels as (n,).

    Raises:
        CollectionError: it cannot be read, is not such a file, or is not whole.
    """
    path = Path(path)
    try:
        return read_array(path)
    except Refusal as refusal:
        raise CollectionError(f"{shown(str(path))}: {refusal.message}") from refusal
