"""What a person should read before believing the scores, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from sortal.evaluation.comparison import Comparison
from sortal.evaluation.values import Calibration, Evaluation, ReliabilityBin

FEW_PICTURES: Final = 20
FEW_GROUPS: Final = 5
WIDE: Final = 0.15
LEAK: Final = 0.02
"""How much more a random split must claim to be worth a warning, besides being certain."""
LOPSIDED: Final = 5.0
MISCALIBRATED: Final = 0.05
_NAMES: Final = 5


def cautions(evaluation: Evaluation, *, leak: Comparison | None = None) -> tuple[str, ...]:
    """Return the warnings that an evaluation calls for, the gravest first.

    Args:
        evaluation: without its warnings.
        leak: grouped answers compared with those of a split that ignores groups.
    """
    return tuple(
        sentence
        for caution in (
            _no_better_than_baseline(evaluation),
            _leakage(leak),
            _few(evaluation),
            _wide(evaluation),
            _lopsided(evaluation),
            _miscalibrated(evaluation.calibration),
            _blind(evaluation),
        )
        for sentence in caution
    )


def _no_better_than_baseline(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.accuracy.interval.low <= evaluation.baseline:
        commonest = max(evaluation.per_class, key=lambda c: c.n).name
        yield (
            f"It is not clearly better than always answering {commonest}, which is right "
            f"{_percent(evaluation.baseline)} of the time."
        )


def _leakage(leak: Comparison | None) -> Iterator[str]:
    if leak is not None and leak.second_is_better and leak.difference >= LEAK:
        yield (
            f"A random split would have claimed {_percent(leak.second)} instead of "
            f"{_percent(leak.first)}: pictures of one group resemble each other, so keep groups "
            "together and believe the lower number."
        )


def _few(evaluation: Evaluation) -> Iterator[str]:
    tested = [c for c in evaluation.per_class if c.n]
    pictures = [f"{c.name} ({c.n})" for c in tested if c.n < FEW_PICTURES]
    groups = [
        f"{c.name} ({c.n_groups})"
        for c in tested
        if c.n_groups < FEW_GROUPS and c.n >= FEW_PICTURES
    ]
    absent = [c.name for c in evaluation.per_class if not c.n]
    if absent:
        yield f"Not tested at all, for want of pictures: {_listed(absent)}."
    if pictures:
        yield (
            f"Fewer than {FEW_PICTURES} pictures to judge by: {_listed(pictures)}. Their scores "
            "are little more than guesses; add pictures."
        )
    if groups:
        yield (
            f"Fewer than {FEW_GROUPS} independent groups of pictures: {_listed(groups)}. Add "
            "pictures taken on other occasions."
        )


def _wide(evaluation: Evaluation) -> Iterator[str]:
    bounds = evaluation.accuracy.interval
    if bounds.high - bounds.low > WIDE:
        yield (
            f"The interval of the accuracy spans {100 * (bounds.high - bounds.low):.0f} points: "
            "too few independent pictures for a firm statement."
        )


def _lopsided(evaluation: Evaluation) -> Iterator[str]:
    counts = [c for c in evaluation.per_class if c.n]
    most, least = max(counts, key=lambda c: c.n), min(counts, key=lambda c: c.n)
    if most.n >= LOPSIDED * least.n:
        yield (
            f"{most.name} has {most.n / least.n:.0f} times as many pictures as {least.name}. "
            f"Accuracy speaks mostly of the common kinds; the balanced accuracy, "
            f"{_percent(evaluation.balanced_accuracy.value)}, counts each kind alike."
        )


def _miscalibrated(calibration: Calibration) -> Iterator[str]:
    error = calibration.error
    if error > max(MISCALIBRATED, _error_by_chance(calibration.bins)):
        signed = sum(b.n * (b.confidence - b.accuracy) for b in calibration.bins)
        which = (
            "surer of itself than it should be" if signed > 0 else "right more often than it says"
        )
        yield (
            f"Its confidence is off by {100 * error:.0f} points on average: it is {which}. "
            "Do not read its percentages as odds."
        )


def _error_by_chance(bins: Sequence[ReliabilityBin]) -> float:
    """Return the error that perfect calibration would exceed once in forty times."""
    rng = np.random.default_rng(0)
    counts = np.array([b.n for b in bins])
    sure = np.clip([b.confidence for b in bins], 0.0, 1.0)
    hits = rng.binomial(counts, sure, size=(400, len(bins)))
    errors = (np.abs(hits / counts - sure) * counts).sum(axis=1) / counts.sum()
    return float(np.quantile(errors, 0.975))


def _blind(evaluation: Evaluation) -> Iterator[str]:
    missed = [
        f"{c.name} ({_percent(c.recall.value)})"
        for c in evaluation.per_class
        if c.recall is not None and c.recall.interval.high < 0.5
    ]
    if missed:
        yield f"Recognised less than half of the time: {_listed(missed)}."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES])
    rest = len(names) - _NAMES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
