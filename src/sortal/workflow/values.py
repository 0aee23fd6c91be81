"""What the jobs take and give: plain frozen values, each with a form for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sortal.evaluation import unlike_words
from sortal.pictures import Box
from sortal.report import facts_card
from sortal.report.wording import percent
from sortal.workflow.arguments import require_number

if TYPE_CHECKING:
    from sortal.workflow.deep.options import DeepOptions

JsonObject = dict[str, Any]

REMARKABLE: Final = 0.95
"""A picture more unlike what was learned than this share of it has that said in its line."""

NO_INK: Final = "no ink was found"
"""The note on a picture in which a model of handwriting finds nothing written."""


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What a person may choose about training; everything has a measured default.

    Attributes:
        backbone: name of the frozen network.
        fit: how pictures become square, or None for the measured default.
        seed: seed of every random choice, 0 or more.
        group_by: regular expression on the path, or ``column:NAME``; see ``read_collection``.
        test: labelled pictures to test on instead of a part of the collection.
        workers: processes that decode; None for one a core.
        cache: whether to use the cache of fingerprints and embeddings.
        deep: train a network by backpropagation, as this says; None fits the last layer of the
            frozen one.
    """

    backbone: str = "lite0"
    fit: str | None = None
    seed: int = 0
    group_by: str | None = None
    test: Path | None = None
    workers: int | None = None
    cache: bool = True
    deep: DeepOptions | None = None

    def __post_init__(self) -> None:
        """Check the numbers; the names are checked where they are looked up.

        Raises:
            UsageError: a number cannot be one.
        """
        require_number(self.seed, "seed", least=0)
        if self.workers is not None:
            require_number(self.workers, "workers", least=1)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one picture, or of one digit in it.

    Attributes:
        path: the picture as it was named.
        kinds: the likeliest kinds with their calibrated probabilities (0-1), likeliest first.
        unknown: the picture is further from everything learned than the model's threshold, or
            has nothing written in it for a model of handwriting.
        distance: how far it is, in the model's own unit; None where the model has no such rule.
        likely: the kinds that together contain the truth at the model's stated coverage.
        notes: what was repaired while reading it, or what else a person should know.
        nearer: share of the learned pictures, 0-1, that were nearer to what was learned without
            them than this one is; None where the model's card has no record of that.
        box: where in the picture the digit is, in the pixels of the file, upright; None where
            the answer is to the whole picture.
        part: which digit of its picture it is in reading order, from 0; 0 for a whole picture.
    """

    path: str
    kinds: tuple[tuple[str, float], ...]
    unknown: bool
    distance: float | None
    likely: tuple[str, ...]
    notes: tuple[str, ...] = ()
    nearer: float | None = None
    box: Box | None = None
    part: int = 0

    @property
    def answer(self) -> str | None:
        """The likeliest kind, or None for "I don't know"."""
        return None if self.unknown else self.kinds[0][0]

    @property
    def confidence(self) -> float:
        """Calibrated probability of the likeliest kind, 0-1."""
        return self.kinds[0][1]

    @property
    def unlike(self) -> str | None:
        """How unlike what was learned it is, in words; None where that is not known."""
        return None if self.nearer is None else unlike_words(self.nearer)

    @property
    def words(self) -> str:
        """What a person reads: "bowl 93 %, jug 5 %"."""
        if NO_INK in self.notes:
            return f"unknown ({NO_INK})"
        if self.unknown:
            return f"unknown (nearest: {_ranked(self.kinds)})"
        odd = self.nearer is not None and self.nearer >= REMARKABLE
        return f"{_ranked(self.kinds)} ({self.unlike})" if odd else _ranked(self.kinds)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        facts = {"It shows": self.words, "Probably among": ", ".join(self.likely)}
        if self.unlike is not None:
            facts["It is"] = self.unlike
        if self.notes:
            facts["Put right"] = ", ".join(self.notes)
        return facts_card(self.path, facts)

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            "path": self.path,
            "answer": self.answer,
            "confidence": self.confidence,
            "unknown": self.unknown,
            "distance": self.distance,
            "nearer": self.nearer,
            "unlike": self.unlike,
            "kinds": [{"kind": name, "probability": share} for name, share in self.kinds],
            "likely": list(self.likely),
            "box": None if self.box is None else asdict(self.box),
            "part": self.part,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Tagged:
    """ImageNet tags of one picture, likeliest first, with probabilities (0-1)."""

    path: str
    tags: tuple[tuple[str, float], ...]

    @property
    def words(self) -> str:
        """What a person reads: "teapot 61 %, pitcher 12 %"."""
        return _ranked(self.tags)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return facts_card(self.path, {"It shows": self.words})

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            "path": self.path,
            "tags": [{"tag": name, "probability": share} for name, share in self.tags],
        }


def _ranked(kinds: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(f"{name} {percent(share)}" for name, share in kinds).replace("\u00a0", " ")
