"""Whether bytes that come in portions are the contents that were promised."""

from __future__ import annotations

import hashlib
import zlib
from typing import Final

_PORTION: Final = 1 << 20
_GZIP: Final = 31  # wbits of zlib: gzip's header and checksum


class WrongContentsError(Exception):
    """They are not; the message says how, as the end of a sentence: "it is cut short"."""


class Contents:
    """Takes portions of a file and compares what they unpack to with a size and a hash.

    Args:
        sha256: expected, of the unpacked bytes; "" where nobody said it.
        size: expected unpacked bytes; None where nobody said it.
        packed: whether the file is a gzip file of one member.

    Attributes:
        taken: bytes so far, as they came.
    """

    def __init__(self, *, sha256: str, size: int | None, packed: bool) -> None:
        self.taken = 0
        self._expected = sha256
        self._size = size
        self._hash = hashlib.sha256()
        self._unpacked = 0
        self._unpacker = zlib.decompressobj(wbits=_GZIP) if packed else None

    @property
    def sha256(self) -> str:
        """Hash of the unpacked bytes so far, 64 hexadecimal digits."""
        return self._hash.hexdigest()

    def take(self, portion: bytes) -> None:
        """Take the next bytes.

        Raises:
            WrongContentsError: they are damaged, or more than were promised.
        """
        self.taken += len(portion)
        if self._unpacker is None:
            self._count(portion)
            return
        rest = portion
        while rest:
            if self._unpacker.eof:
                raise WrongContentsError("something follows its end")
            try:
                self._count(self._unpacker.decompress(rest, _PORTION))
            except zlib.error as error:
                raise WrongContentsError("it is no sound gzip file") from error
            rest = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def finish(self) -> None:
        """Say that there is no more.

        Raises:
            WrongContentsError: it is cut short, or another file.
        """
        if self._unpacker is not None and not self._unpacker.eof:
            raise WrongContentsError("it is cut short")
        if self._size is not None and self._unpacked < self._size:
            raise WrongContentsError("it is cut short")
        if self._expected and self.sha256 != self._expected:
            raise WrongContentsError("its SHA-256 checksum is another")

    def _count(self, data: bytes) -> None:
        self._unpacked += len(data)
        if self._size is not None and self._unpacked > self._size:
            raise WrongContentsError(f"it holds more than the {self._size:,} bytes expected")
        self._hash.update(data)
