"""The words of the layer language: one frozen value a layer, each with its text.

A network is a tuple of layers. The same network is said as text,
``"conv 32 3x3 relu, maxpool 2, flatten, dense 10 softmax"``, or as Python values,
``(Conv(32, 3, activation="relu"), MaxPool(2), Flatten(), Dense(10, activation="softmax"))``;
``parse`` turns the first into the second and ``str`` turns the second into the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

ActivationName = Literal["step", "sigmoid", "tanh", "relu", "relu6", "silu", "softmax"]
ACTIVATIONS: Final[tuple[str, ...]] = get_args(ActivationName)

Pair = tuple[int, int]
Padding = Literal["same", "valid"] | int
"""``valid`` adds nothing; ``same`` adds zeros so that the output is ceil(input / stride),
the odd one at the bottom and right as TensorFlow does; a number adds so many on every side."""


def pair(size: int | Pair) -> Pair:
    """(height, width) of a window that may have been said as one side."""
    return (size, size) if isinstance(size, int) else size


def _by(pair: Pair) -> str:
    return f"{pair[0]}x{pair[1]}"


def _window(size: int | Pair, stride: int) -> str:
    return _by(pair(size)) + (f"/{stride}" if stride != 1 else "")


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Flatten:
    """All values of a feature map in one row."""

    def __str__(self) -> str:
        return "flatten"


@dataclass(frozen=True, slots=True)
class Dense:
    """Every unit sees every value: output = activation(weights @ input + bias)."""

    units: int
    activation: ActivationName | None = None

    def __str__(self) -> str:
        return _words(f"dense {self.units}", self.activation or "")


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution: ``filters`` kernels slide over the feature map.

    Attributes:
        filters: channels that come out.
        kernel: side of the kernel, or (height, width).
        stride: pixels from one position to the next.
        padding: see ``Padding``.
        groups: channels are divided into so many groups that do not see each other.
        bias: whether a number is added to every output channel.
        activation: applied to the result.
    """

    filters: int
    kernel: int | Pair
    stride: int = 1
    padding: Padding = "valid"
    groups: int = 1
    bias: bool = True
    activation: ActivationName | None = None

    def __str__(self) -> str:
        return _words(
            f"conv {self.filters} {_window(self.kernel, self.stride)}",
            _padding(self.padding),
            f"groups {self.groups}" if self.groups != 1 else "",
            "" if self.bias else "nobias",
            self.activation or "",
        )


def _padding(padding: Padding) -> str:
    return {"valid": "", "same": "same"}.get(str(padding), f"pad {padding}")


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest value of each window; the stride is the window's side unless said."""

    size: int
    stride: int | None = None
    padding: int = 0

    def __str__(self) -> str:
        return _pool("maxpool", self.size, self.stride, self.padding)


@dataclass(frozen=True, slots=True)
class AvgPool:
    """The mean of each window; the stride is the window's side unless said."""

    size: int
    stride: int | None = None
    padding: int = 0

    def __str__(self) -> str:
        return _pool("avgpool", self.size, self.stride, self.padding)


def _pool(word: str, size: int, stride: int | None, padding: int) -> str:
    step = "" if stride is None else f"/{stride}"
    return _words(f"{word} {size}{step}", f"pad {padding}" if padding else "")


@dataclass(frozen=True, slots=True)
class GlobalAveragePool:
    """The mean of each channel over the whole feature map."""

    def __str__(self) -> str:
        return "globalavgpool"


@dataclass(frozen=True, slots=True)
class Dropout:
    """While training, each value is set to zero with probability ``rate`` (0 to below 1)."""

    rate: float

    def __str__(self) -> str:
        return f"dropout {self.rate!r}"


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Each channel is shifted and scaled to mean 0, deviation 1 (Ioffe and Szegedy, 2015)."""

    def __str__(self) -> str:
        return "batchnorm"


@dataclass(frozen=True, slots=True)
class Activation:
    """A function applied to every value (softmax: to every row)."""

    name: ActivationName

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Residual:
    """output = body(input) + shortcut(input) (He et al., 2016); an empty shortcut is the input."""

    body: tuple[Layer, ...]
    shortcut: tuple[Layer, ...] = ()

    def __str__(self) -> str:
        text = f"residual({join(self.body)})"
        return f"{text} shortcut({join(self.shortcut)})" if self.shortcut else text


@dataclass(frozen=True, slots=True)
class InvertedResidual:
    """Widen, filter each channel alone, narrow, add the input where shapes agree.

    Sandler et al., MobileNetV2, 2018, with batch norm after each convolution and ReLU6
    after the first two; the block of EfficientNet-Lite.
    """

    filters: int
    kernel: int
    stride: int = 1
    expand: int = 6

    def __str__(self) -> str:
        return f"inverted {self.filters} {_window(self.kernel, self.stride)} expand {self.expand}"


@dataclass(frozen=True, slots=True)
class Timm:
    """A whole network of the library timm without its output layer, as one layer.

    What comes out is its last feature map where its own embedding is the mean of that map, and
    else its embedding.
    """

    name: str

    def __str__(self) -> str:
        return f"timm:{self.name}"


Layer = (
    Flatten
    | Dense
    | Conv
    | MaxPool
    | AvgPool
    | GlobalAveragePool
    | Dropout
    | BatchNorm
    | Activation
    | Residual
    | InvertedResidual
    | Timm
)


def join(layers: tuple[Layer, ...]) -> str:
    """The text of a row of layers; ``parse`` turns it back."""
    return ", ".join(map(str, layers))
