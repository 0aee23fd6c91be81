"""The end of every model's graph: from embedding to probabilities and distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation.unknown import TINY
from sortal.modelfile.names import (
    BIAS,
    DISTANCE,
    EMBEDDING,
    LOGITS,
    PROBABILITIES,
    SCALED,
    TEMPERATURE,
    WEIGHTS,
)

if TYPE_CHECKING:
    import onnx

    from sortal.evaluation.unknown import DistanceModel
    from sortal.training.values import LinearHead


class Layers:
    """Collects operators and stored numbers in the order in which they are written.

    Args:
        opset: of ai.onnx, in which the operators are written.
    """

    def __init__(self, *, opset: int) -> None:
        self.opset = opset
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def store(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        """Store numbers under a name; return it."""
        from onnx import numpy_helper

        array = np.asarray(values)
        self.tensors.append(numpy_helper.from_array(array.copy(order="C"), name))
        return name

    def add(self, op: str, inputs: list[str], *outputs: str, **attributes: int | list[int]) -> str:
        """Append an operator; return the name of its first output."""
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, outputs, name=outputs[0], **attributes))
        return outputs[0]

    def reduce(self, op: str, value: str, output: str, *, keepdims: int) -> str:
        """Append a reduction along axis 1; opset 18 turned its axes into an input."""
        if self.opset < 18:
            return self.add(op, [value], output, axes=[1], keepdims=keepdims)
        axes = self.store(f"{output}.axes", np.array([1], np.int64))
        return self.add(op, [value, axes], output, keepdims=keepdims)


def add_head(layers: Layers, head: LinearHead, *, temperature: float) -> None:
    """Append probabilities = softmax((embedding @ weights.T + bias) / temperature)."""
    layers.store(WEIGHTS, np.asarray(head.weights, np.float32))
    layers.store(BIAS, np.asarray(head.bias, np.float32))
    layers.store(TEMPERATURE, np.float32(temperature))
    layers.add("Gemm", [EMBEDDING, WEIGHTS, BIAS], LOGITS, transB=1)
    layers.add("Div", [LOGITS, TEMPERATURE], SCALED)
    layers.add("Softmax", [SCALED], PROBABILITIES, axis=-1)


def add_distance(layers: Layers, model: DistanceModel) -> None:
    """Append the distance from what was learned, by the formula of ``DistanceModel``."""
    layers.store("distance.tiny", np.float32(TINY))
    layers.store("distance.projection", np.asarray(model.projection, np.float32))
    layers.store("distance.exemplars", np.asarray(model.exemplars, np.float32))
    layers.store("distance.one", np.float32(1))
    length = layers.reduce("ReduceL2", EMBEDDING, "distance.length", keepdims=1)
    length = layers.add("Max", [length, "distance.tiny"], "distance.bounded")
    unit = layers.add("Div", [EMBEDDING, length], "distance.unit")
    short = layers.add("MatMul", [unit, "distance.projection"], "distance.short")
    likeness = layers.add("Gemm", [short, "distance.exemplars"], "distance.likeness", transB=1)
    if model.neighbour > 1:  # the k-th largest is the smallest of the k largest
        count = layers.store("distance.neighbour", np.array([model.neighbour], np.int64))
        outputs = ["distance.largest", "distance.places"]
        likeness = layers.add("TopK", [likeness, count], *outputs, axis=1)
    nearest = "ReduceMin" if model.neighbour > 1 else "ReduceMax"
    layers.reduce(nearest, likeness, "distance.nearest", keepdims=0)
    layers.add("Sub", ["distance.one", "distance.nearest"], DISTANCE)
