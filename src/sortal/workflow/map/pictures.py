"""Small and large pictures of a map, each made once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from sortal.backbones import THUMBNAIL_SIDE, Cache, Embedded
from sortal.map.site import Previews, SiteFolder
from sortal.pictures import Fault, PicturePool, Progress, Step

PreviewRule = Literal["auto", "all", "link", "none"]

MOST_PREVIEWS: Final = 20_000
"""Collections up to this size get large previews unless told otherwise."""
PREVIEW_SIDE: Final = 640
"""Longer side of a preview, pixels."""

_PORTION: Final = 500
_SHOWN: Final = frozenset({"JPEG", "PNG", "WebP", "GIF", "AVIF", "BMP"})
"""Formats that every browser shows."""
_SMALL, _LARGE = "Making thumbnails", "Making previews"


class ThumbnailShelf:
    """The thumbnails of a collection, in a cache.

    Args:
        embedded: the collection.
        cache: where they are kept.
    """

    def __init__(self, embedded: Embedded, cache: Cache) -> None:
        self._embedded = embedded
        self._cache = cache

    def get(self, rows: Sequence[int]) -> list[bytes | None]:
        """JPEG files of some pictures, None where there is none."""
        hashes = [self._embedded.fingerprints[row].sha256 for row in rows]
        known = self._cache.thumbnails(list(set(hashes)))
        return [known.get(sha256) for sha256 in hashes]

    def fill(self, *, workers: int | None, progress: Progress) -> int:
        """Make the thumbnails that are missing; return how many pictures still have none.

        They are kept as they come, so that a run that was stopped goes on where it ended.
        """
        missing = self._missing(progress)
        if not missing:
            return 0
        samples = self._embedded.collection.samples
        total, lost, made = len(missing), 0, dict[str, bytes]()
        progress(Step(_SMALL, 0, total, "pictures"))
        with PicturePool(size=32, fit="squash", thumbnail=THUMBNAIL_SIDE, workers=workers) as pool:
            answers = pool.read((samples[i].path, samples[i].source) for i in missing)
            for done, (row, answer) in enumerate(zip(missing, answers, strict=True), 1):
                if isinstance(answer, Fault) or answer.thumbnail is None:
                    lost += 1
                else:
                    made[self._embedded.fingerprints[row].sha256] = answer.thumbnail
                if len(made) == _PORTION or done == total:
                    self._cache.store_thumbnails(made)
                    made = {}
                    progress(Step(_SMALL, done, total, "pictures"))
        return lost

    def _missing(self, progress: Progress) -> list[int]:
        """The first picture of each content that has no thumbnail."""
        first: dict[str, int] = {}
        for row, fingerprint in enumerate(self._embedded.fingerprints):
            first.setdefault(fingerprint.sha256, row)
        hashes = list(first)
        missing = []
        for start in range(0, len(hashes), _PORTION):
            portion = hashes[start : start + _PORTION]
            known = self._cache.thumbnails(portion)
            missing += [first[sha256] for sha256 in portion if sha256 not in known]
            done = min(start + _PORTION, len(hashes))
            progress(Step("Looking for thumbnails", done, len(hashes), "pictures"))
        return missing


def make_previews(
    embedded: Embedded,
    shelf: ThumbnailShelf,
    folder: SiteFolder,
    *,
    rule: PreviewRule,
    workers: int | None,
    progress: Progress,
) -> Previews:
    """Decide where the large pictures of a site come from, and make those that are missing.

    Args:
        embedded: the pictures.
        shelf: their thumbnails.
        folder: of the site.
        rule: "auto" makes previews of up to 20,000 pictures and shows thumbnails of more,
            "all" makes them of any number, "link" shows the original files where they are,
            "none" shows thumbnails.
        workers: processes that decode.
        progress: told of the stage "Making previews".

    Raises:
        OutputError: the disk is full.
    """
    prints = embedded.fingerprints
    large = any(max(p.width, p.height) > THUMBNAIL_SIDE for p in prints)
    few = rule == "all" or len(prints) <= MOST_PREVIEWS
    if rule != "link" and (rule == "none" or not large or not few):
        return Previews("packed", THUMBNAIL_SIDE, get=shelf.get)
    urls = [""] * len(prints)
    if rule == "link":
        urls = [_link(embedded, row, folder.path) for row in range(len(prints))]
    missing = [row for row, url in enumerate(urls) if not url]
    for row, name in _made(embedded, missing, folder, workers=workers, progress=progress):
        urls[row] = name
    return Previews("files", 0 if rule == "link" else PREVIEW_SIDE, urls=urls)


def _link(embedded: Embedded, row: int, site: Path) -> str:
    """The relative URL of an original that a browser can show, or ""."""
    source = embedded.collection.samples[row].source
    if source.member is not None or embedded.fingerprints[row].format not in _SHOWN:
        return ""
    try:
        relative = os.path.relpath(source.path.resolve(), site.resolve())
    except ValueError:  # another drive of Windows
        return ""
    return quote(os.fsencode(Path(relative).as_posix()))


def _made(
    embedded: Embedded,
    rows: Sequence[int],
    folder: SiteFolder,
    *,
    workers: int | None,
    progress: Progress,
) -> Iterator[tuple[int, str]]:
    """Rows with the names of their previews; those the site has already are not made again."""
    names = {row: _name(embedded.fingerprints[row].sha256) for row in rows}
    first = {name: row for row, name in reversed(names.items())}
    wanted = {row: name for name, row in first.items() if not folder.has(name)}
    samples, total = embedded.collection.samples, len(wanted)
    there = set(first) - set(wanted.values())
    if wanted:
        progress(Step(_LARGE, 0, total, "pictures"))
        with PicturePool(size=32, fit="squash", thumbnail=PREVIEW_SIDE, workers=workers) as pool:
            answers = pool.read((samples[i].path, samples[i].source) for i in wanted)
            for done, (row, answer) in enumerate(zip(wanted, answers, strict=True), 1):
                if not isinstance(answer, Fault) and answer.thumbnail is not None:
                    folder.put_picture(wanted[row], answer.thumbnail)
                    there.add(wanted[row])
                progress(Step(_LARGE, done, total, "pictures"))
    return ((row, name) for row, name in names.items() if name in there)


def _name(sha256: str) -> str:
    """A name that says nothing of the file's own: a hash of its content and the size."""
    digest = hashlib.sha256(f"preview/{PREVIEW_SIDE}/{sha256}".encode()).hexdigest()[:32]
    return f"pictures/{digest[:2]}/{digest}.jpg"
