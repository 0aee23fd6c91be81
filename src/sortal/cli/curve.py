"""A training on a terminal: bars of the stages, the latest epochs, and the curve of the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import Progress as Bars
from rich.text import Text

from sortal.cli.bars import bars_on
from sortal.cli.epochs import (
    Clock,
    begun_lines,
    duration,
    epoch_heads,
    epoch_row,
    rung_line,
)
from sortal.cli.plot import braille
from sortal.cli.streams import visible

if TYPE_CHECKING:
    from sortal.pictures import Progress
    from sortal.training.deep import Batch, Epoch, Event

_HEIGHT: Final = 6
_LATEST: Final = 6
_WIDEST: Final = 60


@contextmanager
def curve() -> Iterator[tuple[Progress, Callable[[Event], None]]]:
    """Yield what draws the stages and what draws the training, both in one live picture."""
    console = Console(stderr=True)
    stages, draw = bars_on(console)
    shown = _Course(stages, console)
    with Live(get_renderable=shown.render, console=console, refresh_per_second=8):
        yield draw, shown


class _Course:
    """What has happened so far, and how it looks."""

    def __init__(self, stages: Bars, console: Console) -> None:
        self._stages = stages
        self._console = console
        self._clock = Clock()
        self._begun: tuple[str, ...] = ()
        self._now = ""
        self._rungs: list[str] = []
        self._epochs: list[Epoch] = []
        self._lines: list[str] = []

    def __call__(self, event: Event) -> None:
        """Take note of an event of the training."""
        from sortal.training.deep import Batch, Begun, Epoch, Judged, Prepared, Rung, Stopped

        self._clock(event)
        if isinstance(event, Rung):
            self._rungs.append(rung_line(event))
        elif isinstance(event, Judged):
            self._rungs.append(event.message)
        elif isinstance(event, Begun):
            self._begun = begun_lines(event)
            self._epochs, self._lines = [], []
        elif isinstance(event, Prepared):
            self._now = f"frozen layers: {event.done:,} of {event.total:,} pictures"
        elif isinstance(event, Batch):
            self._now = self._batch(event)
        elif isinstance(event, Epoch):
            self._epochs.append(event)
            self._lines.append(epoch_row(event, self._clock))  # time left as it was then
        elif isinstance(event, Stopped):
            self._now = ""

    def render(self) -> RenderableType:
        """The picture as it is now."""
        parts: list[RenderableType] = [self._stages]
        parts += [Text(visible(line)) for line in (*self._rungs, *self._begun)]
        if self._epochs:
            parts += self._plot()
            parts.append(Text(epoch_heads(self._epochs[-1]), style="dim"))
            parts += [Text(line) for line in self._lines[-_LATEST:]]
        if self._now:
            parts.append(Text(self._now, style="dim"))
        return Group(*parts)

    def _batch(self, event: Batch) -> str:
        left = self._clock.left(epoch=event.epoch - 1, step=event.step)
        rest = "" if left is None else f"  {duration(left)} left"
        return (
            f"epoch {event.epoch}/{self._clock.epochs}  step {event.step:,}/{self._clock.steps:,}"
            f"  loss {event.loss:.4f}{rest}"
        )

    def _plot(self) -> list[RenderableType]:
        """The loss while learning, and of validation, one below the other on one scale."""
        learning = [e.loss for e in self._epochs]
        looked_at = [e.val_loss for e in self._epochs if e.val_loss is not None]
        if len(learning) < 2:
            return []
        width = max(10, min(_WIDEST, self._console.width - 24))
        low, high = min(learning + looked_at), max(learning + looked_at)
        first = self._epochs[0].epoch
        of = self._clock.epochs - first + 1
        parts: list[RenderableType] = []
        for name, values, style in (
            ("loss", learning, "cyan"),
            ("validation", looked_at, "yellow"),
        ):
            if values:
                lines = braille(values, width=width, height=_HEIGHT // 2, low=low, high=high, of=of)
                parts += [
                    Text.assemble((f"{label:>12} ", "dim"), (line, style))
                    for label, line in zip((name, f"{values[-1]:.4f}", ""), lines, strict=True)
                ]
        return parts
