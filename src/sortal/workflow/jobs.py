"""The jobs as a person orders them: folders in; files, a report and numbers out."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sortal.atomic import write_atomically
from sortal.collection import Collection, read_collection
from sortal.errors import OutputError
from sortal.evaluation import Evaluation
from sortal.pictures import Progress, Step, silent
from sortal.report import training_report
from sortal.workflow.classifier import load
from sortal.workflow.deep.options import DeepOptions
from sortal.workflow.evaluating import Judged
from sortal.workflow.outputs import files_of, prepare_outputs
from sortal.workflow.stories import drift_sentences, evaluation_story, said
from sortal.workflow.train import train_with
from sortal.workflow.trained import Trained
from sortal.workflow.values import JsonObject, TrainOptions


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
        course = self.trained.evidence.course
        return {
            **score_dict(self.evaluation),
            "n_used": self.n_used,
            "n_faults": self.n_faults,
            "model": str(self.model),
            "report": str(self.report),
            "notes": list(self.notes),
            **({} if course is None else {"training": course.to_dict()}),
            "seconds": round(self.seconds, 2),
        }

    @property
    def has_diverged(self) -> bool:
        """Whether the model is the last good state of a training whose loss exploded."""
        course = self.trained.evidence.course
        return course is not None and course.reason == "diverged"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
    test = None
    if options.test is not None:
        test = read_collection(options.test, group_by=options.group_by)
    model = model or Path(f"{collection.name}.onnx")
    report = report or _beside(model)
    options = replace(options, deep=_placed(options.deep, model, command))
    results = [model, report, *_deep_results(options.deep)]
    prepare_outputs(*results, inputs=_inputs(pictures, collection, options.test, test))
    trained = train_with(options, collection, test=test, progress=progress)
    trained.save(model)
    progress(Step("Writing the report", 0, 1))
    took = f"{time.monotonic() - begun:.1f} s"
    trained.write_report(report, made={**said(command), "Took": took})
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
        SortalError: as ``load``, ``read_collection`` and ``evaluate_model``.
    """
    begun = time.monotonic()
    classifier = load(model)
    collection = read_collection(pictures, group_by=group_by)
    if report is not None:
        prepare_outputs(report, inputs=(model, pictures, *files_of(collection)))
    judged = classifier.evaluate(collection, workers=workers, progress=progress)
    if report is not None:
        story = evaluation_story(classifier.model, judged, made=said(command), workers=workers)
        write_atomically(report, training_report(story).encode())
    return EvaluationDone(judged, report, time.monotonic() - begun)


def _beside(model: Path) -> Path:
    """Where a report lies by default."""
    if not model.name:
        raise OutputError(f"{model}: this is a folder. Name a file for the model.")
    return model.with_suffix(".html")


def _placed(deep: DeepOptions | None, model: Path, command: str) -> DeepOptions | None:
    """Options whose checkpoint and log lie beside the model where no other place is named."""
    if deep is None:
        return None
    resuming = "--resume" in shlex.split(command)
    return replace(
        deep,
        checkpoint=deep.checkpoint or model.with_suffix(".checkpoint"),
        log=deep.log or model.with_suffix(".log.csv"),
        again=command if resuming or not command else f"{command} --resume",
    )


def _deep_results(deep: DeepOptions | None) -> list[Path]:
    """The files that a training by backpropagation writes beside model and report."""
    if deep is None:
        return []
    return [path for path in (deep.checkpoint, deep.log, deep.write_recipe) if path is not None]


def _inputs(
    pictures: Path, collection: Collection, test_at: Path | None, test: Collection | None
) -> Iterator[Path]:
    """All files that are read."""
    yield pictures
    yield from files_of(collection)
    if test is not None and test_at is not None:
        yield test_at
        yield from files_of(test)
