"""Training: from a collection to a classifier, an evaluation and the story of both."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from sortal.backbones import DEFAULT_FIT, backbone, read_notice, read_weights
from sortal.collection import Collection
from sortal.errors import UsageError
from sortal.evaluation import Evaluation, softmax
from sortal.modelfile import (
    CalibrationRecord,
    Card,
    Check,
    DataRecord,
    ModelParts,
    SplitRecord,
    TrunkRecord,
    make_model,
)
from sortal.pictures import FITS, Fit, Progress, Step, silent
from sortal.split import Split, make_split, split_to_json
from sortal.training import BALANCE, HeadFit, fit_head
from sortal.workflow.classifier import Classifier
from sortal.workflow.exhibits import squares
from sortal.workflow.judging import Judgement, judge
from sortal.workflow.material import Material, gather, opened
from sortal.workflow.values import TrainOptions

CHECKED: Final = 8
"""Pictures on which a written model is compared with the training side."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """All that came out of one training.

    Attributes:
        classifier: ready to predict, and to be saved.
        evaluation: how good it is.
        material: the pictures it was trained and tested on.
        split: who trained and who tested.
        fit: the head with the evidence for it.
        judgement: the answers that the evaluation rests on.
        options: what was asked for.
        seconds: how long it took.
    """

    classifier: Classifier
    evaluation: Evaluation
    material: Material
    split: Split
    fit: HeadFit
    judgement: Judgement
    options: TrainOptions
    seconds: float

    @property
    def n_used(self) -> int:
        """Pictures that trained or tested."""
        return len(self.material.collection)

    @property
    def n_faults(self) -> int:
        """Files that could not be used."""
        return len(self.material.collection.faults)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading."""
        notes = self.material.collection.notes
        if excluded := int(self.split.excluded.sum()):
            left_out = f"{excluded:,} pictures are kin of pictures in the test: not trained on."
            notes = (*notes, left_out)
        return notes


def train(
    collection: Collection,
    options: TrainOptions | None = None,
    *,
    test: Collection | None = None,
    progress: Progress = silent,
) -> Trained:
    """Train a classifier on a collection and judge it on what it has not seen.

    Args:
        collection: labelled pictures of at least two kinds.
        options: see there; measured defaults.
        test: labelled pictures to test on, instead of a part of the collection.
        progress: told how far the work is.

    Raises:
        UsageError: an option cannot work.
        CollectionError: there are no labelled, usable pictures.
        SplitError: nobody could train, or nobody could test.
        ParityError: the model made does not answer as it was trained.
    """
    options = options or TrainOptions()
    begun = time.monotonic()
    with opened(options.cache) as cache:
        material = gather(
            collection,
            backbone(options.backbone),
            fit=chosen_fit(options),
            test=test,
            cache=cache,
            workers=options.workers,
            progress=progress,
        )
        split = make_split(
            material.labels,
            material.kin.groups,
            seed=options.seed,
            named_test=material.named_test,
            order=material.hashes,
        )
        fit = fit_head(
            material.embedded.vectors,
            material.labels,
            split=split,
            n_classes=len(material.classes),
            progress=progress,
        )
        progress(Step("Judging", 0, 1))
        judgement = judge(material, split, fit)
        progress(Step("Judging", 1, 1))
        parts = _parts(material, split, fit, judgement, options)
        model = make_model(parts)
    return Trained(
        classifier=Classifier(model),
        evaluation=judgement.evaluation,
        material=material,
        split=split,
        fit=fit,
        judgement=judgement,
        options=options,
        seconds=time.monotonic() - begun,
    )


def chosen_fit(options: TrainOptions) -> Fit:
    """The rule asked for, or the measured default.

    Raises:
        UsageError: there is none of that name.
    """
    if options.fit is None:
        return DEFAULT_FIT
    for fit in FITS:
        if fit == options.fit:
            return fit
    raise UsageError(f"There is no fit called {options.fit!r}. Known are: {', '.join(FITS)}.")


def _parts(
    material: Material, split: Split, fit: HeadFit, judgement: Judgement, options: TrainOptions
) -> ModelParts:
    """What the model file is made of."""
    used = backbone(options.backbone)
    return ModelParts(
        trunk=read_weights(used),
        head=fit.head,
        distance=judgement.distance,
        card=_card(material, split, fit, judgement, options),
        check=_check(material, split, fit, judgement, options),
    )


def _check(
    material: Material, split: Split, fit: HeadFit, judgement: Judgement, options: TrainOptions
) -> Check:
    """A few pictures, decoded anew, with the answers that training gave from its vectors."""
    indices = np.flatnonzero(split.train)[:: max(1, len(material.labels) // CHECKED)][:CHECKED]
    size = backbone(options.backbone).size
    images, kept = squares(material.embedded, indices, size=size, fit=chosen_fit(options))
    logits = fit.head.logits(material.embedded.vectors[kept])
    probabilities = softmax(logits, temperature=judgement.rules.temperature)
    return Check(images=images, probabilities=probabilities.astype(np.float32))


def _card(
    material: Material, split: Split, fit: HeadFit, judgement: Judgement, options: TrainOptions
) -> Card:
    used = backbone(options.backbone)
    learn = split.train
    counts = np.bincount(material.labels[learn], minlength=len(material.classes))
    return Card(
        classes=material.classes,
        fit=chosen_fit(options),
        size=used.size,
        trunk=TrunkRecord.of(used, sha256=used.sha256),
        recipe=_recipe(fit, options),
        data=DataRecord(
            name=material.collection.name,
            sha256=material.fingerprint,
            per_class=tuple(counts.tolist()),
            groups=len(np.unique(split.groups[learn])),
            faults=len(material.collection.faults),
        ),
        split=SplitRecord(
            scheme=split.scheme,
            seed=split.seed,
            repeats=split.repeats,
            folds=split.n_folds,
            sha256=_sha256(split_to_json(split, material.hashes)),
        ),
        evaluation=judgement.evaluation.to_dict(),
        calibration=CalibrationRecord(
            temperature=judgement.rules.temperature,
            coverage=judgement.evaluation.sets.coverage,
            threshold=judgement.rules.set_threshold,
            threshold_90=judgement.rules.set_threshold_90,
        ),
        unknown_threshold=judgement.rules.distance_threshold,
        drift=judgement.reference.to_dict(),
        versions=versions(),
        licence=used.licence,
        notices=(read_notice(),),
        seed=options.seed,
    )


def _recipe(fit: HeadFit, options: TrainOptions) -> Mapping[str, Any]:
    return {
        "regime": "head",
        "backbone": options.backbone,
        "fit": chosen_fit(options),
        "strength": fit.strength,
        "strengths": list(fit.strengths),
        "losses": list(fit.losses),
        "balance": BALANCE,
        "group_by": options.group_by,
    }


def versions() -> dict[str, str]:
    """Versions of the programs that shape the numbers."""
    return {name: version(name) for name in ("sortal", "numpy", "onnxruntime", "pillow")}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
