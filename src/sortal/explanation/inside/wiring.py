"""How the values of a graph hang together: who makes them, who takes them, what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortal.modelfile.graph import Graph, Node
from sortal.modelfile.names import EMBEDDING, INPUT


@dataclass(frozen=True, slots=True, eq=False)
class Wiring:
    """The part of a graph from the picture to the embedding.

    Attributes:
        nodes: operations on values that depend on the picture, in the order they run.
        moving: names of all values that depend on the picture.
        stored: name to numbers that do not depend on it; int8 weights as the float32 numbers
            that they stand for.
        readers: name of a value to the operations that take it.
    """

    nodes: tuple[Node, ...]
    moving: frozenset[str]
    stored: Mapping[str, NDArray[Any]]
    readers: Mapping[str, tuple[Node, ...]]

    def sources(self, node: Node) -> tuple[str, ...]:
        """The values a node takes that depend on the picture, each once."""
        return tuple(dict.fromkeys(name for name in node.inputs if name in self.moving))


def read_wiring(graph: Graph) -> Wiring:
    """Take what leads from the picture to the embedding out of a checked graph."""
    wanted = _needed(graph)
    stored: dict[str, NDArray[Any]] = {name: t.array() for name, t in graph.tensors.items()}
    moving, nodes = {INPUT}, []
    readers: dict[str, tuple[Node, ...]] = {}
    for node in wanted:
        if not moving.intersection(node.inputs):
            _work_out(node, stored)
            continue
        moving.update(node.outputs)
        nodes.append(node)
        for name in dict.fromkeys(node.inputs):
            readers[name] = (*readers.get(name, ()), node)
    return Wiring(tuple(nodes), frozenset(moving), stored, readers)


def _needed(graph: Graph) -> list[Node]:
    wanted, kept = {EMBEDDING}, []
    for node in reversed(graph.nodes):
        if wanted.intersection(node.outputs):
            wanted.update(node.inputs)
            kept.append(node)
    return kept[::-1]


def _work_out(node: Node, stored: dict[str, NDArray[Any]]) -> None:
    """Turn stored codes into the numbers they stand for; what else is worked out is not shown.

    ONNX, DequantizeLinear: (code - zero) * scale, one scale for all or one a place of an axis.
    """
    if node.op != "DequantizeLinear" or any(name not in stored for name in node.inputs):
        return
    codes, scale = stored[node.inputs[0]], stored[node.inputs[1]]
    zero = stored[node.inputs[2]] if len(node.inputs) > 2 else np.zeros_like(scale, np.int32)
    if scale.size > 1:
        axis = node.attributes.get("axis", 1)
        shape = [1] * codes.ndim
        shape[axis if isinstance(axis, int) else 1] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    whole = codes.astype(np.int64) - zero.astype(np.int64)
    stored[node.outputs[0]] = whole.astype(np.float32) * scale.astype(np.float32)
