"""Numbers as a reader sees them, and as the page's data hold them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.report.wording import SPACE

_WORTH_A_TABLE: Final = 4096
"""Numbers from which codes and a table take less room."""

Json = dict[str, Any]

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"


def figure(value: float) -> str:
    """Write a number of the network: three digits behind the point, fewer where it is large.

    Whole numbers have none.

    The page's script has the same rule, so that what it writes reads as what stood there.
    """
    size = abs(value)
    places = 3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0
    if float(value).is_integer():
        places = 0
    text = f"{size:,.{places}f}"
    below = value < 0 and any(sign in text for sign in "123456789")
    return f"{MINUS if below else ''}{text}"


def by(*lengths: int) -> str:
    """Write lengths as people do: "28 x 28", unbroken, with a real sign of multiplication."""
    return f"{SPACE}{TIMES}{SPACE}".join(f"{length:,}" for length in lengths)


def plain(values: Iterable[Any]) -> list[float]:
    """Return float32 numbers as the shortest decimals that give them back."""
    return [float(str(np.float32(value))) for value in values]


def packed(values: NDArray[np.float32]) -> Json:
    """Return numbers as the page's data hold them, exact to the last bit.

    Planes with at most 256 different values, as pictures and int8 maps have, are held as codes
    of one byte and a table of what they stand for: one table for all, or one a plane.

    Returns:
        ``shape``; and ``float32``, or ``codes`` with ``table`` (base64; little-endian).
    """
    shape = list(values.shape)
    few = values.size < _WORTH_A_TABLE or values.ndim < 3
    for rows in () if few else (values.reshape(1, -1), values.reshape(len(values), -1)):
        found = [np.unique(row, return_inverse=True) for row in rows]
        if all(len(table) <= 256 for table, _ in found):
            tables = np.zeros((len(rows), 256), np.float32)
            for row, (table, _) in zip(tables, found, strict=True):
                row[: len(table)] = table
            codes = np.stack([code for _, code in found]).astype(np.uint8)
            return {"shape": shape, "codes": _text(codes), "table": _text(tables)}
    return {"shape": shape, "float32": _text(values)}


def unpacked(value: Json) -> NDArray[np.float32]:
    """Return what ``packed`` was given."""
    if "float32" in value:
        return np.frombuffer(base64.b64decode(value["float32"]), "<f4").reshape(value["shape"])
    tables = np.frombuffer(base64.b64decode(value["table"]), "<f4").reshape(-1, 256)
    codes = np.frombuffer(base64.b64decode(value["codes"]), "u1").reshape(len(tables), -1)
    found: NDArray[np.float32] = np.take_along_axis(tables, codes.astype(np.int64), axis=1)
    return found.reshape(value["shape"])


def _text(values: NDArray[Any]) -> str:
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return base64.b64encode(little.tobytes()).decode("ascii")
