"""From answers to an evaluation: every number of the report, each with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.evaluation import tallies as tl
from sortal.evaluation.applying import Applied, apply_rules
from sortal.evaluation.calibration import describe_calibration
from sortal.evaluation.cautions import cautions
from sortal.evaluation.comparison import Comparison, compare_models
from sortal.evaluation.intervals import (
    evidence_of,
    evidence_of_mean,
    interval,
    resample,
    share,
)
from sortal.evaluation.rules import COVERAGE, COVERAGE_LOOSE
from sortal.evaluation.values import (
    ClassReport,
    Evaluation,
    PredictionSets,
    Rules,
    Score,
    UnknownRule,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def evaluate(
    logits: NDArray[np.floating],
    truth: Ints,
    *,
    groups: Ints,
    classes: Sequence[str],
    scheme: str,
    rules: Rules | None = None,
    distances: NDArray[np.floating] | None = None,
    random_split: NDArray[np.floating] | None = None,
    seed: int = 0,
) -> Evaluation:
    """Judge answers to pictures that the answering models had not seen.

    Args:
        logits: shape (repeats, n, classes): repeats of a cross-validation, or one answer to
            each held-out picture.
        truth: int64, shape (n,): index of the true class.
        groups: int64, shape (n,): kin share a group; the unit of chance.
        classes: names of the classes.
        scheme: how the pictures were chosen, see ``Evaluation``.
        rules: those of the model, fitted on other pictures; needed for held-out and new
            pictures. Without them they are fitted here, and judged by fitting them on four
            fifths of the groups and applying them to the last fifth, in turn.
        distances: shape (n,): distance of each picture from what the models had seen, for
            judging "I don't know".
        random_split: logits from a cross-validation that ignores groups, any number of
            repeats, to measure what it would have claimed.
        seed: of the resampling and of dealing the groups.

    Raises:
        UsageError: shapes do not fit, a logit is not a number, or a label is out of range.
    """
    _check(logits, truth, groups, classes, distances=distances)
    answers = np.asarray(logits.argmax(axis=-1), np.int64)
    applied = apply_rules(logits, truth, groups, distances=distances, rules=rules, seed=seed)
    n_classes = len(classes)
    counted = tl.group_tallies(truth, answers, groups=groups, n_classes=n_classes)
    drawn = resample(counted, seed=seed)
    leak = _leak(logits, random_split, truth, groups)
    evaluation = Evaluation(
        classes=tuple(classes),
        scheme=scheme,
        accuracy=_score(counted, drawn, tl.accuracy, n=truth.size),
        balanced_accuracy=_mean_score(counted, drawn, tl.balanced_accuracy, n=truth.size),
        macro_f1=_mean_score(counted, drawn, tl.macro_f1, n=truth.size),
        baseline=float(np.bincount(truth).max() / truth.size),
        per_class=_per_class(counted, drawn, classes),
        confusion=_rows(tl.confusion(truth, answers, n_classes=n_classes)),
        calibration=describe_calibration(
            logits, applied.probabilities, truth, temperature=applied.rules.temperature
        ),
        sets=PredictionSets(
            coverage=COVERAGE,
            observed=_covered(applied.sets, truth, groups, seed=seed),
            mean_size=_mean_size(applied.sets),
            threshold=applied.rules.set_threshold,
        ),
        sets_90=PredictionSets(
            coverage=COVERAGE_LOOSE,
            observed=_covered(applied.sets_90, truth, groups, seed=seed),
            mean_size=_mean_size(applied.sets_90),
            threshold=applied.rules.set_threshold_90,
        ),
        unknown=_unknown(applied, groups, seed),
        random_split_accuracy=None if leak is None else leak.second,
    )
    return replace(evaluation, warnings=cautions(evaluation, leak=leak))


def _check(
    logits: NDArray[np.floating],
    truth: Ints,
    groups: Ints,
    classes: Sequence[str],
    *,
    distances: NDArray[np.floating] | None,
) -> None:
    n = truth.size
    if logits.ndim != 3 or logits.shape[1:] != (n, len(classes)) or not logits.shape[0]:
        raise UsageError(
            f"evaluate: logits of shape (repeats, {n}, {len(classes)}) were expected for "
            f"{n} labels and {len(classes)} classes; {logits.shape} came."
        )
    if n == 0 or len(classes) < 2:
        raise UsageError(
            f"evaluate: at least one picture and two classes were expected; {n} pictures and "
            f"{len(classes)} classes came."
        )
    if groups.shape != truth.shape or (distances is not None and distances.shape != truth.shape):
        raise UsageError(f"evaluate: one group and one distance were expected for each of {n}.")
    if truth.min() < 0 or truth.max() >= len(classes):
        raise UsageError(
            f"evaluate: labels from 0 to {len(classes) - 1} were expected; "
            f"{truth.min()} to {truth.max()} came."
        )
    lacking = int((~np.isfinite(logits)).any(axis=(0, 2)).sum())
    if lacking:
        raise UsageError(
            f"evaluate: {lacking} of {n} pictures have answers that are not numbers. Leave out "
            "pictures that nobody was asked about (under a held-out split, those that trained)."
        )


def _score(counted: tl.GroupTallies, drawn: Floats, metric: tl.Metric, *, n: int) -> Score:
    value = float(metric(counted.total))
    counts = counted.counts
    evidence = evidence_of(counts[:, tl.HIT].sum(-1), counts[:, tl.TRUE].sum(-1), counted)
    return Score(value, interval(value, metric(drawn), evidence), n=n, n_groups=counted.n_groups)


def _mean_score(counted: tl.GroupTallies, drawn: Floats, metric: tl.Metric, *, n: int) -> Score:
    value = float(metric(counted.total))
    evidence = evidence_of_mean(counted)
    return Score(value, interval(value, metric(drawn), evidence), n=n, n_groups=counted.n_groups)


def _per_class(
    counted: tl.GroupTallies, drawn: Floats, classes: Sequence[str]
) -> tuple[ClassReport, ...]:
    recalls, precisions = tl.recalls(drawn), tl.precisions(drawn)
    f1s = np.nan_to_num(tl.f1s(counted.total))
    reports = []
    for k, name in enumerate(classes):
        asked = counted.counts[:, tl.TRUE, k] > 0
        reports.append(
            ClassReport(
                name=name,
                n=round(float(counted.total[tl.TRUE, k]) / counted.repeats),
                n_groups=int(counted.times[asked].sum()),
                precision=_ratio_score(counted, precisions[:, k], k, of=tl.ANSWERED),
                recall=_ratio_score(counted, recalls[:, k], k, of=tl.TRUE),
                f1=float(f1s[k]),
            )
        )
    return tuple(reports)


def _ratio_score(counted: tl.GroupTallies, drawn: Floats, k: int, *, of: int) -> Score | None:
    hits, whole = counted.total[tl.HIT, k], counted.total[of, k]
    if whole == 0:
        return None
    value = float(hits / whole)
    evidence = evidence_of(counted.counts[:, tl.HIT, k], counted.counts[:, of, k], counted)
    return Score(
        value,
        interval(value, drawn, evidence),
        n=max(1, round(float(whole) / counted.repeats)),
        n_groups=int(evidence.groups),
    )


def _covered(members: NDArray[np.bool_], truth: Ints, groups: Ints, *, seed: int) -> Score:
    covered = np.take_along_axis(members, truth[None, :, None], axis=-1)[..., 0]
    return share(covered, groups=groups, seed=seed)


def _mean_size(members: NDArray[np.bool_]) -> float:
    return float(members.sum(axis=-1).mean())


def _unknown(applied: Applied, groups: Ints, seed: int) -> UnknownRule | None:
    threshold = applied.rules.distance_threshold
    if applied.accepted is None or threshold is None:
        return None
    return UnknownRule(threshold, share(applied.accepted[None], groups=groups, seed=seed))


def _leak(
    logits: NDArray[np.floating],
    random_split: NDArray[np.floating] | None,
    truth: Ints,
    groups: Ints,
) -> Comparison | None:
    if random_split is None:
        return None
    return compare_models(logits, random_split, truth, groups=groups)


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(cell) for cell in row) for row in matrix)
