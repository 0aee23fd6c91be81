"""`sortal preview`: a sheet of what a network will see while it learns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.deep_options import Augment, Channels, Network, RecipeName, Size, changes_of
from sortal.cli.options import FitRule, Json, Pictures, Seed, Workers, given_path


@console.guarded
def preview(
    context: typer.Context,
    pictures: Pictures,
    augment: Augment = None,
    recipe: RecipeName = None,
    network: Network = None,
    size: Size = None,
    channels: Channels = None,
    fit: FitRule = None,
    seed: Seed = None,
    shown: Annotated[
        int,
        typer.Option("--pictures", min=1, max=100, metavar="N", help="How many are shown."),
    ] = 8,
    versions: Annotated[
        int, typer.Option(min=1, max=100, metavar="N", help="How many of each.")
    ] = 6,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to write the page, one HTML file.",
            metavar="FILE",
            parser=given_path,
            show_default="NAME-preview.html here",
        ),
    ] = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Show what augmentation makes of pictures before a network sees them.

    Writes a page of originals beside changed versions, at the network's size, and of every
    option by itself. Without a network or recipe the pictures keep their size, up to 224.
    """
    from sortal.workflow import PreviewOptions, preview_folder

    changes = changes_of({"augment": augment, "size": size, "channels": channels, "seed": seed})
    options = PreviewOptions(
        network=network,
        recipe=recipe,
        changes=changes,
        fit=fit,
        pictures=shown,
        versions=versions,
        workers=workers,
    )
    with console.progress(quiet=json) as progress:
        done = preview_folder(
            pictures,
            options,
            page=output,
            command=console.typed(context),
            progress=progress,
        )
    if json:
        streams.put_json(done.to_dict())
        return
    console.tell(done.notes)
    colour = "grey" if done.channels == 1 else "colour"
    streams.put(f"{done.pictures} pictures of {done.size} x {done.size} pixels, {colour}")
    streams.put(f"page  {done.page}")
