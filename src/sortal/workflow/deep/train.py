"""Training by backpropagation: from a collection to the same kind of model as any other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from sortal.atomic import write_atomically
from sortal.collection import Collection
from sortal.errors import DivergedError, OutputError, SplitError, StoppedError, UsageError
from sortal.evaluation import softmax
from sortal.modelfile import Check, ModelParts, make_model
from sortal.network.export import export
from sortal.network.whole import Network
from sortal.pictures import Progress, Step, silent
from sortal.training import LinearHead
from sortal.training.deep import (
    Event,
    Learner,
    Outcome,
    Running,
    embeddings,
    load_checkpoint,
    network_of,
    new_learner,
    train_once,
)
from sortal.training.recipe import Recipe
from sortal.training.recipe_toml import to_toml
from sortal.workflow.deep.card import make_card
from sortal.workflow.deep.course import course_of
from sortal.workflow.deep.judging import judge_network
from sortal.workflow.deep.lesson import Lesson, make_lesson
from sortal.workflow.deep.log import Log
from sortal.workflow.deep.options import DeepOptions, chosen_recipe
from sortal.workflow.deep.squares import Reading, scratch_folder
from sortal.workflow.judging import Judgement
from sortal.workflow.material import with_labels
from sortal.workflow.stories import versions
from sortal.workflow.threads import calm_threads
from sortal.workflow.train import CHECKED, Evidence, Trained, chosen_fit
from sortal.workflow.values import TrainOptions

SMALLEST = 8
"""Side in pixels below which a model file takes no picture."""


def train_deep(
    options: TrainOptions,
    deep: DeepOptions,
    collection: Collection,
    *,
    test: Collection | None = None,
    progress: Progress = silent,
) -> Trained:
    """Train a network as ``deep`` says and judge it on a part that it has not seen.

    Raises:
        UsageError: recipe, network, checkpoint and pictures do not go together.
        CollectionError, SplitError, InputError: as ``make_lesson``.
        StoppedError: it was asked to stop; the state is in the checkpoint.
        DivergedError: the loss exploded before anything was learned.
        OutputError: a checkpoint or the log could not be written; the state before is kept.
        ParityError: the model made does not answer as it was trained.
    """
    recipe, resumed, threads = _begin(deep)
    classes = _at_least_two(with_labels(collection).classes)
    network = network_of(recipe, classes=len(classes)) if resumed is None else resumed.network
    _require_size(network)
    with scratch_folder() as folder:
        reading = Reading(
            size=network.size,
            fit=chosen_fit(options),
            channels=network.channels,
            folder=folder,
            workers=options.workers,
            cache=options.cache,
            progress=progress,
        )
        lesson = make_lesson(
            collection, reading, test=test, seed=recipe.seed, validation=deep.validation
        )
        if deep.write_recipe is not None:
            write_atomically(deep.write_recipe, to_toml(recipe).encode())
        learner = resumed or new_learner(
            recipe, lesson.pictures, classes=len(lesson.material.classes)
        )
        outcome = _teach(learner, lesson, deep, threads)
        progress(Step("Judging", 0, 1))
        with calm_threads(len(lesson.material.labels)):
            trained = _finish(outcome, lesson, replace(options, deep=deep, seed=recipe.seed))
        progress(Step("Judging", 1, 1))
    return trained


def _begin(deep: DeepOptions) -> tuple[Recipe, Learner | None, int]:
    """The recipe, the learner that goes on if one does, and the number of threads."""
    recipe = chosen_recipe(deep)
    if deep.resume:
        if deep.checkpoint is None:
            raise UsageError("To resume, say from which checkpoint.")
        if not deep.checkpoint.exists():
            raise UsageError(
                f"{deep.checkpoint}: there is no such checkpoint to go on from. Begin without "
                "resume; a training leaves one there when it is interrupted."
            )
        learner, threads = load_checkpoint(deep.checkpoint)
        _require_same(recipe, learner.recipe, deep.checkpoint)
        return learner.recipe, learner, deep.threads or threads
    if deep.checkpoint is not None and deep.checkpoint.exists():
        raise UsageError(
            f"{deep.checkpoint} holds the state of a training that was interrupted. Add "
            "--resume to go on with it, or delete the file to begin anew."
        )
    if recipe is None:
        raise UsageError("Nothing says which network is to be trained.")
    return recipe, None, deep.n_threads


def _require_same(asked: Recipe | None, begun: Recipe, checkpoint: Path) -> None:
    """Refuse a recipe that is not the one a training began with."""
    if asked is None or asked == begun:
        return
    now, then = asked.to_json(), begun.to_json()
    name = next(key for key in now if now[key] != then[key])
    raise UsageError(
        f"{checkpoint} was begun by another recipe: its {name} is {then[name]!r}, not "
        f"{now[name]!r}. Resume without these options, or delete the file to begin anew."
    )


def _at_least_two(classes: tuple[str, ...]) -> tuple[str, ...]:
    if len(classes) < 2:
        raise SplitError(
            f"A network needs pictures of at least two kinds to learn from; there is only "
            f"{classes[0]!r}. Add pictures of another kind."
        )
    return classes


def _require_size(network: Network) -> None:
    if network.size < SMALLEST:
        raise UsageError(
            f"Pictures must be at least {SMALLEST} pixels wide; a size of {network.size} came."
        )


def _teach(learner: Learner, lesson: Lesson, deep: DeepOptions, threads: int) -> Outcome:
    """Train to the end; say what is left where there is none.

    Raises:
        StoppedError, DivergedError, OutputError: see ``train_deep``.
    """
    running = Running(checkpoint=deep.checkpoint, every=deep.every, threads=threads, stop=deep.stop)
    try:
        outcome = train_once(
            learner, lesson.pictures, lesson.validation, running=running, watch=_watchers(deep)
        )
    except OutputError as error:
        raise OutputError(f"{error} {_how_to_go_on(deep)}".strip()) from error
    stopped = outcome.stopped
    if stopped.reason == "interrupted":
        done = f"{stopped.epoch} of {learner.recipe.epochs} epochs were done"
        raise StoppedError(f"Interrupted; {done}. {_how_to_go_on(deep)}".strip())
    if stopped.reason == "diverged":
        _forget(deep.checkpoint)  # whoever went on from it would end here again
        if not stopped.kept:
            raise DivergedError(f"{stopped.message} No model was made.")
    return outcome


def _how_to_go_on(deep: DeepOptions) -> str:
    if deep.checkpoint is None or not deep.checkpoint.exists():
        return ""
    command = f": {deep.again}" if deep.again else ", resuming."
    return f"The state is in {deep.checkpoint}. Go on with it{command}"


def _forget(checkpoint: Path | None) -> None:
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)


def _watchers(deep: DeepOptions) -> Callable[[Event], None]:
    """Everybody who is to be told of an event."""
    told: list[Callable[[Event], None]] = [deep.watch]
    if deep.log is not None:
        told.append(Log(deep.log))
    if deep.tensorboard is not None:
        from sortal.training.deep.board import Board

        told.append(Board(deep.tensorboard))

    def tell(event: Event) -> None:
        for each in told:
            each(event)

    return tell


def _finish(outcome: Outcome, lesson: Lesson, options: TrainOptions) -> Trained:
    """Judge, and put the model together."""
    learner, course = outcome.learner, course_of(outcome)
    scaling = learner.normalisation
    parts = export(
        learner.network,
        learner.result.state_dict(),
        mean=scaling.mean,
        scale=scaling.scale,
    )
    head = LinearHead(parts.weights, parts.bias)
    judgement = judge_network(lesson, learner, head)
    if course.reason == "diverged":
        warned = replace(
            judgement.evaluation, warnings=(course.ended, *judgement.evaluation.warnings)
        )
        judgement = replace(judgement, evaluation=warned)
    trunk = parts.trunk.SerializeToString(deterministic=True)
    evidence = Evidence(lesson.material, lesson.split, judgement, options, course=course)
    model = make_model(
        ModelParts(
            trunk=trunk,
            head=head,
            distance=judgement.distance,
            card=make_card(
                evidence,
                lesson,
                learner,
                parts,
                sha256=hashlib.sha256(trunk).hexdigest(),
                versions={**versions(), "torch": version("torch")},
            ),
            check=_check(lesson, learner, head, judgement),
        )
    )
    return Trained(model, evidence)


def _check(lesson: Lesson, learner: Learner, head: LinearHead, judgement: Judgement) -> Check:
    """A few pictures with the answers that PyTorch gave to them."""
    pictures = lesson.pictures
    rows = np.arange(len(pictures))[:: max(1, len(pictures) // CHECKED)][:CHECKED]
    vectors = np.concatenate(list(embeddings(learner, pictures, rows)))
    probabilities = softmax(head.logits(vectors), temperature=judgement.rules.temperature)
    images = np.broadcast_to(pictures.pixels[rows], (*pictures.pixels[rows].shape[:3], 3))
    return Check(np.ascontiguousarray(images), probabilities.astype(np.float32))
