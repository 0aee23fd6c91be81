"""`sortal tag`: what an ImageNet network sees in pictures, without any training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.answers import put_lines, put_object
from sortal.cli.options import Json, Workers, given_path

if TYPE_CHECKING:
    from sortal.workflow import Tagged


@console.guarded
def tag(
    pictures: Annotated[
        list[Path],
        typer.Argument(
            help="Files, folders or zips.",
            metavar="PICTURES",
            parser=given_path,
            show_default=False,
        ),
    ],
    top: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help="Tags for each picture.")
    ] = 5,
    backbone: Annotated[
        str, typer.Option(metavar="NAME", help="The pretrained network: lite0 or lite2.")
    ] = "lite0",
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Name what pictures show in the words of ImageNet's 1,000 kinds."""
    from sortal.workflow import tag_files

    notes: list[str] = []
    answers = tag_files(pictures, top=top, network=backbone, workers=workers, note=notes.append)
    if json:
        put_object({"backbone": backbone}, "tagged", answers, notes=notes)
        return
    put_lines(answers, _put_line)
    console.tell(notes)


def _put_line(answer: Tagged) -> None:
    streams.put(answer.path, answer.words)
