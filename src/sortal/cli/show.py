"""`sortal show`: what a model file says of itself, or what a network is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.deep_options import Channels, Network, RecipeName, Size, Top, changes_of
from sortal.cli.options import Json, given_path
from sortal.errors import UsageError


@console.guarded
def show(
    model: Annotated[
        Path | None,
        typer.Argument(
            help="A model that `sortal train` wrote.",
            metavar="MODEL",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    network: Network = None,
    recipe: RecipeName = None,
    top: Top = None,
    size: Size = None,
    channels: Channels = None,
    kinds: Annotated[
        int, typer.Option(min=2, max=100_000, metavar="N", help="That the network tells apart.")
    ] = 10,
    json: Json = False,
) -> None:
    """Print a model's card: kinds, score, how it was made, licence.

    With --network or --recipe, print what a network is made of before it is trained: each
    layer's output shape, parameters and multiply-adds.
    """
    changes = changes_of({"top": top, "size": size, "channels": channels})
    if network is not None or recipe is not None:
        if model is not None:
            raise UsageError("Give a model or a network to show, not both.")
        _show_network({"network": network, "recipe": recipe}, changes, kinds, json)
        return
    if model is None or changes:
        raise UsageError("Name a model file to show, or a network with --network or --recipe.")
    _show_model(model, json)


def _show_model(model: Path, json: bool) -> None:
    from sortal.workflow import load

    classifier = load(model)
    if json:
        streams.put_json(classifier.card_dict())
        return
    for name, value in classifier.facts().items():
        streams.put(f"{name:<24}{value}")
    for warning in classifier.evaluation.warnings:
        streams.put(f"{'Warning':<24}{warning}")


def _show_network(
    named: dict[str, str | None], changes: dict[str, object], kinds: int, json: bool
) -> None:
    from sortal.workflow import DescribeOptions, describe_network

    found = describe_network(DescribeOptions(**named, kinds=kinds, changes=changes))
    if json:
        streams.put_json(found.to_dict())
        return
    for line in found.table.splitlines():
        streams.put(line)
