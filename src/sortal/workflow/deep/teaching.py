"""From a recipe to a trained network: one training, or several in turn, kept by evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from sortal.errors import InputError, OutputError, StoppedError, UsageError
from sortal.evaluation import Comparison, Score
from sortal.network.export import Weights
from sortal.training.deep import (
    Event,
    Judged,
    Learner,
    Outcome,
    Rung,
    Running,
    answers,
    load_checkpoint,
    new_learner,
    stages,
    train_once,
)
from sortal.training.recipe import Recipe
from sortal.workflow.deep import ladder
from sortal.workflow.deep.beginning import Beginning
from sortal.workflow.deep.journal import Journal
from sortal.workflow.deep.ladder import Ladder
from sortal.workflow.deep.lesson import Lesson
from sortal.workflow.deep.log import Log
from sortal.workflow.deep.options import DeepOptions

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What came of a recipe.

    Attributes:
        outcome: of the training whose network is kept.
        head: of the training of the head alone before it, where there was one.
        ladder: of regime auto.
        seconds: that its trainings took; after a resume, since then.
    """

    outcome: Outcome
    head: Outcome | None
    ladder: Ladder | None
    seconds: float


def teach(begun: Beginning, lesson: Lesson, deep: DeepOptions, weights: Weights | None) -> Taught:
    """Train as a recipe says, to its end.

    Args:
        begun: the recipe, and what there is of it already.
        lesson: the pictures.
        deep: where to keep the state, whom to tell, when to stop.
        weights: pretrained ones of the base; None for regime scratch.

    Raises:
        StoppedError: it was asked to stop; the state is kept.
        DivergedError: the loss exploded before anything was learned.
        OutputError: a checkpoint or the log could not be written; the state before is kept.
    """
    room = _Room(begun, lesson, deep, weights, _watchers(deep))
    trainings = stages(begun.recipe)
    if len(trainings) > 1:
        return _in_turn(room, trainings)
    learner = begun.learner or room.new(begun.recipe)
    began = perf_counter()
    outcome = room.train(learner, deep.checkpoint)
    return Taught(outcome, None, None, perf_counter() - began)


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """What all trainings of a recipe share.

    Attributes:
        seconds: that each finished training took, by its regime; grows.
    """

    begun: Beginning
    lesson: Lesson
    deep: DeepOptions
    weights: Weights | None
    watch: Callable[[Event], None]
    seconds: dict[str, float] = field(default_factory=dict)

    def new(self, recipe: Recipe) -> Learner:
        """A learner that has learned nothing yet."""
        classes = len(self.lesson.material.classes)
        return new_learner(recipe, self.lesson.pictures, classes=classes, weights=self.weights)

    def go_on(self, recipe: Recipe, start: Weights | None) -> Learner:
        """A learner of one of several trainings: as it was saved, or from where it begins."""
        file = self.file(recipe)
        if file is not None and file.exists():
            learner, _ = load_checkpoint(file)
            if learner.recipe != recipe:
                raise InputError(f"{file} is of another recipe than {self.deep.checkpoint}.")
            return learner
        learner = self.new(recipe)
        if start is not None:
            learner.start_from(start)
        return learner

    def file(self, recipe: Recipe) -> Path | None:
        """Where the state of one of several trainings is."""
        return self.deep.state_of(recipe.regime)

    def note(self) -> None:
        """Write how far it has come."""
        if self.deep.checkpoint is not None:
            Journal(self.begun.recipe, self.begun.threads, self.seconds).write(self.deep.checkpoint)

    def train(self, learner: Learner, checkpoint: Path | None) -> Outcome:
        """Train to the end; say what is left where there is none."""
        deep, lesson = self.deep, self.lesson
        running = Running(
            checkpoint=checkpoint, every=deep.every, threads=self.begun.threads, stop=deep.stop
        )
        try:
            outcome = train_once(
                learner, lesson.pictures, lesson.validation, running=running, watch=self.watch
            )
        except OutputError as error:
            raise OutputError(f"{error} {deep.how_to_go_on()}".strip()) from error
        stopped = outcome.stopped
        if stopped.reason == "interrupted":
            done = f"{stopped.epoch} of {learner.recipe.epochs} epochs were done"
            raise StoppedError(f"Interrupted; {done}. {deep.how_to_go_on()}".strip())
        return outcome


