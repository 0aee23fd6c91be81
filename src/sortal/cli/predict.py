"""`sortal predict`: what new pictures show, according to a model."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.answers import put_lines, put_object
from sortal.cli.digits import Line, with_readings
from sortal.cli.options import Json, ModelFile, Workers, given_path
from sortal.errors import Fault, UsageError

if TYPE_CHECKING:
    from sortal.workflow import Prediction


@console.guarded
def predict(
    model: ModelFile,
    pictures: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, zips, or - for file names on standard input, one a line.",
            metavar="PICTURES",
            show_default=False,
        ),
    ],
    top: Annotated[
        int, typer.Option(min=1, metavar="N", help="Kinds to show for each picture.")
    ] = 1,
    json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    sort_into: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Copy each picture into DIR/KIND; unknown ones apart; never overwriting.",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    workers: Workers = None,
) -> None:
    """Say what pictures show, how surely, or that it cannot know."""
    from sortal.workflow import load, predict_files

    if json and as_csv:
        raise UsageError("--json and --csv were both given: choose one.")
    classifier = load(model)
    notes: list[str] = []
    answers = predict_files(
        classifier,
        _named(pictures),
        top=top,
        sort_into=sort_into,
        workers=workers,
        note=notes.append,
    )
    if json:
        put_object({"model": str(model)}, "predictions", answers, notes=notes, counts=_is_first)
        return
    if as_csv:
        _put_csv(answers, top=min(top, len(classifier.classes)))
    else:
        put_lines(with_readings(answers), _put_line, counts=_is_first)
    console.tell(notes)


def _named(arguments: Iterable[str]) -> Iterator[Path]:
    """The paths given, with - standing for those on standard input, whatever their bytes.

    Raises:
        UsageError: a name is empty, or standard input is closed.
    """
    for argument in arguments:
        if argument == "-":
            yield from _from_stdin()
        elif argument:
            yield Path(argument)
        else:
            raise UsageError("An empty name was given. Name files, folders or zips.")


def _from_stdin() -> Iterator[Path]:
    if sys.stdin is None:
        raise UsageError("- was given, but standard input is closed. Pipe file names into it.")
    for line in sys.stdin.buffer:
        if name := line.rstrip(b"\r\n"):
            yield Path(os.fsdecode(name))


def _is_first(answer: Line) -> bool:
    """Whether an answer is the first to its picture; a picture counts once."""
    return answer.part == 0


def _put_line(answer: Line) -> None:
    box = answer.box
    place = f" [{box.left},{box.top},{box.right},{box.bottom}]" if box else ""
    streams.put(f"{answer.path}{place}", answer.words)


def _put_csv(answers: Iterable[Prediction | Fault], *, top: int) -> None:
    """A row for each picture; of those that cannot be used, only the path and the reason."""
    rows = csv.writer(streams.Printer(), lineterminator="\n")
    ranks = [column for k in range(1, top + 1) for column in (f"kind_{k}", f"probability_{k}")]
    sides = ["left", "top", "right", "bottom"]
    rows.writerow(["path", "answer", "unknown", "distance", *ranks, "nearer", *sides, "fault"])

    def put(answer: Prediction) -> None:
        distance = "" if answer.distance is None else f"{answer.distance:.4f}"
        cells = [cell for name, share in answer.kinds for cell in (name, f"{share:.4f}")]
        known = "yes" if answer.unknown else "no"
        nearer = "" if answer.nearer is None else f"{answer.nearer:.4f}"
        place = [""] * 4 if answer.box is None else list(map(str, astuple(answer.box)))
        known_cells = [answer.path, answer.answer or "", known, distance, *cells]
        rows.writerow([*known_cells, nearer, *place, ""])

    def put_fault(fault: Fault) -> None:
        rows.writerow([fault.path, *[""] * (8 + 2 * top), fault.reason])

    put_lines(answers, put, put_fault=put_fault, counts=_is_first)
