"""How long training takes on this machine, from what was measured on it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Final

import msgspec

from sortal.backbones import Cache

_KIND: Final = "pace/1"
_TRIAL_PICTURES: Final = 16
_DECODING: Final = 0.004
"""Seconds to decode a photograph of a megapixel on one core; beside the network it is little."""
_FIRST: Final = 1.5
"""Seconds of a training whose pictures are known: split, kin, cross-validation, the model."""
_EACH: Final = 0.004
"""Seconds more for each picture. Both are rough guesses, used until a training here was timed."""


class Measured(msgspec.Struct, frozen=True):
    """What was measured of one network.

    Attributes:
        looking: seconds to embed a new picture; None before any was.
        known: pictures of the last training, and its seconds without looking.
        seconds: see ``known``.
    """

    looking: float | None = None
    known: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a training will take, and whether that rests on one before it."""

    seconds: float
    is_from_training: bool


class Pace:
    """Measured times, kept in the cache, for they hold for the machine and not for a project.

    Args:
        cache: where they are kept.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def note_looking(self, backbone: str, *, pictures: int, seconds: float) -> None:
        """Note how long new pictures took to be embedded."""
        if pictures:
            measured = self._recall(backbone)
            self._keep(backbone, msgspec.structs.replace(measured, looking=seconds / pictures))

    def note_training(self, backbone: str, *, pictures: int, seconds: float) -> None:
        """Note how long a training took whose pictures were known."""
        measured = self._recall(backbone)
        self._keep(backbone, msgspec.structs.replace(measured, known=pictures, seconds=seconds))

    def expected(self, backbone: str, *, pictures: int, new: int) -> Expected:
        """Say how long a training will take.

        Args:
            backbone: name of the frozen network.
            pictures: that will train and test.
            new: those of them that must be embedded first.
        """
        measured = self._recall(backbone)
        looking = measured.looking
        if looking is None:
            looking = _trial(backbone)
            self.note_looking(backbone, pictures=1, seconds=looking)
        learning = _FIRST + _EACH * pictures
        if measured.seconds is not None and measured.known is not None:
            learning *= measured.seconds / (_FIRST + _EACH * measured.known)
        return Expected(learning + looking * new, measured.seconds is not None)

    def _recall(self, backbone: str) -> Measured:
        content = self._cache.recall(_KIND, _key(backbone))
        try:
            return msgspec.json.decode(content, type=Measured) if content else Measured()
        except msgspec.DecodeError:
            return Measured()

    def _keep(self, backbone: str, measured: Measured) -> None:
        self._cache.remember(_KIND, _key(backbone), msgspec.json.encode(measured))


def _key(backbone: str) -> str:
    return hashlib.sha256(backbone.encode()).hexdigest()


def _trial(backbone: str) -> float:
    """Seconds a picture by a short trial of the network, all cores at once."""
    import numpy as np

    from sortal.backbones import FrozenNetwork
    from sortal.backbones import backbone as record

    network = FrozenNetwork(record(backbone), only="embedding")
    side = network.backbone.size
    images = np.zeros((_TRIAL_PICTURES, side, side, 3), np.uint8)
    network.embedding(images)
    began = time.perf_counter()
    network.embedding(images)
    return (time.perf_counter() - began) / _TRIAL_PICTURES + _DECODING
