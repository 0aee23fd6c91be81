"""`sortal check`: what is wrong or odd in a folder of pictures, before anything is trained."""

from __future__ import annotations

from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import GroupBy, Json, NoCache, Pictures, ReportFile, Workers


@console.guarded
def check(
    context: typer.Context,
    pictures: Pictures,
    report: ReportFile = None,
    group_by: GroupBy = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 1 if there are unusable files or the same picture under two labels.",
        ),
    ] = False,
    workers: Workers = None,
    no_cache: NoCache = False,
    json: Json = False,
) -> int:
    """List what is wrong or odd in a collection of pictures.

    Unusable files, copies, bursts, blurred and odd pictures, labels that are suspected to be
    wrong, and whether brightness or size alone gives the label away.
    """
    from sortal.workflow import check_folder

    with console.progress(quiet=json) as progress:
        done = check_folder(
            pictures,
            report=report,
            group_by=group_by,
            workers=workers,
            cache=not no_cache,
            command=console.typed(context),
            progress=progress,
        )
    if json:
        streams.put_json(done.to_dict())
    else:
        for line in done.lines():
            streams.put(line)
    return 1 if strict and not done.is_clean else 0
