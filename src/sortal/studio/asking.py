"""What to label next: the pictures from whose labels the model would learn most."""

from __future__ import annotations

from typing import Final

from sortal.errors import UsageError
from sortal.studio.desk import Desk
from sortal.studio.mending import picture_message
from sortal.studio.messages import NextMessage, NextsMessage
from sortal.studio.routes import Call, Route

_MOST: Final = 200
_USUAL: Final = 24


class Asking:
    """The handler that chooses what to label next."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route(
                "GET",
                "/api/next",
                self.next_to_label,
                "Which pictures to label next",
                gives=NextsMessage,
                query={
                    "run": "whose model is asked; none: the last that was done",
                    "count": f"how many, up to {_MOST}; none: {_USUAL}",
                },
            )
        ]

    def next_to_label(self, call: Call) -> NextsMessage:
        """Choose pictures without a label by doubt and spread."""
        from sortal.workflow import next_to_label
        from sortal.workflow.next_labels import METHOD

        project = self._desk.project
        count = call.number("count") if "count" in call.query else _USUAL
        if not 1 <= count <= _MOST:
            raise UsageError(f"count must be from 1 to {_MOST}; {count} came.")
        collection, ids = project.pictures.collection(name=project.name, unlabelled=True)
        known = {picture.id: picture for picture in project.pictures.get(ids)}
        found = next_to_label(
            self._desk.models.get(self._run(call)),
            collection,
            [known[row].sha256 if row in known else "" for row in ids],
            count=count,
            cache=self._desk.cache,
        )
        return NextsMessage(
            pictures=[
                NextMessage(
                    picture=picture_message(known[ids[label.row]]),
                    answer=label.answer,
                    confidence=label.confidence,
                )
                for label in found.chosen
            ],
            unlabelled=found.unlabelled,
            waiting=found.waiting,
            method=METHOD,
        )

    def _run(self, call: Call) -> int:
        if "run" in call.query:
            return call.number("run")
        done = [run.id for run in self._desk.project.runs.all() if run.state == "done"]
        if not done:
            raise UsageError("Nothing was trained yet: train first, then it says what it doubts.")
        return done[0]
