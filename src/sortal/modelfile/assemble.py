"""From a trained network, a head and a card to the bytes of one model file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sortal.errors import UsageError
from sortal.modelfile.card_json import card_to_json
from sortal.modelfile.checksum import seal
from sortal.modelfile.limits import MAX_OPSET, MIN_OPSET
from sortal.modelfile.names import CARD_KEY, DISTANCE, EMBEDDING, FEATURES, INPUT, PROBABILITIES
from sortal.modelfile.tail import Layers, add_distance, add_head
from sortal.modelfile.trunk import Trunk, take_trunk

if TYPE_CHECKING:
    import onnx

    from sortal.evaluation.unknown import DistanceModel
    from sortal.modelfile.card import Card
    from sortal.training.values import LinearHead

_IR_VERSION: Final = {19: 9, 20: 9, 21: 10}
"""Opset to the version of the container that goes with it; 8 below."""


def assemble(
    trunk: onnx.ModelProto, *, head: LinearHead, card: Card, distance: DistanceModel | None = None
) -> bytes:
    """Put a network, a head and a card together; the same parts give the same bytes.

    Args:
        trunk: a graph from ``image``, uint8 (n, size, size, 3), to ``embedding``,
            float32 (n, width), and, where it has one, ``features``, float32
            (n, width, grid, grid); of any exporter.
        head: makes the logits of the embedding.
        card: all that must be known of the model; its calibration gives the temperature.
        distance: the ground for saying "I don't know", or None.

    Returns:
        An ONNX file, sealed with its checksum.

    Raises:
        UsageError: the parts do not fit together.
        ModelFileError: the card is not sound.
    """
    if head.weights.shape != (len(card.classes), card.trunk.width) or head.bias.shape != (
        len(card.classes),
    ):
        raise UsageError(
            f"The head has weights {head.weights.shape} and bias {head.bias.shape}; the card "
            f"names {len(card.classes)} classes and a width of {card.trunk.width}."
        )
    taken = take_trunk(trunk)
    if not MIN_OPSET <= taken.opset <= MAX_OPSET:
        raise UsageError(
            f"The network is written in opset {taken.opset} of ONNX; "
            f"export it in one from {MIN_OPSET} to {MAX_OPSET}."
        )
    layers = Layers(opset=taken.opset)
    add_head(layers, head, temperature=card.calibration.temperature)
    if distance is not None:
        add_distance(layers, distance)
    return seal(_model(taken, layers, card).SerializeToString(deterministic=True))


def _model(trunk: Trunk, layers: Layers, card: Card) -> onnx.ModelProto:
    """Close the graph: ports, versions and card; nothing that differs from run to run."""
    from onnx import helper

    graph = helper.make_graph(
        [*trunk.nodes, *layers.nodes],
        "sortal",
        [_port(INPUT, (card.size, card.size, 3), uint8=True)],
        _outputs(trunk, card, [node.output[0] for node in layers.nodes]),
        [*trunk.tensors, *layers.tensors],
    )
    model = helper.make_model(
        graph,
        producer_name="sortal",
        ir_version=_IR_VERSION.get(trunk.opset, 8),
        opset_imports=[helper.make_opsetid("", trunk.opset)],
    )
    helper.set_model_props(model, {CARD_KEY: card_to_json(card)})
    return model


def _outputs(trunk: Trunk, card: Card, made: list[str]) -> list[onnx.ValueInfoProto]:
    width, grid = card.trunk.width, card.trunk.grid
    ports = [_port(PROBABILITIES, (len(card.classes),)), _port(EMBEDDING, (width,))]
    if trunk.has_features:
        ports.append(_port(FEATURES, (width, grid, grid)))
    if DISTANCE in made:
        ports.append(_port(DISTANCE, ()))
    return ports


def _port(name: str, dims: tuple[int, ...], *, uint8: bool = False) -> onnx.ValueInfoProto:
    from onnx import TensorProto, helper

    kind = TensorProto.UINT8 if uint8 else TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, ["n", *dims])
