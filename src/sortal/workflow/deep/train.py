"""Training by backpropagation: from a collection to the same kind of model as any other."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.metadata import version

import numpy as np

from sortal.atomic import write_atomically
from sortal.collection import Collection
from sortal.errors import DivergedError, SplitError
from sortal.evaluation import softmax
from sortal.modelfile import Check, ModelParts, make_model
from sortal.network.export import export
from sortal.network.layers import Timm
from sortal.pictures import Progress, Step, silent
from sortal.training import LinearHead
from sortal.training.deep import Learner, Outcome, embeddings
from sortal.training.recipe_toml import to_toml
from sortal.workflow.deep.beginning import begin, ingredients
from sortal.workflow.deep.card import make_card
from sortal.workflow.deep.course import course_of
from sortal.workflow.deep.judging import judge_network
from sortal.workflow.deep.lesson import Lesson, make_lesson
from sortal.workflow.deep.options import DeepOptions
from sortal.workflow.deep.squares import Reading, scratch_folder
from sortal.workflow.deep.teaching import Taught, teach
from sortal.workflow.evidence import Evidence
from sortal.workflow.fitting import chosen_fit
from sortal.workflow.judging import Judgement
from sortal.workflow.material import with_labels
from sortal.workflow.records import CHECKED
from sortal.workflow.stories import versions
from sortal.workflow.threads import calm_threads
from sortal.workflow.trained import Trained
from sortal.workflow.values import TrainOptions


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
    begun = begin(deep)
    validation = deep.share_looked_at(begun.recipe.regime)
    classes = _at_least_two(with_labels(collection).classes)
    network, weights = ingredients(begun, classes=len(classes))
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
            collection, reading, test=test, seed=begun.recipe.seed, validation=validation
        )
        if deep.write_recipe is not None:
            write_atomically(deep.write_recipe, to_toml(begun.recipe).encode())
        taught = teach(begun, lesson, deep, weights)
        _require_some_good(taught.outcome, deep)
        progress(Step("Judging", 0, 1))
        with calm_threads(len(lesson.material.labels)):
            trained = _finish(taught, lesson, replace(options, deep=deep, seed=begun.recipe.seed))
        progress(Step("Judging", 1, 1))
    return trained


def _at_least_two(classes: tuple[str, ...]) -> tuple[str, ...]:
    if len(classes) < 2:
        raise SplitError(
            f"A network needs pictures of at least two kinds to learn from; there is only "
            f"{classes[0]!r}. Add pictures of another kind."
        )
    return classes


def _require_some_good(outcome: Outcome, deep: DeepOptions) -> None:
    """Refuse to go on with a training that diverged before anything was learned."""
    if outcome.stopped.reason != "diverged":
        return
    deep.forget()  # whoever went on from it would end here again
    if not outcome.stopped.kept:
        raise DivergedError(f"{outcome.stopped.message} No model was made.")


def _finish(taught: Taught, lesson: Lesson, options: TrainOptions) -> Trained:
    """Judge, and put the model together."""
    learner, course = taught.outcome.learner, course_of(taught)
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
                versions={**versions(), **_engines(learner)},
            ),
            check=_check(lesson, learner, head, judgement),
        )
    )
    return Trained(model, evidence)


def _engines(learner: Learner) -> dict[str, str]:
    """Versions of what trained it."""
    of_timm = any(isinstance(layer, Timm) for layer in learner.network.layers)
    return {name: version(name) for name in ("torch", *(("timm",) if of_timm else ()))}


def _check(lesson: Lesson, learner: Learner, head: LinearHead, judgement: Judgement) -> Check:
    """A few pictures with the answers that PyTorch gave to them."""
    pictures = lesson.pictures
    rows = np.arange(len(pictures))[:: max(1, len(pictures) // CHECKED)][:CHECKED]
    vectors = np.concatenate(list(embeddings(learner, pictures, rows)))
    probabilities = softmax(head.logits(vectors), temperature=judgement.rules.temperature)
    images = np.broadcast_to(pictures.pixels[rows], (*pictures.pixels[rows].shape[:3], 3))
    return Check(np.ascontiguousarray(images), probabilities.astype(np.float32))
