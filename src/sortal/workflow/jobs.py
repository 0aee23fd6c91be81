"""The jobs as a person orders them: folders in; files, a report and numbers out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sortal.atomic import write_atomically
from sortal.collection import read_collection
from sortal.evaluation import Evaluation
from sortal.pictures import Progress, Step, silent
from sortal.report import TrainingStory, training_report
from sortal.workflow.classifier import Classifier, load
from sortal.workflow.evaluating import Judged, evaluate_on
from sortal.workflow.material import opened
from sortal.workflow.outputs import prepare_outputs
from sortal.workflow.story import Answered, kin_summary, network_facts, showcase
from sortal.workflow.train import Trained, train, versions
from sortal.workflow.values import JsonObject, TrainOptions


@dataclass(frozen=True, slots=True, eq=False)
class TrainingDone:
    """What a training left behind.

    Attributes:
        trained: all that came out of it.
        model: where the model file is.
        report: where the report is.
        seconds: for everything, the report included.
    """

    trained: Trained
    model: Path
    report: Path
    seconds: float

    @property
    def evaluation(self) -> Evaluation:
        """How good the classifier is."""
        return self.trained.evaluation

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading."""
        return self.trained.notes

    @property
    def n_used(self) -> int:
        """Pictures that trained or tested."""
        return self.trained.n_used

    @property
    def n_faults(self) -> int:
        """Files that could not be used."""
        return self.trained.n_faults

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            **score_dict(self.evaluation),
            "n_used": self.n_used,
            "n_faults": self.n_faults,
            "model": str(self.model),
            "report": str(self.report),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationDone:
    """What an evaluation on new pictures left behind.

    Attributes:
        judged: all that came out of it.
        report: where the report is, or None where none was asked for.
        seconds: for everything.
    """

    judged: Judged
    report: Path | None
    seconds: float

    @property
    def evaluation(self) -> Evaluation:
        """How good the model is on these pictures."""
        return self.judged.evaluation

    @property
    def drift(self) -> tuple[str, ...]:
        """Whether the pictures look like those the model learned on, in sentences."""
        return drift_sentences(self.judged)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading."""
        return self.judged.notes

    @property
    def n_used(self) -> int:
        """Pictures that were tested."""
        return len(self.judged.collection)

    @property
    def n_faults(self) -> int:
        """Files that could not be used."""
        return len(self.judged.collection.faults)

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            **score_dict(self.evaluation),
            "drift": list(self.drift),
            "n_used": self.n_used,
            "n_faults": self.n_faults,
            "report": None if self.report is None else str(self.report),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }


def score_dict(evaluation: Evaluation) -> JsonObject:
    """The scores that every job prints as JSON."""
    accuracy = evaluation.accuracy
    return {
        "headline": evaluation.headline,
        "accuracy": accuracy.value,
        "interval": [accuracy.interval.low, accuracy.interval.high],
        "balanced_accuracy": evaluation.balanced_accuracy.value,
        "macro_f1": evaluation.macro_f1.value,
        "baseline": evaluation.baseline,
        "random_split_accuracy": evaluation.random_split_accuracy,
        "scheme": evaluation.scheme,
        "n_test": accuracy.n,
        "n_groups": accuracy.n_groups,
        "classes": list(evaluation.classes),
        "warnings": list(evaluation.warnings),
    }


def train_folder(
    pictures: Path,
    options: TrainOptions | None = None,
    *,
    model: Path | None = None,
    report: Path | None = None,
    command: str = "",
    progress: Progress = silent,
) -> TrainingDone:
    """Train on a folder, table or zip; write the model and the report.

    Args:
        pictures: see ``read_collection``.
        options: what may be chosen.
        model: where to write the model; by default the collection's name in this folder.
        report: where to write the report; by default beside the model.
        command: what the person typed, for the report.
        progress: told how far the work is.

    Raises:
        SortalError: as ``read_collection`` and ``train``; OutputError before any work where a
            result could not be written anyway.
    """
    begun = time.monotonic()
    options = options or TrainOptions()
    collection = read_collection(pictures, group_by=options.group_by)
    model = model or Path(f"{collection.name}.onnx")
    report = report or model.with_suffix(".html")
    prepare_outputs(model, report)
    test = None
    if options.test is not None:
        test = read_collection(options.test, group_by=options.group_by)
    trained = train(collection, options, test=test, progress=progress)
    trained.classifier.save(model)
    progress(Step("Writing the report", 0, 1))
    made = _made(command, trained, seconds=time.monotonic() - begun)
    write_atomically(report, training_report(_training_story(trained, made)).encode())
    progress(Step("Writing the report", 1, 1))
    return TrainingDone(trained, model, report, time.monotonic() - begun)


def evaluate_folder(
    model: Path,
    pictures: Path,
    *,
    report: Path | None = None,
    group_by: str | None = None,
    workers: int | None = None,
    command: str = "",
    progress: Progress = silent,
) -> EvaluationDone:
    """Judge a model file on a labelled folder, table or zip; write a report if asked for.

    Raises:
        SortalError: as ``load``, ``read_collection`` and ``evaluate_on``.
    """
    begun = time.monotonic()
    classifier = load(model)
    collection = read_collection(pictures, group_by=group_by)
    if report is not None:
        prepare_outputs(report)
    judged = evaluate_on(classifier, collection, workers=workers, progress=progress)
    if report is not None:
        story = _evaluation_story(classifier, judged, command, workers)
        write_atomically(report, training_report(story).encode())
    return EvaluationDone(judged, report, time.monotonic() - begun)


def drift_sentences(judged: Judged) -> tuple[str, ...]:
    """Whether new pictures look like those the model learned on."""
    drift = judged.drift
    if drift is None or not drift.told:
        return ("There are too few pictures to say whether they look like those it learned on.",)
    if not drift.differs:
        return ("The pictures look like those it learned on.",)
    return ("The pictures differ from those it learned on.", *drift.sentences)


def _training_story(trained: Trained, made: Mapping[str, str]) -> TrainingStory:
    material, judgement = trained.material, trained.judgement
    answered = Answered(
        material.embedded,
        judgement.judged,
        material.labels[judgement.judged],
        judgement.probabilities,
        material.classes,
    )
    model = trained.classifier.model
    with opened(trained.options.cache) as cache:
        shown = showcase(answered, model, cache=cache, workers=trained.options.workers)
    groups = [sample.group for sample in material.collection]
    return TrainingStory(
        title=material.collection.name,
        evaluation=trained.evaluation,
        n_given=trained.n_used + trained.n_faults,
        n_used=trained.n_used,
        cells=shown.cells,
        mistakes=shown.mistakes,
        suspected=shown.suspected,
        faults=material.collection.faults,
        notes=trained.notes,
        repairs=material.repairs,
        kin=kin_summary(material.kin, groups),
        facts=network_facts(model),
        made=made,
    )


def _evaluation_story(
    classifier: Classifier, judged: Judged, command: str, workers: int | None
) -> TrainingStory:
    shown = showcase(judged.answered, classifier.model, cache=None, workers=workers)
    n_used = len(judged.collection)
    return TrainingStory(
        title=judged.collection.name,
        evaluation=judged.evaluation,
        n_given=n_used + len(judged.collection.faults),
        n_used=n_used,
        cells=shown.cells,
        mistakes=shown.mistakes,
        suspected=shown.suspected,
        faults=judged.collection.faults,
        notes=judged.notes,
        kin=kin_summary(judged.kin, [sample.group for sample in judged.collection]),
        facts=network_facts(classifier.model),
        drift=drift_sentences(judged),
        made={
            **({"Command": command} if command else {}),
            "Model": classifier.model.sha256,
            **versions(),
        },
    )


def _made(command: str, trained: Trained, *, seconds: float) -> dict[str, str]:
    card = trained.classifier.card
    return {
        **({"Command": command} if command else {}),
        "Model file, SHA-256": trained.classifier.model.sha256,
        "Pictures and labels, SHA-256": card.data.sha256,
        "Split, SHA-256": card.split.sha256,
        "Network, SHA-256": card.trunk.sha256,
        "Seed": str(card.seed),
        "Strength of the penalty": f"{trained.fit.strength:g}",
        "Versions": ", ".join(f"{name} {v}" for name, v in card.versions.items()),
        "Took": f"{seconds:.1f} s",
    }
