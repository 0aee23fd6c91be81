"""Bring the rows of a metadata table and the files that they name together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sortal.collection.metadata import Row, Rows
from sortal.collection.names import canonical, counted, listed
from sortal.errors import Fault


@dataclass(frozen=True, slots=True)
class Match:
    """What a table says of each file.

    Attributes:
        rows: path of a file to its row.
        contradicted: path of a file to the lines that give it different labels.
        faults: rows that name no file that is there.
        notes: sentences about the matching.
    """

    rows: dict[str, Row]
    contradicted: dict[str, tuple[int, ...]]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def match(table: Rows, paths: Iterable[str]) -> Match:
    """Find the file of each row.

    A name matches the path that is spelled alike, else the one that looks alike: equal in
    Unicode normal form C, backslashes read as slashes. Of several rows for one file the
    first counts, unless they give it different labels.
    """
    exact = set(paths)
    alike = {canonical(path): path for path in sorted(exact)}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    missing: dict[str, Row] = {}
    for row in table.rows:
        path = _path_of(row.file, exact=exact, alike=alike)
        if path is None:
            missing.setdefault(row.file, row)
        else:
            found[path].append(row)
    contradicted = {
        path: tuple(row.line for row in rows)
        for path, rows in found.items()
        if len({row.label for row in rows}) > 1
    }
    surplus = sum(len(rows) - 1 for path, rows in found.items() if path not in contradicted)
    return Match(
        rows={path: rows[0] for path, rows in found.items() if path not in contradicted},
        contradicted=contradicted,
        faults=tuple(_missing(table, row) for row in missing.values()),
        notes=(_surplus(table, surplus),) if surplus else (),
    )


def _path_of(name: str, *, exact: set[str], alike: dict[str, str]) -> str | None:
    if name in exact:
        return name
    tidy = "/".join(part for part in name.replace("\\", "/").split("/") if part != ".")
    return tidy if tidy in exact else alike.get(canonical(tidy))


def _missing(table: Rows, row: Row) -> Fault:
    name = row.file.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        problem = "which leads out of the folder; names must be relative to the table"
    else:
        problem = "but no such picture is there"
    return Fault(row.file, "bad-record", f"{table.path}, line {row.line}, names it, {problem}.")


def _surplus(table: Rows, n: int) -> str:
    return (
        f"{table.path} names some files more than once with the same label; the first row of "
        f"each counts and {counted(n, 'row')} had no effect."
    )


def contradiction(table: Rows, path: str, lines: tuple[int, ...]) -> Fault:
    """The fault of a file that a table calls by two labels."""
    where = listed(map(str, lines), most=4)
    message = f"{table.path} gives it different labels in lines {where}."
    return Fault(path, "bad-record", message)
