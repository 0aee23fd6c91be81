"""What is in a folder or an archive, brought into the project as one change."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sortal.collection import LIMITS, ArchiveLimits, Collection, Sample, read_collection
from sortal.errors import CollectionError, PictureError
from sortal.pictures import Step, content_hash
from sortal.project import NewPicture, Origin
from sortal.studio.desk import Desk
from sortal.studio.jobs import Teller, Told
from sortal.studio.looking import look_at_new

_MOST_FAULTS: Final = 1_000
_THREADS: Final = 4
_PORTION: Final = 200
ARCHIVE_LIMITS: Final = ArchiveLimits(
    members=200_000,
    member_bytes=100 * 2**20,
    total_bytes=64 * 2**30,
    ratio=LIMITS.ratio,
    table_bytes=16 * 2**20,
)
"""What an archive that is dropped may ask for; a folder of the machine may hold more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read.

    Attributes:
        path: the folder or archive.
        name: what a person calls it.
        kind: id of the kind of all pictures in it; None where its folders say.
        origin: "folder" where the pictures stay there, "upload" where they are in the project.
    """

    path: Path
    name: str
    kind: int | None
    origin: Origin


def read_in(desk: Desk, reading: Reading, teller: Teller) -> Told:
    """Add what is there, all of it or, where it is stopped or cannot be read, nothing.

    An archive of which nothing came into the project is removed again.
    """
    try:
        return _read_in(desk, reading, teller)
    except CollectionError as error:
        raise CollectionError(str(error).replace(str(reading.path), reading.name)) from error
    finally:
        if reading.origin == "upload" and not desk.project.pictures.lies_there(reading.path):
            shutil.rmtree(reading.path.parent, ignore_errors=True)


def _read_in(desk: Desk, reading: Reading, teller: Teller) -> Told:
    teller.step(Step("Listing", 0, None, "files"))
    collection = read_collection(reading.path, limits=ARCHIVE_LIMITS)
    new = list(_pictures(collection, reading, teller))
    pictures = desk.project.pictures
    if reading.origin == "folder":
        pictures.open_folder(reading.path)
    added = pictures.add(
        new, kind=reading.kind, words=f"{len(new):,} pictures of {reading.name} added"
    )
    desk.jobs.announce({"added": len(added)})
    look_at_new(desk)
    return {
        "added": len(added),
        "known": len(new) - len(added),
        "faults": _told(collection),
        "faulty": len(collection.faults),
        "notes": list(collection.notes),
    }


def _pictures(collection: Collection, reading: Reading, teller: Teller) -> Iterator[NewPicture]:
    """Yield the pictures with their contents' hashes; memory holds no contents."""
    samples, origin = collection.samples, reading.origin
    with ThreadPoolExecutor(_THREADS) as threads:
        for start in range(0, len(samples), _PORTION):
            yield from threads.map(partial(_new, origin=origin), samples[start : start + _PORTION])
            done = min(start + _PORTION, len(samples))
            teller.step(Step("Reading files", done, len(samples), "files"))


def _new(sample: Sample, *, origin: Origin) -> NewPicture:
    """A picture to add; one whose bytes cannot be read is added with its fault."""
    source, fault = sample.source, None
    try:
        sha256 = content_hash(source)
    except PictureError as error:
        sha256 = hashlib.sha256(f"{source.path}!{source.member}".encode()).hexdigest()
        fault = error.fault.message
    return NewPicture(source, sha256, sample.path, origin, sample.group, fault, sample.label)


def _told(collection: Collection) -> list[dict[str, Any]]:
    faults = collection.faults[:_MOST_FAULTS]
    return [{"path": fault.path, "message": fault.message} for fault in faults]
