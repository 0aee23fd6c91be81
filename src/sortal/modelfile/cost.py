"""What a graph will make and cost, known before anything runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sortal.errors import ModelFileError
from sortal.modelfile.call import Call, Shape
from sortal.modelfile.graph import Graph, Node, Tensor
from sortal.modelfile.limits import CHUNK, MAX_LIVE_BYTES, MAX_RANK, MAX_WORK
from sortal.modelfile.operators import OPERATORS, OUTPUTS

_STORED_SHAPES = 64
"""Longest stored list of whole numbers that can be axes or a shape."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What running a graph on one chunk of pictures takes.

    Attributes:
        shapes: name of every value to its shape, for ``limits.CHUNK`` pictures.
        live_bytes: the most that is alive at the same time, 4 bytes an element.
        work: multiplications for the chunk, roughly.
    """

    shapes: dict[str, Shape]
    live_bytes: int
    work: int


def measure(graph: Graph) -> Cost:
    """Follow the shapes through the graph for one chunk of pictures.

    Raises:
        ModelFileError: an operator is unknown, used wrongly or out of order, or the cost
            exceeds the limits.
    """
    shapes: dict[str, Shape] = {name: tensor.dims for name, tensor in graph.tensors.items()}
    for port in graph.inputs:
        _define(shapes, port.name, tuple(CHUNK if dim is None else dim for dim in port.dims))
    last_use = _last_use(graph)
    live = peak = sum(math.prod(shapes[port.name]) for port in graph.inputs)
    work = 0
    for place, node in enumerate(graph.nodes):
        made = OPERATORS[_known(node)](_call(node, shapes, graph.tensors))
        if len(made.shape) > MAX_RANK:
            raise ModelFileError(f"The operator {node.op} makes more than {MAX_RANK} dimensions.")
        for name in node.outputs:
            _define(shapes, name, made.shape)
        work += made.work
        live += math.prod(made.shape) * len(node.outputs)
        peak = max(peak, live)
        _check(live_bytes=4 * peak, work=work)
        done = {n for n in (*node.inputs, *node.outputs) if last_use.get(n, place) == place}
        live -= sum(math.prod(shapes[name]) for name in done if name not in graph.tensors and name)
    return Cost(shapes, live_bytes=4 * peak, work=work)


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


def _define(shapes: dict[str, Shape], name: str, shape: Shape) -> None:
    if name in shapes:
        raise ModelFileError(f"The value {name!r} is made twice.")
    shapes[name] = shape


def _last_use(graph: Graph) -> dict[str, int]:
    """Return the place of the last node that takes each value; outputs live to the end."""
    last = {name: place for place, node in enumerate(graph.nodes) for name in node.inputs}
    return last | {port.name: len(graph.nodes) for port in graph.outputs}


def _check(*, live_bytes: int, work: int) -> None:
    if live_bytes > MAX_LIVE_BYTES:
        raise ModelFileError(
            f"Running the model would take more than {MAX_LIVE_BYTES // 2**20:,} MiB of memory."
        )
    if work > MAX_WORK * CHUNK:
        raise ModelFileError("Running the model would take absurdly long for one picture.")
