"""The commands together, and the process around them."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from sortal.cli import console, streams
from sortal.cli.check import check
from sortal.cli.evaluate import evaluate
from sortal.cli.export import export
from sortal.cli.fetch import fetch
from sortal.cli.inside import inside
from sortal.cli.map import map_
from sortal.cli.panels import Panelled
from sortal.cli.predict import predict
from sortal.cli.preview import preview
from sortal.cli.show import show
from sortal.cli.studio import studio
from sortal.cli.tag import tag
from sortal.cli.train import train

app = typer.Typer(
    name="sortal",
    help="Tell your own pictures apart, honestly, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"sortal {version('sortal')}")
        raise typer.Exit


@app.callback()
def _root(
    _: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Tell your own pictures apart, honestly, on your own machine."""


for command in (
    train,
    preview,
    predict,
    evaluate,
    check,
    tag,
    inside,
    map_,
    show,
    export,
    studio,
    fetch,
):
    app.command(command.__name__.rstrip("_"), cls=Panelled)(command)


def run(argv: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    streams.prepare()
    with _noting_interrupts():
        app(arguments, prog_name="sortal", obj=shlex.join(["sortal", *arguments]))


@contextmanager
def _noting_interrupts() -> Iterator[None]:
    """Let the console know of an interrupt, unless somebody else handles or ignores it."""
    previous = signal.getsignal(signal.SIGINT)
    mine = threading.current_thread() is threading.main_thread()
    if not mine or previous is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _interrupt(number: int, frame: FrameType | None) -> None:
    console.note_interrupt()
    signal.default_int_handler(number, frame)
