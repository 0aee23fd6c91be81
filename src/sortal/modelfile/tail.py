"""The end of every model's graph: from embedding to probabilities and distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sortal.modelfile.limits import EMBEDDING, PROBABILITIES

if TYPE_CHECKING:
    import onnx

    from sortal.training.values import LinearHead

WEIGHTS: Final = "head.weights"
BIAS: Final = "head.bias"
TEMPERATURE: Final = "head.temperature"
LOGITS: Final = "head.logits"
SCALED: Final = "head.scaled"
"""Names of the head's stored numbers and of what it makes on the way."""


class Layers:
    """Collects operators and stored numbers in the order in which they are written."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def store(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        """Store numbers under a name; return it."""
        from onnx import numpy_helper

        array = np.asarray(values)
        self.tensors.append(numpy_helper.from_array(array.copy(order="C"), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: int | list[int]) -> str:
        """Append an operator with one output; return the output's name."""
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output


def add_head(layers: Layers, head: LinearHead, *, temperature: float) -> None:
    """Append probabilities = softmax((embedding @ weights.T + bias) / temperature)."""
    layers.store(WEIGHTS, np.asarray(head.weights, np.float32))
    layers.store(BIAS, np.asarray(head.bias, np.float32))
    layers.store(TEMPERATURE, np.float32(temperature))
    layers.add("Gemm", [EMBEDDING, WEIGHTS, BIAS], LOGITS, transB=1)
    layers.add("Div", [LOGITS, TEMPERATURE], SCALED)
    layers.add("Softmax", [SCALED], PROBABILITIES, axis=-1)
