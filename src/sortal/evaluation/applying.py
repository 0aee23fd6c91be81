"""Applying the rules so that no rule is judged on pictures that it was fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation.calibration import softmax
from sortal.evaluation.folds import deal
from sortal.evaluation.rules import fit_rules
from sortal.evaluation.sets import in_set
from sortal.evaluation.values import Rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """What comes of the rules.

    Attributes:
        rules: those for the model.
        probabilities: float64, shape (repeats, n, classes).
        sets, sets_90: bool, same shape: which kinds are in each set.
        accepted: bool, shape (n,): not called unknown; None where distances are lacking.
    """

    rules: Rules
    probabilities: Floats
    sets: Bools
    sets_90: Bools
    accepted: Bools | None


def apply_rules(
    logits: Numbers,
    truth: Ints,
    groups: Ints,
    *,
    distances: Numbers | None,
    rules: Rules | None,
    seed: int,
) -> Applied:
    """Apply given rules to all pictures, or rules fitted on the other folds to each fold.

    The models behind the answers of the other folds did see this one; what leaks through
    the three or four numbers of the rules is not worth a second cross-validation.
    """
    if rules is not None:
        return _apply(rules, logits, distances)
    applied = _apply(
        fit_rules(logits, truth, groups=groups, distances=distances), logits, distances
    )
    folds = deal(groups, seed=seed)
    if not folds.any():
        return applied
    for fold in range(int(folds.max()) + 1):
        here, there = folds == fold, folds != fold
        fitted = fit_rules(
            logits[:, there], truth[there], groups=groups[there], distances=_at(distances, there)
        )
        _fill(applied, _apply(fitted, logits[:, here], _at(distances, here)), here)
    return applied


def _apply(rules: Rules, logits: Numbers, distances: Numbers | None) -> Applied:
    probabilities = softmax(logits, temperature=rules.temperature)
    accepted = None
    if distances is not None and rules.distance_threshold is not None:
        accepted = np.asarray(distances) <= rules.distance_threshold
    return Applied(
        rules=rules,
        probabilities=probabilities,
        sets=in_set(probabilities, rules.set_threshold),
        sets_90=in_set(probabilities, rules.set_threshold_90),
        accepted=accepted,
    )


def _fill(applied: Applied, part: Applied, here: Bools) -> None:
    applied.probabilities[:, here] = part.probabilities
    applied.sets[:, here] = part.sets
    applied.sets_90[:, here] = part.sets_90
    if applied.accepted is not None and part.accepted is not None:
        applied.accepted[here] = part.accepted


def _at(values: Numbers | None, where: Bools) -> Numbers | None:
    return None if values is None else values[where]
