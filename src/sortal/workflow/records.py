"""Parts of a model's card that are the same however the model was trained."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sortal.modelfile import CalibrationRecord, SplitRecord
from sortal.split import Split, split_to_json
from sortal.workflow.judging import Judgement

CHECKED: Final = 4
"""Pictures on which a written model is compared with the training side."""


def split_record(split: Split, hashes: Sequence[str]) -> SplitRecord:
    """What the card says of a split of pictures with these content hashes."""
    return SplitRecord(
        scheme=split.scheme,
        seed=split.seed,
        repeats=split.repeats,
        folds=split.n_folds,
        sha256=hashlib.sha256(_stored(split, hashes).encode()).hexdigest(),
    )


def _stored(split: Split, hashes: Sequence[str]) -> str:
    """The split as text. Who is excluded is not in it: a copy of such a picture is in the test."""
    kept = np.flatnonzero(~split.excluded)
    used = replace(
        split, groups=split.groups[kept], test=split.test[kept], folds=split.folds[:, kept]
    )
    return split_to_json(used, [hashes[i] for i in kept.tolist()])


def calibration_record(judgement: Judgement) -> CalibrationRecord:
    """What the card says of the rules."""
    return CalibrationRecord(
        temperature=judgement.rules.temperature,
        coverage=judgement.evaluation.sets.coverage,
        threshold=judgement.rules.set_threshold,
        threshold_90=judgement.rules.set_threshold_90,
    )
