"""What a map remembers for the next time: who lies where."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Embedded
from sortal.map import place_new

_VERSION: Final = 1
_MARGIN: Final = 0.03

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """What must be equal for new pictures to be set among old ones.

    Attributes:
        network: SHA-256 of the backbone's weights.
        fit: how pictures become squares.
        method: of the layout by likeness.
        supervised: whether labels drew pictures together.
    """

    network: str
    fit: str
    method: str
    supervised: bool


@dataclass(frozen=True, slots=True, eq=False)
class MapState:
    """Where the pictures of a map lie in its layout by likeness.

    Attributes:
        rules: by which it was made.
        hashes: of the contents, 64 hexadecimal digits, n of them.
        paths: of the files.
        xy: float32 (n, 2), y upward.
        box: left, bottom, right, top of the view.
    """

    rules: Rules
    hashes: tuple[str, ...]
    paths: tuple[str, ...]
    xy: NDArray[np.float32]
    box: Box

    def to_bytes(self) -> bytes:
        """As ``from_bytes`` reads it."""
        content = io.BytesIO()
        told = {"version": _VERSION, "rules": asdict(self.rules), "paths": self.paths}
        np.savez(
            content,
            told=np.frombuffer(json.dumps(told).encode(), np.uint8),
            hashes=np.frombuffer(bytes.fromhex("".join(self.hashes)), np.uint8),
            xy=self.xy,
            box=np.array(self.box),
        )
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> MapState | None:
        """Return what ``to_bytes`` wrote, or None for anything else."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as kept:
                told = json.loads(kept["told"].tobytes())
                hashes = kept["hashes"].reshape(-1, 32)
                state = cls(
                    rules=Rules(**told["rules"]),
                    hashes=tuple(row.tobytes().hex() for row in hashes),
                    paths=tuple(told["paths"]),
                    xy=kept["xy"],
                    box=tuple(kept["box"].tolist()),
                )
        except (ValueError, TypeError, KeyError, OSError, EOFError, zipfile.BadZipFile):
            return None
        whole = len(state.hashes) == len(state.paths) == len(state.xy) > 0
        sound = state.xy.shape[1:] == (2,) and bool(np.isfinite(state.xy).all())
        return state if told["version"] == _VERSION and whole and sound else None


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """Places of all pictures, old ones where they were.

    Attributes:
        xy: float32 (n, 2).
        n_new: pictures that were set among the old ones.
        n_gone: old pictures that are there no more.
    """

    xy: NDArray[np.float32]
    n_new: int
    n_gone: int


def grow(state: MapState, embedded: Embedded) -> Grown | None:
    """Set new pictures among those that lie already; None where none of the old is left.

    Args:
        state: of the map as it is.
        embedded: all pictures of the map to be, by the same network and rule.
    """
    hashes = [print_.sha256 for print_ in embedded.fingerprints]
    rows = matched(state, hashes, [sample.path for sample in embedded.collection])
    old = rows >= 0
    if not old.any():
        return None
    xy = np.empty((len(rows), 2), np.float32)
    xy[old] = state.xy[rows[old]]
    if not old.all():
        placed = place_new(embedded.vectors[old], xy[old], embedded.vectors[~old])
        left, bottom, right, top = state.box
        xy[~old] = np.clip(placed, (left, bottom), (right, top))
    return Grown(xy, int((~old).sum()), len(state.hashes) - int(old.sum()))


def matched(state: MapState, hashes: Sequence[str], paths: Sequence[str]) -> NDArray[np.int64]:
    """The old row of each picture, int64 (n,), -1 for a new one.

    A picture is known by its content; among copies first those of the same path are paired,
    then the others in order. A file that was renamed stays where it was.
    """
    waiting: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row, (sha256, path) in enumerate(zip(state.hashes, state.paths, strict=True)):
        waiting[sha256][path] = row
    rows = np.full(len(hashes), -1, np.int64)
    for new, (sha256, path) in enumerate(zip(hashes, paths, strict=True)):
        rows[new] = waiting[sha256].pop(path, -1) if sha256 in waiting else -1
    for new in np.flatnonzero(rows < 0).tolist():
        left = waiting.get(hashes[new])
        if left:
            rows[new] = left.pop(next(iter(left)))
    return rows


def view_of(xy: NDArray[np.float32]) -> Box:
    """What has to be in view of a layout by likeness: all of it, with a little room."""
    low, high = xy.min(axis=0).astype(float), xy.max(axis=0).astype(float)
    room = _MARGIN * float((high - low).max()) or 0.5
    (left, bottom), (right, top) = low - room, high + room
    return float(left), float(bottom), float(right), float(top)
