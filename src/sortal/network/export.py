"""From layers and their trained weights to an ONNX graph, written operator by operator.

The graph is the trunk of a model file: from ``image`` to ``embedding``, the row of values that
the output layer takes, and ``features``, the map whose mean it is, where it is one. The output
layer becomes the head. No exporter of PyTorch takes part but for networks of timm (``timm_graph``),
so the same weights give the same bytes whatever the version.

How answers become probabilities: softmax of the output layer's sums, for every network. For
the perceptron these are the sums before its steps: the kind with the largest sum is the answer,
which is the unit that fires where one alone does, and the softmax gives the others their share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sortal.errors import UsageError
from sortal.network.build import BATCH_NORM_EPSILON, zeros_around
from sortal.network.layers import (
    Activation,
    ActivationName,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    InvertedResidual,
    Layer,
    MaxPool,
    Residual,
    Timm,
    pair,
)
from sortal.network.shapes import (
    Shape,
    adds_input,
    expand_inverted,
    output_shape,
)
from sortal.network.whole import LUMA, Network

if TYPE_CHECKING:
    import onnx

OPSET: Final = 17
IR_VERSION: Final = 8

_STEEP: Final = -3e38
"""Close to the least float32: times it, all but the smallest number is beyond -1 or 1."""

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """A trained network as the parts of a model file.

    Attributes:
        trunk: from ``image``, uint8 (n, size, size, 3), to ``embedding``, float32 (n, width),
            and, where ``grid`` is not 0, ``features``, float32 (n, width, grid, grid).
        weights: of the head, float32 (classes, width).
        bias: of the head, float32 (classes,).
        width: length of the embedding.
        grid: side of the last feature map; 0 where the embedding is not its mean.
    """

    trunk: onnx.ModelProto
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    width: int
    grid: int


def export(
    network: Network, weights: Weights, *, mean: tuple[float, ...], scale: tuple[float, ...]
) -> Exported:
    """Write a trained network as the trunk of a model file and its head.

    Args:
        network: the layers.
        weights: the state of the module of ``network.linear``, by its names.
        mean, scale: the network takes (x - mean) / scale, x in 0-255; one number a channel or
            one for all.

    Raises:
        UsageError: the embedding is not a row of values, or weights are missing.
    """
    writer = _Writer(weights)
    value = writer.image(network, mean, scale)
    shape = network.input_shape
    end = _grid_end(network)
    for index, layer in enumerate(network.trunk):
        value = writer.layer(layer, value, shape, str(index))
        shape = output_shape((layer,), shape)
        if end is not None and index == end - 1:
            value = writer.rename("features")
    if len(shape) != 1:
        raise UsageError(f"Network: {network.output} must come after flatten or globalavgpool.")
    writer.rename("embedding")
    grid = 0 if end is None else output_shape(network.trunk[:end], network.input_shape)[0]
    output = str(len(network.trunk))
    return Exported(
        trunk=writer.model(network, width=shape[0], grid=grid),
        weights=writer.number(f"{output}.weight"),
        bias=writer.number(f"{output}.bias"),
        width=shape[0],
        grid=grid,
    )


def _grid_end(network: Network) -> int | None:
    """How many layers make the features: those below the mean, where the map is square."""
    end = network.map_end
    if end is None:
        return None
    shape = output_shape(network.trunk[:end], network.input_shape)
    return end if end > 0 and len(shape) == 3 and shape[0] == shape[1] else None


@dataclass(slots=True)
class _Writer:
    """Collects operators and stored numbers; each method returns the name of what it makes."""

    weights: Weights
    nodes: list[Any] = field(default_factory=list)
    tensors: dict[str, NDArray[Any]] = field(default_factory=dict)

    def number(self, name: str) -> NDArray[np.float32]:
        """Return a tensor of the module's state as an array."""
        if name not in self.weights:
            raise UsageError(f"The weights of the network lack {name}.")
        found: NDArray[np.float32] = self.weights[name].detach().float().contiguous().numpy()
        return found

    def store(self, name: str, values: NDArray[Any]) -> str:
        self.tensors[name] = values
        return name

    def add(self, op: str, inputs: list[str], **attributes: Any) -> str:
        from onnx import helper

        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def rename(self, name: str) -> str:
        """Give the value made last, which nothing takes yet, its public name."""
        self.nodes[-1].output[0] = self.nodes[-1].name = name
        return name

    def image(self, network: Network, mean: tuple[float, ...], scale: tuple[float, ...]) -> str:
        """From uint8 (n, size, size, 3) to scaled planes, float32 (n, channels, size, size)."""
        value = self.add("Transpose", ["image"], perm=[0, 3, 1, 2])
        value = self.add("Cast", [value], to=1)
        if network.channels == 1:
            luma = self.store("luma", np.array(LUMA, np.float32).reshape(1, 3, 1, 1))
            value = self.add("Conv", [value, luma])
        for op, name, numbers in (("Sub", "mean", mean), ("Div", "scale", scale)):
            stored = self.store(name, np.array(numbers, np.float32).reshape(1, -1, 1, 1))
            value = self.add(op, [value, stored])
        return value

    def layer(self, layer: Layer, value: str, shape: Shape, path: str) -> str:  # noqa: PLR0911
        """Append a layer whose weights stand under ``path`` in the module's state."""
        match layer:
            case Dropout():
                return value
            case Flatten():
                return self.add("Flatten", [value], axis=1)
            case GlobalAveragePool():
                return self.add("Flatten", [self.add("GlobalAveragePool", [value])], axis=1)
            case Activation():
                return self.activation(layer.name, value)
            case Dense():
                return self.dense(layer, value, path)
            case Conv():
                return self.conv(layer, value, shape, path)
            case MaxPool():
                return self.add("MaxPool", [value], **_window(layer))
            case AvgPool():
                return self.add("AveragePool", [value], count_include_pad=1, **_window(layer))
            case BatchNorm():
                return self.batch_norm(value, path)
            case Residual():
                body = self.row(layer.body, value, shape, f"{path}.body")
                return self.add(
                    "Add", [body, self.row(layer.shortcut, value, shape, f"{path}.shortcut")]
                )
            case InvertedResidual():
                return self.inverted(layer, value, shape, path)
            case Timm():
                return self.timm(layer, value, shape, path)

    def row(self, layers: tuple[Layer, ...], value: str, shape: Shape, path: str) -> str:
        for index, layer in enumerate(layers):
            value = self.layer(layer, value, shape, f"{path}.{index}")
            shape = output_shape((layer,), shape)
        return value

    def inverted(self, layer: InvertedResidual, value: str, shape: Shape, path: str) -> str:
        body = expand_inverted(layer, shape[-1])
        if not adds_input(layer, shape[-1]):
            return self.row(body, value, shape, path)
        return self.add("Add", [self.row(body, value, shape, f"{path}.body"), value])

    def timm(self, layer: Timm, value: str, shape: Shape, path: str) -> str:
        """Append the graph of a network of timm, every name in it below ``path``."""
        from onnx import numpy_helper

        from sortal.network.timm_graph import graph_of

        cut = f"{path}."
        state = {k.removeprefix(cut): v for k, v in self.weights.items() if k.startswith(cut)}
        graph = graph_of(layer.name, shape, state)
        names = {"": "", graph.input[0].name: value}
        for tensor in graph.initializer:
            names[tensor.name] = f"{cut}{tensor.name}"
            self.store(f"{cut}{tensor.name}", numpy_helper.to_array(tensor))
        for node in graph.node:
            names |= {name: f"{cut}{name}" for name in node.output if name}
            inputs = [names[name] for name in node.input]
            del node.input[:]
            node.input.extend(inputs)
            outputs = [names[name] for name in node.output]
            del node.output[:]
            node.output.extend(outputs)
            node.name = outputs[0]
            node.ClearField("doc_string")
            self.nodes.append(node)
        return self.add("Identity", [names[graph.output[0].name]])

    def dense(self, layer: Dense, value: str, path: str) -> str:
        path = path if layer.activation is None else f"{path}.0"
        value = self.add("Gemm", [value, *self.stored(path, "weight", "bias")], transB=1)
        return value if layer.activation is None else self.activation(layer.activation, value)

    def conv(self, layer: Conv, value: str, shape: Shape, path: str) -> str:
        """Append a convolution with its padding and activation."""
        height, width = (*shape, 0)[:2]
        path = path if layer.activation is None else f"{path}.0"
        value = self.add(
            "Conv",
            [value, *self.stored(path, "weight", *(["bias"] if layer.bias else []))],
            kernel_shape=list(pair(layer.kernel)),
            strides=[layer.stride, layer.stride],
            pads=list(zeros_around(layer, (height, width))),
            group=layer.groups,
        )
        return value if layer.activation is None else self.activation(layer.activation, value)

    def batch_norm(self, value: str, path: str) -> str:
        names = self.stored(path, "weight", "bias", "running_mean", "running_var")
        return self.add("BatchNormalization", [value, *names], epsilon=BATCH_NORM_EPSILON)

    def stored(self, path: str, *names: str) -> list[str]:
        return [self.store(f"{path}.{name}", self.number(f"{path}.{name}")) for name in names]

    def one(self, name: str, number: float) -> str:
        return self.store(name, np.array(number, np.float32))

    def activation(self, name: ActivationName, value: str) -> str:
        match name:
            case "relu6":
                return self.add("Clip", [value, self.one("zero", 0), self.one("six", 6)])
            case "silu":
                return self.add("Mul", [value, self.add("Sigmoid", [value])])
            case "softmax":
                return self.add("Softmax", [value], axis=1)
            case "step":  # 1 - clip(-large x, 0, 1)
                value = self.add("Mul", [value, self.one("steep", _STEEP)])
                value = self.add("Clip", [value, self.one("zero", 0), self.one("one", 1)])
                return self.add("Sub", [self.one("one", 1), value])
            case _:
                return self.add(
                    {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}[name], [value]
                )

    def model(self, network: Network, *, width: int, grid: int) -> onnx.ModelProto:
        """Close the graph."""
        from onnx import TensorProto, helper, numpy_helper

        size = network.size
        ports = {"embedding": [width]} | ({"features": [width, grid, grid]} if grid else {})
        graph = helper.make_graph(
            self.nodes,
            "trunk",
            [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", size, size, 3])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *dims])
                for name, dims in ports.items()
            ],
            [numpy_helper.from_array(values, name) for name, values in self.tensors.items()],
        )
        return helper.make_model(
            graph,
            producer_name="sortal",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )


def _window(layer: MaxPool | AvgPool) -> dict[str, list[int]]:
    stride = layer.stride or layer.size
    return {
        "kernel_shape": [layer.size] * 2,
        "strides": [stride] * 2,
        "pads": [layer.padding] * 4,
    }
