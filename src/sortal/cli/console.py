"""How the command line speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from sortal.errors import SortalError

if TYPE_CHECKING:
    from sortal.pictures import Progress, Step

P = ParamSpec("P")
R = TypeVar("R")

INTERRUPTED = 130  # 128 + SIGINT, what shells expect


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn Sortal's errors and an interrupt into a sentence and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SortalError as error:
            say(f"sortal: {error}")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("sortal: interrupted; what was finished before is kept")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of our output went away (`| head`): not an error, but Python would
            # complain when it flushes stdout at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return run


def say(text: str) -> None:
    """A message for people, on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def put(text: str) -> None:
    """A result, on stdout."""
    sys.stdout.write(text + "\n")


def put_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    put(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def tell(notes: Iterable[str], warnings: Iterable[str]) -> None:
    """What a person should know beside the result, on stderr."""
    for note in notes:
        say(f"note: {note}")
    for warning in warnings:
        say(f"warning: {warning}")


def counted(n_used: int, n_faults: int, seconds: float) -> str:
    """The closing line of a job over a collection."""
    return f"{n_used:,} pictures used, {n_faults:,} not usable, {seconds:.1f} s"


def is_lively() -> bool:
    """Whether stderr is a terminal that may be redrawn and coloured."""
    return (
        sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Yield something that draws each Step: bars on a terminal, a line a stage elsewhere."""
    if quiet:
        yield lambda _: None
    elif is_lively():
        with _bars() as draw:
            yield draw
    else:
        yield _Lines()


class _Lines:
    """One line when a stage is finished, for logs and pipes."""

    def __init__(self) -> None:
        self._stage = ""
        self._since = 0.0

    def __call__(self, step: Step) -> None:
        if step.stage != self._stage:
            self._stage, self._since = step.stage, time.monotonic()
        if step.total is not None and step.done >= step.total:
            seconds = time.monotonic() - self._since
            self._stage = ""
            count = f": {step.done:,} {step.unit}" if step.unit else ""
            say(f"{step.stage}{count}, {seconds:.1f} s")


@contextmanager
def _bars() -> Iterator[Progress]:
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

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    bars = Bars(*columns, console=Console(stderr=True), transient=False)
    tasks: dict[str, TaskID] = {}
    begun: dict[str, float] = {}

    def draw(step: Step) -> None:
        if step.stage not in tasks:
            tasks[step.stage] = bars.add_task(step.stage, total=step.total, rate="")
            begun[step.stage] = time.monotonic()
        seconds = time.monotonic() - begun[step.stage]
        rate = f"{step.done / seconds:,.0f} {step.unit}/s" if step.unit and seconds > 0.5 else ""
        bars.update(tasks[step.stage], completed=step.done, total=step.total, rate=rate)

    with bars:
        yield draw
