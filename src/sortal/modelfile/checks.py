"""Whether a graph is a model of Sortal's: its versions, ports, numbers, head and card agree."""

from __future__ import annotations

from typing import Final

import numpy as np

from sortal.errors import ModelFileError
from sortal.modelfile.call import Shape
from sortal.modelfile.card import Card
from sortal.modelfile.cost import measure
from sortal.modelfile.graph import FLOAT, UINT8, Attribute, Graph, Node, Port
from sortal.modelfile.limits import CHUNK, IR_VERSIONS, MAX_OPSET, MIN_OPSET
from sortal.modelfile.names import (
    BIAS,
    DISTANCE,
    EMBEDDING,
    FEATURES,
    INPUT,
    LOGITS,
    PROBABILITIES,
    SCALED,
    TEMPERATURE,
    WEIGHTS,
)

_OUTPUTS: Final[dict[str, bool]] = {
    PROBABILITIES: True,
    EMBEDDING: True,
    FEATURES: False,
    DISTANCE: False,
}
"""Name of each output to whether it must be there."""


def check_graph(graph: Graph, card: Card) -> None:
    """Check everything that can be known of a model without running it.

    Raises:
        ModelFileError: something is not as a model of Sortal's has it.
    """
    _check_versions(graph)
    _check_input(graph, card)
    measure(graph, 1)  # what holds for one picture and for a chunk holds between them
    shapes = measure(graph, CHUNK).shapes
    _check_outputs(graph, shapes, card)
    _check_head(graph, card)
    _check_numbers(graph)


def _check_versions(graph: Graph) -> None:
    if graph.ir_version not in IR_VERSIONS:
        raise ModelFileError(
            f"The file is of ONNX container version {graph.ir_version}; "
            f"{IR_VERSIONS[0]} to {IR_VERSIONS[-1]} can be read."
        )
    foreign = sorted(set(graph.opsets) - {"", "ai.onnx"})
    if foreign:
        raise ModelFileError(
            f"The model uses operators of the foreign domain {foreign[0]!r}: "
            "Sortal's models use those of ai.onnx alone."
        )
    opset = graph.opsets.get("", graph.opsets.get("ai.onnx", 0))
    if not MIN_OPSET <= opset <= MAX_OPSET or len(graph.opsets) != 1:
        raise ModelFileError(
            f"The model is written in opset {opset} of ONNX; "
            f"{MIN_OPSET} to {MAX_OPSET} can be read."
        )


def _check_input(graph: Graph, card: Card) -> None:
    wanted = Port(INPUT, UINT8, (None, card.size, card.size, 3))
    if graph.inputs != (wanted,):
        raise ModelFileError(
            f"The model must take one input, {INPUT!r}, uint8 of shape "
            f"(n, {card.size}, {card.size}, 3); it takes {_shown(graph.inputs)}."
        )


def _check_outputs(graph: Graph, shapes: dict[str, Shape], card: Card) -> None:
    names = [port.name for port in graph.outputs]
    missing = [name for name, must in _OUTPUTS.items() if must and name not in names]
    if missing or len(set(names)) < len(names) or not set(names) <= set(_OUTPUTS):
        raise ModelFileError(
            f"The model must give the outputs {', '.join(_OUTPUTS)} (the last two if it can); "
            f"it gives {_shown(graph.outputs)}."
        )
    wanted: dict[str, Shape] = {
        PROBABILITIES: (len(card.classes),),
        EMBEDDING: (card.trunk.width,),
        FEATURES: (card.trunk.width, card.trunk.grid, card.trunk.grid),
        DISTANCE: (),
    }
    for port in graph.outputs:
        dims = wanted[port.name]
        if shapes.get(port.name) != (CHUNK, *dims) or port != Port(port.name, FLOAT, (None, *dims)):
            raise ModelFileError(
                f"The output {port.name!r} must be float32 of shape {('n', *dims)} by the card; "
                f"the graph declares {_shown((port,))} and makes {shapes.get(port.name)}."
            )
    if (FEATURES in names) != (card.trunk.grid > 0):
        raise ModelFileError("The card and the graph disagree on whether there are features.")
    if card.unknown_threshold is not None and DISTANCE not in names:
        raise ModelFileError("The card has a threshold for a distance that the graph lacks.")


def _check_head(graph: Graph, card: Card) -> None:
    """Check that probabilities are made of the embedding by the stored head and nothing else.

    The class activation map rests on this.
    """
    made = {node.outputs[0]: node for node in graph.nodes}
    wanted: tuple[tuple[str, str, tuple[str, ...], dict[str, Attribute]], ...] = (
        (LOGITS, "Gemm", (EMBEDDING, WEIGHTS, BIAS), {"transB": 1}),
        (SCALED, "Div", (LOGITS, TEMPERATURE), {}),
        (PROBABILITIES, "Softmax", (SCALED,), {"axis": -1}),
    )
    for output, op, inputs, attributes in wanted:
        if made.get(output) != Node(op, "", inputs, (output,), attributes):
            raise ModelFileError(
                f"The model's head must make {output!r} by {op} of {', '.join(inputs)}."
            )
    if any(name not in graph.tensors for name in (WEIGHTS, BIAS, TEMPERATURE)):
        raise ModelFileError("The numbers of the model's head are not stored in it.")
    temperature = graph.tensors[TEMPERATURE]
    if temperature.dims or temperature.array() != np.float32(card.calibration.temperature):
        raise ModelFileError("The card and the graph disagree on the temperature.")


def _check_numbers(graph: Graph) -> None:
    for name, tensor in graph.tensors.items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor.array()).all():
            raise ModelFileError(f"The tensor {name!r} holds numbers that are not finite.")


def _shown(ports: tuple[Port, ...]) -> str:
    words = (f"{port.name!r} of shape {port.dims}" for port in ports)
    return ", ".join(words).replace("None", "n") or "none"
