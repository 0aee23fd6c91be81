"""Training: from a collection to a classifier, an evaluation and the story of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sortal.backbones import backbone, read_notice, read_weights
from sortal.collection import Collection
from sortal.evaluation import softmax
from sortal.modelfile import (
    Card,
    Check,
    DataRecord,
    ModelParts,
    TrunkRecord,
    make_model,
)
from sortal.pictures import Fit, Progress, Step, silent
from sortal.split import make_split
from sortal.training import BALANCE, HeadFit, fit_head
from sortal.workflow.arguments import require_collection
from sortal.workflow.deep.options import deep_options, require_deep
from sortal.workflow.evidence import Evidence
from sortal.workflow.exhibits import squares
from sortal.workflow.fitting import chosen_fit, settle_fit
from sortal.workflow.judging import judge
from sortal.workflow.material import Material, gather, opened
from sortal.workflow.records import CHECKED, calibration_record, split_record
from sortal.workflow.stories import versions
from sortal.workflow.threads import calm_threads
from sortal.workflow.trained import Trained
from sortal.workflow.values import TrainOptions


def train(
    collection: Collection,
    *,
    test: Collection | None = None,
    backbone: str = "lite0",
    fit: Fit | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cache: bool = True,
    progress: Progress = silent,
    **deep: Any,
) -> Trained:
    """Train a classifier on a collection and judge it on what it has not seen.

    With ``network``, ``recipe`` or ``resume`` a network is trained by backpropagation, which
    needs ``sortal[deep]``; else the last layer of a frozen one is fitted.

    Args:
        collection: labelled pictures of at least two kinds.
        test: labelled pictures to test on, instead of a part of the collection.
        backbone: the frozen network, "lite0" or "lite2" (better, slower).
        fit: how pictures become square, "pad", "squash", "crop" or "handwriting"; None for the
            measured best, which is "handwriting" where the pictures stand as MNIST's do.
        seed: of every random choice, 0 or more; the same pictures and seed give the same model.
            None takes 0, or a recipe's own.
        workers: processes that decode; None for one a core.
        cache: whether to use the cache of fingerprints and embeddings.
        progress: told how far the work is.
        deep: fields of ``DeepOptions`` (network, recipe, checkpoint, resume, threads,
            validation, watch, ...) and of the recipe (regime, epochs, optimiser, ...), which
            ``sortal.workflow.deep.options`` and ``docs/recipes.md`` explain.

    Raises:
        UsageError: an option cannot work.
        CollectionError: there are no labelled, usable pictures.
        SplitError: nobody could train, or nobody could test.
        ParityError: the model made does not answer as it was trained.
    """
    require_collection(collection, by="train")
    if test is not None:
        require_collection(test, by="train, as test,")
    options = TrainOptions(
        backbone=backbone,
        fit=fit,
        seed=seed or 0,
        workers=workers,
        cache=cache,
        deep=deep_options(deep, seed=seed) if deep else None,
    )
    return train_with(options, collection, test=test, progress=progress)


def train_with(
    options: TrainOptions,
    collection: Collection,
    *,
    test: Collection | None = None,
    progress: Progress = silent,
) -> Trained:
    """Like ``train``, with the options in one value."""
    options, collection = settle_fit(options, collection)
    if options.deep is not None:
        require_deep()
        from sortal.workflow.deep.train import train_deep

        return train_deep(options, options.deep, collection, test=test, progress=progress)
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
        with calm_threads(len(material.labels)):
            evidence, fit = _learn(material, options, progress)
        model = make_model(_parts(evidence, fit))
    return Trained(model, evidence)


def _learn(
    material: Material, options: TrainOptions, progress: Progress
) -> tuple[Evidence, HeadFit]:
    """Split, fit and judge."""
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
    return Evidence(material, split, judgement, options, fit), fit


def _parts(evidence: Evidence, fit: HeadFit) -> ModelParts:
    """What the model file is made of."""
    return ModelParts(
        trunk=read_weights(backbone(evidence.options.backbone)),
        head=fit.head,
        distance=evidence.judgement.distance,
        card=_card(evidence, fit),
        check=_check(evidence, fit),
    )


def _check(evidence: Evidence, fit: HeadFit) -> Check:
    """A few pictures, decoded anew, with the answers that training gave from its vectors."""
    embedded, options = evidence.material.embedded, evidence.options
    learned = np.flatnonzero(evidence.split.train)
    spread = learned[:: max(1, len(learned) // CHECKED)][:CHECKED]
    size = backbone(options.backbone).size
    images, kept = squares(embedded, spread, size=size, fit=chosen_fit(options))
    logits = fit.head.logits(embedded.vectors[kept])
    probabilities = softmax(logits, temperature=evidence.judgement.rules.temperature)
    return Check(images=images, probabilities=probabilities.astype(np.float32))


def _card(evidence: Evidence, fit: HeadFit) -> Card:
    material, split, judgement = evidence.material, evidence.split, evidence.judgement
    used = backbone(evidence.options.backbone)
    counts = np.bincount(material.labels[split.train], minlength=len(material.classes))
    return Card(
        classes=material.classes,
        fit=chosen_fit(evidence.options),
        size=used.size,
        trunk=TrunkRecord.of(used, sha256=used.sha256),
        recipe=_recipe(fit, evidence.options),
        data=DataRecord(
            name=material.collection.name,
            sha256=material.fingerprint,
            per_class=tuple(counts.tolist()),
            groups=len(np.unique(split.groups[split.train])),
            faults=len(material.collection.faults),
        ),
        split=split_record(split, material.hashes),
        evaluation=judgement.evaluation.to_dict(),
        calibration=calibration_record(judgement),
        unknown_threshold=judgement.rules.distance_threshold,
        drift=judgement.reference.to_dict(),
        versions=versions(),
        licence=used.licence,
        notices=(read_notice(),),
        seed=evidence.options.seed,
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
