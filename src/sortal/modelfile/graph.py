"""A computation graph as plain values, read from the bytes of an ONNX file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import ModelFileError
from sortal.modelfile.limits import MAX_FIELDS, MAX_LENGTH
from sortal.modelfile.schema import MODEL, REFUSED
from sortal.modelfile.wire import Reader

FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7
DTYPES: Final[dict[int, np.dtype[Any]]] = {
    FLOAT: np.dtype("<f4"),
    UINT8: np.dtype("u1"),
    INT8: np.dtype("i1"),
    INT32: np.dtype("<i4"),
    INT64: np.dtype("<i8"),
}
"""Types of numbers that a model may store, by their code in ONNX."""

_ATTRIBUTES: Final = {1: "f", 2: "i", 3: "s", 7: "ints"}
"""Kinds of attribute that an operator may have, by their code in ONNX."""

Attribute = float | int | str | tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """Stored numbers: a view of the file, in the file's byte order (little-endian)."""

    dtype: np.dtype[Any]
    dims: tuple[int, ...]
    raw: memoryview

    def array(self) -> NDArray[Any]:
        """Return the numbers, shape ``dims``, without copying them."""
        return np.frombuffer(self.raw, self.dtype).reshape(self.dims)


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: ``inputs`` and ``outputs`` are names of values, "" for one left out."""

    op: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: ``dims`` are lengths, None where any length will do."""

    name: str
    dtype: int
    dims: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """All that a model file says; see the tables in ``schema`` for what it cannot say."""

    ir_version: int
    opsets: Mapping[str, int]
    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    metadata: Mapping[str, str]


def read_graph(data: bytes) -> Graph:
    """Parse an ONNX file without running or trusting anything.

    Raises:
        ModelFileError: it is no ONNX file, or one that uses more of ONNX than Sortal allows.
    """
    view = memoryview(data)
    reader = Reader(view, budget=MAX_FIELDS, refused=REFUSED)
    model = reader.message(MODEL, start=0, end=len(view), where="the file")
    if "graph" not in model:
        raise ModelFileError("The file holds no graph: it is not an ONNX model.")
    graph = model["graph"]
    return Graph(
        ir_version=model.get("ir_version", 0),
        opsets=_unique(
            ((o.get("domain", ""), o.get("version", 0)) for o in model["opset_import"]),
            what="set of operators",
        ),
        nodes=tuple(_node(fields) for fields in graph["node"]),
        tensors=_unique(map(_tensor, graph["initializer"]), what="stored tensor"),
        inputs=tuple(_port(fields) for fields in graph["input"]),
        outputs=tuple(_port(fields) for fields in graph["output"]),
        metadata=_unique(
            ((m.get("key", ""), m.get("value", "")) for m in model["metadata_props"]),
            what="key of the metadata",
        ),
    )


def _unique(pairs: Any, *, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ModelFileError(f"The {what} {name!r} is there twice.")
        found[name] = value
    return found


def _tensor(fields: dict[str, Any]) -> tuple[str, Tensor]:
    name, dims, code = fields.get("name", ""), tuple(fields["dims"]), fields.get("data_type", 0)
    if not name:
        raise ModelFileError("A stored tensor has no name.")
    if code not in DTYPES:
        raise ModelFileError(f"The tensor {name!r} has a type of number ({code}) of no use here.")
    if any(not 0 < length <= MAX_LENGTH for length in dims) or math.prod(dims) > MAX_LENGTH:
        raise ModelFileError(f"The tensor {name!r} has an absurd shape: {_shown(dims)}.")
    raw = fields.get("raw_data", memoryview(b""))
    expected = math.prod(dims) * DTYPES[code].itemsize
    if len(raw) != expected:
        raise ModelFileError(
            f"The tensor {name!r} of shape {_shown(dims)} must have {expected:,} bytes "
            f"and has {len(raw):,}."
        )
    return name, Tensor(DTYPES[code], dims, raw)


def _shown(dims: tuple[int, ...]) -> str:
    return " x ".join(map(str, dims)) or "one number"


def _node(fields: dict[str, Any]) -> Node:
    return Node(
        op=fields.get("op_type", ""),
        domain=fields.get("domain", ""),
        inputs=tuple(fields["input"]),
        outputs=tuple(fields["output"]),
        attributes=_unique(map(_attribute, fields["attribute"]), what="attribute"),
    )


def _attribute(fields: dict[str, Any]) -> tuple[str, Attribute]:
    """Return name and value; the one value must be of the kind that the type announces."""
    name = fields.pop("name", "")
    slot = _ATTRIBUTES.get(fields.pop("type", 0))
    if not fields["ints"]:
        del fields["ints"]
    if slot == "ints":
        fields.setdefault("ints", [])
    if slot is None or set(fields) != {slot}:
        raise ModelFileError(f"The attribute {name!r} of an operator is of no known kind.")
    value = fields[slot]
    if isinstance(value, memoryview):
        return name, str(value, "latin-1")
    return name, tuple(value) if slot == "ints" else value


def _port(fields: dict[str, Any]) -> Port:
    kind = fields.get("type", {}).get("tensor_type", {})
    dims = kind.get("shape", {}).get("dim")
    name = fields.get("name", "")
    if dims is None:
        raise ModelFileError(f"The input or output {name!r} does not say its shape.")
    return Port(name, kind.get("elem_type", 0), tuple(_length(dim) for dim in dims))


def _length(dim: dict[str, Any]) -> int | None:
    if "dim_value" in dim and "dim_param" in dim:
        raise ModelFileError("A dimension has both a length and a name.")
    return dim.get("dim_value")