def _in_turn(room: _Room, trainings: tuple[Recipe, ...]) -> Taught:
    """The head, and then what thaws; on the ladder only as long as it pays."""
    room.seconds.update(room.begun.seconds)
    room.note()
    head = _one(room, trainings, 0, None)
    start = head.learner.result.state_dict()
    if room.begun.recipe.regime != "auto":
        outcome = _one(room, trainings, 1, start)
        return Taught(outcome, head, None, sum(room.seconds.values()))
    climb = _Climb(room, len(trainings))
    climb.first(head)
    for place in range(1, len(trainings)):
        if climb.ended:
            break
        climb.next(_one(room, trainings, place, start))
    best = climb.best
    return Taught(
        best,
        None if best is head else head,
        climb.ladder(),
        sum(room.seconds.values()),
    )


def _one(room: _Room, trainings: tuple[Recipe, ...], place: int, start: Weights | None) -> Outcome:
    """One of several trainings, from where it stands to its end."""
    recipe = trainings[place]
    room.watch(Rung(recipe.regime, place + 1, len(trainings)))
    began = perf_counter()
    outcome = room.train(room.go_on(recipe, start), room.file(recipe))
    if recipe.regime not in room.seconds:
        room.seconds[recipe.regime] = perf_counter() - began
        room.note()
    return outcome


class _Climb:
    """Goes up the ladder: compares each rung with the best before it, by validation alone.

    A rung that is better beyond chance is kept. One that is not, but was right more often,
    leaves the question open, and the next is tried; one that was not even that ends the climb.
    """

    def __init__(self, room: _Room, rungs: int) -> None:
        lesson = room.lesson
        if lesson.validation is None:
            raise UsageError(
                "Regime auto compares its rungs on validation pictures, and there are none: "
                "give a share for validation above 0, or name the regime."
            )
        self._room = room
        self._pictures = lesson.validation
        self._truth = lesson.material.labels[lesson.validating]
        self._groups = lesson.split.groups[lesson.validating]
        self._left = rungs
        self._rungs: list[ladder.Rung] = []
        self.ended = ""

    def first(self, head: Outcome) -> None:
        """Take up the lowest rung, which is kept until a better one comes."""
        self.best = head
        self._answers = answers(head.learner, self._pictures)
        score = self._score(self._answers)
        words = ladder.WORDS["head"]
        self._add(head, self._answers, None, kept=True, message=ladder.first(words, score))
        if score.value == 1.0:
            self.ended = "It stopped there: every validation picture is told right."

    def next(self, outcome: Outcome) -> None:
        """Compare the next rung with the best so far."""
        regime, best = outcome.learner.recipe.regime, self.best.learner.recipe.regime
        given = answers(outcome.learner, self._pictures)
        gain = ladder.compared(self._answers, given, self._truth, self._groups)
        message = ladder.verdict(regime, best, gain)
        better = gain.second_is_better
        self._add(outcome, given, gain, kept=better, message=message)
        if better:
            self.best, self._answers = outcome, given
        elif gain.difference <= 0 and self._left:
            self.ended = f"It stopped there: {regime} was right no more often than {best}."

    def ladder(self) -> Ladder:
        """How far it went, and why no further."""
        ended = self.ended or "It went to the top: there is no rung above full."
        return Ladder(
            tuple(self._rungs), ended, n=len(self._truth), n_groups=len(np.unique(self._groups))
        )

    def _score(self, given: Floats) -> Score:
        return ladder.scored(given, self._truth, self._groups)

    def _add(
        self,
        outcome: Outcome,
        given: Floats,
        gain: Comparison | None,
        *,
        kept: bool,
        message: str,
    ) -> None:
        """Note a rung and tell of it."""
        regime = outcome.learner.recipe.regime
        if outcome.stopped.reason == "diverged":
            message = f"{message} {outcome.stopped.message}"
        self._left -= 1
        self._rungs.append(
            ladder.Rung(
                regime=regime,
                learning=outcome.begun.learning,
                parameters=outcome.begun.parameters,
                epochs=outcome.learner.place.epoch,
                score=self._score(given),
                loss=ladder.log_loss(given, self._truth),
                seconds=self._room.seconds[regime],
                against=None if gain is None else self.best.learner.recipe.regime,
                gain=gain,
                kept=kept,
                message=message,
            )
        )
        self._room.watch(Judged(regime, kept, message))


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
