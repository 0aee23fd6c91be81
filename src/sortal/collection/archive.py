"""List a zip archive without unpacking it, and without trusting it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from lzma import LZMAError
from pathlib import Path
from typing import Final

from sortal.collection.limits import MEBI, ArchiveLimits
from sortal.collection.listing import Found, Listing, Table
from sortal.collection.names import ending, is_system, kind, shown
from sortal.collection.teachable import (
    MANIFEST,
    as_folders,
    is_teachable,
    refuse_other_projects,
)
from sortal.errors import CollectionError, Fault, FaultReason
from sortal.pictures.record import Source

_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_SYMLINK: Final = 0o120000
_FORMAT_BITS: Final = 0o170000
_METHODS: Final = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
)
_END: Final = struct.Struct("<4s4H2LH")  # end of central directory, APPNOTE.TXT 4.3.16
_END64: Final = struct.Struct("<4sQ2H2L4Q")  # its 64-bit form, 4.3.14
_LOCATOR: Final = struct.Struct("<4sLQL")  # where that is, 4.3.15
_DIRECTORY_BYTES: Final = 1_024
"""Central directory bytes allowed per member: 46 and the name, with room for extra fields."""
_FLAT_BYTES: Final = MEBI
"""Members that unpack to no more than this may be packed as tightly as they like."""


def list_archive(path: Path, *, limits: ArchiveLimits) -> Listing:
    """List the members of a zip archive.

    Nothing is written to disk, ever. A member that leads out of the archive, is a link, is
    encrypted, is packed suspiciously tightly or too large becomes a fault; ``__MACOSX`` and
    hidden files are passed over; a single top folder is taken off where it only wraps
    the rest.

    Raises:
        CollectionError: it is not a readable zip, or is beyond ``limits`` as a whole.
    """
    members = _members(path, limits)
    survey = _Survey(path, limits)
    for member in members:
        survey.take(member)
    return survey.listing()


def _members(path: Path, limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    try:
        _check_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except OSError as error:
        raise CollectionError(
            f"{path}: the archive cannot be read ({error.strerror or error})."
        ) from error
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise CollectionError(
            f"{path}: not a sound zip archive ({error}). Make the archive anew, or unpack it "
            "and give the folder."
        ) from error
    total = sum(member.file_size for member in members)
    if total > limits.total_bytes:
        raise CollectionError(
            f"{path}: an archive may hold {limits.total_bytes:,} bytes unpacked; this one says "
            f"{total:,}. Unpack it and give the folder."
        )
    packed = sum(member.compress_size for member in members)
    if packed > path.stat().st_size:
        raise CollectionError(
            f"{path}: the members of the archive say that they take {packed:,} bytes, more than "
            "the file has, so they overlap. Make the archive anew."
        )
    return members


def _check_directory(path: Path, limits: ArchiveLimits) -> None:
    """Refuse an absurd table of contents before it is read into memory."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        start = max(0, size - _END.size - 0xFFFF)
        stream.seek(start)
        tail = stream.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or at + _END.size > len(tail):
            raise zipfile.BadZipFile("its end is missing")
        _, _, _, _, count, length, _, _ = _END.unpack_from(tail, at)
        locator = at - _LOCATOR.size
        if locator >= 0 and tail[locator : locator + 4] == b"PK\6\7":
            stream.seek(_LOCATOR.unpack_from(tail, locator)[2])
            end64 = _END64.unpack(stream.read(_END64.size))
            count, length = max(count % 0xFFFF, end64[7]), max(length % 0xFFFFFFFF, end64[8])
    if count > limits.members or length > limits.members * _DIRECTORY_BYTES:
        raise CollectionError(
            f"{path}: an archive may have {limits.members:,} members; this one lists {count:,} "
            f"in {length:,} bytes. Unpack it and give the folder."
        )


