"""How a command speaks: its errors as sentences and exit codes, its notes, its progress."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, ParamSpec

import typer

from sortal.cli.streams import abandon, finish, say
from sortal.errors import SortalError

if TYPE_CHECKING:
    from sortal.pictures import Progress, Step

P = ParamSpec("P")
Code = int | None

INTERRUPTED: Final = 130  # 128 + SIGINT, what shells expect

_interrupts: list[float] = []


def note_interrupt() -> None:
    """Remember that the user asked to stop, whatever error comes of it."""
    _interrupts.append(time.monotonic())


def guarded(command: Callable[P, Code]) -> Callable[P, None]:
    """Make an exit code of what a command returns or raises, and a sentence of an error."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            finish()
        except SortalError as error:
            say(f"sortal: {error}")
            code = error.exit_code
        except KeyboardInterrupt:
            code = _interrupted()
        except ImportError:
            if not _interrupts:
                raise
            code = _interrupted()  # the interrupt hit a library that was just starting
        except BrokenPipeError:
            abandon()  # the reader of our output went away (`| head`), which is no error
            code = 0
        raise typer.Exit(code or 0)

    return run


def _interrupted() -> int:
    say("sortal: interrupted; what was finished before is kept")
    return INTERRUPTED


def typed(context: typer.Context) -> str:
    """The command as it was typed, quoted for a shell; empty where nobody typed it."""
    return context.obj if isinstance(context.obj, str) else ""


def tell(notes: Iterable[str], warnings: Iterable[str] = ()) -> None:
    """What a person should know beside the result, on stderr."""
    for note in notes:
        say(f"note: {note}")
    for warning in warnings:
        say(f"warning: {warning}")


def counted(n_used: int, n_faults: int, seconds: float) -> str:
    """The closing line of a job over a collection."""
    used = "1 picture" if n_used == 1 else f"{n_used:,} pictures"
    return f"{used} used, {n_faults:,} not usable, {seconds:.1f} s"


def is_lively() -> bool:
    """Whether stderr is a terminal that may be redrawn and coloured."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Yield something that draws each Step: bars on a terminal, a line a stage elsewhere."""
    if quiet:
        yield lambda _: None
    elif is_lively():
        from sortal.cli.bars import bars

        with bars() as draw:
            yield draw
    else:
        yield Lines()


class Lines:
    """One line when a stage is over, for logs and pipes."""

    def __init__(self) -> None:
        self._open: Step | None = None
        self._closed = ""
        self._since = 0.0

    def __call__(self, step: Step) -> None:
        """Take note of a Step; say so where it ends its stage."""
        if self._open is not None and self._open.stage != step.stage:
            self._close(self._open)  # it ended without saying that it was done
        if step.stage == self._closed:
            return
        if self._open is None:
            self._since = time.monotonic()
        self._open = step
        if step.total is not None and step.done >= step.total:
            self._close(step)

    def _close(self, step: Step) -> None:
        seconds = time.monotonic() - self._since
        count = f": {step.done:,} {step.unit}" if step.unit else ""
        say(f"{step.stage}{count}, {seconds:.1f} s")
        self._open, self._closed = None, step.stage
