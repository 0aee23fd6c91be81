"""`sortal inside`: what every stage of a network makes of one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import Json, ModelFile, given_path


@console.guarded
def inside(
    model: ModelFile,
    picture: Annotated[
        Path,
        typer.Argument(
            help="The picture to look at.", metavar="PICTURE", parser=given_path, show_default=False
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to write the page, one HTML file.",
            metavar="FILE",
            parser=given_path,
            show_default="PICTURE-inside.html here",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show what every stage of a network makes of a picture.

    The page has the filters, the maps of every stage, one filter at work step by step, pooling,
    the row of values and the softmax, all with the numbers of the model's own graph.
    """
    from sortal.workflow import inside_file

    done = inside_file(model, picture, page=output)
    if json:
        streams.put_json(done.to_dict())
        return
    console.tell(done.notes)
    streams.put(f"{done.answer}  {done.probability:.3f}")
    streams.put(f"page  {done.page}")
