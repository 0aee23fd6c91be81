"""Bytes that come in, written to the disk as they come: memory stays flat, however many."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sortal.errors import OutputError, UsageError

_SPARE: Final = 512 * 2**20
"""Bytes that must stay free on the disk, for labels and models to be written."""


@dataclass(frozen=True, slots=True)
class Received:
    """A body that was written to a file of no lasting name.

    Attributes:
        path: the file; whoever wants to keep it moves it away.
        sha256: of its content.
        size: bytes.
    """

    path: Path
    sha256: str
    size: int


async def receive(
    stream: AsyncIterator[bytes], path: Path, *, headers: Mapping[str, str]
) -> Received:
    """Write a body to a file.

    Raises:
        UsageError: nothing came.
        OutputError: there is no room for what was announced, or it cannot be written.
    """
    _require_room(path.parent, headers.get("content-length", ""))
    digest, size = hashlib.sha256(), 0
    with _explained(), path.open("xb") as file:
        async for chunk in stream:
            digest.update(chunk)
            file.write(chunk)
            size += len(chunk)
    if not size:
        raise UsageError("The file has no content (zero bytes).")
    return Received(path, digest.hexdigest(), size)


@contextmanager
def passing_file(folder: Path) -> Iterator[Path]:
    """Yield a free name in a folder; what still bears it afterwards is removed."""
    path = folder / f".{secrets.token_hex(8)}.part"
    with _explained():
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _require_room(folder: Path, announced: str) -> None:
    if announced.isdigit() and int(announced) > shutil.disk_usage(folder).free - _SPARE:
        raise OutputError(
            f"{int(announced):,} bytes were announced, for which the disk has no room: make room, "
            "or point at the folder on this machine, whose pictures stay where they are."
        )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"What came could not be kept ({error.strerror or error}): make room and repeat."
        ) from error
