"""What was computed of a picture once, kept under the hash of its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sortal.backbones.place import cache_folder
from sortal.backbones.records import Space, checksum, pack, unpack
from sortal.backbones.store import SCHEMA_VERSION, Record, Store
from sortal.pictures.record import FINGERPRINT_VERSION, Fingerprint

_FINGERPRINT: Final = f"fingerprint/{FINGERPRINT_VERSION}"
_THUMBNAIL: Final = f"thumbnail/{FINGERPRINT_VERSION}"
_VECTOR_TYPE: Final = np.dtype("<f4")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is kept of one picture.

    Attributes:
        fingerprint: with the hash that everything is stored under.
        vector: its embedding, float32 (width,).
        thumbnail: a small JPEG file, or None where none was made.
    """

    fingerprint: Fingerprint
    vector: NDArray[np.float32]
    thumbnail: bytes | None = None


class Cache:
    """Fingerprints, embeddings and thumbnails under the content hash.

    One SQLite file, shared by all projects and processes of a user and safe to delete.
    Vectors come back bit for bit as they were stored (float32). A record whose checksum is
    wrong counts as absent. Nothing here raises for the state of the disk; ``notes`` says in
    sentences what could not be kept.

    Args:
        folder: where the file lies; None takes the user's cache folder.

    Raises:
        UsageError: no folder was given and the user has no home.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._store = Store((folder or cache_folder()) / f"cache-{SCHEMA_VERSION}.sqlite")

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self._store.path

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know: damage, a full disk, a folder that cannot be written."""
        return tuple(self._store.notes)

    def fingerprints(self, hashes: Sequence[str]) -> dict[str, Fingerprint]:
        """Return the fingerprints that are kept of ``hashes`` (SHA-256, hexadecimal)."""
        return {h: unpack(h, content) for h, content in self._sound(_FINGERPRINT, hashes)}

    def vectors(self, hashes: Sequence[str], space: Space) -> dict[str, NDArray[np.float32]]:
        """Return the embeddings in ``space`` that are kept of ``hashes``, float32 (width,)."""
        found = self._sound(_kind(space), hashes)
        size = space.width * _VECTOR_TYPE.itemsize
        return {h: np.frombuffer(c, _VECTOR_TYPE) for h, c in found if len(c) == size}

    def thumbnails(self, hashes: Sequence[str]) -> dict[str, bytes]:
        """Return the thumbnails that are kept of ``hashes``, JPEG files."""
        return dict(self._sound(_THUMBNAIL, hashes))

    def thumbnail(self, sha256: str) -> bytes | None:
        """Return one thumbnail, a JPEG file, or None where there is none."""
        return self.thumbnails([sha256]).get(sha256)

    def store(self, entries: Iterable[Entry], space: Space) -> None:
        """Keep ``entries``, whose vectors are in ``space``, in one transaction."""
        records: list[Record] = []
        for entry in entries:
            sha256 = entry.fingerprint.sha256
            vector = entry.vector.astype(_VECTOR_TYPE).tobytes()
            records.append(_record(_FINGERPRINT, sha256, pack(entry.fingerprint)))
            records.append(_record(_kind(space), sha256, vector))
            if entry.thumbnail is not None:
                records.append(_record(_THUMBNAIL, sha256, entry.thumbnail))
        self._store.write(records)

    def store_thumbnails(self, thumbnails: Mapping[str, bytes]) -> None:
        """Keep thumbnails, JPEG files under the content hash, in one transaction."""
        self._store.write([_record(_THUMBNAIL, sha256, t) for sha256, t in thumbnails.items()])

    def recall(self, kind: str, key: str) -> bytes | None:
        """Return what ``remember`` kept, or None."""
        return dict(self._sound(f"note/{kind}", [key])).get(key)

    def remember(self, kind: str, key: str, content: bytes) -> None:
        """Keep something that was computed of a whole collection.

        Args:
            kind: what it is, with the version of its rules.
            key: SHA-256 of all that it depends on, 64 hexadecimal digits.
            content: any bytes.
        """
        self._store.write([_record(f"note/{kind}", key, content)])

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _sound(self, kind: str, hashes: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return (hash, content) of the records of ``kind`` whose checksum is right."""
        found = self._store.read(kind, [bytes.fromhex(h) for h in hashes])
        named = ((record.sha256.hex(), record) for record in found)
        return [
            (sha256, record.content)
            for sha256, record in named
            if checksum(kind, sha256, record.content) == record.checksum
        ]


def _kind(space: Space) -> str:
    return f"vector/{space.weights[:16]}/{space.fit}/{space.size}/{space.version}"


def _record(kind: str, sha256: str, content: bytes) -> Record:
    return Record(kind, bytes.fromhex(sha256), checksum(kind, sha256, content), content)
