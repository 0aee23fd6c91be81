"""Find kin: samples that must not be separated, because the one gives the other away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.pictures.record import Fingerprint
from sortal.split.links import Kin, Link, Why, join
from sortal.split.near import near_pairs
from sortal.split.orientation import SIDE

KIN_VERSION: Final = 1
"""Raised whenever the rules of kinship change; part of the key of whoever remembers kin."""

BURST_SECONDS: Final = 3.0
"""Shots of one camera that follow each other within so many seconds are a burst."""


def find_kin(
    fingerprints: Sequence[Fingerprint],
    vectors: NDArray[np.float32] | None,
    *,
    user_groups: Sequence[str | None],
    burst_seconds: float = BURST_SECONDS,
) -> Kin:
    """Group the samples that a split must keep together.

    Kin are: files of the same bytes; the same picture flipped, turned, re-encoded, resized
    or slightly cropped; shots of one camera within ``burst_seconds`` of the one before; and
    what the user named as a group. Chains of links make one group.

    Args:
        fingerprints: of each sample.
        vectors: embedding of each sample, float32, shape (n, d); any length. None does not look
            for pictures that are nearly the same.
        user_groups: the group that the user gave each sample, or None.
        burst_seconds: 0 turns bursts off.

    Raises:
        UsageError: the arguments are not of one length, or ``vectors`` has another shape.
    """
    n = len(fingerprints)
    shape = (n, 0) if vectors is None else np.shape(vectors)
    if len(shape) != 2 or shape[0] != n or len(user_groups) != n:
        raise UsageError(
            f"find_kin: expected vectors of shape ({n}, d) and {n} user groups for {n} "
            f"fingerprints; got shape {shape} and {len(user_groups)}."
        )
    links = [
        *_chains([f.sha256 for f in fingerprints], why="exact"),
        *(() if vectors is None else _near(fingerprints, np.asarray(vectors, np.float32))),
        *_bursts(fingerprints, burst_seconds),
        *_chains(user_groups, why="group"),
    ]
    links.sort(key=lambda link: (link.first, link.second, link.why))
    return Kin(groups=join(n, links), links=tuple(links))


def _chains(keys: Sequence[str | None], *, why: Why) -> Iterator[Link]:
    """Link each sample to the one before it with the same key."""
    last: dict[str, int] = {}
    for i, key in enumerate(keys):
        if key is None:
            continue
        if key in last:
            yield Link(last[key], i, why, 1.0)
        last[key] = i


def _near(fingerprints: Sequence[Fingerprint], vectors: NDArray[np.float32]) -> Iterator[Link]:
    """Links between different files that show the same picture; one file stands for copies."""
    first_of = {f.sha256: i for i, f in reversed(list(enumerate(fingerprints)))}
    chosen = np.array(sorted(first_of.values()), np.int64)
    if len(chosen) < 2:
        return
    thumbs = np.frombuffer(b"".join(fingerprints[i].thumb for i in chosen), np.uint8)
    found = near_pairs(thumbs.reshape(-1, SIDE, SIDE), _unit(vectors, chosen))
    sure = found.confirmed()
    for (a, b), score in zip(chosen[found.pairs[sure]], found.agreements[sure], strict=True):
        yield Link(int(a), int(b), "near", float(score))


def _unit(vectors: NDArray[np.float32], chosen: NDArray[np.int64]) -> NDArray[np.float32]:
    """The chosen vectors at unit length; zero stays zero."""
    out = vectors[chosen]
    length = np.sqrt(np.einsum("nd,nd->n", out, out))[:, None]
    out /= np.maximum(length, 1e-12)
    return out


def _bursts(fingerprints: Sequence[Fingerprint], seconds: float) -> Iterator[Link]:
    """Link each shot to the one before it by the same camera if that is recent."""
    shots = sorted(
        (f.camera, f.taken_at, i)
        for i, f in enumerate(fingerprints)
        if f.camera is not None and f.taken_at is not None
    )
    for (camera, earlier, a), (other, later, b) in pairwise(shots):
        gap = later - earlier
        if camera == other and gap <= seconds and seconds > 0:
            yield Link(min(a, b), max(a, b), "burst", 1.0 - gap / seconds)
