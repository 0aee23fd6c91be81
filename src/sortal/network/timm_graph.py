"""From a network of timm and its trained weights to ONNX operators.

Such a network is a program, not a row of layers, so an exporter of PyTorch follows it: the one
by TorchScript, which needs no further package and takes a second where the newer one takes up to
a minute.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from sortal.errors import UsageError
from sortal.network.shapes import Shape
from sortal.network.timm_network import make_body

if TYPE_CHECKING:
    import onnx

OPSET: Final = 17
_INPUT: Final = "planes"


def graph_of(name: str, shape: Shape, state: Mapping[str, Tensor]) -> onnx.GraphProto:
    """Return a graph of one input, float32 (n, channels, size, size), and one output.

    Args:
        name: as timm has it.
        shape: of the picture, (size, size, channels).
        state: of ``make_body``'s module.

    Raises:
        UsageError: weights are missing, or PyTorch cannot export it.
    """
    import onnx

    size, channels = shape[0], shape[-1]
    body = make_body(name, size=size, channels=channels)
    try:
        body.load_state_dict(dict(state))
    except RuntimeError as error:
        raise UsageError(f"The weights do not fit timm:{name}: {error}") from error
    target = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # what a person could do nothing about
        try:
            torch.onnx.export(
                body.eval(),
                (torch.zeros(2, channels, size, size),),
                target,  # type: ignore[arg-type]  # this exporter takes an open file, too
                dynamo=False,
                opset_version=OPSET,
                input_names=[_INPUT],
                output_names=["made"],
                dynamic_axes={_INPUT: {0: "n"}, "made": {0: "n"}},
            )
        except (RuntimeError, torch.onnx.errors.OnnxExporterError) as error:
            raise UsageError(f"PyTorch cannot write timm:{name} as ONNX: {error}") from error
    graph: onnx.GraphProto = onnx.load_model_from_string(target.getvalue()).graph
    _store_constants(graph)
    return graph


def _store_constants(graph: onnx.GraphProto) -> None:
    """Make stored tensors of the operators that only make a constant."""
    for node in [node for node in graph.node if node.op_type == "Constant"]:
        tensor = graph.initializer.add()
        tensor.CopyFrom(node.attribute[0].t)
        tensor.name = node.output[0]
        graph.node.remove(node)
