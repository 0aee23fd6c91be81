"""Small made-up collections for the tests of inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sortal.collection.table import Collection, Sample
from sortal.pictures.record import Fingerprint, Source

RAMP = bytes(np.linspace(0, 255, 1024).astype(np.uint8))
PLAIN = Fingerprint(
    sha256="0" * 64,
    format="JPEG",
    width=400,
    height=300,
    phash=0,
    thumb=RAMP,
    sharpness=40.0,
    brightness=127.0,
    contrast=60.0,
    taken_at=None,
    camera=None,
    repairs=(),
)


def fingerprint(number: int, **changes: object) -> Fingerprint:
    """An ordinary picture's fingerprint with a hash of its own."""
    own = {"sha256": f"{number:064x}", **changes}
    return replace(PLAIN, **own)  # type: ignore[arg-type]


def collection(
    labels: Sequence[str | None], metadata: Sequence[Mapping[str, str]] | None = None
) -> Collection:
    """Samples named by their numbers."""
    rows = metadata or [{} for _ in labels]
    return Collection(
        "made-up",
        tuple(
            Sample(Source(Path(f"{i}.jpg")), f"{i}.jpg", label, metadata=row)
            for i, (label, row) in enumerate(zip(labels, rows, strict=True))
        ),
    )
