"""How a training tells of its epochs: a line each, and what is said in either form."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sortal.cli.console import is_lively, progress
from sortal.cli.streams import say

if TYPE_CHECKING:
    from sortal.pictures import Progress
    from sortal.training.deep import Begun, Epoch, Event, Rung

Watch = Callable[["Event"], None]


@contextmanager
def display(*, quiet: bool) -> Iterator[tuple[Progress, Watch]]:
    """Yield what draws the stages and what draws the training; on a terminal with a curve."""
    if quiet or not is_lively():
        with progress(quiet=quiet) as draw:
            yield draw, _ignore if quiet else EpochLines()
        return
    from sortal.cli.curve import curve

    with curve() as both:
        yield both


def _ignore(_: Event) -> None:
    pass


class EpochLines:
    """A line when the training begins and one for every epoch, for logs and pipes."""

    def __init__(self) -> None:
        self._clock = Clock()

    def __call__(self, event: Event) -> None:
        """Take note of an event; say what there is to say."""
        from sortal.training.deep import Begun, Epoch, Judged, Rung

        if isinstance(event, Rung):
            say(rung_line(event))
        elif isinstance(event, Judged):
            say(event.message)
        elif isinstance(event, Begun):
            say(begun_line(event))
        elif isinstance(event, Epoch):
            say(epoch_line(event, self._clock))
        self._clock(event)


class Clock:
    """How many epochs there are, and how long the rest will take."""

    def __init__(self) -> None:
        self.epochs = 0
        self.steps = 0
        self._seconds = 0.0
        self._done = 0
        self._first = 0
        self._since = 0.0

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        from sortal.training.deep import Begun

        if isinstance(event, Begun):
            self.epochs, self.steps = event.epochs, event.steps
            self._first = event.epoch * event.steps + event.step
            self._since = time.monotonic()

    def left(self, *, epoch: int, step: int = 0) -> float | None:
        """Seconds until the end, after so many epochs and steps; None before any."""
        done = epoch * self.steps + step - self._first
        if done <= 0:
            return None
        rest = self.epochs * self.steps - epoch * self.steps - step
        return (time.monotonic() - self._since) / done * rest


def rung_line(event: Rung) -> str:
    """Which of several trainings begins."""
    what = {"head": "the head alone", "last": "the last layers too", "full": "everything"}
    return f"Training {event.place} of {event.of}, regime {event.regime}: {what[event.regime]}"


def begun_line(event: Begun) -> str:
    """What is about to be trained."""
    where = f", going on after epoch {event.epoch}" if event.epoch or event.step else ""
    return (
        f"Training {event.learning:,} of {event.parameters:,} parameters on {event.pictures:,} "
        f"pictures, {event.epochs} epochs of {event.steps:,} steps, {event.threads} "
        f"thread{'s' if event.threads > 1 else ''}{where}"
    )


def epoch_line(event: Epoch, clock: Clock) -> str:
    """All there is to say of an epoch, in one line."""
    words = [
        f"epoch {event.epoch}/{clock.epochs}",
        f"loss {event.loss:.4f}",
        f"accuracy {100 * event.accuracy:.1f} %",
    ]
    if event.val_loss is not None and event.val_accuracy is not None:
        words += [
            f"validation loss {event.val_loss:.4f}",
            f"accuracy {100 * event.val_accuracy:.1f} %",
        ]
    words.append(f"{event.pictures_per_second:,.0f} pictures/s")
    left = clock.left(epoch=event.epoch)
    if left is not None and event.epoch < clock.epochs:
        words.append(f"{duration(left)} left")
    return "  ".join(words)


def duration(seconds: float) -> str:
    """Seconds as a person says them: "48 s", "12 min", "3 h 20 min"."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
