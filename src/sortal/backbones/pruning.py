"""The part of an ONNX graph that some of its outputs need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx


def needed_nodes(nodes: Sequence[onnx.NodeProto], wanted: Iterable[str]) -> list[onnx.NodeProto]:
    """Return the nodes that the wanted values are made by, in their order."""
    needed = set(wanted)
    kept = []
    for node in reversed(nodes):
        if needed & set(node.output):
            needed |= set(node.input)
            kept.append(node)
    return kept[::-1]


def pruned(content: bytes, output: str) -> bytes:
    """Return the ONNX file with nothing in it but what ``output`` needs."""
    import onnx

    model = onnx.load_model_from_string(content)
    nodes = needed_nodes(model.graph.node, [output])
    read = {name for node in nodes for name in node.input}
    tensors = [t for t in model.graph.initializer if t.name in read]
    outputs = [o for o in model.graph.output if o.name == output]
    for field, kept in (
        (model.graph.node, nodes),
        (model.graph.initializer, tensors),
        (model.graph.output, outputs),
    ):
        del field[:]
        field.extend(kept)
    return bytes(model.SerializeToString())
