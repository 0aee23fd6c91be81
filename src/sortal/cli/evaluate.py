"""`sortal evaluate`: how good a model is on new labelled pictures."""

from __future__ import annotations

import typer

from sortal.cli import console, streams
from sortal.cli.options import GroupBy, Json, ModelFile, Pictures, ReportFile, Workers


@console.guarded
def evaluate(
    context: typer.Context,
    model: ModelFile,
    pictures: Pictures,
    report: ReportFile = None,
    group_by: GroupBy = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Test a model on labelled pictures that it has never seen.

    Says also whether they look like those that it learned on.
    """
    from sortal.workflow import evaluate_folder

    with console.progress(quiet=json) as progress:
        done = evaluate_folder(
            model,
            pictures,
            report=report,
            group_by=group_by,
            workers=workers,
            command=console.typed(context),
            progress=progress,
        )
    if json:
        streams.put_json(done.to_dict())
        return
    console.tell(done.notes, done.evaluation.warnings)
    streams.put(done.evaluation.headline)
    for sentence in done.drift:
        streams.put(sentence)
    if done.report:
        streams.put(f"report  {done.report}")
    streams.put(console.counted(done.n_used, done.n_faults, done.seconds))
