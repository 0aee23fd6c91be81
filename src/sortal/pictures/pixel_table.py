"""Small pictures written out as text: a row each, a column a pixel, as MNIST goes about as CSV.

Two forms are usual. Without a header, the label comes first and the pixels follow, row by row of
the picture (``5,0,0,...,0``). With one, the columns are named (``label,pixel0,pixel1,...``) and
the label may also come last; where no column is a label, nobody said what the pictures are.
Colour pictures have three numbers a pixel, red, green and blue.
"""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures.idx import MOST_BYTES, start_of
from sortal.pictures.limits import MEBIBYTE
from sortal.pictures.refusal import Refusal

MOST_TEXT: Final = 4096 * MEBIBYTE
"""Largest text that is read, unpacked."""

MOST_LINE: Final = MEBIBYTE
"""Bytes of the longest line: more than a colour picture of 256 x 256 pixels can have."""

MOST_LABEL: Final = 99_999

_FEWEST: Final = 8 * 8  # pixels; what has fewer columns is a table of something else
_PORTION: Final = 4 * MEBIBYTE
_GZIP: Final = b"\x1f\x8b"
_LABELS: Final = frozenset({b"label", b"labels", b"class", b"target", b"y", b"digit"})
_Stream = BufferedReader | gzip.GzipFile
_COMMA, _NEWLINE, _ZERO = b",\n0"


