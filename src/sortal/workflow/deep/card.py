"""The card of a network that was trained by backpropagation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sortal.backbones import read_notice
from sortal.errors import UsageError
from sortal.modelfile import UNNAMED, Card, DataRecord, TrunkRecord
from sortal.network.export import Exported
from sortal.network.load import timm_name
from sortal.network.named import NAMED
from sortal.network.pretrained import Published, known_origin
from sortal.training.deep import Learner
from sortal.training.recipe import Recipe
from sortal.workflow.deep.lesson import Lesson
from sortal.workflow.evidence import Evidence
from sortal.workflow.fitting import chosen_fit
from sortal.workflow.records import calibration_record, split_record

OWN_LICENCE = "LicenseRef-Own"
"""Weights that were trained from nothing belong to whoever trained them."""


def make_card(
    evidence: Evidence,
    lesson: Lesson,
    learner: Learner,
    parts: Exported,
    *,
    sha256: str,
    versions: Mapping[str, str],
) -> Card:
    """Say all that must be known of the model.

    Args:
        evidence: what the training rests on, its course included.
        lesson: the pictures and their parts.
        learner: the trained network.
        parts: the network as it leaves.
        sha256: of the trunk.
        versions: of the programs that shaped the numbers.
    """
    material, split, judgement = evidence.material, evidence.split, evidence.judgement
    learned = lesson.learning
    counts = np.bincount(material.labels[learned], minlength=len(material.classes))
    trunk = _trunk(learner, parts, sha256=sha256)
    options = evidence.options
    course = {} if evidence.course is None else evidence.course.to_card()
    return Card(
        classes=material.classes,
        fit=chosen_fit(options),
        size=learner.network.size,
        trunk=trunk,
        recipe={
            **course,
            "fit": chosen_fit(options),
            "group_by": options.group_by,
            "validation": len(lesson.validating),
        },
        data=DataRecord(
            name=material.collection.name,
            sha256=material.fingerprint,
            per_class=tuple(counts.tolist()),
            groups=len(np.unique(split.groups[learned])),
            faults=len(material.collection.faults),
        ),
        split=split_record(split, material.hashes),
        evaluation=judgement.evaluation.to_dict(),
        calibration=calibration_record(judgement),
        unknown_threshold=judgement.rules.distance_threshold,
        drift=judgement.reference.to_dict(),
        versions=versions,
        licence=trunk.licence,
        notices=notices_of(learner.recipe, trunk),
        seed=split.seed,
    )


def notices_of(recipe: Recipe, trunk: TrunkRecord) -> tuple[str, ...]:
    """Return what must travel with the weights of a network that was trained by a recipe."""
    if recipe.regime == "scratch":
        return ()
    if isinstance(known_origin(recipe.network), Published):
        return (read_notice(),)  # the same weights as those of the backbones in the package
    return (f"Trained further from weights of {trunk.origin} (licence {trunk.licence}).",)


def _source(text: str) -> str:
    if name := timm_name(text):
        from sortal.network.timm_network import record

        return record(name).source
    return NAMED[text].source if text in NAMED else "layers said by whoever trained it"


def _trunk(learner: Learner, parts: Exported, *, sha256: str) -> TrunkRecord:
    """Where the network comes from; a file of the user's is known by its network's name alone."""
    text, regime = learner.recipe.network, learner.recipe.regime
    file, _, own = text.rpartition(":")
    name = text if text in NAMED or timm_name(text) else own if file.endswith(".py") else UNNAMED
    origin = f"trained from random weights, seed {learner.recipe.seed}"
    licence = OWN_LICENCE
    if regime != "scratch":
        published = known_origin(text)
        if published is None:
            raise UsageError(f"No pretrained weights are known for {text}.")
        licence = published.licence
        origin = f"{published.origin}; then trained, regime {regime}"
    return TrunkRecord(
        name=name,
        width=parts.width,
        grid=parts.grid,
        mean=learner.normalisation.mean,
        scale=learner.normalisation.scale,
        licence=licence,
        origin=origin,
        source=_source(text),
        sha256=sha256,
    )
