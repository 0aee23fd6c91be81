"""Progress as bars on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bars,
)

if TYPE_CHECKING:
    from sortal.pictures import Progress, Step


@contextmanager
def bars() -> Iterator[Progress]:
    """Yield something that draws each Step as a bar on stderr."""
    drawn, draw = bars_on(Console(stderr=True))
    with drawn:
        yield draw


def bars_on(console: Console) -> tuple[Bars, Progress]:
    """Return bars that somebody else may draw, and what tells them of each Step."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    drawn = Bars(*columns, console=console, transient=False)
    tasks: dict[str, TaskID] = {}
    begun: dict[str, float] = {}

    def draw(step: Step) -> None:
        if step.stage not in tasks:
            tasks[step.stage] = drawn.add_task(step.stage, total=step.total, rate="")
            begun[step.stage] = time.monotonic()
        seconds = time.monotonic() - begun[step.stage]
        rate = f"{step.done / seconds:,.0f} {step.unit}/s" if step.unit and seconds > 0.5 else ""
        drawn.update(tasks[step.stage], completed=step.done, total=step.total, rate=rate)

    return drawn, draw
