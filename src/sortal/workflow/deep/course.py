"""How a training by backpropagation went, as plain values: for the card, the report, a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sortal.network.layers import join
from sortal.network.shapes import Row, summarise
from sortal.network.whole import Network
from sortal.training.deep import Reason
from sortal.training.recipe import Recipe
from sortal.workflow.deep.ladder import Ladder
from sortal.workflow.deep.teaching import Taught

History = tuple[tuple[float, float, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one training.

    Attributes:
        recipe: whole and free of places on this machine: its network is the layers themselves.
        rows: one a layer: output shape, parameters, multiply-adds.
        frozen: how many of the first layers did not learn.
        learning, parameters: numbers that changed, and all.
        threads: of the processor.
        history: (loss, accuracy, validation loss, its accuracy) an epoch; the last two None
            where nothing was looked at.
        kept: the epoch whose end the weights are from.
        reason: why it ended.
        ended: the same in a sentence.
        overfitted: when validation loss turned, in a sentence, or None.
        seconds: that it took, with the training of the head before it and all rungs of the
            ladder; after a resume, since then.
        head: history of the training of the head alone that it began with; empty without one.
        ladder: of regime auto, or None.
        speed: pictures a second learned from, in the last epoch; None where none was done.
    """

    recipe: Recipe
    rows: tuple[Row, ...]
    frozen: int
    learning: int
    parameters: int
    threads: int
    history: History
    kept: int
    reason: Reason
    ended: str
    overfitted: str | None
    seconds: float
    speed: float | None
    head: History = ()
    ladder: Ladder | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a person should know of it."""
        turned = () if self.overfitted is None else (self.overfitted,)
        first: tuple[str, ...] = ()
        if self.head:
            first = (f"The head learned alone for {len(self.head)} epochs before more thawed.",)
        climbed = () if self.ladder is None else self.ladder.sentences
        return (*climbed, *first, self.ended, *turned)

    def to_card(self) -> dict[str, Any]:
        """What the card says of it; nothing that differs from run to run."""
        return {
            **self.recipe.to_json(),
            "threads": self.threads,
            "epochs_done": len(self.history),
            "kept_epoch": self.kept,
            "ended": self.reason,
            **({} if not self.head else {"head_epochs_done": len(self.head)}),
            **({} if self.ladder is None else {"ladder": self.ladder.to_card()}),
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, for programs."""
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        return {
            "epochs": [dict(zip(names, row, strict=True)) for row in self.history],
            "head_epochs": [dict(zip(names, row, strict=True)) for row in self.head],
            "kept_epoch": self.kept,
            "ended": self.reason,
            "overfitting": self.overfitted,
            "parameters": self.parameters,
            "learning": self.learning,
            "threads": self.threads,
            "seconds_learning": round(self.seconds, 2),
            "recipe": asdict(self.recipe),
            **({} if self.ladder is None else {"ladder": self.ladder.to_dict()}),
        }


def course_of(taught: Taught) -> Course:
    """Tell how a training went."""
    outcome, head = taught.outcome, taught.head
    learner, last = outcome.learner, outcome.epochs[-1:]
    network = learner.network
    kept = outcome.stopped.kept
    return Course(
        recipe=plain_recipe(learner.recipe, network),
        rows=summarise(network.layers, network.input_shape),
        frozen=learner.frozen,
        learning=outcome.begun.learning,
        parameters=outcome.begun.parameters,
        threads=outcome.begun.threads,
        history=tuple(learner.place.history),
        kept=learner.place.epoch if kept is None else kept,
        reason=outcome.stopped.reason,
        ended=outcome.stopped.message,
        overfitted=None if outcome.overfitted is None else outcome.overfitted.message,
        seconds=taught.seconds,
        speed=last[0].pictures_per_second if last else None,
        head=() if head is None else tuple(head.learner.place.history),
        ladder=taught.ladder,
    )


def plain_recipe(recipe: Recipe, network: Network) -> Recipe:
    """Return the recipe with its network written out, so that it names no file."""
    return replace(
        recipe,
        network=join(network.layers),
        top="",
        size=network.size,
        channels=network.channels,
    )
