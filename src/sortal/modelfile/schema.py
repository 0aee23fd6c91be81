"""The part of ONNX that a model file may use, as tables for the wire reader.

Field numbers are those of onnx.proto (ONNX 1.17). Whatever is not listed is refused, above all
external data, subgraphs, functions and sparse tensors.
"""

from __future__ import annotations

from typing import Final

from sortal.modelfile.limits import (
    MAX_BYTES,
    MAX_CARD_BYTES,
    MAX_NAME,
    MAX_NODES,
    MAX_RANK,
    MAX_TENSORS,
)
from sortal.modelfile.wire import Field, Table

TENSOR: Final[Table] = {
    1: Field("dims", "int", most=MAX_RANK),
    2: Field("data_type", "int"),
    8: Field("name", "text", longest=MAX_NAME),
    9: Field("raw_data", "bytes", longest=MAX_BYTES),
}
ATTRIBUTE: Final[Table] = {
    1: Field("name", "text", longest=MAX_NAME),
    2: Field("f", "float"),
    3: Field("i", "int"),
    4: Field("s", "bytes", longest=MAX_NAME),
    8: Field("ints", "int", most=64),
    20: Field("type", "int"),
}
NODE: Final[Table] = {
    1: Field("input", "text", most=64, longest=MAX_NAME),
    2: Field("output", "text", most=2, longest=MAX_NAME),
    3: Field("name", "text", longest=MAX_NAME),
    4: Field("op_type", "text", longest=MAX_NAME),
    5: Field("attribute", ATTRIBUTE, most=32),
    7: Field("domain", "text", longest=MAX_NAME),
}
_DIMENSION: Final[Table] = {
    1: Field("dim_value", "int"),
    2: Field("dim_param", "text", longest=MAX_NAME),
}
_SHAPE: Final[Table] = {1: Field("dim", _DIMENSION, most=MAX_RANK)}
_TENSOR_TYPE: Final[Table] = {1: Field("elem_type", "int"), 2: Field("shape", _SHAPE)}
_TYPE: Final[Table] = {1: Field("tensor_type", _TENSOR_TYPE)}
VALUE: Final[Table] = {1: Field("name", "text", longest=MAX_NAME), 2: Field("type", _TYPE)}
GRAPH: Final[Table] = {
    1: Field("node", NODE, most=MAX_NODES),
    2: Field("name", "text", longest=MAX_NAME),
    5: Field("initializer", TENSOR, most=MAX_TENSORS),
    11: Field("input", VALUE, most=8),
    12: Field("output", VALUE, most=8),
}
_OPSET: Final[Table] = {
    1: Field("domain", "text", longest=MAX_NAME),
    2: Field("version", "int"),
}
_METADATA: Final[Table] = {
    1: Field("key", "text", longest=MAX_NAME),
    2: Field("value", "text", longest=MAX_CARD_BYTES),
}
MODEL: Final[Table] = {
    1: Field("ir_version", "int"),
    2: Field("producer_name", "text", longest=MAX_NAME),
    3: Field("producer_version", "text", longest=MAX_NAME),
    7: Field("graph", GRAPH),
    8: Field("opset_import", _OPSET, most=16),
    14: Field("metadata_props", _METADATA, most=16),
}

REFUSED: Final[dict[tuple[str, int], str]] = {
    ("initializer", 13): "external data",
    ("initializer", 14): "external data",
    ("initializer", 6): "texts as numbers",
    ("attribute", 5): "a tensor inside an operator",
    ("attribute", 6): "a subgraph inside an operator",
    ("attribute", 11): "subgraphs inside an operator",
    ("attribute", 22): "a sparse tensor",
    ("graph", 15): "a sparse tensor",
    ("the file", 25): "functions of its own",
    ("the file", 20): "training information",
}
"""(message, field number) to the words for what is refused by name."""
