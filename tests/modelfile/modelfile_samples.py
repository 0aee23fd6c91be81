"""A small network, head and card to try the model file on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from sortal.modelfile import (
    CalibrationRecord,
    Card,
    Check,
    DataRecord,
    ModelParts,
    SplitRecord,
    TrunkRecord,
)
from sortal.training.values import LinearHead

SIZE, WIDTH, GRID = 16, 6, 4
CLASSES = ("bolt", "nut", "Schraubenschlüssel")
TEMPERATURE = 1.5


@dataclass(frozen=True)
class Sample:
    """Parts of a model with the numbers they were made of."""

    parts: ModelParts
    images: NDArray[np.uint8]
    kernel: NDArray[np.float32]


def trunk_model(*, extra: bool = True) -> tuple[onnx.ModelProto, NDArray[np.float32]]:
    """A quantised-looking trunk: scale, one 4x4 convolution of step 4, ReLU, mean; and its kernel.

    With ``extra`` it also has a branch to logits, a Constant node and documentation, which a
    model file must not keep.
    """
    rng = np.random.default_rng(5)
    kernel = rng.normal(size=(WIDTH, 3, 4, 4)).astype(np.float32) / np.float32(4)
    stored = [
        numpy_helper.from_array(np.float32(1 / 128), "in.scale"),
        numpy_helper.from_array(np.uint8(127), "in.zero"),
        numpy_helper.from_array(kernel, "conv.weight"),
        numpy_helper.from_array(rng.normal(size=(10, WIDTH)).astype(np.float32), "old.weight"),
    ]
    nodes = [
        helper.make_node(
            "Transpose", ["image"], ["planes"], perm=[0, 3, 1, 2], name="private/folder/t"
        ),
        helper.make_node("DequantizeLinear", ["planes", "in.scale", "in.zero"], ["scaled"]),
        helper.make_node("Conv", ["scaled", "conv.weight"], ["conv"], strides=[4, 4]),
        helper.make_node("Relu", ["conv"], ["features"], doc_string="made on a Tuesday"),
        helper.make_node("GlobalAveragePool", ["features"], ["pooled"]),
        helper.make_node(
            "Constant", [], ["shape"], value=numpy_helper.from_array(np.array([0, -1]))
        ),
        helper.make_node("Reshape", ["pooled", "shape"], ["embedding"]),
        helper.make_node("Gemm", ["embedding", "old.weight"], ["logits"], transB=1),
    ]
    outputs: dict[str, list[Any]] = {
        "embedding": ["n", WIDTH],
        "features": ["n", WIDTH, GRID, GRID],
        "logits": ["n", 10],
    }
    graph = helper.make_graph(
        nodes if extra else nodes[:-1],
        "a network",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", SIZE, SIZE, 3])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
            for name, dims in outputs.items()
            if extra or name != "logits"
        ],
        stored,
        doc_string="by somebody" if extra else "",
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model, kernel


def make_card(trunk: bytes, **changes: Any) -> Card:
    card = Card(
        classes=CLASSES,
        fit="pad",
        size=SIZE,
        trunk=TrunkRecord(
            name="tiny",
            width=WIDTH,
            grid=GRID,
            mean=(127.0,),
            scale=(128.0,),
            licence="Apache-2.0",
            origin="drawn from a normal distribution",
            source="none",
            sha256=hashlib.sha256(trunk).hexdigest(),
        ),
        recipe={"head": "softmax regression", "strength": 0.1},
        data=DataRecord(name="tools", sha256="a" * 64, per_class=(20, 21, 22), groups=60),
        split=SplitRecord(scheme="cross-validation", seed=0, repeats=3, folds=5, sha256="b" * 64),
        evaluation={"accuracy": {"value": 0.93, "low": 0.9, "high": 0.95}, "per_class": [1, None]},
        calibration=CalibrationRecord(
            temperature=TEMPERATURE, coverage=0.95, threshold=0.9, threshold_90=0.8
        ),
        unknown_threshold=None,
        drift=None,
        versions={"sortal": "0.1.0", "numpy": "2.4"},
        licence="Apache-2.0",
        notices=("Weights by nobody.",),
        seed=0,
    )
    return replace(card, **changes)


def features_by_hand(images: NDArray[np.uint8], kernel: NDArray[np.float32]) -> NDArray[np.float64]:
    """The trunk in plain NumPy: float64 (n, WIDTH, GRID, GRID)."""
    scaled = (images.astype(np.float64) - 127) / 128
    blocks = scaled.reshape(len(images), GRID, 4, GRID, 4, 3)
    conv: NDArray[np.float64] = np.einsum("niyjxc,dcyx->ndij", blocks, kernel.astype(np.float64))
    return np.maximum(conv, 0)


def probabilities_by_hand(features: NDArray[np.float64], head: LinearHead) -> NDArray[np.float32]:
    logits = features.mean(axis=(2, 3)) @ head.weights.T.astype(np.float64) + head.bias
    raised = np.exp((logits - logits.max(axis=1, keepdims=True)) / TEMPERATURE)
    share: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return share.astype(np.float32)


def make_sample(**changes: Any) -> Sample:
    """Sound parts of a model; ``changes`` are fields of the card."""
    model, kernel = trunk_model()
    trunk = model.SerializeToString(deterministic=True)
    rng = np.random.default_rng(7)
    head = LinearHead(
        weights=rng.normal(size=(len(CLASSES), WIDTH)).astype(np.float32) * 4,
        bias=rng.normal(size=len(CLASSES)).astype(np.float32),
    )
    images = rng.integers(0, 256, size=(5, SIZE, SIZE, 3), dtype=np.uint8)
    probabilities = probabilities_by_hand(features_by_hand(images, kernel), head)
    parts = ModelParts(
        trunk=trunk,
        head=head,
        card=make_card(trunk, **changes),
        check=Check(images, probabilities),
    )
    return Sample(parts, images, kernel)
