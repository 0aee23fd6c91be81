"""Pictures coming in: one by one from a drop or the camera, as a zip, or from a folder."""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from starlette.responses import Response

from sortal.collection import Collection, read_collection
from sortal.errors import OutputError, PictureError, UsageError
from sortal.pictures import Source, content_hash
from sortal.project import NewPicture, Origin
from sortal.studio.desk import Desk
from sortal.studio.following import job_message
from sortal.studio.jobs import Teller, Told
from sortal.studio.looking import jpeg, look_at_new
from sortal.studio.mending import Mending
from sortal.studio.messages import (
    AddMessage,
    FolderMessage,
    JobMessage,
    ProjectMessage,
    StoredMessage,
)
from sortal.studio.routes import MEBI, Call, Route

MOST_PICTURE: Final = 100 * MEBI
MOST_ARCHIVE: Final = 8 * 1024 * MEBI
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PREVIEW: Final = 1600
_MOST_FAULTS: Final = 1_000


class Gathering:
    """Handlers by which pictures come in and are shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._mending = Mending(desk.project)

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        kind = {"kind": "id of the kind of all pictures in it; none: its folders say"}
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
                gives=ProjectMessage,
            ),
            Route(
                "POST",
                "/api/archive",
                self.archive,
                "Add the pictures of a zip",
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
                "Add the pictures of a folder, which stay there",
                takes=FolderMessage,
                gives=JobMessage,
            ),
            Route("GET", "/api/pictures/{id}/thumbnail", self.thumbnail, "Small", gives=bytes),
            Route("GET", "/api/pictures/{id}/preview", self.preview, "Large", gives=bytes),
        ]

    async def store(self, call: Call) -> StoredMessage:
        """Keep one picture's bytes; it is not part of the project until it is added."""
        content = b"".join([chunk async for chunk in call.stream])
        if not content:
            raise UsageError("A picture has at least one byte; none came.")
        _, sha256 = self._desk.project.pictures.keep(content)
        return StoredMessage(sha256=sha256)

    def add(self, call: Call) -> ProjectMessage:
        """Add pictures that were kept; what is there already under that kind is not added."""
        body: AddMessage = call.body
        new = [
            NewPicture(self._kept(p.sha256), p.sha256, p.path, body.origin, body.group)
            for p in body.pictures
        ]
        name = None if body.kind is None else self._desk.project.changes.kind_name(body.kind)
        self._desk.project.pictures.add(new, kind=body.kind, words=_words(len(new), name))
        look_at_new(self._desk)
        return self._mending.project()

    def _kept(self, sha256: str) -> Source:
        """Where kept bytes lie; the hash comes from outside, so it is no path until checked."""
        if _SHA256.fullmatch(sha256):
            path = self._desk.project.pictures.place_of(sha256)
            if path.is_file():
                return Source(path)
        raise UsageError(f"No picture was kept under {sha256[:16]!r}: send its bytes first.")

    async def archive(self, call: Call) -> JobMessage:
        """Keep a zip in the project and add what is in it; nothing is unpacked to the disk."""
        folder = self._desk.project.folder / "archives"
        folder.mkdir(exist_ok=True)
        part = folder / f".{secrets.token_hex(8)}.part"
        digest = hashlib.sha256()
        try:
            with part.open("xb") as file:
                async for chunk in call.stream:
                    digest.update(chunk)
                    file.write(chunk)
            target = folder / f"{digest.hexdigest()[:32]}.zip"
            part.replace(target)
        except OSError as error:
            raise OutputError(
                f"The archive could not be kept ({error.strerror or error}): make room and repeat."
            ) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        kind = call.number("kind") if "kind" in call.query else None
        return self._read(target, kind=kind, origin="upload")

    def folder(self, call: Call) -> JobMessage:
        """Add the pictures of a folder of this machine."""
        path = Path(call.body.path).expanduser()
        if not path.is_absolute():
            raise UsageError("Give the whole path of the folder, from the top of the disk on.")
        return self._read(path, kind=call.body.kind, origin="folder")

    def _read(self, path: Path, *, kind: int | None, origin: Origin) -> JobMessage:
        job = self._desk.jobs.submit(
            "gather", lambda teller: self._gather(path, kind, origin, teller)
        )
        return job_message(job)

    def _gather(self, path: Path, kind: int | None, origin: Origin, teller: Teller) -> Told:
        """Read a folder or zip and add what is in it, one change for each kind."""
        collection = read_collection(path)
        added = 0
        labels = sorted({s.label for s in collection if s.label is not None})
        for label in [*labels, None]:
            some = [s for s in collection if s.label == label]
            new = []
            for sample in some:
                teller.check()
                new.append(_new(sample.source, sample.path, sample.group, origin))
            if new:
                target = kind if kind is not None or label is None else self._kind_called(label)
                words = _words(len(new), label)
                added += len(self._desk.project.pictures.add(new, kind=target, words=words))
            teller.tell({"added": added, "of": len(collection)})
            self._desk.jobs.announce({"added": added})
        look_at_new(self._desk)
        return {"added": added, "faults": _told(collection), "notes": list(collection.notes)}

    def _kind_called(self, name: str) -> int:
        changes = self._desk.project.changes
        there = {kind.name: kind.id for kind in changes.kinds()}
        return there[name] if name in there else changes.add_kind(name)

    def thumbnail(self, call: Call) -> Response:
        """Return a picture small, from the cache where it is."""
        found = self._desk.project.pictures.get([call.number("id")])
        if not found:
            raise UsageError("There is no such picture in this project.")
        picture = found[0]
        known = self._desk.cache.thumbnails([picture.sha256])
        if picture.sha256 in known:
            return _jpeg(known[picture.sha256])
        return self._drawn(picture.id, side=160)

    def preview(self, call: Call) -> Response:
        """Return a picture large, as a JPEG without any of its metadata."""
        return self._drawn(call.number("id"), side=_PREVIEW)

    def _drawn(self, picture: int, *, side: int) -> Response:
        drawn = jpeg(self._desk.project.pictures.source(picture), side=side)
        if isinstance(drawn, bytes):
            return _jpeg(drawn)
        raise PictureError(drawn)


def _new(source: Source, path: str, group: str | None, origin: Origin) -> NewPicture:
    """A picture to add; one whose bytes cannot be read is added with its fault."""
    try:
        return NewPicture(source, content_hash(source), path, origin, group)
    except PictureError as error:
        nothing = hashlib.sha256(f"{source.path}!{source.member}".encode()).hexdigest()
        return NewPicture(source, nothing, path, origin, group, error.fault.message)


def _told(collection: Collection) -> list[dict[str, str]]:
    faults = collection.faults[:_MOST_FAULTS]
    return [{"path": fault.path, "message": fault.message} for fault in faults]


def _words(count: int, kind: str | None) -> str:
    added = "1 picture added" if count == 1 else f"{count:,} pictures added"
    return f"{added} to {kind}" if kind else added


def _jpeg(content: bytes) -> Response:
    # A picture never changes under its id, so the browser may keep it.
    headers = {"cache-control": "private, max-age=31536000, immutable"}
    return Response(content, media_type="image/jpeg", headers=headers)
