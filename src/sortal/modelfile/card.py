"""The card of a model: all that must be known to use it rightly and to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sortal.pictures.fit import Fit

if TYPE_CHECKING:
    from sortal.backbones.table import Backbone

SCHEMA: Final = 2
"""Version of the card's JSON; raised with any change, for a reader knows its own exactly."""

UNNAMED: Final = "own"
"""Name in the card of a network that was said as layers and has none."""


@dataclass(frozen=True, slots=True)
class TrunkRecord:
    """The network below the head, and where it comes from.

    Attributes:
        name: how a user calls it: "lite0".
        width: length of the embedding.
        grid: side of the last feature map; 0 where the network has none.
        mean, scale: the input is (x - mean) / scale, x in 0-255, one number for all channels
            or one for each of three; for people, since the graph does it itself.
        licence: SPDX identifier of the weights.
        origin: where the weights come from.
        source: the paper of the network.
        sha256: of the weights file it was taken from, 64 hexadecimal digits.
    """

    name: str
    width: int
    grid: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    licence: str
    origin: str
    source: str
    sha256: str

    @classmethod
    def of(cls, backbone: Backbone, *, sha256: str) -> TrunkRecord:
        """Record a backbone of the table whose weights file has the given hash."""
        return cls(
            name=backbone.name,
            width=backbone.width,
            grid=backbone.grid,
            mean=(backbone.mean,),
            scale=(backbone.scale,),
            licence=backbone.licence,
            origin=backbone.origin,
            source=backbone.source,
            sha256=sha256,
        )


@dataclass(frozen=True, slots=True)
class DataRecord:
    """What it learned from.

    Attributes:
        name: the collection's name (not its place on a disk).
        sha256: fingerprint of the data: contents and labels, whatever the order.
        per_class: pictures of each class, in the order of the card's ``classes``.
        groups: independent groups among them.
        faults: files that were given and could not be used.
    """

    name: str
    sha256: str
    per_class: tuple[int, ...]
    groups: int
    faults: int = 0


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """Who trained and who tested.

    Attributes:
        scheme: "cross-validation", "held-out" or "named-test".
        seed: what the random choices were drawn from.
        repeats, folds: how many times, into how many parts.
        sha256: fingerprint of the stored split.
    """

    scheme: str
    seed: int
    repeats: int
    folds: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """What makes a stated confidence believable.

    Attributes:
        temperature: the logits are divided by this, > 0; done inside the graph.
        coverage: the rate at which prediction sets contain the truth, 0-1.
        threshold: a kind is in the set where its conformal score is at most this.
        threshold_90: likewise for a coverage of 90 %.
    """

    temperature: float
    coverage: float
    threshold: float
    threshold_90: float


@dataclass(frozen=True, slots=True)
class Card:
    """All that must be known to use a model rightly and to judge it.

    It holds no time of day and no place on a disk: the same data, seed and versions give the
    same card, byte for byte.

    Attributes:
        classes: names of the kinds, in the order of ``probabilities``; at least two.
        fit: how a picture of any shape becomes the square.
        size: side of that square, pixels.
        trunk: the network below the head.
        recipe: what was asked for and chosen in training, as plain JSON.
        data: what it learned from.
        split: who trained and who tested.
        evaluation: how good it is, as plain JSON (``sortal.evaluation.Evaluation``).
        calibration: what makes its confidence believable.
        unknown_threshold: a picture whose ``distance`` is larger is called unknown; None
            where the model cannot say "I don't know".
        drift: what new pictures are compared with, as plain JSON, or None.
        versions: name to version of the programs that shaped the numbers.
        licence: SPDX expression that the weights in this file stand under.
        notices: texts that must travel with the weights.
        seed: of the whole training.
    """

    classes: tuple[str, ...]
    fit: Fit
    size: int
    trunk: TrunkRecord
    recipe: Mapping[str, Any]
    data: DataRecord
    split: SplitRecord
    evaluation: Mapping[str, Any]
    calibration: CalibrationRecord
    unknown_threshold: float | None
    drift: Mapping[str, Any] | None
    versions: Mapping[str, str]
    licence: str
    notices: tuple[str, ...]
    seed: int
