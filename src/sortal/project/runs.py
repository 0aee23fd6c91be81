"""The trainings of a project: what was asked, what came out, and what changed between two."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sortal.errors import UsageError
from sortal.project.store import Row, Store

State = Literal["running", "done", "failed", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run said of one picture that it had not learned from.

    Attributes:
        picture: id in the project.
        truth: the kind that it bore then.
        answer: the kind that the run gave.
        confidence: calibrated, 0-1.
    """

    picture: int
    truth: str
    answer: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Run:
    """One training.

    Attributes:
        id: in the order of beginning.
        at: when it began, seconds since 1970, UTC.
        state: "lost" where the process ended before the training did.
        options: what was asked for, plain JSON.
        result: what came out, plain JSON; None before the end.
        message: why it failed, for people; None where it did not.
        threshold: the distance from which on its model answers "I don't know", as a person
            set it; None for what training found.
    """

    id: int
    at: float
    state: State
    options: Mapping[str, Any]
    result: Mapping[str, Any] | None
    message: str | None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One picture on which two runs differ, or whose label changed between them.

    Attributes:
        picture: id in the project.
        before, after: what the runs said; None where one did not judge it.
    """

    picture: int
    before: Answer | None
    after: Answer | None

    @property
    def became(self) -> Literal["right", "wrong", "other", "new", "gone"]:
        """What happened: it became right, wrong, something else; judged anew or no longer."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        was = self.before.truth == self.before.answer
        is_right = self.after.truth == self.after.answer
        if was == is_right:
            return "other"
        return "right" if is_right else "wrong"


class Runs:
    """All runs of one project."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # One process holds a project at a time: what still runs by the book ended with another.
        store.run(
            "UPDATE run SET state = 'lost', message = ? WHERE state = 'running'",
            ["Sortal ended before this training did."],
        )

    def begin(self, options: Mapping[str, Any]) -> int:
        """Note that a training begins; return its id."""
        return self._store.run(
            "INSERT INTO run (at, state, options) VALUES (?, 'running', ?)",
            [time.time(), json.dumps(options, allow_nan=False)],
        )

    def finish(self, run: int, result: Mapping[str, Any], answers: Iterable[Answer]) -> None:
        """Note what came out of a training, all of it or nothing."""
        with self._store.transaction() as store:
            store.run_many(
                "INSERT INTO answer VALUES (?, ?, ?, ?, ?)",
                [(run, a.picture, a.truth, a.answer, a.confidence) for a in answers],
            )
            store.run(
                "UPDATE run SET state = 'done', result = ? WHERE id = ?",
                [json.dumps(result, allow_nan=False), run],
            )

    def end(self, run: int, state: Literal["failed", "cancelled"], message: str) -> None:
        """Note that a training came to nothing, and why."""
        self._store.run("UPDATE run SET state = ?, message = ? WHERE id = ?", [state, message, run])

    def all(self) -> list[Run]:
        """Return every run, the newest first."""
        return [_run(row) for row in self._store.rows(f"{_SELECT} ORDER BY id DESC")]

    def get(self, run: int) -> Run:
        """Return one run.

        Raises:
            UsageError: there is none of that id.
        """
        row = self._store.row(f"{_SELECT} WHERE id = ?", [run])
        if row is None:
            raise UsageError(f"There is no training {run} in this project.")
        return _run(row)

    def answers(self, run: int) -> list[Answer]:
        """Return what a run said, by picture."""
        rows = self._store.rows(
            "SELECT picture, truth, answer, confidence FROM answer WHERE run = ? ORDER BY picture",
            [run],
        )
        return [Answer(*row) for row in rows]

    def differences(self, before: int, after: int) -> list[Difference]:
        """Return the pictures on which two runs differ, by picture.

        Raises:
            UsageError: one of the runs is not there.
        """
        old = {a.picture: a for a in self.answers(self.get(before).id)}
        new = {a.picture: a for a in self.answers(self.get(after).id)}
        pairs = ((p, old.get(p), new.get(p)) for p in sorted(old.keys() | new.keys()))
        return [Difference(*pair) for pair in pairs if _said(pair[1]) != _said(pair[2])]


_SELECT = "SELECT id, at, state, options, result, message, threshold FROM run"


def _run(row: Row) -> Run:
    number, at, state, options, result, message, threshold = row
    found = result and json.loads(result)
    return Run(number, at, state, json.loads(options), found, message, threshold)


def _said(answer: Answer | None) -> tuple[str, str] | None:
    return None if answer is None else (answer.truth, answer.answer)
