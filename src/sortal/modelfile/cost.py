"""What a graph will make and cost, known before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sortal.errors import ModelFileError
from sortal.modelfile.call import Call, Made, Shape
from sortal.modelfile.graph import Graph, Node, Tensor
from sortal.modelfile.limits import MAX_LIVE_BYTES, MAX_PREPARED, MAX_RANK, MAX_WORK
from sortal.modelfile.operators import OPERATORS, OUTPUTS

_STORED_SHAPES = 64
"""Longest stored list of whole numbers that can be axes or a shape."""


@dataclass(slots=True)
class Cost:
    """What running a graph on one chunk of pictures takes; grows operator by operator.

    Attributes:
        pictures: how many there are in the chunk.
        shapes: name of every value to its shape.
        constants: names of what does not depend on the pictures.
        live: elements that are alive now; ``peak``: the most so far.
        weights: elements of constants, counted at each use, for the runtime may rearrange a
            copy for each operator.
        work: multiplications for the chunk, roughly.
        prepared: those of them that the runtime does while it opens the file.
    """

    pictures: int
    shapes: dict[str, Shape]
    constants: set[str]
    live: int = 0
    peak: int = 0
    weights: int = 0
    work: int = 0
    prepared: int = 0

    def define(self, name: str, shape: Shape) -> None:
        """Note a new value."""
        if name in self.shapes:
            raise ModelFileError(f"The value {name!r} is made twice.")
        self.shapes[name] = shape

    def add(self, node: Node, made: Made) -> None:
        """Note what an operator makes and takes."""
        for name in node.outputs:
            self.define(name, made.shape)
        stored = [name for name in node.inputs if name in self.constants]
        if len(stored) == sum(map(bool, node.inputs)):
            self.constants |= set(node.outputs)
            self.prepared += made.work
        elif made.shape[:1] != (self.pictures,):
            raise ModelFileError(f"The operator {node.op} mixes pictures with each other.")
        self.weights += sum(math.prod(self.shapes[name]) for name in stored)
        self.work += made.work
        self.live += math.prod(made.shape) * len(node.outputs)
        self.peak = max(self.peak, self.live)

    def drop(self, names: Iterable[str]) -> None:
        """Note values that nothing needs any more."""
        self.live -= sum(math.prod(self.shapes[name]) for name in names)

    def check(self) -> None:
        """Refuse a cost beyond the limits."""
        if 4 * self.peak > MAX_LIVE_BYTES or 4 * self.weights > MAX_LIVE_BYTES:
            raise ModelFileError(
                f"Running the model would take more than {MAX_LIVE_BYTES // 2**20:,} MiB of memory."
            )
        if self.work > MAX_WORK * self.pictures or self.prepared > MAX_PREPARED:
            raise ModelFileError("Running the model would take absurdly long for one picture.")


def measure(graph: Graph, pictures: int) -> Cost:
    """Follow the shapes through the graph for a chunk of so many pictures.

    Raises:
        ModelFileError: an operator is unknown, used wrongly or out of order, or the cost
            exceeds the limits.
    """
    stored = {name: tensor.dims for name, tensor in graph.tensors.items()}
    cost = Cost(pictures, stored, set(stored))
    for port in graph.inputs:
        cost.define(port.name, tuple(pictures if dim is None else dim for dim in port.dims))
        cost.live += math.prod(cost.shapes[port.name])
    last_use = _last_use(graph)
    for place, node in enumerate(graph.nodes):
        made = OPERATORS[_known(node)](_call(node, cost.shapes, graph.tensors))
        if len(made.shape) > MAX_RANK:
            raise ModelFileError(f"The operator {node.op} makes more than {MAX_RANK} dimensions.")
        cost.add(node, made)
        cost.check()
        ended = {n for n in (*node.inputs, *node.outputs) if last_use.get(n, place) == place}
        cost.drop(n for n in ended if n and n not in graph.tensors)
    return cost


def _known(node: Node) -> str:
    if node.domain not in ("", "ai.onnx"):
        raise ModelFileError(
            f"The operator {node.op!r} is of the foreign domain {node.domain!r}: "
            "Sortal's models use those of ai.onnx alone."
        )
    if node.op not in OPERATORS:
        raise ModelFileError(f"The operator {node.op!r} is not one that Sortal's models use.")
    if len(node.outputs) != OUTPUTS.get(node.op, 1) or "" in node.outputs:
        raise ModelFileError(f"The operator {node.op} has {len(node.outputs)} outputs.")
    return node.op


def _call(node: Node, shapes: dict[str, Shape], tensors: Mapping[str, Tensor]) -> Call:
    for name in node.inputs:
        if name and name not in shapes:
            raise ModelFileError(
                f"The operator {node.op} takes {name!r}, which nothing before it makes."
            )
    return Call(
        op=node.op,
        shapes=tuple(shapes[name] if name else None for name in node.inputs),
        values=tuple(_stored(tensors.get(name)) for name in node.inputs),
        attributes=node.attributes,
    )


def _stored(tensor: Tensor | None) -> tuple[int, ...] | None:
    if tensor is None or tensor.dtype != np.int64 or len(tensor.dims) > 1:
        return None
    if math.prod(tensor.dims) > _STORED_SHAPES:
        return None
    return tuple(tensor.array().reshape(-1).tolist())


def _last_use(graph: Graph) -> dict[str, int]:
    """Return the place of the last node that takes each value; outputs live to the end."""
    last = {name: place for place, node in enumerate(graph.nodes) for name in node.inputs}
    return last | {port.name: len(graph.nodes) for port in graph.outputs}
