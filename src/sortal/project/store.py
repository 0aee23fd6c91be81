"""The SQLite file of a project: one connection, one writer at a time, nothing half done."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sortal.errors import InputError, OutputError
from sortal.project.schema import APPLICATION_ID, STEPS, VERSION

_BUSY_SECONDS: Final = 30.0

Row = tuple[Any, ...]


class Store:
    """Transactions on one project file.

    The journal is a write-ahead log with ``synchronous = FULL``: what a transaction has
    written stays, even if the power fails in the next moment; what it had begun is gone.
    Threads take turns.

    Raises:
        InputError: the file is damaged, of a newer Sortal, or no project.
        OutputError: it cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.RLock()
        try:
            self._connection = _connect(path)
        except sqlite3.DatabaseError as error:
            raise _explained(path, error) from error

    def copy(self, path: Path) -> None:
        """Write all that is committed to another file, which must not be there."""
        with self._turn, closing(sqlite3.connect(path)) as other:
            self._connection.backup(other)

    def close(self) -> None:
        """Close the file; what was written stays."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Write all that follows, or nothing of it; may be nested, the outermost counts.

        Raises:
            OutputError: the disk is full or the file can no longer be written; nothing was.
        """
        with self._turn:
            if self._is_writing():
                yield self
                return
            self.run("BEGIN IMMEDIATE")
            try:
                yield self
                self.run("COMMIT")
            except BaseException:
                if self._is_writing():
                    self._connection.execute("ROLLBACK")
                raise

    def _is_writing(self) -> bool:
        return self._connection.in_transaction

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; return the id of the row it inserted, if it did."""
        with self._turn:
            try:
                return self._connection.execute(sql, values).lastrowid or 0
            except sqlite3.OperationalError as error:
                raise _explained(self.path, error) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        with self._turn:
            try:
                self._connection.executemany(sql, rows)
            except sqlite3.OperationalError as error:
                raise _explained(self.path, error) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._turn:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise _explained(self.path, error) from error

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None


def marks(values: Sequence[Any]) -> str:
    """Return as many question marks as there are values, for a list in a statement."""
    return ",".join("?" * len(values))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        _bring_up(connection, path)
        _require_own_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or bring those of an older one up."""
    application, version = _versions(connection)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or tables):
        raise InputError(
            f"{path} is an SQLite file, but no project of Sortal's: give another folder."
        )
    if version > VERSION:
        raise InputError(
            f"{path} was written by a newer Sortal (schema {version}; this one knows up to "
            f"{VERSION}): update Sortal."
        )
    for step in range(version, VERSION):
        connection.executescript(
            f"BEGIN IMMEDIATE; {STEPS[step]}"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {step + 1}; COMMIT;"
        )


def _require_own_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file with a trigger, a view or a table that is not Sortal's: it may act by itself.

    Raises:
        InputError: so it is.
    """
    with closing(sqlite3.connect(":memory:")) as fresh:
        for step in STEPS:
            fresh.executescript(step)
        own = _objects(fresh)
    found = _objects(connection)
    if found != own:
        names = ", ".join(sorted(name for _, name in found ^ own))[:200]
        raise InputError(
            f"{path}: the project file is not as Sortal makes it ({names}). It was not opened; "
            "bring it back from a copy."
        )


def _objects(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    return {(kind, name) for kind, name in rows if not name.startswith("sqlite_")}


def _versions(connection: sqlite3.Connection) -> tuple[int, int]:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return application, connection.execute("PRAGMA user_version").fetchone()[0]


def _explained(path: Path, error: sqlite3.Error) -> InputError | OutputError:
    """Say what SQLite's error means for a person."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return InputError(
            f"{path} is damaged or no project ({error}): bring it back from a copy, or begin a "
            "new project. The file was left as it is."
        )
    if code == sqlite3.SQLITE_FULL:
        return OutputError(f"{path}: the disk is full. Nothing was changed; make room and repeat.")
    return OutputError(f"{path} cannot be written ({error}). Nothing was changed.")
