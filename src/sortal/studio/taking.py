"""What a person takes away: the model, answers as a table, sorted copies, the whole project."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, Response

from sortal.errors import InputError, OutputError, UsageError
from sortal.pictures import Step
from sortal.project import ENDING, pack, unpack
from sortal.studio.copies import sort_copies, write_app, write_predictions
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.jobs import Teller, Told
from sortal.studio.messages import AppMessage, FileMessage, JobMessage, SortMessage
from sortal.studio.places import folder_given
from sortal.studio.receiving import passing_file, receive
from sortal.studio.routes import MEBI, Call, Route

_MOST_PROJECT: Final = 64 * 1024 * MEBI
_FILE: Final = re.compile(r"[\w .-]{1,150}\.(csv|zip)")
_TYPES: Final = {".csv": "text/csv; charset=utf-8", ".zip": "application/zip"}


class Taking:
    """Handlers that make what is taken away; what takes long is a job that ends with a file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route("GET", "/api/runs/{id}/model", self.model, "The model file", gives=bytes),
            Route(
                "GET", "/api/runs/{id}/card", self.card, "The model's card, as JSON", gives=bytes
            ),
            Route(
                "POST",
                "/api/runs/{id}/predictions",
                self.predictions,
                "Answer to every picture of the project, as a CSV table",
                gives=JobMessage,
            ),
            Route(
                "POST",
                "/api/runs/{id}/sort",
                self.sort,
                "Copy the pictures into folders by kind; nothing is moved",
                takes=SortMessage,
                gives=JobMessage,
            ),
            Route(
                "POST",
                "/api/runs/{id}/app",
                self.app,
                "A folder with one page that runs the model in any browser",
                takes=AppMessage,
                gives=JobMessage,
            ),
            Route("POST", "/api/pack", self.pack, "The project as one archive", gives=JobMessage),
            Route(
                "POST",
                "/api/unpack",
                self.unpack,
                "Make a project folder of a packed project",
                takes=bytes,
                gives=JobMessage,
                limit=_MOST_PROJECT,
                query={"folder": "whole path of the new folder; none: beside this project"},
                is_async=True,
            ),
            Route("GET", "/api/files", self.files, "What was made", gives=list[FileMessage]),
            Route("GET", "/api/files/{name}", self.file, "One of them", gives=bytes),
            Route("DELETE", "/api/files/{name}", self.remove_file, "Remove it"),
        ]

    def model(self, call: Call) -> Response:
        """Return the model file, with the threshold that the person set."""
        run = call.number("id")
        content = self._desk.models.get(run).model.data
        return _attached(content, f"{self._name}-{run}.onnx", "application/octet-stream")

    def card(self, call: Call) -> Response:
        """Return the model's card."""
        run = call.number("id")
        card = self._desk.models.get(run).card_dict()
        content = json.dumps(card, indent=1, ensure_ascii=False).encode()
        return _attached(content, f"{self._name}-{run}.card.json", "application/json")

    def predictions(self, call: Call) -> JobMessage:
        """Let a run's model answer to every picture."""
        run = call.number("id")
        self._desk.models.get(run)
        name = f"{self._name}-{run}-predictions.csv"
        return self._make(
            "predict", name, lambda path, teller: write_predictions(self._desk, run, path, teller)
        )

    def sort(self, call: Call) -> JobMessage:
        """Copy pictures into a folder of the machine, or into a zip to download."""
        run, asked = call.number("id"), call.body
        self._desk.models.get(run)
        if asked.folder is None:
            return self._make(
                "sort",
                f"{self._name}-{run}-sorted.zip",
                lambda path, teller: sort_copies(self._desk, run, asked.by, teller, archive=path),
            )
        folder = _new_folder(asked.folder)
        return job_message(
            self._desk.jobs.submit(
                "sort",
                lambda teller: sort_copies(self._desk, run, asked.by, teller, folder=folder),
            )
        )

    def app(self, call: Call) -> JobMessage:
        """Write the one-page app into a folder of the machine, or into a zip to download."""
        run = call.number("id")
        model = self._desk.models.get(run).model
        if call.body.folder is None:
            return self._make(
                "app", f"{self._name}-{run}-app.zip", lambda path, _: write_app(model, path)
            )
        folder = _new_folder(call.body.folder)

        def work(_: Teller) -> Told:
            from sortal.workflow import export_folder

            return {"folder": str(folder), "size": export_folder(model, folder).size}

        return job_message(self._desk.jobs.submit("app", work))

    def pack(self, _: Call) -> JobMessage:
        """Pack the project, which may be worked on meanwhile."""

        def work(path: Path, teller: Teller) -> Told:
            return {"lost": pack(self._desk.project, path, progress=teller.step)}

        return self._make("pack", f"{self._name}{ENDING}", work)

    async def unpack(self, call: Call) -> JobMessage:
        """Keep a packed project and make a folder of it, beside this one."""
        given = call.query.get("folder")
        project = self._desk.project.folder
        folder = folder_given(given) if given else _free_beside(project)
        part = project.parent / f".{secrets.token_hex(8)}.part"
        with passing_file(part.parent) as path:
            came = await receive(call.stream, path, headers=call.headers)
            came.path.replace(part)

        def work(teller: Teller) -> Told:
            try:
                unpack(part, folder, progress=teller.step)
            except InputError as error:
                raise InputError(str(error).replace(str(part), "The archive")) from error
            finally:
                part.unlink(missing_ok=True)
            return {"folder": str(folder)}

        return job_message(self._desk.jobs.submit("unpack", work))

    def files(self, _: Call | None = None) -> list[FileMessage]:
        """List the files that were made, the newest first."""
        found = [path for path in self._folder.glob("*") if _FILE.fullmatch(path.name)]
        stats = [(path.name, path.stat()) for path in found]
        messages = [FileMessage(name=n, size=s.st_size, at=s.st_mtime) for n, s in stats]
        return sorted(messages, key=lambda file: -file.at)

    def file(self, call: Call) -> Response:
        """Return one of them, to be saved."""
        path = self._made(call)
        return FileResponse(path, media_type=_TYPES[path.suffix], filename=path.name)

    def remove_file(self, call: Call) -> None:
        """Remove one of them; it can be made again."""
        self._made(call).unlink(missing_ok=True)

    def _made(self, call: Call) -> Path:
        name = call.path["name"]
        path = self._folder / name
        if not _FILE.fullmatch(name) or not path.is_file():
            raise UsageError("There is no such file: make it first.")
        return path

    def _make(self, job: str, name: str, work: Callable[[Path, Teller], Told]) -> JobMessage:
        """Put work into the queue that writes one file of the folder of things to take away."""

        def done(teller: Teller) -> Told:
            teller.step(Step("Beginning", 0, None, "files"))
            self._folder.mkdir(exist_ok=True)
            return {"file": name, **work(self._folder / name, teller)}

        return job_message(self._desk.jobs.submit(job, done))

    @property
    def _folder(self) -> Path:
        return self._desk.project.folder / "taken"

    @property
    def _name(self) -> str:
        """The project's name as every system takes it in the name of a file."""
        return re.sub(r"[^\w .-]", "_", self._desk.project.name).strip(" .")[:80] or "project"


def _new_folder(text: str) -> Path:
    """A folder of the machine in which nothing is yet.

    Raises:
        UsageError: it is not a whole path.
        OutputError: something is there.
    """
    folder = folder_given(text)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: there is something already. Name a folder that is new.")
    return folder


def _attached(content: bytes, name: str, kind: str) -> Response:
    disposition = f'attachment; filename="{name.encode("ascii", "replace").decode()}"'
    return Response(content, media_type=kind, headers={"content-disposition": disposition})


def _free_beside(project: Path) -> Path:
    """The first name of a new folder beside a project."""
    number = 2
    while (folder := project.with_name(f"{project.name}-{number}")).exists():
        number += 1
    return folder
