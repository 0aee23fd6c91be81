"""The bytes of one picture: a file, a member of a zip archive, or one of many in a file."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from functools import lru_cache
from io import FileIO
from pathlib import Path
from typing import Final

from sortal.pictures.limits import LIMITS, Limits
from sortal.pictures.packed import packed_picture
from sortal.pictures.record import Source
from sortal.pictures.refusal import Refusal

# Opening a pipe or device for reading could wait for ever; a regular file ignores the flag.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_OPEN_ARCHIVES: Final = 4


def content_hash(source: Source | Path) -> str:
    """Return the SHA-256 of the picture's bytes as 64 hexadecimal digits.

    Raises:
        PictureError: the bytes cannot be read; the reasons are those of ``read_bytes``.
    """
    return hashlib.sha256(picture_bytes(source)).hexdigest()


def picture_bytes(source: Source | Path) -> bytes:
    """Return the picture's bytes as they stand in the file or archive.

    Raises:
        PictureError: the bytes cannot be read; the reasons are those of ``read_bytes``.
    """
    source = source if isinstance(source, Source) else Source(source)
    try:
        return read_bytes(source)
    except Refusal as refusal:
        raise refusal.error(name_of(source)) from refusal


def name_of(source: Source | Path | bytes) -> str:
    """Return the name to show where nobody gave one."""
    if isinstance(source, bytes):
        return "<bytes>"
    if isinstance(source, Path):
        return str(source)
    if isinstance(source.member, int):
        return f"{source.path}/{source.member:05d}"
    return str(source.path) if source.member is None else f"{source.path}!{source.member}"


def read_bytes(source: Source, limits: Limits = LIMITS) -> bytes:
    """Return the whole content of ``source``, never more than ``limits.max_bytes``.

    Raises:
        Refusal: "empty"; "unreadable"; "too-large"; for an archive also "bad-record" (no such
            member, or one that is encrypted) and "damaged" (its checksum is wrong); for one
            picture of many also what ``packed_picture`` says.
    """
    try:
        if source.member is None:
            data = _from_file(source.path, limits)
        elif isinstance(source.member, int):
            data = packed_picture(source.path, source.member)
            _check_size(len(data), limits)
        else:
            data = _from_archive(source.path, source.member, limits)
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal("unreadable", f"The file could not be read: {why}.") from error
    if not data:
        raise Refusal("empty", "The file has no content (zero bytes).")
    return data


def _from_file(path: Path, limits: Limits) -> bytes:
    with FileIO(os.open(path, _FLAGS), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("unreadable", "It is not a regular file.")
        _check_size(status.st_size, limits)
        return _read_up_to(file, status.st_size, limits)


def _read_up_to(file: FileIO, expected: int, limits: Limits) -> bytes:
    """Read to the end, in one call where the file does not grow meanwhile."""
    data = file.read(expected + 1)
    while more := file.read(limits.max_bytes + 1 - len(data)):
        data += more
        _check_size(len(data), limits)
    return data


def _from_archive(path: Path, member: str, limits: Limits) -> bytes:
    status = path.stat()
    try:
        archive = _open_archive(path, status.st_mtime_ns, status.st_size)
        entry = archive.getinfo(member)
        _check_size(entry.file_size, limits)
        with archive.open(entry) as file:
            # The announced size may lie; the reader stops there, and one byte more would tell.
            data = file.read(limits.max_bytes + 1)
    except KeyError as error:
        raise Refusal("bad-record", f"The archive {path.name} has no such member.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refusal("damaged", f"The archive's member is damaged: {error}.") from error
    except (RuntimeError, NotImplementedError) as error:  # encrypted; unknown compression
        raise Refusal("bad-record", f"The archive's member cannot be unpacked: {error}.") from error
    _check_size(len(data), limits)
    return data


@lru_cache(maxsize=_OPEN_ARCHIVES)
def _open_archive(path: Path, _mtime_ns: int, _size: int) -> zipfile.ZipFile:
    """Keep the last few archives open: reading the directory of a large one takes long."""
    return zipfile.ZipFile(path)


def _check_size(n_bytes: int, limits: Limits) -> None:
    if n_bytes > limits.max_bytes:
        raise Refusal(
            "too-large",
            f"The file has {n_bytes:,} bytes; at most {limits.max_bytes:,} are read.",
        )
