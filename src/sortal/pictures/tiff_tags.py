"""A bounded reader of TIFF directories, for TIFF files and for EXIF, which is a small TIFF.

Written after TIFF 6.0 (Adobe, 1992) and the BigTIFF layout. It reads offsets and short
texts, never pictures, checks every step against the end of the data, and cannot be made to
walk in circles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

MAX_DIRECTORIES: Final = 10_000
MAX_ENTRIES: Final = 4_096

_BYTES_OF_TYPES: Final = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8)
"""Size of a value by the number of its type; 0 for numbers that the standard does not use."""

_UNSIGNED: Final = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}


class CutShort(ValueError):  # noqa: N818 - a finding, not always an error
    """An offset points beyond the end of the data."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a directory: where its values lie in the data."""

    kind: int
    count: int
    offset: int

    @property
    def n_bytes(self) -> int:
        """Bytes that the values take; 0 for a type the standard does not know."""
        return _type_bytes(self.kind) * self.count


Directory = dict[int, Entry]


class TiffTags:
    """The directories of a TIFF file or EXIF block.

    Args:
        data: the bytes, beginning with the byte order mark.

    Raises:
        CutShort: the data ends inside the header.
        ValueError: the data is no TIFF.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 8:
            raise CutShort("the header")
        if data[:2] not in {b"II", b"MM"}:
            raise ValueError("no byte order mark")
        self._order: Literal["<", ">"] = "<" if data[:2] == b"II" else ">"
        big = self._number("H", 2) == 43
        self._count_code, self._offset_code, self._entry_bytes = (
            ("Q", "Q", 20) if big else ("H", "I", 12)
        )
        self._first = self._number(self._offset_code, 8 if big else 4)

    def pages(self) -> Iterator[Directory]:
        """Yield the directories of the main chain in order, each once.

        Raises:
            CutShort: a directory lies beyond the end.
        """
        seen: set[int] = set()
        offset = self._first
        while offset and offset not in seen and len(seen) < MAX_DIRECTORIES:
            seen.add(offset)
            directory, offset = self._read(offset)
            yield directory

    def first(self) -> Directory:
        """Return the first directory alone; writers of EXIF often leave out the link after it.

        Raises:
            CutShort: it lies beyond the end.
        """
        return self._directory(self._first)

    def child(self, directory: Directory, tag: int) -> Directory:
        """Return the directory that field ``tag`` points to; empty where there is none."""
        offsets = self.numbers(directory, tag)
        return self._directory(int(offsets[0])) if offsets.size else {}

    def numbers(self, directory: Directory, tag: int) -> NDArray[np.uint64]:
        """Return the unsigned integers of field ``tag``, uint64 (count,); empty where absent.

        Raises:
            CutShort: the values lie beyond the end.
        """
        entry = directory.get(tag)
        if entry is None or entry.kind not in _UNSIGNED:
            return np.zeros(0, dtype=np.uint64)
        dtype = np.dtype(_UNSIGNED[entry.kind]).newbyteorder(self._order)
        return np.frombuffer(self._bytes(entry), dtype=dtype).astype(np.uint64)

    def number(self, directory: Directory, tag: int, default: int) -> int:
        """Return the first integer of field ``tag``, or ``default`` where it is absent."""
        values = self.numbers(directory, tag)
        return int(values[0]) if values.size else default

    def text(self, directory: Directory, tag: int) -> str | None:
        """Return the text of field ``tag`` up to its first NUL, stripped; None where absent."""
        entry = directory.get(tag)
        if entry is None or entry.kind not in {1, 2, 7}:
            return None
        raw = self._bytes(entry).split(b"\0", 1)[0]
        text = "".join(c for c in raw[:256].decode("utf-8", "replace") if c.isprintable())
        return " ".join(text.split()) or None

    def _bytes(self, entry: Entry) -> bytes:
        end = entry.offset + entry.n_bytes
        if end > len(self._data):
            raise CutShort("the values of a field")
        return self._data[entry.offset : end]

    def _number(self, code: str, offset: int) -> int:
        if offset + struct.calcsize(code) > len(self._data):
            raise CutShort("a directory")
        return int(struct.unpack_from(self._order + code, self._data, offset)[0])

    def _read(self, offset: int) -> tuple[Directory, int]:
        """Return the directory at ``offset`` and the offset of the next one, 0 for the last."""
        directory = self._directory(offset)
        count = self._number(self._count_code, offset)
        link_at = offset + struct.calcsize(self._count_code) + count * self._entry_bytes
        return directory, self._number(self._offset_code, link_at)

    def _directory(self, offset: int) -> Directory:
        count = self._number(self._count_code, offset)
        if count > MAX_ENTRIES:
            raise ValueError(f"{count} fields in a directory")
        start = offset + struct.calcsize(self._count_code)
        places = range(start, start + count * self._entry_bytes, self._entry_bytes)
        return {self._number("H", place): self._entry(place) for place in places}

    def _entry(self, place: int) -> Entry:
        kind = self._number("H", place + 2)
        inline = struct.calcsize(self._offset_code)
        count = self._number(self._offset_code, place + 4)
        value_at = place + 4 + inline
        if _type_bytes(kind) * count > inline:
            value_at = self._number(self._offset_code, value_at)
        return Entry(kind, count, value_at)


def _type_bytes(kind: int) -> int:
    return _BYTES_OF_TYPES[kind] if kind < len(_BYTES_OF_TYPES) else 0
