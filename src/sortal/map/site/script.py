"""Files of data as scripts of one statement, which load from a host and from disk alike."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Json = Any
"""What ``json`` can write: None, booleans, numbers, texts, and lists and objects of them."""

_TYPES: Final = ("uint8", "uint16", "uint32", "int32", "float32", "float64")
_START, _END = 'sortal.put("', ");\n"
_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def script(key: str, value: Json) -> bytes:
    """Return ``sortal.put(key, value);`` in ASCII.

    Whatever a text says, it can neither end the script nor start markup: ``<``, ``>`` and
    ``&`` occur only as escapes, as does every character beyond ASCII, so that the encoding
    a host claims does not matter either.

    Args:
        key: lower-case letters, digits, ``_`` and ``/``.
        value: no NaN or infinity in it.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return f'{_START}{key}",{text.translate(_ESCAPES)}{_END}'.encode("ascii")


def value_of(data: bytes) -> tuple[str, Json]:
    """Return the key and the value of what ``script`` wrote.

    Raises:
        ValueError: it is something else.
    """
    text = data.decode("ascii")
    key, mark, rest = text.removeprefix(_START).partition('",')
    if not text.startswith(_START) or not mark or not rest.endswith(_END):
        raise ValueError("no script of a map")
    return key, json.loads(rest.removesuffix(_END))


def array(values: NDArray[Any]) -> Json:
    """Return an array as the page reads it: type, shape and its bytes, little-endian.

    Raises:
        TypeError: the page knows no such type.
    """
    if values.dtype.name not in _TYPES:
        raise TypeError(f"the page knows no arrays of {values.dtype}")
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return {"type": values.dtype.name, "shape": list(values.shape), "data": data}


def array_of(value: Json) -> NDArray[Any]:
    """Return what ``array`` was given."""
    kind = np.dtype(value["type"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(value["data"]), kind).reshape(value["shape"])


def data_url(kind: str, content: bytes) -> str:
    """Return a picture's file as a URL that holds it; ``kind`` is ``webp``, ``jpeg`` ..."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
