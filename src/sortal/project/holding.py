"""One studio to a project: who comes second is told who holds it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO

from sortal.errors import UsageError


class Holding:
    """A lock on a project's folder, given back when the process ends, however it ends.

    The operating system keeps the lock, so a killed process leaves none behind; the text in
    the file only says who holds it.

    Args:
        path: the lock file; made where it is not there.
        who: what to tell those who come second, such as the address of the studio.

    Raises:
        UsageError: another process holds it; the message says which.
    """

    def __init__(self, path: Path, *, who: str = "") -> None:
        self._path = path
        self._file: IO[str] = path.open("a+", encoding="utf-8")
        if not _lock(self._file):
            told = self._told()
            self._file.close()
            raise UsageError(f"{path.parent} is already open{told}. Close it there first.")
        self.tell(who)

    def tell(self, who: str) -> None:
        """Write down who holds it."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"process": os.getpid(), "who": who}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give it back."""
        if not self._file.closed:
            self._file.close()

    def _told(self) -> str:
        try:
            self._file.seek(0)
            held = json.loads(self._file.read())
            who = f" at {held['who']}" if held["who"] else ""
            return f"{who} (process {int(held['process'])})"
        except (OSError, ValueError, KeyError, TypeError):
            return " in another process"


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # beyond the text, which others must be able to read

    def _lock(file: IO[str]) -> bool:
        """Lock one byte; return whether it was free."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        """Lock the file; return whether it was free."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
