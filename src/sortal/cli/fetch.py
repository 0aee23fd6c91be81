"""`sortal fetch`: a well-known data set from the internet, checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import Json, given_path


@console.guarded
def fetch(
    name: Annotated[
        str, typer.Argument(help="Which data set: mnist.", metavar="NAME", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The folder to put it into.",
            metavar="FOLDER",
            parser=given_path,
            show_default="NAME here",
        ),
    ] = None,
    mirror: Annotated[
        str | None,
        typer.Option(
            help="Address of a folder with the same files; their contents are checked all the "
            "same.",
            metavar="URL",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Fetch a well-known data set from the internet.

    Each file is checked by its SHA-256 and is whole or not there. Files that are there already
    are not fetched again.
    """
    from sortal.fetching import fetch as fetch_files

    with console.progress(quiet=json) as progress:
        done = fetch_files(name, output, mirror=mirror, progress=progress)
    if json:
        streams.put_json(done.to_dict())
        return
    for file in done.files:
        state = "was there" if file.source is None else f"from {file.source}"
        streams.put(f"{done.folder / file.name}", f"{file.n_bytes:,} bytes", state)
    streams.put(f"Go on with  sortal train {done.folder}")
