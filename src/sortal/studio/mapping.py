"""The map of a project: made and grown by a job, served from the project's folder."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.responses import FileResponse, Response

from sortal.collection import Sample
from sortal.errors import UsageError
from sortal.project import Answer
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.jobs import Teller, Told
from sortal.studio.messages import JobMessage, MakeMapMessage, MapMessage
from sortal.studio.routes import Call, Route

_FACT: Final = "map"
HELD_OUT: Final = ("Held-out answer", "Held-out verdict", "Held-out confidence")
"""Columns of what a run said of pictures that it had not learned from."""


class Mapping:
    """Handlers that make the map and give its files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route("GET", "/api/map", self.map, "The map there is", gives=MapMessage),
            Route(
                "POST",
                "/api/map",
                self.make_map,
                "Make the map, or let it grow by what is new",
                takes=MakeMapMessage,
                gives=JobMessage,
            ),
            Route(
                "GET", "/map/{path:path}", self.map_file, "A file of the map's site", gives=bytes
            ),
        ]

    def map(self, _: Call | None = None) -> MapMessage:
        """Say what map there is, and whether something was said or trained since."""
        text = self._desk.project.fact(_FACT)
        if text is None or not (self._folder / "index.html").is_file():
            return MapMessage(ready=False, run=None, at=None, pictures=0, stale=True, notes=[])
        known = json.loads(text)
        return MapMessage(
            ready=True,
            run=known["run"],
            at=known["at"],
            pictures=known["pictures"],
            stale=known["state"] != self._state(),
            notes=known["notes"],
        )

    def make_map(self, call: Call) -> JobMessage:
        """Put the making of the map into the queue; see ``MakeMapMessage``."""
        asked: MakeMapMessage = call.body
        run = asked.run
        if run is None:
            done = [r.id for r in self._desk.project.runs.all() if r.state == "done"]
            run = done[0] if done else None
        else:
            self._desk.models.get(run)
        return job_message(
            self._desk.jobs.submit("map", lambda teller: self._make(run, asked.relayout, teller))
        )

    def _make(self, run: int | None, relayout: bool, teller: Teller) -> Told:
        from sortal.workflow import MapOptions, map_collection

        project, state = self._desk.project, self._state()
        collection, ids = project.pictures.collection(name=project.name, unlabelled=True)
        if not ids:
            raise UsageError("A map needs pictures: there are none so far.")
        answers = {} if run is None else {a.picture: a for a in project.runs.answers(run)}
        samples = [_told(s, answers.get(i)) for s, i in zip(collection, ids, strict=True)]
        done = map_collection(
            replace(collection, samples=tuple(samples)),
            self._folder,
            MapOptions(model=self._model(run), relayout=relayout, previews="none"),
            progress=teller.step,
            cache=self._desk.cache,
        )
        self._remember(run, state, done.n_used, done.notes)
        self._desk.jobs.announce({"map": run})
        return {"pictures": done.n_used, "new": done.n_new, "gone": done.n_gone, "run": run}

    def _model(self, run: int | None) -> Path | None:
        """The run's model as a file, with the threshold that the person set."""
        if run is None:
            return None
        path = self._desk.scratch / f"map-{run}.onnx"
        self._desk.models.get(run).save(path)
        return path

    def _remember(
        self, run: int | None, state: list[int], pictures: int, notes: tuple[str, ...]
    ) -> None:
        known: dict[str, Any] = {"run": run, "at": time.time(), "pictures": pictures}
        known |= {"state": state, "notes": list(notes)}
        self._desk.project.set_fact(_FACT, json.dumps(known))

    def _state(self) -> list[int]:
        """What a map shows depends on: the last change and the last training that is done."""
        project = self._desk.project
        changes = [c.id for c in project.changes.history(count=200) if not c.undone]
        runs = [run.id for run in project.runs.all() if run.state == "done"]
        return [max(changes, default=0), max(runs, default=0)]

    def map_file(self, call: Call) -> Response:
        """Return a file of the site; nothing outside of it."""
        name = call.path["path"] or "index.html"
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise UsageError("The map has no such file: make the map first.")
        return FileResponse(path, headers={"cache-control": "no-cache"})

    @property
    def _folder(self) -> Path:
        return self._desk.project.folder / "map"


def _told(sample: Sample, answer: Answer | None) -> Sample:
    """A sample with what a run said of it before it had learned from it."""
    if answer is None:
        return sample
    verdict = "right" if answer.truth == answer.answer else "wrong"
    values = (answer.answer, verdict, f"{answer.confidence:.4f}")
    return replace(sample, metadata=dict(zip(HELD_OUT, values, strict=True)))
