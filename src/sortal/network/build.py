"""From layers to a PyTorch module with the same names, shapes and order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from sortal.network.layers import (
    Activation,
    ActivationName,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    InvertedResidual,
    Layer,
    MaxPool,
    Residual,
    Timm,
    pair,
)
from sortal.network.shapes import (
    Shape,
    adds_input,
    expand_inverted,
    same_padding,
    summarise,
)

BATCH_NORM_EPSILON: Final = 1e-3
"""As TensorFlow has it, from which the pretrained networks come."""

_LEVELS: Final = 1 << 16


class Step(nn.Module):
    """1 where the input is at least 0, else 0; it has no useful gradient."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply to any shape."""
        return (x >= 0).to(x.dtype)


class UnevenConv(nn.Conv2d):
    """A convolution with other padding before than after, which PyTorch's own does not have.

    Args:
        channels, filters, kernel: as of ``nn.Conv2d``.
        sides: zeros at the left, right, top and bottom.
        others: further arguments of ``nn.Conv2d``.
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: tuple[int, int],
        *,
        sides: tuple[int, int, int, int],
        **others: Any,
    ) -> None:
        super().__init__(channels, filters, kernel, **others)
        self.sides = sides

    def forward(self, x: Tensor) -> Tensor:
        """Pad and convolve (n, channels, height, width)."""
        return super().forward(functional.pad(x, self.sides))


class Blanks(nn.Dropout):
    """Dropout with 16 random bits a value, drawn five times as fast as PyTorch draws them.

    PyTorch asks its Mersenne Twister for one number after the other: in the textbook's
    networks a tenth to a third of the time of a step. Here one number of torch's global
    generator seeds SFC64 (Doty-Humphrey, PractRand), whose bits serve for the whole map. The
    probability is rounded to 1 / 65,536, and what is kept is scaled by the rounded one.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Blank values of a tensor of any shape, while training."""
        if not self.training or not self.p:
            return x
        seed, n = int(torch.randint(2**62, (1,))), x.numel()
        bits = np.random.SFC64(seed).random_raw(-(-n // 4)).view(np.int16)[:n]
        kept = max(round(_LEVELS * (1 - self.p)), 1)
        mask = torch.from_numpy(bits) < kept - _LEVELS // 2
        scaled = mask.to(x.dtype).mul_(_LEVELS / kept)
        strides = torch.empty_like(x).stride()  # as x lies in memory, else it would be copied
        return x * scaled.as_strided(x.shape, strides)


class Sum(nn.Module):
    """body(x) + shortcut(x)."""

    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Add what the two give."""
        result: Tensor = self.body(x) + self.shortcut(x)
        return result


class Rows(nn.Flatten):
    """All values of a feature map in one row, channel by channel."""

    def forward(self, x: Tensor) -> Tensor:
        """Flatten (n, ...) to (n, values)."""
        if x.requires_grad and x.dim() == 4:
            # Without it all layers below become slow.
            x.register_hook(_with_channels_last)  # type: ignore[no-untyped-call]
        return super().forward(x)


def _with_channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)


class GlobalMean(nn.Module):
    """Mean of each channel: (n, channels, height, width) to (n, channels)."""

    def forward(self, x: Tensor) -> Tensor:
        """Average over height and width."""
        # x.mean(dim=(2, 3)) is the same, but its gradient comes with the channels first in
        # memory, which slows down all layers below.
        return functional.avg_pool2d(x, x.shape[2:]).flatten(1)


_ACTIVATIONS: Final[dict[ActivationName, type[nn.Module]]] = {
    "step": Step,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "silu": nn.SiLU,
}


def build(layers: tuple[Layer, ...], input_shape: Shape) -> nn.Sequential:
    """Return a module that takes float32 (n, channels, height, width).

    One child a layer, named "0", "1", ...; initial weights come from torch's global
    generator, so seed it first. A last softmax is part of the module.

    Raises:
        UsageError: a shape cannot work; see ``summarise``.
    """
    modules = []
    shape = input_shape
    for layer, row in zip(layers, summarise(layers, input_shape), strict=True):
        modules.append(_module(layer, shape))
        shape = row.output
    return nn.Sequential(*modules)


def _activation(name: ActivationName) -> nn.Module:
    if name == "softmax":
        return nn.Softmax(dim=1)
    return _ACTIVATIONS[name]()


def _with_activation(module: nn.Module, name: ActivationName | None) -> nn.Module:
    return module if name is None else nn.Sequential(module, _activation(name))


def _module(layer: Layer, shape: Shape) -> nn.Module:  # noqa: PLR0911
    match layer:
        case Flatten():
            return Rows()
        case Dense():
            return _with_activation(nn.Linear(shape[0], layer.units), layer.activation)
        case Conv():
            return _with_activation(_conv(layer, shape), layer.activation)
        case MaxPool():
            return nn.MaxPool2d(layer.size, layer.stride, layer.padding)
        case AvgPool():
            return nn.AvgPool2d(layer.size, layer.stride, layer.padding)
        case GlobalAveragePool():
            return GlobalMean()
        case Dropout():
            return Blanks(layer.rate)
        case BatchNorm():
            kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
            return kind(shape[-1], eps=BATCH_NORM_EPSILON)
        case Activation():
            return _activation(layer.name)
        case Residual():
            return Sum(build(layer.body, shape), build(layer.shortcut, shape))
        case InvertedResidual():
            body = build(expand_inverted(layer, shape[-1]), shape)
            return Sum(body, nn.Sequential()) if adds_input(layer, shape[-1]) else body
        case Timm():
            from sortal.network.timm_network import make_body

            return make_body(layer.name, size=shape[0], channels=shape[-1])


def _conv(layer: Conv, shape: Shape) -> nn.Conv2d:
    """Return one convolution, so that the names of weights do not depend on the input's size."""
    height, width, channels = (*shape, 0, 0)[:3]
    kernel = pair(layer.kernel)
    top, left, bottom, right = zeros_around(layer, (height, width))
    others: dict[str, Any] = {
        "stride": layer.stride,
        "groups": layer.groups,
        "bias": layer.bias,
    }
    if (top, left) == (bottom, right):
        return nn.Conv2d(channels, layer.filters, kernel, padding=(top, left), **others)
    sides = (left, right, top, bottom)
    return UnevenConv(channels, layer.filters, kernel, sides=sides, **others)


def zeros_around(layer: Conv, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return how many zeros a convolution has at the top, left, bottom and right of a map."""
    if layer.padding != "same":
        pad = 0 if layer.padding == "valid" else layer.padding
        return pad, pad, pad, pad
    (top, bottom), (left, right) = (
        same_padding(side, kernel=kernel, stride=layer.stride)
        for side, kernel in zip(size, pair(layer.kernel), strict=True)
    )
    return top, left, bottom, right
