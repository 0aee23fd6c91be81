"""`sortal evaluate`: how good a model is on new labelled pictures."""

from __future__ import annotations

from sortal.cli import console
from sortal.cli.options import GroupBy, Json, ModelFile, Pictures, ReportFile, Workers


@console.guarded
def evaluate(
    model: ModelFile,
    pictures: Pictures,
    report: ReportFile = None,
    group_by: GroupBy = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Test a model on labelled pictures it has never seen, and say whether they look alike."""
    from sortal.workflow import evaluate_folder

    with console.progress(quiet=json) as progress:
        done = evaluate_folder(
            model,
            pictures,
            report=report,
            group_by=group_by,
            workers=workers,
            progress=progress,
        )
    if json:
        console.put_json(done.to_dict())
        return
    console.tell(done.notes, done.evaluation.warnings)
    console.put(done.evaluation.headline)
    for sentence in done.drift:
        console.put(sentence)
    if done.report:
        console.put(f"report  {done.report}")
    console.put(console.counted(done.n_used, done.n_faults, done.seconds))
