"""What training says of itself, as plain frozen values; faces and tests consume them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal["finished", "early", "diverged", "interrupted"]


@dataclass(frozen=True, slots=True)
class Begun:
    """Training starts, or goes on.

    Attributes:
        epochs, steps: epochs in all, and steps in each.
        epoch, step: how many of them are already done; both 0 from the start.
        pictures: how many there are to learn from.
        parameters: numbers in the network; ``learning``: those of them that change.
        threads: of the processor.
    """

    epochs: int
    steps: int
    epoch: int
    step: int
    pictures: int
    parameters: int
    learning: int
    threads: int


@dataclass(frozen=True, slots=True)
class Rung:
    """The next of several trainings of a recipe begins; its own events follow.

    Attributes:
        regime: of it: "head", "last" or "full".
        place: counted from 1; ``of``: how many there may be.
    """

    regime: str
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A training of several is done and was compared on the validation pictures.

    Attributes:
        regime: of it.
        kept: whether it is better than all before it, beyond chance.
        message: for people.
    """

    regime: str
    kept: bool
    message: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some pictures have been brought through the frozen layers.

    Attributes:
        done, total: pictures.
    """

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One step is done.

    Attributes:
        epoch, step: counted from 1.
        loss: of this batch, before the step.
        rate: learning rate of the step.
    """

    epoch: int
    step: int
    loss: float
    rate: float


@dataclass(frozen=True, slots=True)
class Score:
    """How well a set of pictures is told apart.

    Attributes:
        loss: mean over the pictures.
        accuracy: share that is right, 0-1.
    """

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the pictures is done.

    Attributes:
        epoch: counted from 1.
        loss, accuracy: mean over the epoch's batches as they were learned (augmented, with
            dropout, while the weights changed).
        val_loss, val_accuracy: on the validation pictures at its end; None without any.
        rate: learning rate of its last step.
        seconds: it took, validation included; after a resume, since then.
        pictures_per_second: learned from in that time, validation not counted.
        best: whether these are the weights to go back to so far.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    rate: float
    seconds: float
    pictures_per_second: float
    best: bool


@dataclass(frozen=True, slots=True)
class Overfitted:
    """Validation loss has turned while training loss still fell.

    Attributes:
        epoch: where validation loss was lowest, counted from 1.
        message: what happened and what to try, for people.
    """

    epoch: int
    message: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Training is over, or interrupted.

    Attributes:
        reason: for programs.
        epoch: epochs done.
        kept: the epoch whose end the network's weights are from, 0 for those it began with;
            None when they are in the middle of one.
        message: for people.
    """

    reason: Reason
    epoch: int
    kept: int | None
    message: str


Event = Rung | Begun | Prepared | Batch | Epoch | Overfitted | Stopped | Judged
