"""What is known of a picture besides what it shows, as columns that a label may hide in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.table import Collection
from sortal.inspection.robust import Floats
from sortal.pictures.record import Fingerprint

BINS: Final = 16
"""A measured number is cut into this many parts of equal count, at most."""

PER_BIN: Final = 12
"""Pictures that a part should hold at least."""

Codes = NDArray[np.int64]


def properties(
    collection: Collection, fingerprints: Sequence[Fingerprint]
) -> dict[str, list[str] | Floats]:
    """Name of each property to its values: texts or numbers, one a picture."""
    found: dict[str, list[str] | Floats] = {
        "file format": [f.format for f in fingerprints],
        "size in pixels": [f"{f.width} x {f.height}" for f in fingerprints],
        "shape": np.array([f.width / f.height for f in fingerprints]),
        "camera": [f.camera or "" for f in fingerprints],
        "brightness": np.array([f.brightness for f in fingerprints]),
        "contrast": np.array([f.contrast for f in fingerprints]),
        "sharpness": np.array([f.sharpness for f in fingerprints]),
        "brightness of the border": _border(fingerprints),
    }
    times = [f.taken_at for f in fingerprints]
    if any(t is not None for t in times):
        found["time of taking"] = np.array([-1.0 if t is None else t for t in times])
    for column in sorted({name for s in collection for name in s.metadata}):
        texts = [s.metadata.get(column, "") for s in collection]
        numbers = _as_numbers(texts)
        found[f"column {column!r}"] = texts if numbers is None else numbers
    return found


def codes(values: list[str] | Floats) -> Codes:
    """Number the distinct texts, or the equal-count parts of a range; shape (n,), from 0."""
    if isinstance(values, list):
        return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)
    distinct, numbers = np.unique(values, return_inverse=True)
    parts = int(np.clip(len(values) // PER_BIN, 1, BINS))
    if len(distinct) <= parts:
        return np.asarray(numbers, dtype=np.int64)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, parts + 1)[1:-1]))
    return np.asarray(np.searchsorted(edges, values, side="right"), dtype=np.int64)


def _border(fingerprints: Sequence[Fingerprint]) -> Floats:
    """Mean grey level of each thumbnail's outermost two rows and columns, 0-255."""
    thumbs = np.stack([np.frombuffer(f.thumb, np.uint8) for f in fingerprints])
    squares = thumbs.reshape(len(thumbs), 32, 32).astype(np.float64)
    rim = np.ones((32, 32), np.bool_)
    rim[2:-2, 2:-2] = False
    return np.asarray(squares[:, rim].mean(axis=1), dtype=np.float64)


def _as_numbers(texts: list[str]) -> Floats | None:
    """The texts as numbers where all are and many differ; a few numbers are names."""
    try:
        numbers = np.array([float(text) for text in texts])
    except ValueError:
        return None
    many = len(np.unique(numbers)) > BINS
    return numbers if many and bool(np.isfinite(numbers).all()) else None
