"""`sortal train`: from a folder of pictures to a model, a score and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import (
    Backbone,
    GroupBy,
    Json,
    NoCache,
    Pictures,
    ReportFile,
    Workers,
    given_path,
)


@console.guarded
def train(
    context: typer.Context,
    pictures: Pictures,
    model: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--model",
            help="Where to write the model.",
            metavar="FILE",
            parser=given_path,
            show_default="NAME.onnx here",
        ),
    ] = None,
    report: ReportFile = None,
    backbone: Backbone = "lite0",
    fit: Annotated[
        str | None,
        typer.Option(
            help="How pictures become square: pad, squash or crop.",
            metavar="RULE",
            show_default="as measured best",
        ),
    ] = None,
    group_by: GroupBy = None,
    test: Annotated[
        Path | None,
        typer.Option(
            help="Labelled pictures to test on, instead of a part of PICTURES.",
            metavar="PICTURES",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of every random choice.")] = 0,
    workers: Workers = None,
    no_cache: NoCache = False,
    json: Json = False,
) -> None:
    """Tell kinds of pictures apart, and say honestly how well.

    Writes a model (one ONNX file) and a report (one HTML page) beside each other.
    """
    from sortal.workflow import TrainOptions, train_folder

    options = TrainOptions(
        backbone=backbone,
        fit=fit,
        seed=seed,
        group_by=group_by,
        test=test,
        workers=workers,
        cache=not no_cache,
    )
    with console.progress(quiet=json) as progress:
        done = train_folder(
            pictures,
            options,
            model=model,
            report=report,
            command=console.typed(context),
            progress=progress,
        )
    if json:
        streams.put_json(done.to_dict())
        return
    console.tell(done.notes, done.evaluation.warnings)
    baseline = f"{100 * done.evaluation.baseline:.0f} %"
    streams.put(done.evaluation.headline)
    streams.put(f"Always answering the commonest kind would be right {baseline} of the time.")
    streams.put(f"model   {done.model}")
    streams.put(f"report  {done.report}")
    streams.put(console.counted(done.n_used, done.n_faults, done.seconds))
