"""Writes a chain of convolutions as an ONNX graph, in float or with QuantizeLinear pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from effnet_lite import N_CLASSES, Conv, Linear
from quantise import FULL_LIMIT, QuantConv, Range
from rounding import plain_codes

OPSET, IR_VERSION = 17, 8


class GraphWriter:
    """Collects nodes and constants in the order in which they are written."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """Store an array; return its name."""
        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: object) -> str:
        """Append a node with one output; return the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def code(self, name: str, code: Range) -> list[str]:
        """Store the scale and zero of an activation; return their names."""
        scale = self.constant(f"{name}.scale", np.array(code.scale, np.float32))
        return [scale, self.constant(f"{name}.zero", np.array(code.zero, np.uint8))]

    def rounded(self, x: str, code: Range) -> str:
        """Append a QuantizeLinear and a DequantizeLinear."""
        names = self.code(x, code)
        codes = self.node("QuantizeLinear", [x, *names], f"{x}.codes")
        return self.node("DequantizeLinear", [codes, *names], f"{x}.rounded")

    def restored(self, name: str, codes: NDArray[np.generic], scale: NDArray[np.float32]) -> str:
        """Append a DequantizeLinear for codes with one scale for each output channel."""
        zeros = np.zeros(len(scale), codes.dtype)
        inputs = [
            self.constant(f"{name}.codes", codes),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", zeros),
        ]
        return self.node("DequantizeLinear", inputs, name, axis=0)

    def convolution(self, x: str, conv: Conv, weight: str, bias: str) -> str:
        """Append a Conv and, where it has one, its ReLU6."""
        (before, after), kernel = conv.pads, conv.weight.shape[-1]
        y = self.node(
            "Conv",
            [x, weight, bias],
            f"{conv.name}.conv" if conv.clip else conv.name,
            kernel_shape=[kernel, kernel],
            strides=[conv.stride, conv.stride],
            pads=[before, before, after, after],
            group=conv.groups,
        )
        return self.node("Clip", [y, "zero", "six"], conv.name) if conv.clip else y

    def finish(self, features: str, linear: Linear, *, quantised: bool) -> None:
        """Append the outputs ``features``, ``embedding`` and ``logits``."""
        self.node("Identity", [features], "features")
        self.node("ReduceMean", ["features"], "embedding", axes=[2, 3], keepdims=0)
        if quantised:
            codes = plain_codes(linear.weight, limit=FULL_LIMIT)
            weight = self.restored("classifier.weight", codes.weight, codes.scale)
        else:
            weight = self.constant("classifier.weight", linear.weight)
        bias = self.constant("classifier.bias", linear.bias)
        self.node("Gemm", ["embedding", weight, bias], "logits", transB=1)


def float_graph(
    convs: Sequence[Conv], linear: Linear, *, size: int, mean: float, scale: float
) -> onnx.ModelProto:
    """Write the float network: the reference that the quantised one is measured against."""
    graph = start()
    x = graph.node("Cast", [planes(graph)], "pixels", to=TensorProto.FLOAT)
    x = graph.node("Sub", [x, graph.constant("mean", np.array(mean, np.float32))], "centred")
    x = graph.node("Div", [x, graph.constant("scale", np.array(scale, np.float32))], "scaled")
    kept = x
    for conv in convs:
        kept = x if conv.opens else kept
        weight = graph.constant(f"{conv.name}.weight", conv.weight)
        bias = graph.constant(f"{conv.name}.bias", conv.bias)
        x = graph.convolution(x, conv, weight, bias)
        x = graph.node("Add", [kept, x], f"{conv.name}.sum") if conv.adds else x
    graph.finish(x, linear, quantised=False)
    return model(graph, size=size, convs=convs)


def quantised_graph(
    convs: Sequence[QuantConv], linear: Linear, *, size: int, given: Range
) -> onnx.ModelProto:
    """Write the quantised network; its uint8 input is already the code of the scaled pixels."""
    graph = start()
    x = graph.node("DequantizeLinear", [planes(graph), *graph.code("image", given)], "scaled")
    kept, before = x, given
    for q in convs:
        conv, kept = q.conv, x if q.conv.opens else kept
        weight = graph.restored(f"{conv.name}.weight", q.codes.weight, q.codes.scale)
        steps = (np.float32(before.scale) * q.codes.scale).astype(np.float32)
        bias = graph.restored(f"{conv.name}.bias", q.bias, steps)
        x = graph.rounded(graph.convolution(x, conv, weight, bias), q.out)
        if q.total is not None:
            x = graph.rounded(graph.node("Add", [kept, x], f"{conv.name}.sum"), q.total)
        before = q.total or q.out
    graph.finish(x, linear, quantised=True)
    return model(graph, size=size, convs=[q.conv for q in convs])


def start() -> GraphWriter:
    """Return a writer that holds the bounds of ReLU6."""
    graph = GraphWriter()
    graph.constant("zero", np.array(0, np.float32))
    graph.constant("six", np.array(6, np.float32))
    return graph


def planes(graph: GraphWriter) -> str:
    """Append the change of layout from (n, height, width, 3) to (n, 3, height, width)."""
    return graph.node("Transpose", ["image"], "planes", perm=[0, 3, 1, 2])


def model(graph: GraphWriter, *, size: int, convs: Sequence[Conv]) -> onnx.ModelProto:
    """Close the graph: inputs, outputs, versions; checked by onnx with its shapes inferred."""
    width, grid = len(convs[-1].bias), -(-size // 32)
    outputs = {
        "embedding": ["n", width],
        "features": ["n", width, grid, grid],
        "logits": ["n", N_CLASSES],
    }
    made = helper.make_graph(
        graph.nodes,
        "efficientnet-lite",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", size, size, 3])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ],
        graph.constants,
    )
    closed = helper.make_model(
        made,
        producer_name="sortal",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    onnx.checker.check_model(closed, full_check=True)
    return closed
