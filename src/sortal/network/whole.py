"""A whole network: its base, its top, its output layer, and the picture it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final, Literal

from sortal.errors import UsageError
from sortal.network.layers import Activation, Dense, Dropout, Flatten, GlobalAveragePool, Layer
from sortal.network.shapes import Shape, output_shape, summarise

OutputName = Literal["softmax", "step"]

LUMA: Final = (0.299, 0.587, 0.114)
"""Grey from red, green and blue: ITU-R BT.601."""


@dataclass(frozen=True, slots=True)
class Network:
    """All layers from the picture to one number a kind.

    Attributes:
        layers: from the first to the output layer, ``Dense(classes, "softmax" or "step")``.
        base: how many of the first layers are the base, which pretrained weights are for; the
            rest are the top and the output layer.
        size: side of the square picture, pixels.
        channels: 1 for grey, 3 for colour.
    """

    layers: tuple[Layer, ...]
    base: int
    size: int
    channels: int

    def __post_init__(self) -> None:
        summarise(self.layers, self.input_shape)

    @property
    def input_shape(self) -> Shape:
        """(size, size, channels)."""
        return self.size, self.size, self.channels

    @property
    def output(self) -> Dense:
        """The output layer."""
        last = self.layers[-1]
        if not isinstance(last, Dense):
            raise UsageError(f"Network: the last layer must be dense; {last} came.")
        return last

    @property
    def trunk(self) -> tuple[Layer, ...]:
        """Every layer below the output layer."""
        return self.layers[:-1]

    @property
    def width(self) -> int:
        """Length of the embedding, the row of values that the output layer takes."""
        shape = output_shape(self.trunk, self.input_shape)
        return shape[0]

    @property
    def linear(self) -> tuple[Layer, ...]:
        """The layers with the last activation left out, so that they end in plain sums."""
        return *self.trunk, replace(self.output, activation=None)

    @property
    def map_end(self) -> int | None:
        """How many layers make the feature map whose mean is the embedding; None without one."""
        last = [layer for layer in self.trunk if not isinstance(layer, Dropout)][-1:]
        if last != [GlobalAveragePool()]:
            return None
        return len(self.trunk) - 1 - self.trunk[::-1].index(GlobalAveragePool())


def complete(
    layers: tuple[Layer, ...],
    *,
    classes: int,
    size: int,
    channels: int,
    top: tuple[Layer, ...] = (),
    output: OutputName = "softmax",
) -> Network:
    """Put a top and an output layer onto ``layers``.

    Layers that end in softmax or step already have their output layer, which must have one
    unit a kind; to all others ``dense CLASSES softmax`` is added. With ``top``, the layers
    from the first flatten or globalavgpool on are left out, and ``top`` stands in their place.

    Args:
        layers: the network without or with its output layer.
        classes: number of kinds, at least 2.
        size: side of the square picture, pixels.
        channels: 1 or 3.
        top: layers that replace the network's own top; none keeps it.
        output: activation of an output layer that is added, "softmax" or "step".

    Raises:
        UsageError: a shape cannot work, or the output does not match the number of kinds.
    """
    if classes < 2:
        raise UsageError(f"A network tells at least two kinds apart; {classes} came.")
    if top:
        layers = (*_below_top(layers), *top)
        base = len(layers) - len(top)
    else:
        base = len(_below_top(layers))
    whole = _with_output(layers, classes, output)
    return Network(whole, base=min(base, len(whole) - 1), size=size, channels=channels)


def _below_top(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    return tuple(takewhile(lambda x: not isinstance(x, Flatten | GlobalAveragePool), layers))


def _with_output(layers: tuple[Layer, ...], classes: int, output: OutputName) -> tuple[Layer, ...]:
    """Return the layers with exactly one output layer, its activation inside it."""
    match layers:
        case (*below, Dense(units, None), Activation("softmax" | "step" as name)):
            last, rest = Dense(units, name), tuple(below)
        case (*below, Dense(_, "softmax" | "step") as last):
            rest = tuple(below)
        case (*_, Activation("softmax" | "step") as last_activation):
            raise UsageError(
                f"Network: its last layer is {last_activation}, which needs a dense layer of "
                f"{classes} units before it."
            )
        case _:
            return *layers, Dense(classes, output)
    if last.units != classes:
        raise UsageError(
            f"Network: its output layer ({last}) has {last.units} units, but there are "
            f"{classes} kinds: write dense {classes} {last.activation}, or leave it out."
        )
    return *rest, last
