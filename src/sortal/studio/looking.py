"""Looking at new pictures once: is it a picture, what is its embedding, how does it look small."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from sortal.backbones import THUMBNAIL_SIDE, backbone, embed
from sortal.collection import Collection
from sortal.pictures import Fault, PicturePool, Source, Step
from sortal.studio.desk import Desk
from sortal.studio.jobs import Job, Teller, Told
from sortal.studio.pace import Pace

BACKBONE = "lite0"
_FIRST, _MOST = 64, 2_048
"""Pictures of the first portion and of the largest: the first thumbnails come soon, and later
portions are worth the start of their worker processes."""


def look_at_new(desk: Desk) -> Job | None:
    """Ask for a look at the pictures that nobody has looked at; None where it waits already.

    What comes of it is in the cache, so that training finds it done. A picture that cannot be
    read becomes a fault of the project, and its decoder takes nothing else down.
    """
    if any(job.name == "look" and job.state == "waiting" for job in desk.jobs.all()):
        return None
    return desk.jobs.submit("look", lambda teller: _look(desk, teller))


def _look(desk: Desk, teller: Teller) -> Told:
    collection, ids = desk.project.pictures.collection(name=desk.project.name, unlabelled=True)
    hashes = desk.project.pictures.contents(ids)
    seen = desk.cache.thumbnails(sorted(set(hashes)))
    new = [i for i, sha256 in enumerate(hashes) if sha256 not in seen]
    looked = faulty = 0
    began = time.monotonic()
    for rows in _portions(new):
        samples = tuple(collection.samples[i] for i in rows)
        part = Collection(name=collection.name, samples=samples)
        known = embed(
            part,
            backbone(BACKBONE),
            cache=desk.cache,
            progress=_Onward(teller, before=looked, total=len(new)),
            thumbnails=True,
        )
        faults = {_id_of(fault): fault.message for fault in known.collection.faults}
        desk.project.pictures.note_faults(faults)
        _add_thumbnails(desk, samples, [hashes[i] for i in rows])
        looked, faulty = looked + len(rows), faulty + len(faults)
        teller.tell({"looked": looked, "of": len(new)})
        desk.jobs.announce({"looked": [ids[i] for i in rows]})
    Pace(desk.cache).note_looking(BACKBONE, pictures=looked, seconds=time.monotonic() - began)
    return {"looked": looked, "faulty": faulty}


class _Onward:
    """Tells of the portions of one look as of one long stage."""

    def __init__(self, teller: Teller, *, before: int, total: int) -> None:
        self._teller = teller
        self._before = before
        self._total = total

    def __call__(self, step: Step) -> None:
        done = self._before + (step.done if step.unit == "pictures" else 0)
        self._teller.step(Step("Looking at pictures", done, self._total, "pictures"))


def _add_thumbnails(desk: Desk, samples: Sequence[Any], hashes: Sequence[str]) -> None:
    """Make those that the embedding did not, for pictures whose vectors were known already."""
    there = desk.cache.thumbnails(list(hashes))
    missing = [(s, h) for s, h in zip(samples, hashes, strict=True) if h not in there]
    if not missing:
        return
    made = {}
    with PicturePool(size=32, fit="squash", thumbnail=THUMBNAIL_SIDE) as pool:
        answers = pool.read((sample.path, sample.source) for sample, _ in missing)
        for (_, sha256), answer in zip(missing, answers, strict=True):
            if not isinstance(answer, Fault) and answer.thumbnail is not None:
                made[sha256] = answer.thumbnail
    desk.cache.store_thumbnails(made)


def jpeg(source: Source, *, side: int) -> bytes | Fault:
    """Return one picture as a JPEG of at most ``side`` pixels, read in a process of its own."""
    with PicturePool(size=32, fit="squash", thumbnail=side, workers=1) as pool:
        (answer,) = pool.read([("picture", source)])
    if isinstance(answer, Fault):
        return answer
    return answer.thumbnail or Fault("picture", "damaged", "It has no pixels to show.")


def _id_of(fault: Fault) -> int:
    """The project's id of a picture, with which its path in a collection begins."""
    return int(fault.path.partition("/")[0])


def _portions(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    start, size = 0, _FIRST
    while start < len(rows):
        yield rows[start : start + size]
        start, size = start + size, min(2 * size, _MOST)
