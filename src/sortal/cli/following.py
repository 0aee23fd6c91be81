"""What shows a training while it runs: the live curve on a terminal, rows of a table elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sortal.cli.console import is_lively, progress
from sortal.cli.epochs import EpochLines

if TYPE_CHECKING:
    from sortal.pictures import Progress
    from sortal.training.deep import Event

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
