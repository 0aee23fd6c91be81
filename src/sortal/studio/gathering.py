"""Pictures coming in: one by one from a drop or the camera, as a zip, or from a folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sortal.errors import UsageError
from sortal.pictures import Source
from sortal.project import NewPicture
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.looking import look_at_new
from sortal.studio.mending import project_message
from sortal.studio.messages import (
    AddedMessage,
    AddMessage,
    FolderMessage,
    FoldersMessage,
    JobMessage,
    StoredMessage,
)
from sortal.studio.places import folder_given, folders_below
from sortal.studio.reading import Reading, read_in
from sortal.studio.receiving import passing_file, receive
from sortal.studio.routes import MEBI, Call, Route

MOST_PICTURE: Final = 100 * MEBI
MOST_ARCHIVE: Final = 8 * 1024 * MEBI
MOST_AT_ONCE: Final = 20_000
"""Pictures of one message that adds; a page sends several for more."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Gathering:
    """Handlers by which pictures come in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        kind = {
            "kind": "id of the kind of all pictures in it; none: its folders say",
            "name": "of the file, for people",
        }
        return [
            Route(
                "POST",
                "/api/store",
                self.store,
                "Keep the bytes of one picture",
                takes=bytes,
                gives=StoredMessage,
                limit=MOST_PICTURE,
                is_async=True,
            ),
            Route(
                "POST",
                "/api/add",
                self.add,
                "Add kept pictures, as one change",
                takes=AddMessage,
                gives=AddedMessage,
            ),
            Route(
                "POST",
                "/api/archive",
                self.archive,
                "Add the pictures of a zip or of a Teachable Machine project (.tm)",
                takes=bytes,
                gives=JobMessage,
                limit=MOST_ARCHIVE,
                query=kind,
                is_async=True,
            ),
            Route(
                "POST",
                "/api/folder",
                self.folder,
                "Add the pictures of a folder of this machine, which stay there",
                takes=FolderMessage,
                gives=JobMessage,
            ),
            Route(
                "GET",
                "/api/folders",
                self.folders,
                "Folders of this machine, to choose one from",
                gives=FoldersMessage,
                query={"path": "whole path of the folder to look into; none: the home folder"},
            ),
        ]

    async def store(self, call: Call) -> StoredMessage:
        """Keep one picture's bytes; it is not part of the project until it is added."""
        pictures = self._desk.project.pictures
        with passing_file(self._desk.project.folder / "pictures") as path:
            came = await receive(call.stream, path, headers=call.headers)
            pictures.adopt(came.path, came.sha256)
        return StoredMessage(sha256=came.sha256)

    def add(self, call: Call) -> AddedMessage:
        """Add pictures that were kept; what is there already under that kind is not added."""
        body: AddMessage = call.body
        if len(body.pictures) > MOST_AT_ONCE:
            raise UsageError(
                f"At most {MOST_AT_ONCE:,} pictures are added at once; {len(body.pictures):,} came."
            )
        new = [
            NewPicture(self._kept(p.sha256), p.sha256, p.path, body.origin, body.group, kind=p.kind)
            for p in body.pictures
        ]
        added = self._desk.project.pictures.add(new, kind=body.kind)
        look_at_new(self._desk)
        return AddedMessage(
            project=project_message(self._desk.project),
            added=added,
            known=len(new) - len(added),
        )

    def _kept(self, sha256: str) -> Source:
        """Where kept bytes lie; the hash comes from outside, so it is no path until checked."""
        if _SHA256.fullmatch(sha256):
            path = self._desk.project.pictures.place_of(sha256)
            if path.is_file():
                return Source(path)
        raise UsageError(f"No picture was kept under {sha256[:16]!r}: send its bytes first.")

    async def archive(self, call: Call) -> JobMessage:
        """Keep a zip in the project and add what is in it; nothing is unpacked to the disk."""
        kind = call.number("kind") if "kind" in call.query else None
        folder = self._desk.project.folder / "archives"
        with passing_file(folder) as path:
            came = await receive(call.stream, path, headers=call.headers)
            target = folder / came.sha256[:32] / f"{_stem(call.query.get('name', ''))}.zip"
            target.parent.mkdir(exist_ok=True)
            came.path.replace(target)
        return self._read(Reading(target, name=target.stem, kind=kind, origin="upload"))

    def folder(self, call: Call) -> JobMessage:
        """Add the pictures of a folder of this machine, or of a zip that lies on it."""
        path = folder_given(call.body.path)
        return self._read(Reading(path, name=path.name, kind=call.body.kind, origin="folder"))

    def _read(self, reading: Reading) -> JobMessage:
        jobs = self._desk.jobs
        return job_message(
            jobs.submit("gather", lambda teller: read_in(self._desk, reading, teller))
        )

    def folders(self, call: Call) -> FoldersMessage:
        """List the folders in a folder; of files only the number of pictures is told."""
        text = call.query.get("path")
        return folders_below(Path.home() if text is None else folder_given(text))


def _stem(name: str) -> str:
    """What an archive is called, for its name says whether a folder in it is a kind."""
    stem = re.sub(r"[^\w .-]", "_", name.rpartition("/")[2]).removesuffix(".zip")
    return stem.strip(" .")[:80] or "archive"
