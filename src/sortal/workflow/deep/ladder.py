"""The ladder of ``regime auto``: which rungs were tried, which was kept, and the rule for it.

docs/decisions/0004-ladder.md says why the rule is what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation import Comparison, Score, compare_models, softmax
from sortal.evaluation.intervals import share

LEVEL: Final = 0.8
"""A rung is kept where this interval of its gain lies above nothing: of rungs that gain
nothing, one in ten is."""

WORDS: Final = {
    "head": "all frozen but the head",
    "last": "the last layers thawed",
    "full": "all layers thawed",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One training of the ladder.

    Attributes:
        regime: "head", "last" or "full".
        learning: numbers in the network that changed; ``parameters``: all of them.
        epochs: done.
        score: share of the validation pictures that are told right.
        loss: mean cross-entropy on them.
        seconds: from the first to the last moment of it; after a resume, since then.
        against: the rung it was compared with, or None for the first.
        gain: how much more often it is right than that, picture by picture.
        kept: whether it was better beyond chance.
        message: all that in a sentence.
    """

    regime: str
    learning: int
    parameters: int
    epochs: int
    score: Score
    loss: float
    seconds: float
    against: str | None
    gain: Comparison | None
    kept: bool
    message: str

    def to_card(self) -> dict[str, Any]:
        """What the card says of it; nothing that differs from run to run."""
        gain = self.gain
        return {
            "regime": self.regime,
            "learning": self.learning,
            "epochs": self.epochs,
            "accuracy": self.score.value,
            "interval": [self.score.interval.low, self.score.interval.high],
            "loss": self.loss,
            "against": self.against,
            "gain": None if gain is None else gain.difference,
            "gain_interval": None if gain is None else [gain.interval.low, gain.interval.high],
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True)
class Ladder:
    """How far up it went.

    Attributes:
        rungs: those that were tried, from the lowest.
        ended: why it went no further, in a sentence.
        n: validation pictures; ``n_groups``: groups among them.
        level: of the intervals of gains.
    """

    rungs: tuple[Rung, ...]
    ended: str
    n: int
    n_groups: int
    level: float = LEVEL

    @property
    def kept(self) -> Rung:
        """The highest rung that was better than those before it."""
        return [rung for rung in self.rungs if rung.kept][-1]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a person should know of it."""
        return (*(rung.message for rung in self.rungs), self.ended)

    def to_card(self) -> dict[str, Any]:
        """What the card says of it; nothing that differs from run to run."""
        return {
            "rungs": [rung.to_card() for rung in self.rungs],
            "kept": self.kept.regime,
            "ended": self.ended,
            "n_validation": self.n,
            "n_groups": self.n_groups,
            "level": self.level,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, for programs."""
        rungs = [{**rung.to_card(), "seconds": round(rung.seconds, 2)} for rung in self.rungs]
        return {**self.to_card(), "rungs": rungs}


def scored(
    answers: NDArray[np.float32], truth: NDArray[np.int64], groups: NDArray[np.int64]
) -> Score:
    """Return the share of pictures told right, with its interval by group.

    Args:
        answers: float32, shape (n, classes): logits.
        truth, groups: int64, shape (n,).
    """
    return share((answers.argmax(axis=1) == truth)[None], groups=groups)


def compared(
    below: NDArray[np.float32],
    above: NDArray[np.float32],
    truth: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Comparison:
    """Compare two rungs picture by picture, by group; arguments as of ``scored``."""
    return compare_models(below[None], above[None], truth, groups=groups, level=LEVEL)


def log_loss(answers: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the mean cross-entropy; arguments as of ``scored``."""
    told = softmax(answers, temperature=1.0)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(told, 1e-12)).mean())


def first(words: str, score: Score) -> str:
    """Say in a sentence what the lowest rung reaches."""
    low, high = 100 * score.interval.low, 100 * score.interval.high
    return (
        f"head ({words}) tells {100 * score.value:.1f} % of {score.n:,} validation pictures "
        f"right (95 % interval {low:.1f} to {high:.1f} %)."
    )


def verdict(regime: str, against: str, gain: Comparison) -> str:
    """Say in a sentence whether a rung is kept, and on what grounds."""
    low, high = 100 * gain.interval.low, 100 * gain.interval.high
    grounds = (
        f"{100 * gain.second:.1f} % of {gain.n:,} validation pictures against "
        f"{100 * gain.first:.1f} %, a gain of {100 * gain.difference:+.1f} points "
        f"({100 * LEVEL:.0f} % interval {low:+.1f} to {high:+.1f})"
    )
    if gain.second_is_better:
        return f"{regime} ({WORDS[regime]}) is better than {against}: {grounds}."
    return f"{regime} ({WORDS[regime]}) is not better than {against} beyond chance: {grounds}."