class _Survey:
    """The members seen so far, each in one place."""

    def __init__(self, path: Path, limits: ArchiveLimits) -> None:
        self.path = path
        self.limits = limits
        self.files: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.folders: set[str] = set()
        self.faults: list[Fault] = []
        self.other: Counter[str] = Counter()
        self.others: list[str] = []
        self.system = 0
        self._names: set[str] = set()

    def take(self, member: zipfile.ZipInfo) -> None:
        """Put one member where it belongs."""
        path = display_name(member)
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if any(map(is_system, parts)) and ".." not in parts:
            self.system += not member.is_dir()
            return
        fault = self._fault(member, path, parts)
        if fault is not None:
            self.faults.append(fault)
            return
        path = "/".join(parts)
        parents = parts if member.is_dir() else parts[:-1]
        self.folders.update("/".join(parents[:n]) for n in range(1, len(parents) + 1))
        if member.is_dir() or not parts:
            return
        match kind(parts[-1]):
            case "picture":
                self.files[path] = member.filename
            case "table":
                self.tables[path] = member.filename
            case "other" | "system":
                self.other[ending(parts[-1])] += 1
                self.others.append(path)

    def _fault(self, member: zipfile.ZipInfo, path: str, parts: list[str]) -> Fault | None:
        reason: FaultReason = "bad-record"
        problem = _misplaced(member, path, parts)
        if problem is None and member.filename in self._names:
            problem = "The archive holds two members of this name; the second is not used."
        self._names.add(member.filename)
        if problem is None and not member.is_dir():
            problem = self._oversized(member)
            reason = "bad-record" if problem is None else "too-large"
        if problem is None and member.compress_type not in _METHODS:
            problem = f"It is packed by method {member.compress_type}, which cannot be unpacked."
            reason = "bad-record"
        return None if problem is None else Fault(path or "(no name)", reason, problem)

    def _oversized(self, member: zipfile.ZipInfo) -> str | None:
        size, limits = member.file_size, self.limits
        if size > limits.member_bytes:
            return f"It has {size:,} bytes unpacked; {limits.member_bytes:,} are allowed."
        if size > _FLAT_BYTES and size > limits.ratio * max(1, member.compress_size):
            return (
                f"It says that {member.compress_size:,} bytes unpack to {size:,}, more than "
                f"{limits.ratio:,} times as many: this is no picture."
            )
        return None

    def listing(self) -> Listing:
        is_project = is_teachable((*self.others, *self.files))
        if is_project:
            self._unbundle()
        wrap = "" if is_project else self._wrapper()
        files = sorted((path[len(wrap) :], member) for path, member in self.files.items())
        tables = sorted((path[len(wrap) :], member) for path, member in self.tables.items())
        folders = sorted(
            path[len(wrap) :]
            for path in self.folders
            if path.startswith(wrap) and len(path) > len(wrap)
        )
        return Listing(
            name=shown(self.path.stem),
            where=str(self.path),
            archive=True,
            files=tuple(Found(name, Source(self.path, member)) for name, member in files),
            folders=tuple(folders),
            tables=tuple(
                Table(name, _Reader(self.path, member, self.limits)) for name, member in tables
            ),
            faults=tuple(self.faults),
            passed_over=self.other,
            system=self.system,
        )

    def _unbundle(self) -> None:
        """Give the pictures of a Teachable Machine project a folder for each kind."""
        if not self.files:
            refuse_other_projects(str(self.path), self.others)
        folders = as_folders(self.files)
        self.files = {folders[path]: member for path, member in self.files.items()}
        self.folders = {path.partition("/")[0] for path in self.files if "/" in path}
        self.other -= Counter([ending(MANIFEST)])

    def _wrapper(self) -> str:
        """The folders, with a slash each, that only wrap the rest; mostly one or none.

        A single top folder wraps where folders or a table lie in it, or where it is called
        like the archive. A single folder of pictures under another name is a label.
        """
        wrap = ""
        while (top := self._single_top(wrap)) is not None:
            inner = wrap + top + "/"
            folders = any(path.startswith(inner) for path in self.folders)
            table = any(path.rpartition("/")[0] + "/" == inner for path in self.tables)
            if not (folders or table or top == self.path.stem):
                break
            wrap = inner
        return wrap

    def _single_top(self, wrap: str) -> str | None:
        """The one folder below ``wrap`` in which everything lies, if it is only one."""
        below = [path[len(wrap) :] for path in (*self.files, *self.tables)]
        tops = {path.partition("/")[0] for path in below}
        tops |= {path[len(wrap) :].partition("/")[0] for path in self.folders} - {""}
        return tops.pop() if len(tops) == 1 and all("/" in path for path in below) else None


def display_name(member: zipfile.ZipInfo) -> str:
    """The name of a member as its maker meant it, POSIX style and printable.

    Without the UTF-8 flag the standard says code page 437; the archivers of macOS and many
    others write UTF-8 all the same, which is recognised because it decodes. Windows
    archivers write backslashes.
    """
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return shown(name.replace("\\", "/"))


def _misplaced(member: zipfile.ZipInfo, path: str, parts: list[str]) -> str | None:
    """What is wrong with where a member stands or what it is, or None."""
    if path.startswith("/") or path[1:2] == ":":
        return "Its name is an absolute path; names inside an archive must be relative."
    if ".." in parts:
        return "Its name leads out of the archive."
    if (member.external_attr >> 16) & _FORMAT_BITS == _SYMLINK:
        return "It is a symbolic link; links inside an archive are not followed."
    if member.flag_bits & _ENCRYPTED_FLAG:
        return "It is encrypted; make the archive without a password."
    return None


class _Reader:
    """Reads one table from an archive when called."""

    def __init__(self, path: Path, member: str, limits: ArchiveLimits) -> None:
        self.path = path
        self.member = member
        self.most = limits.table_bytes

    def __call__(self) -> bytes:
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                contents = stream.read(self.most + 1)
        except (
            OSError,
            EOFError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
            LZMAError,
        ) as error:
            raise CollectionError(
                f"{self.path}: its table {shown(self.member)} cannot be unpacked ({error})."
            ) from error
        if len(contents) > self.most:
            raise CollectionError(
                f"{self.path}: its table {shown(self.member)} has more than the "
                f"{self.most:,} bytes that a metadata table may have."
            )
        return contents
