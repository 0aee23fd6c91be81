"""From operations to stages: a convolution with all that belongs to it is one thing to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sortal.explanation.inside.wiring import Wiring
from sortal.modelfile.graph import Node
from sortal.modelfile.names import INPUT

Kind = Literal[
    "picture",  # scaling, and grey from colour
    "convolution",
    "maximum",  # the largest of each window
    "average",  # the mean of each window
    "mean",  # the mean of each whole map
    "row",  # all values one after the other
    "dense",
    "sum",  # of two maps: the way around a block
    "other",
]

_KINDS: Final[dict[str, Kind]] = {
    "Conv": "convolution",
    "MaxPool": "maximum",
    "AveragePool": "average",
    "GlobalAveragePool": "mean",
    "ReduceMean": "mean",
    "Flatten": "row",
    "Reshape": "row",
    "Squeeze": "row",
    "Gemm": "dense",
    "MatMul": "dense",
    "Add": "sum",
}
_SCALING: Final = frozenset(
    {"Transpose", "Cast", "Sub", "Div", "Mul", "Add", "Identity"}
    | {"QuantizeLinear", "DequantizeLinear"}
)
_CENTRING: Final = frozenset({"Sub", "Div", "Mul", "Add", "DequantizeLinear"})
_ACTIVATIONS: Final = {
    "Relu": "ReLU",
    "LeakyRelu": "leaky ReLU",
    "PRelu": "PReLU",
    "Elu": "ELU",
    "Selu": "SELU",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "hard sigmoid",
    "HardSwish": "hard swish",
    "Mish": "Mish",
    "Gelu": "GELU",
    "Softplus": "softplus",
    "Tanh": "tanh",
    "Softmax": "softmax",
}
_BELONGING: Final = frozenset(
    {"BatchNormalization", "Clip", "Sub", "Div", "Mul", "Identity"}
    | {"QuantizeLinear", "DequantizeLinear", *_ACTIVATIONS}
)
_RESHAPING: Final = frozenset({"Flatten", "Reshape", "Squeeze"})


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Operations that are looked at as one.

    Attributes:
        kind: what the first of them does (of the picture: all of them together).
        nodes: in the order they run.
        sources: values of other stages that it takes.
        output: name of the value that it ends in.
    """

    kind: Kind
    nodes: tuple[Node, ...]
    sources: tuple[str, ...]

    @property
    def output(self) -> str:
        """Name of the value that the stage ends in."""
        return self.nodes[-1].outputs[0]

    @property
    def first(self) -> Node:
        """The operation that gives the stage its kind."""
        return self.nodes[0]

    @property
    def activation(self) -> str:
        """What is done to every value at the end: "ReLU", ..., or "" for nothing."""
        ops = [node.op for node in self.nodes]
        if ops[-3:] == ["Mul", "Clip", "Sub"]:
            return "step"
        if "Sigmoid" in ops and "Mul" in ops[ops.index("Sigmoid") :]:
            return "SiLU"
        if "Clip" in ops:
            return "ReLU6"
        return next((_ACTIVATIONS[op] for op in ops if op in _ACTIVATIONS), "")

    @property
    def rounded(self) -> bool:
        """Whether its values are rounded to codes of one byte."""
        return any(node.op == "QuantizeLinear" for node in self.nodes)


def find_stages(wiring: Wiring) -> tuple[Stage, ...]:
    """Divide the operations of a network into stages; the first is the picture's preparation."""
    groups: list[list[Node]] = [[]]
    home = {INPUT: 0}
    for node in wiring.nodes:
        homes = {home[name] for name in wiring.sources(node)}
        at = min(homes) if len(homes) == 1 else -1
        if not (at >= 0 and _belongs(node, groups[at], wiring, preparing=at == 0)):
            groups.append([])
            at = len(groups) - 1
        groups[at].append(node)
        home |= dict.fromkeys(node.outputs, at)
    return tuple(_stage(nodes, wiring, index) for index, nodes in enumerate(groups) if nodes)


def _stage(nodes: list[Node], wiring: Wiring, index: int) -> Stage:
    made = {name for node in nodes for name in node.outputs}
    taken = (name for node in nodes for name in wiring.sources(node))
    sources = tuple(dict.fromkeys(name for name in taken if name not in made))
    if index == 0:
        return Stage("picture", tuple(nodes), sources)
    kind = _KINDS.get(nodes[0].op, "other")
    if kind == "sum" and len(sources) < 2:
        kind = "other"
    return Stage(kind, tuple(nodes), sources)


def _belongs(node: Node, group: list[Node], wiring: Wiring, *, preparing: bool) -> bool:
    """Whether ``node``, which takes values of ``group`` alone, is a part of that stage."""
    if preparing:
        return node.op in _SCALING or _makes_grey(node, group, wiring)
    if not _alone(node, group, wiring):
        return False
    first = group[0].op
    return (
        node.op in _BELONGING
        or (node.op == "Add" and first == "MatMul")  # its bias
        or (node.op in _RESHAPING and _KINDS.get(first) == "mean")
    )


def _makes_grey(node: Node, group: list[Node], wiring: Wiring) -> bool:
    """Whether it weighs red, green and blue into one plane, before anything is centred."""
    if node.op != "Conv" or any(before.op in _CENTRING for before in group):
        return False
    kernel = wiring.stored.get(node.inputs[1])
    return kernel is not None and kernel.shape == (1, 3, 1, 1)


def _alone(node: Node, group: list[Node], wiring: Wiring) -> bool:
    """Whether nobody else takes what it takes: the stage's values end in it."""
    own = {id(part) for part in (*group, node)}
    return all(
        id(reader) in own or bool(set(node.outputs) & set(reader.inputs))
        for name in wiring.sources(node)
        for reader in wiring.readers[name]
    )
