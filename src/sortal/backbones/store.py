"""The SQLite file behind the cache: opening, damage, and what to do when it cannot be used."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

SCHEMA_VERSION: Final = 1
_APPLICATION_ID: Final = 0x536F7274
_BUSY_SECONDS: Final = 30.0
_MAX_KEYS: Final = 500

_Result = TypeVar("_Result")


class Record(NamedTuple):
    """One stored thing: what it is, of which content, guarded by a CRC-32."""

    kind: str
    sha256: bytes
    checksum: int
    content: bytes


class Store:
    """Records under (kind, SHA-256) in one SQLite file, shared by any number of processes.

    A cache may be lost and must never stop the work. A file that is damaged is put aside
    under the ending ``.damaged`` and a fresh one begun; where the file can only be read, or
    the disk is full, nothing more is written; where it cannot be opened, it is not used.
    Each is said once, as a sentence in ``notes``.

    The journal is a write-ahead log with ``synchronous = NORMAL``: a killed process or a
    power cut loses the last transactions at most, never what was there before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self._writable = True
        self._replaced = False
        self._lock = threading.RLock()
        self._identity: tuple[int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        self._open()

    def close(self) -> None:
        """Close the file; what was written stays."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def read(self, kind: str, keys: Sequence[bytes]) -> list[Record]:
        """Return the records of ``kind`` that there are for ``keys``, in any order."""
        found: list[Record] = []
        for start in range(0, len(keys), _MAX_KEYS):
            part = keys[start : start + _MAX_KEYS]
            found += self._guarded(partial(_select, kind=kind, keys=part)) or ()
        return found

    def write(self, records: Sequence[Record]) -> None:
        """Store ``records`` in one transaction, over any of the same kind and hash."""
        if records and self._writable:
            self._guarded(partial(_insert, records=records))

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._identity = _identity(self.path)
            self._connection = _connect(self.path)
            self._identity = _identity(self.path)
        except (OSError, sqlite3.Error) as error:
            self._recover(error)

    def _guarded(self, action: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Do ``action``; where the file refuses, see to it and return None."""
        with self._lock:
            if self._connection is None:
                return None
            try:
                return action(self._connection)
            except sqlite3.Error as error:
                self._recover(error)
                return None

    def _recover(self, error: OSError | sqlite3.Error) -> None:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        damaged = code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
        if damaged and not self._replaced:
            self._put_aside(error)
        elif self._connection and code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL}:
            self._writable = False
            self._note(f"nothing more is written to it ({error})")
        elif self._connection and code == sqlite3.SQLITE_BUSY:
            self._note(f"another process held it for {_BUSY_SECONDS:.0f} s; a part was not kept")
        else:
            self.close()
            self._note(f"it is not used ({error})")

    def _put_aside(self, error: OSError | sqlite3.Error) -> None:
        """Rename the damaged file, unless another process has done so already; begin anew."""
        self._replaced = True
        self.close()
        try:
            if _identity(self.path) == self._identity:
                for ending in ("", "-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        Path(f"{self.path}{ending}").replace(f"{self.path}.damaged{ending}")
        except OSError as refusal:
            self._note(f"it is damaged ({error}) and cannot be put aside ({refusal})")
            return
        self._note(f"it was damaged ({error}) and is kept as {self.path.name}.damaged")
        self._open()

    def _note(self, what: str) -> None:
        self.notes.append(f"The cache {self.path}: {what}.")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table where the file is new; refuse a file that is not a cache of this schema."""
    if _versions(connection) == (0, 0):
        with _transaction(connection):
            if _versions(connection) == (0, 0):
                connection.execute(
                    "CREATE TABLE record (kind TEXT NOT NULL, sha256 BLOB NOT NULL, "
                    "checksum INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (kind, sha256))"
                )
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if _versions(connection) != (_APPLICATION_ID, SCHEMA_VERSION):
        error = sqlite3.DatabaseError("not a cache of this schema")
        error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
        raise error


def _versions(connection: sqlite3.Connection) -> tuple[int, int]:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return application, connection.execute("PRAGMA user_version").fetchone()[0]


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _select(connection: sqlite3.Connection, *, kind: str, keys: Sequence[bytes]) -> list[Record]:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT kind, sha256, checksum, content FROM record "  # noqa: S608 - marks only
        f"WHERE kind = ? AND sha256 IN ({marks})",
        (kind, *keys),
    )
    return [Record(*row) for row in rows]


def _insert(connection: sqlite3.Connection, *, records: Sequence[Record]) -> None:
    with _transaction(connection):
        connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", records)
