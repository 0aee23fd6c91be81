"""A line an epoch in a file: CSV or JSON Lines, appended to, also when a training goes on."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sortal.errors import OutputError
from sortal.training.deep import Begun, Epoch, Event

FIELDS: Final = (
    "run",
    "epoch",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "rate",
    "seconds",
    "pictures_per_second",
)
"""``run`` counts the trainings that wrote into the file, from 1; one that goes on keeps its own."""


class Log:
    """Writes an epoch as soon as it is done; use it as what watches a training.

    Args:
        path: a file that ends in .csv or .jsonl; what is in it stays.

    Raises:
        OutputError: it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = 0

    def __call__(self, event: Event) -> None:
        """Take note of an event; raises as the class."""
        if isinstance(event, Begun):
            self._run = self._runs() + (event.epoch == 0 and event.step == 0)
            self._run = max(self._run, 1)
        elif isinstance(event, Epoch):
            self._append({"run": self._run, **asdict(event)})

    def _runs(self) -> int:
        """How many runs the file holds; a line that was cut short is taken away."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise self._refused(error) from error
        whole = data[: data.rfind(b"\n") + 1]
        if whole != data:
            with self._path.open("rb+") as file:
                file.truncate(len(whole))
        lines = whole.decode("utf-8", "replace").splitlines()
        return _run_of(lines[-1], self._path.suffix) if lines else 0

    def _append(self, values: dict[str, Any]) -> None:
        try:
            new = not self._path.exists() or not self._path.stat().st_size
            with self._path.open("ab") as file:
                file.write(_line(values, self._path.suffix, head=new))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> OutputError:
        why = error.strerror or str(error)
        return OutputError(f"{self._path}: the log could not be written ({why}).")


def _line(values: dict[str, Any], suffix: str, *, head: bool) -> bytes:
    kept = {name: values[name] for name in FIELDS}
    if suffix == ".jsonl":
        return (json.dumps(kept, allow_nan=False) + "\n").encode()
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    if head:
        writer.writeheader()
    writer.writerow(kept)
    return text.getvalue().encode()


def _run_of(line: str, suffix: str) -> int:
    """The run that a line belongs to; 0 where it says none."""
    try:
        value = json.loads(line)["run"] if suffix == ".jsonl" else line.partition(",")[0]
        return max(int(value), 0)
    except (ValueError, KeyError, TypeError):
        return 0
