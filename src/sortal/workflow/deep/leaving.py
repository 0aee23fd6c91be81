"""Whether a network can leave as a model file, asked before it is trained and not after."""

from __future__ import annotations

from typing import Final

from sortal.errors import ModelFileError, UsageError
from sortal.modelfile.cost import measure
from sortal.modelfile.graph import read_graph
from sortal.modelfile.limits import CHUNK
from sortal.modelfile.operators import OPERATORS
from sortal.network.build import build
from sortal.network.export import export
from sortal.network.layers import Timm
from sortal.network.whole import Network

_ANY: Final = (1.0,)


def require_way_out(network: Network) -> None:
    """Refuse a network that a model file has no operators for; layers of Sortal's all have.

    Raises:
        UsageError: it has none; the message names what is missing.
    """
    if not any(isinstance(layer, Timm) for layer in network.layers):
        return
    state = build(network.linear, network.input_shape).state_dict()
    trunk = export(network, state, mean=_ANY, scale=_ANY).trunk
    foreign = sorted({node.op_type for node in trunk.graph.node} - set(OPERATORS))
    if foreign:
        raise UsageError(
            f"Network {network.layers[0]}: it uses operators of ONNX that model files do not have "
            f"({', '.join(foreign)}), so it is not trained. Take one of convolutions that neither "
            "attends nor pads while it runs, as timm:resnet18."
        )
    try:
        measure(read_graph(trunk.SerializeToString()), CHUNK)
    except ModelFileError as error:
        raise UsageError(
            f"Network {network.layers[0]}: it would not fit into a model file, so it is not "
            f"trained. {error} Take another network, or a smaller size."
        ) from error
