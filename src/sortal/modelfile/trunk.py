"""Taking what is needed of a trained network's graph, in one canonical form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sortal.backbones.pruning import needed_nodes
from sortal.errors import UsageError
from sortal.modelfile.graph import DTYPES
from sortal.modelfile.names import EMBEDDING, FEATURES, INPUT

if TYPE_CHECKING:
    import onnx

_PUBLIC: Final = (INPUT, EMBEDDING, FEATURES)


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """The operators from ``image`` to ``embedding`` and ``features``, renamed and pruned.

    Attributes:
        nodes: in an order in which they can run.
        tensors: the numbers they need, stored as raw little-endian bytes.
        opset: of ai.onnx.
        has_features: whether there is an output ``features``.
    """

    nodes: tuple[onnx.NodeProto, ...]
    tensors: tuple[onnx.TensorProto, ...]
    opset: int
    has_features: bool


def take_trunk(model: onnx.ModelProto) -> Trunk:
    """Take the part of ``model`` that makes ``embedding`` and, where there is one, ``features``.

    The graph may come from any exporter. What leads elsewhere (logits of the classes it once
    knew) is left behind, constants become stored tensors, and every name inside becomes a
    number, so that nothing of the exporter, its version or its folders remains.

    Raises:
        UsageError: the graph does not take ``image`` or does not make ``embedding``.
    """
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    stored |= {n.output[0]: _constant(n) for n in graph.node if n.op_type == "Constant"}
    wanted = [o.name for o in graph.output if o.name in (EMBEDDING, FEATURES)]
    inputs = [i.name for i in graph.input if i.name not in stored]
    if inputs != [INPUT] or EMBEDDING not in wanted:
        raise UsageError(
            f"A network for a model must take {INPUT!r} and make {EMBEDDING!r}; this one takes "
            f"{', '.join(inputs)} and makes {', '.join(o.name for o in graph.output)}."
        )
    nodes = needed_nodes([n for n in graph.node if n.op_type != "Constant"], wanted)
    values, tensors = _names(nodes, stored)
    return Trunk(
        nodes=tuple(_renamed(node, values | tensors) for node in nodes),
        tensors=tuple(_raw(stored[old], new) for old, new in tensors.items()),
        opset=next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0),
        has_features=FEATURES in wanted,
    )


def _names(
    nodes: Sequence[onnx.NodeProto], stored: dict[str, onnx.TensorProto]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return new names, in order of first use, for the values and for the stored tensors."""
    values = {name: name for name in ("", *_PUBLIC)}
    tensors: dict[str, str] = {}
    for node in nodes:
        for name in node.input:
            if name in stored:
                tensors.setdefault(name, f"trunk.w{len(tensors)}")
        for name in node.output:
            values.setdefault(name, f"trunk.v{len(values)}")
    return values, tensors


def _renamed(node: onnx.NodeProto, names: dict[str, str]) -> onnx.NodeProto:
    """Copy what matters of a node: not its documentation, metadata or old name."""
    from onnx import NodeProto

    missing = [name for name in node.input if name not in names]
    if missing:
        raise UsageError(f"The operator {node.op_type} takes {missing[0]!r}, which nothing makes.")
    copy = NodeProto(op_type=node.op_type, domain="" if node.domain == "ai.onnx" else node.domain)
    copy.input.extend(names[name] for name in node.input)
    copy.output.extend(names[name] for name in node.output)
    copy.name = copy.output[0]
    for attribute in sorted(node.attribute, key=lambda a: a.name):
        copy.attribute.add().CopyFrom(attribute)
        copy.attribute[-1].doc_string = ""
        copy.attribute[-1].ClearField("doc_string")
    return copy


def _constant(node: onnx.NodeProto) -> onnx.TensorProto:
    """Return what a Constant node makes as a stored tensor."""
    from onnx import helper, numpy_helper

    attribute = node.attribute[0]
    value = helper.get_attribute_value(attribute)
    if attribute.name == "value":
        return value
    kinds = {"value_float": "f4", "value_floats": "f4", "value_int": "i8", "value_ints": "i8"}
    if attribute.name not in kinds:
        raise UsageError(f"A constant of the kind {attribute.name} has no place in a model.")
    return numpy_helper.from_array(np.asarray(value, kinds[attribute.name]))


def _raw(tensor: onnx.TensorProto, name: str) -> onnx.TensorProto:
    from onnx import numpy_helper

    array = numpy_helper.to_array(tensor)
    if array.dtype not in DTYPES.values():
        raise UsageError(f"The tensor {tensor.name!r} is of type {array.dtype}: use float32.")
    return numpy_helper.from_array(array.copy(order="C"), name)
