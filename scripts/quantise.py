"""Static 8-bit quantisation of a chain of convolutions, layer by layer.

Activations are uint8 per tensor, weights signed per output channel, biases int32. Weights
use 7 bits (-63 to 63): on processors with AVX2 and no VNNI, 8-bit products are added in
pairs in 16 bits, and 2 * 255 * 127 would saturate there, where 2 * 255 * 63 = 32,130 does not.

Ranges minimise the squared error on the calibration pictures. After each layer the mean
error of every channel, over pictures and positions, is taken out of its bias (Nagel et al.,
"Data-Free Quantization through Weight Equalization and Bias Correction", ICCV 2019, section
4.2, in its empirical form), the layers before it being quantised already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from effnet_lite import Conv
from rounding import SHRINKS, Codes, fitted_codes, plain_codes

PAIRED_LIMIT, FULL_LIMIT = 63, 127
N_SAMPLED = 100_000


@dataclass(frozen=True, slots=True)
class Range:
    """An affine uint8 code: real = (code - zero) * scale."""

    scale: float
    zero: int

    def rounded(self, x: Tensor) -> Tensor:
        """Return ``x`` as its codes would give it back."""
        codes = (x / self.scale).round().add_(self.zero).clamp_(0, 255)
        return codes.sub_(self.zero).mul_(self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class QuantConv:
    """A quantised convolution.

    Attributes:
        conv: geometry (its float weights are what was quantised).
        codes: the integer weights with their scales.
        bias: int32 (out,), in steps of the input's scale times the weights' scale.
        out: code of the output, after ReLU6 where there is one, before any addition.
        total: code of the sum with the kept tensor, or None.
    """

    conv: Conv
    codes: Codes
    bias: NDArray[np.int32]
    out: Range
    total: Range | None


def quantise(
    convs: Sequence[Conv], images: Tensor, *, given: Range
) -> tuple[list[QuantConv], Tensor]:
    """Quantise a chain; return it and its last output for the calibration pictures.

    Args:
        convs: the chain.
        images: float32 (n, 3, size, size), scaled pixels.
        given: code of the network's input.
    """
    exact = rounded = images
    kept_exact = kept_rounded = images
    before, done = given, []
    for conv in convs:
        if conv.opens:
            kept_exact, kept_rounded = exact, rounded
        codes = weight_codes(conv, exact, rounded)
        exact = convolve(exact, conv, torch.from_numpy(conv.weight), torch.from_numpy(conv.bias))
        rounded = convolve(rounded, conv, codes.restored(), torch.from_numpy(conv.bias))
        shift = channel_means(exact) - channel_means(rounded)
        steps = before.scale * codes.scale.astype(np.float64)
        bias = np.rint((conv.bias + shift) / steps).clip(-(2**30), 2**30).astype(np.int32)
        change = torch.from_numpy((bias * steps - conv.bias).astype(np.float32))
        rounded += change[:, None, None]
        if conv.clip:
            exact, rounded = exact.clamp_(0, 6), rounded.clamp_(0, 6)
        out, total = best_range(rounded), None
        rounded = out.rounded(rounded)
        if conv.adds:
            exact, rounded = exact + kept_exact, rounded + kept_rounded
            total = best_range(rounded)
            rounded = total.rounded(rounded)
        before = total or out
        done.append(QuantConv(conv, codes, bias, out, total))
    return done, rounded


def convolve(x: Tensor, conv: Conv, weight: Tensor, bias: Tensor) -> Tensor:
    """Apply ``conv`` with other weights; float32 (n, in, h, w) to (n, out, h', w')."""
    padded = functional.pad(x, conv.pads * 2) if any(conv.pads) else x
    return functional.conv2d(padded, weight, bias, stride=conv.stride, groups=conv.groups)


def weight_codes(conv: Conv, exact: Tensor, rounded: Tensor) -> Codes:
    """Choose the codes of a convolution for its inputs; see ``rounding`` and the limits above."""
    if conv.groups > 1:
        return plain_codes(conv.weight, limit=FULL_LIMIT)
    if conv.weight.shape[-1] > 1:
        return plain_codes(conv.weight, limit=PAIRED_LIMIT)
    return fitted_codes(conv.weight, exact=exact, rounded=rounded, limit=PAIRED_LIMIT)


def channel_means(x: Tensor) -> NDArray[np.float64]:
    """Return the mean over pictures and positions, float64 (channels,)."""
    return x.mean((2, 3)).double().mean(0).numpy()


def best_range(x: Tensor) -> Range:
    """Return the code of least squared error for the values of ``x``, zero exactly included."""
    step = max(1, x.numel() // N_SAMPLED) | 1  # odd, so that it meets all columns
    sample = x.flatten()[::step].contiguous()
    low, high = min(0.0, float(x.min())), max(1e-6, float(x.max()))
    tried = [Range(s * (high - low) / 255, round(-low / (high - low) * 255)) for s in SHRINKS]
    errors = [float(((r.rounded(sample) - sample) ** 2).sum()) for r in tried]
    best = tried[int(np.argmin(errors))]
    return Range(float(np.float32(best.scale)), best.zero)
