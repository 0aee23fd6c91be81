"""Judging a model on new labelled pictures: how good, and are they of the sort it learned on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Embedded
from sortal.collection import Collection, Sample
from sortal.errors import CollectionError
from sortal.evaluation import (
    Drift,
    Evaluation,
    Reference,
    Rules,
    drift,
    evaluate,
    measures,
    softmax,
)
from sortal.modelfile import Model
from sortal.pictures import Fault, Fingerprint, PicturePool, Progress, Step, silent
from sortal.report import evaluation_card
from sortal.split import Kin
from sortal.workflow.arguments import require_collection
from sortal.workflow.feed import BATCH, Fed, batches, feed
from sortal.workflow.kinship import kinship
from sortal.workflow.material import Material, first_fault, listed, with_labels
from sortal.workflow.story import Answered


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Judged:
    """What was found out about a model on new pictures.

    Attributes:
        evaluation: on the pictures of kinds that the model knows.
        answered: those pictures with the answers.
        kin: who belongs together among all pictures read.
        drift: how they compare with what the model learned on; None where its card has
            nothing to compare with.
        notes: what a person should know about the reading.
    """

    evaluation: Evaluation
    answered: Answered
    kin: Kin
    drift: Drift | None
    notes: tuple[str, ...]

    @property
    def collection(self) -> Collection:
        """The pictures that were read, and the faults."""
        return self.answered.embedded.collection

    def __repr__(self) -> str:
        return f"Judged({self.collection.name}: {self.evaluation.headline})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return evaluation_card(self.evaluation)


def evaluate_model(
    model: Model,
    collection: Collection,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> Judged:
    """Ask a model about labelled pictures and judge its answers.

    Pictures of kinds that the model does not know are left out of the scores; a note says to
    how many of them it answered "I don't know".

    Raises:
        CollectionError: no picture has a label that the model knows, or none can be used.
    """
    require_collection(collection, by="evaluate")
    labelled = with_labels(collection)
    if not set(labelled.classes) & set(model.classes):
        raise CollectionError(
            f"{collection.name}: no label is one that the model knows; it has "
            f"{listed(labelled.classes)}, the model knows {listed(model.classes)}."
        )
    read = _read(model, labelled, workers=workers, progress=progress)
    if not len(read.embedded.collection):
        raise CollectionError(f"{collection.name}: {first_fault(read.embedded.collection)}")
    kin = kinship(read.embedded, cache=None, progress=progress)
    truth = read.embedded.collection.label_indices(model.classes)
    known = np.flatnonzero(truth >= 0)
    if not len(known):
        raise CollectionError(
            f"{collection.name}: no picture with a label that the model knows can be used."
        )
    logits = model.head.logits(read.embedded.vectors[known])
    rules = model_rules(model)
    judged = evaluate(
        logits[None],
        truth[known],
        groups=kin.groups[known],
        classes=model.classes,
        scheme="new pictures",
        rules=rules,
        distances=None if read.distances is None else read.distances[known],
    )
    probabilities = softmax(logits, temperature=rules.temperature)
    return Judged(
        evaluation=replace(judged, warnings=(*_seen(model, read, kin), *judged.warnings)),
        answered=Answered(read.embedded, known, truth[known], probabilities, model.classes),
        kin=kin,
        drift=_drift(model, read, known, probabilities),
        notes=labelled.notes + _strangers(model, read, truth),
    )


def model_rules(model: Model) -> Rules:
    """The rules that a model's card carries."""
    calibration = model.card.calibration
    return Rules(
        temperature=calibration.temperature,
        set_threshold=calibration.threshold,
        set_threshold_90=calibration.threshold_90,
        distance_threshold=model.card.unknown_threshold,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """Pictures as the model itself saw them; ``distances`` float32 (n,) or None."""

    embedded: Embedded
    distances: NDArray[np.float32] | None


def _read(
    model: Model, collection: Collection, *, workers: int | None, progress: Progress
) -> _Read:
    """Run the model over a collection: embeddings, fingerprints, distances, faults."""
    found = _Found([], [], [], [], [])
    samples = iter(collection.samples)
    with PicturePool(size=model.card.size, fit=model.card.fit, workers=workers) as pool:
        fed = feed(((s.path, s.source) for s in collection), pool)
        for batch in batches(fed, BATCH):
            found.take(batch, samples, model)
            progress(Step("Asking the model", found.n, len(collection), "pictures"))
    embedded = Embedded(
        collection=replace(
            collection,
            samples=tuple(found.samples),
            faults=(*collection.faults, *found.faults),
        ),
        fingerprints=tuple(found.prints),
        vectors=np.concatenate(found.vectors)
        if found.vectors
        else np.empty((0, model.card.trunk.width), np.float32),
        n_cached=0,
    )
    return _Read(embedded, np.concatenate(found.distances) if found.distances else None)


@dataclass(slots=True, eq=False)
class _Found:
    """What has been read so far."""

    samples: list[Sample]
    prints: list[Fingerprint]
    vectors: list[NDArray[np.float32]]
    distances: list[NDArray[np.float32]]
    faults: list[Fault]

    @property
    def n(self) -> int:
        return len(self.samples) + len(self.faults)

    def take(self, batch: list[Fed], samples: Iterator[Sample], model: Model) -> None:
        """Run the good ones of a batch through the model; the others are faults."""
        good = []
        for fed in batch:
            sample = next(samples)
            if fed.fault:
                self.faults.append(fed.fault)
            elif fed.prepared:
                self.samples.append(sample)
                good.append(fed.prepared)
        if not good:
            return
        answers = model.run(np.stack([p.square for p in good]))
        self.prints += [p.fingerprint for p in good]
        self.vectors.append(answers.embedding)
        if answers.distance is not None:
            self.distances.append(answers.distance)


def _seen(model: Model, read: _Read, kin: Kin) -> tuple[str, ...]:
    """A warning where the pictures are the very ones that the model was made from."""
    collection = read.embedded.collection
    classes = collection.classes
    given = Material(read.embedded, classes, collection.label_indices(classes), kin, None)
    if given.fingerprint != model.card.data.sha256:
        return ()
    return (
        "These are the very pictures that the model was made from, so this score says nothing "
        "about new ones. Evaluate it on pictures it has not seen.",
    )


def _drift(
    model: Model,
    read: _Read,
    known: NDArray[np.int64],
    probabilities: NDArray[np.float64],
) -> Drift | None:
    stored = model.card.drift
    if stored is None:
        return None
    batch = measures(
        [read.embedded.fingerprints[i] for i in known],
        distances=None if read.distances is None else read.distances[known],
        probabilities=probabilities,
    )
    answers = probabilities.argmax(axis=1).astype(np.int64)
    return drift(Reference.from_dict(stored), batch, answers=answers)


def _strangers(model: Model, read: _Read, truth: NDArray[np.int64]) -> tuple[str, ...]:
    """What the model made of kinds that it does not know."""
    strange = np.flatnonzero(truth < 0)
    if not len(strange):
        return ()
    labels = sorted({read.embedded.collection.samples[i].label or "" for i in strange})
    limit = model.card.unknown_threshold
    said = ""
    if read.distances is not None and limit is not None:
        n = int((read.distances[strange] > limit).sum())
        said = f" It answered “I don't know” to {n:,} of them."
    are = "picture is of a kind" if len(strange) == 1 else "pictures are of kinds"
    return (
        f"{len(strange):,} {are} that the model does not know ({listed(labels)}): left out of "
        f"the scores.{said}",
    )
