"""The training loop: a recipe, pictures and a network in, plain events out.

Nothing here prints, draws or decides beyond the recipe. The caller iterates::

    for event in train(learner, pictures, validation):
        ...

and finds the trained network in ``learner.result``. What is random follows from the seed, the
epoch and the step, never from what ran before; so a training that is resumed from a checkpoint
sees the same batches, changes and dropout as one that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.training.deep.advice import diverged, ended, overfitting
from sortal.training.deep.checkpoint import save_checkpoint
from sortal.training.deep.data import Material, Pictures, batch_count, batches
from sortal.training.deep.events import Batch, Begun, Epoch, Event, Prepared, Reason, Stopped
from sortal.training.deep.features import features
from sortal.training.deep.learner import Learner
from sortal.training.deep.memory import keep_memory
from sortal.training.deep.rates import rate_at

WRITING: Final = 20
"""Within an epoch, so many times as long as the last checkpoint took pass before the next."""


@dataclass(frozen=True, slots=True)
class Running:
    """How a training runs, which does not change what comes out.

    Attributes:
        checkpoint: file for the state, written at the end of each epoch and in between; None
            writes none.
        every: seconds between checkpoints within an epoch, at least; 0 writes one a step.
        threads: of the processor; another number may change the last bits.
        stop: asked after each step; when it says yes, the state is saved and training ends.
    """

    checkpoint: Path | None = None
    every: float = 30.0
    threads: int = 2
    stop: Callable[[], bool] = lambda: False


def train(
    learner: Learner,
    pictures: Pictures,
    validation: Pictures | None = None,
    *,
    running: Running | None = None,
) -> Iterator[Event]:
    """Train to the end of the recipe, from where ``learner`` stands.

    Where layers are frozen, what they make of a picture is reckoned once; of a picture to learn
    from only without augmentation.

    Yields:
        ``Begun``; ``Prepared`` while frozen layers are run; for each epoch its ``Batch`` events
        and an ``Epoch``; ``Overfitted`` where that is so; ``Stopped`` always, at last.

    Raises:
        UsageError: pictures that do not fit the network or are not those of the checkpoint;
            patience without validation pictures.
        OutputError: a checkpoint could not be written; the one before it is still there.
    """
    running = running or Running()
    torch.set_num_threads(running.threads)
    keep_memory()
    _check(learner, pictures, validation)
    place, recipe = learner.place, learner.recipe
    saved, wait = perf_counter(), running.every
    yield _begun(learner, pictures, running.threads)
    prepared = yield from _prepared(learner, pictures, validation, running)
    if prepared is None:
        yield _interrupted(learner, running)
        return
    source, looked_at = prepared
    while not (learner.is_over or learner.has_lost_patience):
        began, seen = perf_counter(), place.seen
        learner.start_learning()
        for rows in _rows(learner, pictures):
            rate = _rate(learner, pictures, place.step)
            x = source.batch(rows, channels=learner.network.channels)
            loss = learner.learn(x, source.answers(rows), rate=rate, cut=source.cut)
            if learner.has_exploded(loss):
                yield _diverged(learner, loss, rate)
                return
            yield Batch(place.epoch + 1, place.step, loss, rate)
            if running.stop():
                yield _interrupted(learner, running)
                return
            if perf_counter() - saved >= wait:
                took = _save(learner, running)
                wait = max(running.every, WRITING * took) if running.every else 0.0
                saved = perf_counter()
        learned = place.seen - seen
        learning = perf_counter() - began
        rate = _rate(learner, pictures, place.step - 1)
        learner.end_epoch(looked_at)
        _save(learner, running)
        saved = perf_counter()
        yield Epoch(
            place.epoch,
            *place.history[-1],
            rate=rate,
            seconds=saved - began,
            pictures_per_second=learned / learning,
            best=place.kept_epoch == place.epoch,
        )
    turn = overfitting(place.history)
    if turn is not None:
        yield turn
    if recipe.patience:
        learner.go_back()
    yield _ended(learner)


def _prepared(
    learner: Learner, pictures: Pictures, validation: Pictures | None, running: Running
) -> Generator[Event, None, tuple[Material, Material | None] | None]:
    """Bring through the frozen layers what stays the same in every epoch; None where stopped."""
    if learner.is_over or learner.has_lost_patience or not learner.frozen:
        return pictures, validation
    steady = learner.recipe.augmentation.is_none
    parts: list[Pictures | None] = [pictures if steady else None, validation]
    made: list[Material | None] = [pictures, validation]
    total = sum(len(part) for part in parts if part is not None)
    before = 0
    for index, part in enumerate(parts):
        if part is None:
            continue
        for done, found in features(learner, part):
            made[index] = found or part
            yield Prepared(before + done, total)
            if running.stop():
                return None
        before += len(part)
    return made[0] or pictures, made[1]


def _check(learner: Learner, pictures: Pictures, validation: Pictures | None) -> None:
    """Refuse pictures that this network cannot learn from, or not by this recipe."""
    size, classes = learner.network.size, learner.network.output.units
    for name, part in (("training", pictures), ("validation", validation)):
        if part is None:
            continue
        if part.pixels.shape[1] != size:
            raise UsageError(
                f"The network takes pictures of side {size}; the {name} pictures have "
                f"{part.pixels.shape[1]}."
            )
        if part.labels.min() < 0 or part.labels.max() >= classes:
            raise UsageError(
                f"The network tells {classes} kinds apart, 0 to {classes - 1}; the {name} "
                f"labels go from {part.labels.min()} to {part.labels.max()}."
            )
    if len(set(pictures.labels.tolist())) < 2:
        raise UsageError("All training pictures are of one kind: there is nothing to tell apart.")
    if validation is None and learner.recipe.patience:
        raise UsageError(
            "Recipe: patience watches the validation loss, and there are no validation pictures: "
            "set some aside, or patience to 0."
        )
    learner.bind(pictures, validation)


def _rows(learner: Learner, pictures: Pictures) -> Iterator[NDArray[np.int64]]:
    """Yield the batches that are left of the epoch at hand."""
    place, recipe = learner.place, learner.recipe
    return batches(
        len(pictures), size=recipe.batch, seed=recipe.seed, epoch=place.epoch, start=place.step
    )


def _steps(learner: Learner, pictures: Pictures) -> int:
    return batch_count(len(pictures), learner.recipe.batch)


def _rate(learner: Learner, pictures: Pictures, step: int) -> float:
    steps = _steps(learner, pictures)
    return rate_at(learner.recipe, step=learner.place.epoch * steps + step, steps=steps)


def _save(learner: Learner, running: Running) -> float:
    """Write the state; return the seconds that it took."""
    began = perf_counter()
    if running.checkpoint is not None:
        save_checkpoint(running.checkpoint, learner, threads=running.threads)
    return perf_counter() - began


def _interrupted(learner: Learner, running: Running) -> Stopped:
    _save(learner, running)
    return Stopped("interrupted", learner.place.epoch, None, "Interrupted; it can be resumed.")


def _begun(learner: Learner, pictures: Pictures, threads: int) -> Begun:
    parameters = list(learner.module.parameters())
    return Begun(
        epochs=learner.recipe.epochs,
        steps=_steps(learner, pictures),
        epoch=learner.place.epoch,
        step=learner.place.step,
        pictures=len(pictures),
        parameters=sum(p.numel() for p in parameters),
        learning=sum(p.numel() for p in parameters if p.requires_grad),
        threads=threads,
    )


def _diverged(learner: Learner, loss: float, rate: float) -> Stopped:
    place = learner.place
    learner.go_back()
    message = diverged(
        loss, epoch=place.epoch + 1, step=place.step + 1, rate=rate, kept=place.kept_epoch
    )
    return Stopped("diverged", place.epoch, place.kept_epoch, message)


def _ended(learner: Learner) -> Stopped:
    place, patience = learner.place, learner.recipe.patience
    kept = place.kept_epoch if patience else place.epoch
    reason: Reason = "early" if learner.has_lost_patience and not learner.is_over else "finished"
    return Stopped(reason, place.epoch, kept, ended(reason, place.epoch, kept, patience))
