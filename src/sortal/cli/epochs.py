"""How a training tells of its epochs: rows of a table that fits 80 columns, for logs and pipes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from sortal.cli.streams import say

if TYPE_CHECKING:
    from sortal.training.deep import Begun, Epoch, Event, Rung

_COLUMNS: Final = (
    ("epoch", 9),
    ("loss", 8),
    ("accuracy", 8),
    ("validation", 10),
    ("accuracy", 8),
    ("pictures/s", 10),
    ("time left", 10),
)
"""Heads and widths; 75 characters with two spaces between. Validation's two go where it is none."""


class EpochLines:
    """What begins, and a table with a row as soon as an epoch is done."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._headed = False

    def __call__(self, event: Event) -> None:
        """Take note of an event; say what there is to say."""
        from sortal.training.deep import Begun, Epoch, Judged, Rung

        if isinstance(event, Rung):
            say(rung_line(event))
        elif isinstance(event, Judged):
            say(event.message)
        elif isinstance(event, Begun):
            self._headed = False
            for line in begun_lines(event):
                say(line)
        elif isinstance(event, Epoch):
            if not self._headed:
                say(epoch_heads(event))
            self._headed = True
            say(epoch_row(event, self._clock))
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


def begun_lines(event: Begun) -> tuple[str, str]:
    """What is about to be trained, and for how long."""
    where = f", going on after epoch {event.epoch}" if event.epoch or event.step else ""
    return (
        f"Training {event.learning:,} of {event.parameters:,} parameters on {event.pictures:,} "
        "pictures",
        f"{event.epochs} epoch{_s(event.epochs)} of {event.steps:,} step{_s(event.steps)}, "
        f"{event.threads} thread{_s(event.threads)}{where}",
    )


def epoch_heads(event: Epoch) -> str:
    """The heads over the rows of a training with epochs such as this one."""
    return _row([name for name, _ in _COLUMNS], validated=event.val_loss is not None)


def epoch_row(event: Epoch, clock: Clock) -> str:
    """All there is to say of an epoch, under ``epoch_heads``."""
    left = clock.left(epoch=event.epoch) if event.epoch < clock.epochs else None
    cells = [
        f"{event.epoch}/{clock.epochs}",
        _loss(event.loss),
        _percent(event.accuracy),
        _loss(event.val_loss),
        _percent(event.val_accuracy),
        f"{event.pictures_per_second:,.0f}",
        "" if left is None else duration(left),
    ]
    return _row(cells, validated=event.val_loss is not None)


def _row(cells: list[str], *, validated: bool) -> str:
    """Cells under one another; those of validation only where there is one."""
    shown = [
        cell.rjust(width)
        for index, (cell, (_, width)) in enumerate(zip(cells, _COLUMNS, strict=True))
        if validated or index not in (3, 4)
    ]
    return "  ".join(shown).rstrip()


def _loss(loss: float | None) -> str:
    if loss is None:
        return ""
    return f"{loss:.4f}" if abs(loss) < 1000 else f"{loss:.2e}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def duration(seconds: float) -> str:
    """Seconds as a person says them: "48 s", "12 min", "3 h 20 min"."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