@dataclass(frozen=True, slots=True, eq=False)
class PixelTable:
    """All rows of such a table.

    Attributes:
        pixels: uint8, read-only, (n, side, side), or (n, side, side, 3) in colour; rows with a
            fault are black.
        labels: int64, read-only, (n,): -1 in rows with a fault; None where no column is a label.
        faults: number of a row, from 0, to what is wrong with it, its line included.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    faults: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """What the columns mean.

    Attributes:
        columns: how many there are.
        label: which of them is the label; None where none is.
        shape: of a picture.
        has_header: whether the first line names the columns.
    """

    columns: int
    label: int | None
    shape: tuple[int, ...]
    has_header: bool


def is_pixel_table(path: Path) -> bool:
    """Tell whether a file is text whose first rows have a number for every pixel of a picture."""
    lines = start_of(path, 3 * MOST_LINE).removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)[:2]
    if len(lines) == 1:
        lines = [lines[0].rpartition(b",")[0]]  # its last number may be cut
    if lines[0].count(b",") < _FEWEST - 1:
        return False
    return _are_numbers(lines[0]) or (len(lines) > 1 and _are_numbers(lines[1]))


def pixel_table(path: Path) -> PixelTable:
    """Return a whole table; of the last few files it is kept for the next call.

    Raises:
        Refusal: "damaged", "truncated", "too-large" or "unreadable"; single rows that cannot
            stand for a picture are faults of the table.
        OSError: the file is not there.
    """
    status = path.stat()
    return _table(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _table(path: Path, _mtime_ns: int, _size: int) -> PixelTable:
    try:
        with path.open("rb") as file:
            if file.peek(2)[:2] != _GZIP:
                return _read(file)
            with gzip.GzipFile(fileobj=file, mode="rb") as stream:
                return _read(stream)
    except EOFError as error:
        raise Refusal("truncated", "The gzip file ends too early; download it again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refusal("damaged", f"The gzip file is damaged ({error}).") from error


def _read(stream: _Stream) -> PixelTable:
    reader = _Reader()
    for chunk in _chunks(stream):
        reader.take(chunk)
    return reader.table()


def _chunks(stream: _Stream) -> Iterator[bytes]:
    """Whole lines, many at a time and two at least, each with its end; within the limits."""
    rest, total, begun = b"", 0, False
    while portion := stream.read(_PORTION):
        total += len(portion)
        if total > MOST_TEXT:
            raise Refusal("too-large", f"It has more than {MOST_TEXT:,} bytes of text.")
        rest += portion
        if not begun and rest.count(b"\n") < 2 and len(rest) <= 2 * MOST_LINE:
            continue
        begun = True
        lines, newline, rest = rest.rpartition(b"\n")
        if len(rest) > MOST_LINE:
            raise Refusal("too-large", f"It has a line of more than {MOST_LINE:,} bytes.")
        if newline:
            yield lines.replace(b"\r", b"") + newline
    if rest.strip():
        yield rest.replace(b"\r", b"") + b"\n"


class _Reader:
    """Collects the rows of a table."""

    def __init__(self) -> None:
        self._form: _Form | None = None
        self._rows: list[NDArray[np.uint8]] = []
        self._labels: list[NDArray[np.int64]] = []
        self._faults: dict[int, str] = {}
        self._n = 0
        self._line = 1

    def take(self, chunk: bytes) -> None:
        """Read whole lines."""
        if self._form is None:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
            self._form = _form(*[*chunk.split(b"\n", 2), b""][:2])
            if self._form.has_header:
                chunk = chunk.partition(b"\n")[2]
                self._line += 1
        n_lines = chunk.count(b"\n")
        if (self._n + n_lines) * math.prod(self._form.shape) > MOST_BYTES:
            raise Refusal("too-large", f"Its pictures have more than {MOST_BYTES:,} bytes.")
        numbers = _numbers(chunk, self._form)
        if numbers is None:
            self._one_by_one(chunk, self._form)
        elif len(numbers):
            self._add(numbers, self._form)
        self._line += n_lines

    def table(self) -> PixelTable:
        """All that was read."""
        if self._form is None or not self._n:
            raise Refusal("damaged", "It has no row of numbers.")
        pixels = np.concatenate(self._rows).reshape(self._n, *self._form.shape)
        pixels.flags.writeable = False
        labels = None
        if self._form.label is not None:
            labels = np.concatenate(self._labels)
            labels.flags.writeable = False
        return PixelTable(pixels, labels, self._faults)

    def _add(self, numbers: NDArray[np.int64], form: _Form) -> None:
        if form.label is not None:
            self._labels.append(numbers[:, form.label].copy())
            numbers = np.delete(numbers, form.label, axis=1)
        self._rows.append(numbers.astype(np.uint8))
        self._n += len(numbers)

    def _one_by_one(self, chunk: bytes, form: _Form) -> None:
        """Read lines among which one is odd; say which, and why."""
        for place, line in enumerate(chunk.split(b"\n")[:-1]):
            if not line.strip():
                continue
            row = _row(line, form)
            if isinstance(row, str):
                self._faults[self._n] = f"line {self._line + place} {row}"
                row = np.zeros((1, form.columns), np.int64)
                if form.label is not None:
                    row[0, form.label] = -1
            self._add(row, form)


def _form(first: bytes, second: bytes) -> _Form:
    """Say what the columns mean, from the first two lines.

    Raises:
        Refusal: they are no label and square picture.
    """
    names = [_bare(name).lower() for name in first.split(b",")]
    has_header = not _are_numbers(first)
    n = len(names)
    if not has_header:
        return _Form(n, *_guessed(n), has_header=False)
    if not _are_numbers(second):
        raise Refusal("damaged", "Neither of its first two lines is a row of whole numbers.")
    labels = [place for place, name in enumerate(names) if name in _LABELS]
    if len(labels) > 1:
        raise Refusal("damaged", "More than one of its columns is called label, class or target.")
    if not labels:
        return _Form(n, *_guessed(n), has_header=True)
    shape = _shape(n - 1)
    if shape is None:
        raise _odd(n)
    return _Form(n, labels[0], shape, has_header=True)


def _guessed(n: int) -> tuple[int | None, tuple[int, ...]]:
    """Label column and shape where no header says which column is the label."""
    labelled, plain = _shape(n - 1), _shape(n)
    if labelled is not None:
        return 0, labelled
    if plain is not None:
        return None, plain
    raise _odd(n)


def _odd(n: int) -> Refusal:
    return Refusal(
        "damaged",
        f"It has {n:,} columns; a label and the pixels of a square picture are expected, such "
        "as 785: 1 and 28 x 28.",
    )


def _shape(n_values: int) -> tuple[int, ...] | None:
    """The shape of a square picture of so many numbers, grey or colour."""
    for n_pixels, channels in ((n_values, ()), (n_values // 3 if n_values % 3 == 0 else 0, (3,))):
        side = math.isqrt(n_pixels)
        if n_pixels >= _FEWEST and side * side == n_pixels:
            return side, side, *channels
    return None


def _bare(field: bytes) -> bytes:
    return field.strip().strip(b"\"'").strip()


def _are_numbers(line: bytes) -> bool:
    fields = line.split(b",")
    return len(fields) >= _FEWEST and all(_bare(field).isdigit() for field in fields)


def _numbers(chunk: bytes, form: _Form) -> NDArray[np.int64] | None:
    """Read many lines at once, int64 (lines, columns); None where anything in them is odd."""
    text = np.frombuffer(chunk, np.uint8)
    ends = np.flatnonzero((text == _COMMA) | (text == _NEWLINE))
    if len(ends) % form.columns:
        return None
    separators = text[ends].reshape(-1, form.columns)
    digits = text - _ZERO  # wraps around for what is below "0"
    lengths = np.diff(ends, prepend=-1) - 1
    if (
        not (separators[:, -1] == _NEWLINE).all()
        or not (separators[:, :-1] == _COMMA).all()
        or np.count_nonzero(digits > 9) != len(ends)
        or lengths.min(initial=1) < 1
        or lengths.max(initial=1) > 3
    ):
        return None
    values = digits[ends - 1].astype(np.int64)
    for place in (1, 2):
        longer = np.flatnonzero(lengths > place)
        values[longer] += 10**place * digits[ends[longer] - 1 - place].astype(np.int64)
    rows = values.reshape(-1, form.columns)
    above = rows > 255
    if form.label is not None:
        above[:, form.label] = False
    return None if above.any() else rows


def _row(line: bytes, form: _Form) -> NDArray[np.int64] | str:
    """Read one line, int64 (1, columns), or say what is wrong with it."""
    fields = [_bare(field) for field in line.split(b",")]
    if len(fields) != form.columns:
        return f"has {len(fields):,} columns, the others have {form.columns:,}."
    for place, field in enumerate(fields):
        is_label = place == form.label
        if is_label and not field:
            return "has no label."
        most = MOST_LABEL if is_label else 255
        if not field.isdigit() or len(field) > 9 or int(field) > most:
            what = "its label" if is_label else f"column {place + 1:,}"
            came = field[:20].decode("ascii", "replace") or "nothing"
            return f"cannot be used: {what} must be a whole number from 0 to {most:,}; {came} came."
    return np.array([[int(field) for field in fields]], np.int64)
