"""Every shape rule agrees with ONNX's own inference of shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from sortal.errors import ModelFileError
from sortal.modelfile.call import Call
from sortal.modelfile.graph import read_graph
from sortal.modelfile.operators import OPERATORS, OUTPUTS

PLANE = (2, 6, 9, 7)


@dataclass(frozen=True)
class Use:
    """A use of an operator: shapes of its inputs; whole numbers are a stored input."""

    op: str
    inputs: Sequence[tuple[int, ...] | np.ndarray[Any, Any]]
    attributes: dict[str, Any] = field(default_factory=dict)
    opset: int = 17
    first: int = TensorProto.FLOAT

    def __str__(self) -> str:
        given = ",".join(f"{k}={v}" for k, v in self.attributes.items())
        return f"{self.op}-{self.opset}-{given}"


def ints(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, np.int64)


UNARY = [
    "Relu",
    "LeakyRelu",
    "Elu",
    "Selu",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Mish",
    "Softplus",
    "Tanh",
    "Erf",
    "Exp",
    "Log",
    "Sqrt",
    "Neg",
    "Abs",
    "Reciprocal",
    "Identity",
    "Softmax",
    "LogSoftmax",
]
REDUCTIONS = [op for op in OPERATORS if op.startswith("Reduce") and op != "ReduceSum"]
WEIGHTS = (4, 6, 3, 5)

USES = [
    *(Use(op, [PLANE], opset=18) for op in UNARY),
    Use("Gelu", [PLANE], opset=20),
    Use("Clip", [PLANE, (), ()]),
    Use("LayerNormalization", [(2, 5, 8), (8,), (8,)], {"axis": -1}),
    Use("BatchNormalization", [PLANE, *[(6,)] * 4]),
    Use("Cast", [PLANE], {"to": TensorProto.FLOAT}, first=TensorProto.UINT8),
    *(Use(op, [(2, 6, 1, 7), (9, 1)]) for op in ("Add", "Sub", "Mul", "Div", "Pow")),
    Use("PRelu", [PLANE, (6, 1, 1)]),
    *(Use(op, [(2, 3), (3,), (2, 1), ()]) for op in ("Max", "Min")),
    *(Use(op, [PLANE], {"axes": [2, -1]}) for op in REDUCTIONS),
    *(Use(op, [PLANE], {"axes": [-3], "keepdims": 0}) for op in REDUCTIONS),
    *(Use(op, [PLANE]) for op in REDUCTIONS),
    *(Use(op, [PLANE, ints(1, 3)], {"keepdims": 0}, 18) for op in [*REDUCTIONS, "ReduceSum"]),
    *(Use(op, [PLANE]) for op in ("GlobalAveragePool", "GlobalMaxPool")),
    Use("Conv", [PLANE, WEIGHTS]),
    Use("Conv", [PLANE, WEIGHTS, (4,)], {"pads": [1, 2, 0, 1], "strides": [2, 3]}),
    Use("Conv", [PLANE, (6, 2, 3, 3)], {"group": 3, "dilations": [2, 3], "pads": [1, 1, 1, 1]}),
    Use("Conv", [PLANE, WEIGHTS], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    Use("Conv", [PLANE, WEIGHTS], {"auto_pad": "VALID", "strides": [2, 2]}),
    *(
        Use(op, [PLANE], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": ceil})
        for op in ("AveragePool", "MaxPool")
        for ceil in (0, 1)
    ),
    Use("MaxPool", [PLANE], {"kernel_shape": [3, 3], "pads": [1] * 4, "dilations": [2, 2]}),
    Use("MatMul", [(2, 1, 5, 3), (4, 3, 7)]),
    Use("Gemm", [(2, 5), (5, 3), (3,)]),
    Use("Gemm", [(5, 2), (3, 5), (2, 3)], {"transA": 1, "transB": 1, "alpha": 0.5}),
    Use("Flatten", [PLANE]),
    Use("Flatten", [PLANE], {"axis": 3}),
    Use("Flatten", [PLANE], {"axis": -1}),
    Use("Flatten", [PLANE], {"axis": 4}),
    Use("Reshape", [PLANE, ints(0, -1, 7)]),
    Use("Reshape", [PLANE, ints(3, 4, 63)]),
    Use("Transpose", [PLANE]),
    Use("Transpose", [PLANE], {"perm": [0, 3, 1, 2]}),
    Use("Concat", [(2, 3, 4), (2, 5, 4), (2, 1, 4)], {"axis": 1}),
    Use("Concat", [(2, 3, 4), (2, 3, 6)], {"axis": -1}),
    Use("Squeeze", [(2, 1, 6, 1), ints(1, -1)]),
    Use("Unsqueeze", [(2, 6), ints(0, -1, 2)]),
    Use("TopK", [(2, 9), ints(4)], {"axis": 1}),
    Use("QuantizeLinear", [PLANE, ()]),
    Use("QuantizeLinear", [PLANE, (6,)], {"axis": 1}),
    Use("DequantizeLinear", [PLANE, (2,)], {"axis": 0}, first=TensorProto.INT8),
]


def inferred(use: Use) -> tuple[int, ...]:
    """The shape of the first output by the ONNX library."""
    names = [f"i{k}" for k in range(len(use.inputs))]
    stored = [
        numpy_helper.from_array(value, name)
        for name, value in zip(names, use.inputs, strict=True)
        if isinstance(value, np.ndarray)
    ]
    kinds = [use.first, *[TensorProto.FLOAT] * (len(names) - 1)]
    ports = [
        helper.make_tensor_value_info(name, kind, value)
        for name, kind, value in zip(names, kinds, use.inputs, strict=True)
        if not isinstance(value, np.ndarray)
    ]
    outputs = ["out", "more"][: OUTPUTS.get(use.op, 1)]
    node = helper.make_node(use.op, names, outputs, **use.attributes)
    graph = helper.make_graph([node], "g", ports, [], stored)
    opset = helper.make_opsetid("", use.opset)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    whole = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    found = next(value for value in whole.graph.value_info if value.name == "out")
    return tuple(dim.dim_value for dim in found.type.tensor_type.shape.dim)


def call(use: Use) -> Call:
    """The same use as the reader sees it, through its own parser."""
    node = helper.make_node(use.op, ["x"], ["y"], **use.attributes)
    model = helper.make_model(helper.make_graph([node], "g", [], []))
    stored = [value if isinstance(value, np.ndarray) else None for value in use.inputs]
    return Call(
        op=use.op,
        shapes=tuple(v.shape if isinstance(v, np.ndarray) else v for v in use.inputs),
        values=tuple(None if v is None else tuple(v.tolist()) for v in stored),
        attributes=read_graph(model.SerializeToString()).nodes[0].attributes,
    )


@pytest.mark.parametrize("use", USES, ids=str)
def test_rule_and_library_agree(use: Use) -> None:
    assert OPERATORS[use.op](call(use)).shape == inferred(use)


def test_every_operator_is_tried() -> None:
    assert {use.op for use in USES} == set(OPERATORS)


def test_work_by_hand() -> None:
    """A 3 x 5 window over 6 channels for each of 4 filters and 7 x 3 places, 2 pictures."""
    made = OPERATORS["Conv"](call(Use("Conv", [PLANE, WEIGHTS])))
    assert made.work == 2 * 4 * 7 * 3 * (6 * 3 * 5)
    made = OPERATORS["Gemm"](call(Use("Gemm", [(2, 5), (5, 3)])))
    assert made.work == 2 * 3 * 5


WRONG = [
    Use("Conv", [PLANE, (4, 5, 3, 3)]),
    Use("Conv", [PLANE, (4, 6, 10, 3)]),
    Use("Conv", [PLANE, WEIGHTS, (5,)]),
    Use("Conv", [PLANE, WEIGHTS], {"group": 0}),
    Use("Conv", [PLANE, WEIGHTS], {"pads": [-1, 0, 0, 0]}),
    Use("Conv", [PLANE, WEIGHTS], {"pads": [1, 1]}),
    Use("Conv", [PLANE, WEIGHTS], {"kernel_shape": [3, 4]}),
    Use("Conv", [PLANE, WEIGHTS], {"auto_pad": "MAGIC"}),
    Use("Conv", [PLANE[1:], WEIGHTS]),
    Use("MaxPool", [PLANE]),
    Use("Add", [(2, 3), (4,)]),
    Use("PRelu", [(6, 1), (6, 2)]),
    Use("MatMul", [(2, 3), (4, 5)]),
    Use("MatMul", [(3,), (3, 5)]),
    Use("Gemm", [(2, 5), (5, 3), (4,)]),
    Use("Gemm", [(2, 5), (5, 3)], {"transA": 3}),
    Use("ReduceMean", [PLANE], {"axes": [9]}),
    Use("ReduceMean", [PLANE], {"axes": [1, 1]}),
    Use("ReduceMean", [PLANE, (2,)]),
    Use("Reshape", [PLANE, (3,)]),
    Use("Reshape", [PLANE, ints(5, -1)]),
    Use("Reshape", [PLANE, ints(-1, -1)]),
    Use("Reshape", [PLANE, ints(-2, 378)]),
    Use("Reshape", [PLANE, ints(2, 6, 9, 7, 0)]),
    Use("Transpose", [PLANE], {"perm": [0, 1, 2, 2]}),
    Use("Concat", [(2, 3), (4, 4)], {"axis": 1}),
    Use("Concat", [(2, 3)], {"axis": 5}),
    Use("Squeeze", [PLANE, ints(1)]),
    Use("Unsqueeze", [PLANE, ints(0, 1, 2)]),
    Use("TopK", [(2, 9), ints(10)], {"axis": 1}),
    Use("TopK", [(2, 9), (1,)]),
    Use("Cast", [PLANE], {"to": TensorProto.DOUBLE}),
    Use("Clip", [PLANE, (6, 9, 7)]),
    Use("DequantizeLinear", [PLANE, (5,)]),
    Use("DequantizeLinear", [PLANE, (6,), (5,)]),
    Use("DequantizeLinear", [PLANE, (6,)], {"block_size": 2}),
    Use("BatchNormalization", [PLANE, (6,), (6,), (6,), (5,)]),
    Use("BatchNormalization", [PLANE, *[(6,)] * 4], {"training_mode": 1}),
]


@pytest.mark.parametrize("use", WRONG, ids=str)
def test_wrong_use_is_refused(use: Use) -> None:
    with pytest.raises(ModelFileError, match=f"operator {use.op} is used wrongly"):
        OPERATORS[use.op](call(use))
