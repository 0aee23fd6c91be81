"""Read a metadata table: CSV, TSV or JSON lines; one row says what one picture is."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sortal.collection.names import canonical, ending, listed
from sortal.errors import CollectionError, Fault

FILE_COLUMN: Final = "file_name"
LABEL_COLUMN: Final = "label"
_DELIMITERS: Final = (",", ";", "\t")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_CELL: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``line`` it starts on (from 1), the file it names, the label, everything else."""

    line: int
    file: str
    label: str | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as read.

    Attributes:
        path: of the table, for sentences.
        rows: those that name a file.
        labelled: whether it has a column of labels.
        columns: the other columns.
        faults: rows that cannot be read.
        notes: sentences about the reading.
    """

    path: str
    rows: tuple[Row, ...]
    labelled: bool
    columns: tuple[str, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def read_rows(path: str, contents: bytes) -> Rows:
    """Read a table from its bytes.

    The encoding is what the byte order mark says; without one UTF-8 if the bytes are valid
    UTF-8, else Latin-1, which is noted. The delimiter of a ``.csv`` is whichever of comma,
    semicolon and tab makes a column called ``file_name`` appear in the first row.

    Args:
        path: name of the table; its ending chooses the format.
        contents: its bytes.

    Raises:
        CollectionError: it has no column ``file_name``, or cannot be read as a table.
    """
    text, notes = _decoded(path, contents)
    if ending(path) == "jsonl":
        records, faults = _json_records(path, text)
    else:
        records, faults = _csv_records(path, text)
    labelled = any(LABEL_COLUMN in record for _, record in records)
    columns = dict.fromkeys(key for _, record in records for key in record)
    rows: list[Row] = []
    for line, record in records:
        name = record.pop(FILE_COLUMN, "")
        if not name:
            faults.append(_bad_row(path, line, f"It names no file in its {FILE_COLUMN}."))
            continue
        label = canonical(record.pop(LABEL_COLUMN, "").strip()) or None
        rows.append(Row(line, name, label, record))
    others = tuple(c for c in columns if c not in (FILE_COLUMN, LABEL_COLUMN))
    return Rows(path, tuple(rows), labelled, others, tuple(faults), notes)


def _decoded(path: str, contents: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if contents.startswith(mark)), "utf-8")
    try:
        return contents.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise CollectionError(
                f"{path}: its byte order mark says {encoding}, but it is not ({error}). "
                "Save it as UTF-8."
            ) from error
    note = f"{path} is not UTF-8 and was read as Latin-1; check its accented letters."
    return contents.decode("latin-1"), (note,)


def _bad_row(path: str, line: int, message: str) -> Fault:
    return Fault(f"{path}, line {line}", "bad-record", message)


def _csv_records(path: str, text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    delimiter = "\t" if ending(path) == "tsv" else _delimiter(text)
    lines = _csv_lines(path, text, delimiter)
    header = [cell.strip() for cell in next(lines, (1, []))[1]]
    _check_header(path, header)
    records, faults = [], []
    for line, cells in lines:
        if len(cells) != len(header):
            message = f"It has {len(cells)} cells where the first row has {len(header)}."
            faults.append(_bad_row(path, line, message))
            continue
        filled = {key: cell.strip() for key, cell in zip(header, cells, strict=True) if cell}
        records.append((line, filled))
    return records, faults


def _delimiter(text: str) -> str:
    """Whichever delimiter makes the column of file names appear; the comma if none does."""
    first = text.lstrip("\r\n").partition("\n")[0].strip("\r")
    for delimiter in _DELIMITERS:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        if FILE_COLUMN in (cell.strip() for cell in cells):
            return delimiter
    return _DELIMITERS[0]


def _csv_lines(path: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with the line on which each starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise CollectionError(
            f"{path}, line {reader.line_num}: not a sound table ({error}). Save it anew as CSV "
            "in UTF-8; a quotation mark inside a quoted cell is written twice."
        ) from error
    finally:
        csv.field_size_limit(before)


def _check_header(path: str, header: list[str]) -> None:
    if FILE_COLUMN not in header:
        found = listed((repr(cell) for cell in header), most=8) or "nothing"
        raise CollectionError(
            f"{path}: the first row must name the columns and one must be called "
            f"{FILE_COLUMN!r} (and {LABEL_COLUMN!r} for the labels); it names {found}."
        )
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise CollectionError(
            f"{path}: the first row names {listed(map(repr, twice))} more than once. "
            "Give each column a name of its own."
        )


def _json_records(path: str, text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    records: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.append(_bad_row(path, number, f"It is not JSON ({error})."))
            continue
        if isinstance(value, dict):
            records.append((number, {k: _as_text(v) for k, v in value.items() if v is not None}))
        else:
            faults.append(_bad_row(path, number, "It is JSON, but not an object."))
    if not any(FILE_COLUMN in record for _, record in records):
        raise CollectionError(
            f"{path}: each line must be a JSON object with a member {FILE_COLUMN!r} (and "
            f"{LABEL_COLUMN!r} for the label); no line has one."
        )
    return records, faults


def _as_text(value: Any) -> str:
    """Texts as they are; anything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
