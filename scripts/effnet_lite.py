"""EfficientNet-Lite in plain torch, and the same network as a flat list of convolutions.

Architecture after Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional
Neural Networks", ICML 2019, in its 2020 "Lite" form: no squeeze-and-excitation, ReLU6 for
swish, stem and head of fixed width. Paddings are TensorFlow's "SAME", from which the
published weights come: where the total is odd, the extra pixel goes right and below.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

BN_EPSILON = 1e-3
STEM_WIDTH, HEAD_WIDTH, N_CLASSES = 32, 1280, 1000

# repeats, kernel, stride of the first, expansion, width; before scaling
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How a member of the family differs from Lite0.

    Attributes:
        width, depth: multipliers of channels and of repeats.
        size: side of the square input, pixels.
    """

    width: float
    depth: float
    size: int


SCALINGS = {"lite0": Scaling(1.0, 1.0, 224), "lite2": Scaling(1.1, 1.2, 260)}


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """One convolution with its batch normalisation folded in.

    Attributes:
        name: unique in the network.
        weight: float32 (out, in / groups, k, k); bias: float32 (out,).
        stride, groups: as in ``torch.nn.functional.conv2d``.
        pads: pixels added before and after, the same for both axes.
        clip: whether ReLU6 follows.
        opens: whether its input is kept for the next ``adds``.
        adds: whether the kept tensor is added to its output.
    """

    name: str
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int
    groups: int
    pads: tuple[int, int]
    clip: bool
    opens: bool = False
    adds: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """The classifier: float32 weight (classes, width) and bias (classes,)."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def same_pads(size: int, *, kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's SAME padding, before and after, for an axis of ``size`` pixels."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def scaled_width(channels: int, multiplier: float) -> int:
    """Scale a channel count and round to a multiple of 8, never losing more than a tenth."""
    scaled = channels * multiplier
    rounded = max(8, int(scaled + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * scaled else rounded


class Block(nn.Module):
    """An inverted residual; attribute names are those of the published state dict."""

    def __init__(self, before: int, after: int, *, kernel: int, stride: int, expand: int) -> None:
        super().__init__()
        inner = before * expand
        if expand > 1:
            self._expand_conv = nn.Conv2d(before, inner, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(inner, eps=BN_EPSILON)
        self._depthwise_conv = nn.Conv2d(inner, inner, kernel, stride, groups=inner, bias=False)
        self._bn1 = nn.BatchNorm2d(inner, eps=BN_EPSILON)
        self._project_conv = nn.Conv2d(inner, after, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(after, eps=BN_EPSILON)
        self.expands, self.adds = expand > 1, stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, before, h, w) to (n, after, h / stride, w / stride)."""
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(convolve_same(y, self._depthwise_conv)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.adds else y


class EfficientNetLite(nn.Module):
    """The whole network in evaluation form (no dropout, no stochastic depth)."""

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self._conv_stem = nn.Conv2d(3, STEM_WIDTH, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(STEM_WIDTH, eps=BN_EPSILON)
        self._blocks = nn.ModuleList()
        before = STEM_WIDTH
        for index, (repeats, kernel, stride, expand, width) in enumerate(STAGES):
            fixed = index in {0, len(STAGES) - 1}
            after = scaled_width(width, scaling.width)
            for turn in range(repeats if fixed else math.ceil(repeats * scaling.depth)):
                step = stride if turn == 0 else 1
                block = Block(before, after, kernel=kernel, stride=step, expand=expand)
                self._blocks.append(block)
                before = after
        self._conv_head = nn.Conv2d(before, HEAD_WIDTH, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(HEAD_WIDTH, eps=BN_EPSILON)
        self._fc = nn.Linear(HEAD_WIDTH, N_CLASSES)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map scaled pixels (n, 3, size, size) to features and logits."""
        y = functional.relu6(self._bn0(convolve_same(x, self._conv_stem)))
        for block in self._blocks:
            y = block(y)
        features = functional.relu6(self._bn1(self._conv_head(y)))
        return features, self._fc(features.mean((2, 3)))

    def classifier(self) -> Linear:
        """Return the last layer as arrays."""
        return Linear(self._fc.weight.detach().numpy(), self._fc.bias.detach().numpy())

    def convolutions(self, size: int) -> Iterator[Conv]:
        """Yield the folded convolutions in order, with paddings for an input of ``size``."""
        yield fold("stem", self._conv_stem, self._bn0, size=size, clip=True)
        size = math.ceil(size / 2)
        for i, b in enumerate(self._blocks):
            if b.expands:
                yield fold(
                    f"b{i}.expand", b._expand_conv, b._bn0, size=size, clip=True, opens=b.adds
                )
            yield fold(f"b{i}.depthwise", b._depthwise_conv, b._bn1, size=size, clip=True)
            size = math.ceil(size / b._depthwise_conv.stride[0])
            yield fold(f"b{i}.project", b._project_conv, b._bn2, size=size, adds=b.adds)
        yield fold("head", self._conv_head, self._bn1, size=size, clip=True)


def convolve_same(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """Convolve with SAME padding, which ``nn.Conv2d`` cannot do for strides above 1."""
    pads = same_pads(x.shape[-1], kernel=conv.kernel_size[0], stride=conv.stride[0])
    return conv(functional.pad(x, pads * 2))


def fold(
    name: str,
    conv: nn.Conv2d,
    norm: nn.BatchNorm2d,
    *,
    size: int,
    clip: bool = False,
    opens: bool = False,
    adds: bool = False,
) -> Conv:
    """Fold a batch normalisation into the convolution before it (in float64)."""
    mean, var = norm.running_mean, norm.running_var
    if mean is None or var is None:
        raise ValueError(f"{name}: the batch normalisation has no running statistics.")
    gain = norm.weight.detach().double() / (var.double() + norm.eps).sqrt()
    weight = conv.weight.detach().double() * gain[:, None, None, None]
    bias = norm.bias.detach().double() - mean.double() * gain
    return Conv(
        name=name,
        weight=weight.float().numpy(),
        bias=bias.float().numpy(),
        stride=conv.stride[0],
        groups=conv.groups,
        pads=same_pads(size, kernel=conv.kernel_size[0], stride=conv.stride[0]),
        clip=clip,
        opens=opens,
        adds=adds,
    )
