"""The command line: one file per command; each parses, calls the workflow, prints."""

from __future__ import annotations

import typer

from sortal.cli.check import check
from sortal.cli.evaluate import evaluate
from sortal.cli.predict import predict
from sortal.cli.show import show
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


for command in (train, predict, evaluate, check, tag, show):
    app.command()(command)


def main(argv: list[str] | None = None) -> None:
    """Run the command line with ``argv``, or with the process's own arguments."""
    app(argv)
