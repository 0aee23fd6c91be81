"""Small models of many networks, and what their graphs give when asked one value at a time."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray

from sortal.modelfile import (
    CalibrationRecord,
    Card,
    DataRecord,
    Model,
    SplitRecord,
    TrunkRecord,
    load_model,
)
from sortal.modelfile.assemble import assemble
from sortal.network.build import build
from sortal.network.export import export
from sortal.network.load import load_network
from sortal.network.whole import Network
from sortal.training.values import LinearHead

KINDS = ("bolt", "nut", "Schraubenschlüssel")
MEAN, SCALE = 120.0, 60.0
TEMPERATURE = 1.25

TEXTS = {
    "cnn": "conv 6 3x3 relu, conv 8 3x3 relu, maxpool 2, dropout 0.2, flatten, dense 12 relu",
    "lenet": "conv 4 5x5 pad 2 tanh, avgpool 2, conv 5 5x5 tanh, avgpool 2, flatten, dense 9 tanh",
    "strided": "conv 7 4x5/2 same nobias, batchnorm, silu, conv 5 3x3 pad 1 sigmoid, globalavgpool",
    "blocks": "conv 8 3x3/2 same nobias, batchnorm, relu6, inverted 8 3x3 expand 1, "
    "inverted 12 5x5/2 expand 3, residual(conv 12 3x3 same nobias, batchnorm, silu) "
    "shortcut(conv 12 1x1), conv 20 1x1 nobias, batchnorm, relu6, globalavgpool",
    "mlp": "flatten, dense 16 relu, dropout 0.2, dense 11 sigmoid",
    "one layer": "flatten",
    "pool first": "maxpool 3/2 pad 1, conv 6 3x3 groups 3 relu6, flatten, dense 7 step, dense 5",
}


@dataclass(frozen=True)
class Sample:
    """A model with random weights, and a picture for it."""

    model: Model
    pixels: NDArray[np.uint8]


def sample(text: str, *, size: int = 19, channels: int = 1, seed: int = 0) -> Sample:
    """A model of the network that ``text`` says."""
    network = load_network(text, classes=len(KINDS), size=size, channels=channels)
    return Sample(model_of(network, seed=seed), pixels_of(size, seed=seed))


def pixels_of(size: int, *, seed: int = 0) -> NDArray[np.uint8]:
    """Patches of any colour with some noise."""
    rng = np.random.default_rng(seed)
    side = -(-size // 4)
    patches = rng.integers(0, 200, size=(4, 4, 3)).repeat(side, axis=0).repeat(side, axis=1)
    return (patches[:size, :size] + rng.integers(0, 55, size=(size, size, 3))).astype(np.uint8)


def model_of(network: Network, *, seed: int) -> Model:
    """A model file with weights such as training leaves behind."""
    parts = export(network, _weights(network, seed), mean=(MEAN,), scale=(SCALE,))
    trunk = TrunkRecord(
        name="own",
        width=parts.width,
        grid=parts.grid,
        mean=(MEAN,),
        scale=(SCALE,),
        licence="Apache-2.0",
        origin="drawn at random",
        source="none",
        sha256=hashlib.sha256(parts.trunk.SerializeToString()).hexdigest(),
    )
    card = replace(_CARD, trunk=trunk, size=network.size)
    head = LinearHead(parts.weights * 3, parts.bias)
    return load_model(assemble(parts.trunk, head=head, card=card), threads=1)


def _weights(network: Network, seed: int) -> Any:
    torch.manual_seed(seed)
    module = build(network.linear, network.input_shape)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, torch.nn.Linear | torch.nn.Conv2d):
                torch.nn.init.normal_(part.weight, std=1.5 * part.weight[0].numel() ** -0.5)
            if isinstance(part, torch.nn.BatchNorm2d):
                ranges = {"running_mean": 0.0, "running_var": 1.0, "weight": 1.0, "bias": 0.0}
                for name, middle in ranges.items():
                    part.state_dict()[name].uniform_(middle - 0.5, middle + 0.5)
    return module.eval().state_dict()


_CARD = Card(
    classes=KINDS,
    fit="pad",
    size=1,
    trunk=TrunkRecord("", 1, 0, (0.0,), (1.0,), "", "", "", ""),
    recipe={},
    data=DataRecord(name="x", sha256="a" * 64, per_class=(5,) * len(KINDS), groups=15),
    split=SplitRecord(scheme="held-out", seed=0, repeats=1, folds=1, sha256="b" * 64),
    evaluation={},
    calibration=CalibrationRecord(
        temperature=TEMPERATURE, coverage=0.95, threshold=0.9, threshold_90=0.8
    ),
    unknown_threshold=None,
    drift=None,
    versions={"sortal": "0"},
    licence="Apache-2.0",
    notices=(),
    seed=0,
)


def every_value(model: Model, pixels: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """Each value of the graph by its name: ONNX Runtime without any of its optimisations."""
    proto = onnx.load_model_from_string(model.data)
    given = {port.name for port in proto.graph.output}
    names = [n for node in proto.graph.node for n in node.output if n not in given]
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    wanted = [port.name for port in session.get_outputs()]
    values = session.run(wanted, {"image": pixels[None]})
    return dict(zip(wanted, values, strict=True))


def json_text(html: str) -> str:
    """The data that a page carries."""
    found = re.findall(
        r'<script type="application/json" id="inside-data">(.*?)</script>', html, re.DOTALL
    )
    assert len(found) == 1
    return str(found[0])
