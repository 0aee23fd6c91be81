"""The tables of a project file, and how a file of an older schema is brought up."""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x536F7250
"""Tells a project file from any other SQLite file (PRAGMA application_id)."""

VERSION: Final = 2
"""Of the schema (PRAGMA user_version); every step up has a script in ``STEPS``."""

_FIRST: Final = """
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE kind (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX kind_name ON kind (name) WHERE removed = 0;

CREATE TABLE picture (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    place TEXT NOT NULL,
    member TEXT,
    path TEXT NOT NULL,
    origin TEXT NOT NULL,
    kind INTEGER REFERENCES kind (id),
    grouped TEXT,
    excluded INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    fault TEXT
);
CREATE INDEX picture_kind ON picture (kind, id);
CREATE INDEX picture_content ON picture (sha256);

CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    words TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE change_item (
    change INTEGER NOT NULL REFERENCES change (id),
    thing TEXT NOT NULL,
    id INTEGER NOT NULL,
    field TEXT NOT NULL,
    old,
    new,
    PRIMARY KEY (change, thing, id, field)
) WITHOUT ROWID;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    state TEXT NOT NULL,
    options TEXT NOT NULL,
    result TEXT,
    message TEXT
);
CREATE TABLE answer (
    run INTEGER NOT NULL REFERENCES run (id),
    picture INTEGER NOT NULL REFERENCES picture (id),
    truth TEXT NOT NULL,
    answer TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (run, picture)
) WITHOUT ROWID;
"""

_SECOND: Final = """
ALTER TABLE run ADD COLUMN threshold REAL;

CREATE TABLE opened (
    path TEXT PRIMARY KEY
) WITHOUT ROWID;
"""

STEPS: Final[tuple[str, ...]] = (_FIRST, _SECOND)
"""Script number n brings a file from version n to n + 1."""
