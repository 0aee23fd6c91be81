"""Writing a file so that it is either wholly there or as it was before."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sortal.errors import OutputError


def write_atomically(path: str | Path, data: bytes) -> None:
    """Put ``data`` in the file ``path``, or leave whatever was there as it was.

    Raises:
        OutputError: as ``whole_file``.
    """
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """Yield a file to write to; it becomes ``path`` when the block ends without an error.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the
    name in one step; a full disk, an error or an interrupt before that step leaves the old
    file, and no temporary one. A symbolic link is followed. A new file gets the permissions
    that the process gives any new file; an old one keeps its own.

    Raises:
        OutputError: the folder is missing or closed, the disk is full, the path is a folder or a
            device. An OSError of the block counts as one of writing.
    """
    target = Path(os.path.realpath(path))
    _check_place(path, target)
    # The name is random and short: two writers never share it, and it fits where `path` fits.
    temporary = target.with_name(f".sortal-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{path} could not be written ({reason}); what was there before is unchanged."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _check_place(path: str | Path, target: Path) -> None:
    """Refuse what no file can take the place of."""
    try:
        if target.is_dir():
            raise OutputError(f"{path} is a folder: give the name of a file to write.")
        if target.exists() and not target.is_file():  # taking its name would remove the device
            raise OutputError(f"{path} is a device, pipe or socket: give the name of a file.")
        if not target.parent.is_dir():
            raise OutputError(f"{path} cannot be written: there is no folder {target.parent}.")
    except OSError as error:  # such as a name that is too long
        reason = error.strerror or str(error)
        raise OutputError(f"{path} cannot be written ({reason}): give another name.") from error


def _flush_folder(folder: Path) -> None:
    """Force the new name to the disk, where the system can (Windows cannot open a folder)."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
