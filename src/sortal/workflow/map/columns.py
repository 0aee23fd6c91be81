"""All columns of a map: of the pictures themselves, of the labels, of a table, of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Embedded
from sortal.collection import Collection
from sortal.collection.names import listed
from sortal.errors import UsageError
from sortal.map.site import Column
from sortal.workflow.map.guess import category, degrees, guess_column, safe

MOST_COLUMNS: Final = 60
"""Columns of a table that the page takes; of wider tables the first ones."""

_LATITUDE: Final = ("latitude", "lat")
_LONGITUDE: Final = ("longitude", "lon", "lng", "long")
_DATES: Final = ("date", "taken_at", "taken", "datetime", "timestamp", "time")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Columns, and what a person should know about them.

    Attributes:
        columns: in the order in which a person should meet them.
        notes: sentences.
    """

    columns: tuple[Column, ...]
    notes: tuple[str, ...]

    def find(self, id: str) -> Column | None:
        """The column of that id, if there is one."""
        return next((column for column in self.columns if column.id == id), None)


def picture_columns(embedded: Embedded) -> list[Column]:
    """What is known of every picture without a table: path, label, group, size and light."""
    samples, prints = embedded.collection.samples, embedded.fingerprints
    columns = [Column("path", "File", "text", [safe(sample.path) for sample in samples])]
    for id_, title, texts in (
        ("label", "Label", [sample.label for sample in samples]),
        ("group", "Group", [sample.group for sample in samples]),
        ("format", "Format", [print_.format for print_ in prints]),
    ):
        if any(texts):
            columns.append(category(texts, id=id_, title=title))
    for id_, title in (
        ("width", "Width"),
        ("height", "Height"),
        ("brightness", "Brightness"),
        ("sharpness", "Sharpness"),
    ):
        values = np.array([getattr(print_, id_) for print_ in prints], np.float32)
        columns.append(Column(id_, title, "number", values))
    return columns


def table_columns(embedded: Embedded, *, wanted: Sequence[str] | None = None) -> Told:
    """What a metadata table says, each column with its guessed type; date and place apart.

    Args:
        embedded: the pictures.
        wanted: names of the table's columns to take; None for all.

    """
    rows = [sample.metadata for sample in embedded.collection]
    names = names_in(embedded.collection)
    notes: list[str] = []
    if wanted is not None:
        names = [name for name in names if name in wanted]
    if len(names) > MOST_COLUMNS:
        notes.append(f"Of {len(names):,} columns the first {MOST_COLUMNS} are on the map.")
        names = names[:MOST_COLUMNS]
    columns: list[Column] = []
    place = _place({name: [row.get(name, "") for row in rows] for name in _place_names(names)})
    for number, name in enumerate(n for n in names if n not in _place_names(names)):
        texts = [row.get(name, "") for row in rows]
        column = guess_column(texts, id=f"m{number}", title=safe(name)[:80])
        if column is not None:
            columns.append(column)
    columns = [*_date(embedded, columns), *place, *columns]
    return Told(tuple(columns), tuple(notes) + _wrong(columns))


def names_in(collection: Collection) -> list[str]:
    """The names of the columns of a collection's table, in their order."""
    return list(dict.fromkeys(name for sample in collection for name in sample.metadata))


def check_columns(wanted: Sequence[str], collection: Collection) -> None:
    """Refuse columns that the table does not have, before any work.

    Raises:
        UsageError: a wanted column is not there.
    """
    names = names_in(collection)
    strange = [name for name in wanted if name not in names]
    if strange:
        known = listed(names, most=12) or "none, as no metadata table was read"
        raise UsageError(f"--columns: there is no column {strange[0]!r}. There are: {known}.")


def _date(embedded: Embedded, columns: Sequence[Column]) -> list[Column]:
    """When each picture was taken: as the table says, elsewhere as its EXIF data say."""
    exif = [print_.taken_at for print_ in embedded.fingerprints]
    seconds = np.array([np.nan if value is None else value for value in exif], np.float64)
    told = _told_date(columns)
    if told is not None:
        dates = np.asarray(told.data, np.float64)
        seconds = np.where(np.isfinite(dates), dates, seconds)
    return [Column("date", "Date", "date", seconds)] if np.isfinite(seconds).any() else []


def _told_date(columns: Sequence[Column]) -> Column | None:
    """The table's column that says when: by its name, else the only one that holds dates."""
    dates = [column for column in columns if column.type == "date"]
    by_name = {column.title.lower(): column for column in dates}
    named = next((by_name[name] for name in _DATES if name in by_name), None)
    return named or (dates[0] if len(dates) == 1 else None)


def _place_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns of latitude and longitude, or nothing where one is missing."""
    lower = {name.strip().lower(): name for name in reversed(names)}
    pair = [
        next((lower[name] for name in known if name in lower), None)
        for known in (_LATITUDE, _LONGITUDE)
    ]
    return tuple(name for name in pair if name is not None) if None not in pair else ()


def _place(told: dict[str, list[str]]) -> list[Column]:
    """Latitude and longitude; a picture of which either is wrong has neither."""
    if not told:
        return []
    latitude, longitude = told.values()
    north, wrong_north = degrees(latitude, most=90.0)
    east, wrong_east = degrees(longitude, most=180.0)
    both = np.isfinite(north) & np.isfinite(east)
    if not both.any():
        return []
    return [
        Column("latitude", "Latitude", "number", _kept(north, both), wrong=wrong_north),
        Column("longitude", "Longitude", "number", _kept(east, both), wrong=wrong_east),
    ]


def _kept(values: NDArray[np.float64], keep: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.where(keep, values, np.nan).astype(np.float32)


def _wrong(columns: Sequence[Column]) -> tuple[str, ...]:
    """A sentence on values that were there and could not be read, if there are any."""
    bad = [f"{column.title} ({column.wrong:,})" for column in columns if column.wrong]
    if not bad:
        return ()
    return (f"Values that are none of their column's type count as missing: {listed(bad)}.",)
