"""`sortal predict`: what new pictures show, according to a model."""

from __future__ import annotations

import csv
import json as jsonlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sortal.cli import console
from sortal.cli.options import Json, ModelFile, Workers
from sortal.errors import UsageError

if TYPE_CHECKING:
    from sortal.pictures import Fault
    from sortal.workflow import Prediction


@console.guarded
def predict(
    model: ModelFile,
    pictures: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, zips, or - for file names on standard input, one a line.",
            show_default=False,
        ),
    ],
    top: Annotated[int, typer.Option(min=1, help="Kinds to show for each picture.")] = 1,
    json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    sort_into: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Copy each picture into DIR/KIND; unknown ones apart; never overwriting.",
            show_default=False,
        ),
    ] = None,
    workers: Workers = None,
) -> None:
    """Say what pictures show, how sure that is, and when the model does not know."""
    from sortal.workflow import load, predict_files

    if json and as_csv:
        raise UsageError("--json and --csv were both given: choose one.")
    classifier = load(model)
    answers = predict_files(
        classifier, _named(pictures), top=top, sort_into=sort_into, workers=workers
    )
    if json:
        faults = _print_json(model, answers)
    elif as_csv:
        faults = _print_csv(answers, top=top)
    else:
        faults = _print_table(answers)
    if faults and not json:
        console.say(f"{len(faults):,} not usable:")
        for fault in faults:
            console.say(f"  {fault.path}: {fault.message}")


def _named(arguments: list[str]) -> Iterator[Path]:
    """The paths given, with - standing for those on standard input."""
    for argument in arguments:
        if argument == "-":
            yield from (Path(line) for raw in sys.stdin if (line := raw.rstrip("\r\n")))
        else:
            yield Path(argument)


def _print_table(answers: Iterable[Prediction | Fault]) -> list[Fault]:
    from sortal.workflow import Prediction

    faults = []
    for answer in answers:
        if isinstance(answer, Prediction):
            kinds = ", ".join(f"{name} {100 * share:.0f} %" for name, share in answer.kinds)
            said = f"unknown (nearest: {kinds})" if answer.unknown else kinds
            console.put(f"{answer.path}\t{said}")
        else:
            faults.append(answer)
    return faults


def _print_csv(answers: Iterable[Prediction | Fault], *, top: int) -> list[Fault]:
    from sortal.workflow import Prediction

    writer = csv.writer(sys.stdout, lineterminator="\n")
    ranks = [column for k in range(1, top + 1) for column in (f"kind_{k}", f"probability_{k}")]
    writer.writerow(["path", "answer", "unknown", "distance", *ranks, "fault"])
    faults = []
    for answer in answers:
        if isinstance(answer, Prediction):
            distance = "" if answer.distance is None else f"{answer.distance:.4f}"
            cells = [c for name, share in answer.kinds for c in (name, f"{share:.4f}")]
            cells += [""] * (2 * top - len(cells))
            known = "no" if not answer.unknown else "yes"
            writer.writerow([answer.path, answer.answer or "", known, distance, *cells, ""])
        else:
            faults.append(answer)
            writer.writerow([answer.path, "", "", "", *[""] * 2 * top, answer.reason])
    return faults


def _print_json(model: Path, answers: Iterable[Prediction | Fault]) -> list[Fault]:
    """One JSON object, written as the answers come, so that 100,000 files need no memory."""
    from sortal.workflow import Prediction

    faults = []
    n = 0
    sys.stdout.write('{\n"model": ' + jsonlib.dumps(str(model)) + ',\n"predictions": [')
    for answer in answers:
        if isinstance(answer, Prediction):
            separator = "," if n else ""
            text = jsonlib.dumps(answer.to_dict(), ensure_ascii=False, allow_nan=False)
            sys.stdout.write(f"{separator}\n{text}")
            n += 1
        else:
            faults.append(answer)
    listed = jsonlib.dumps([asdict(f) for f in faults], ensure_ascii=False)
    sys.stdout.write(f'\n],\n"faults": {listed},\n')
    sys.stdout.write(f'"n_used": {n},\n"n_faults": {len(faults)}\n}}\n')
    return faults
