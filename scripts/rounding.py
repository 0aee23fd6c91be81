"""From float weights to integer codes: plainly, or so that the layer's answers stay right.

The second is for pointwise convolutions. Let x be the input as the float network has it and
x' as the quantised layers before give it. First the weights are moved to the least-squares
solution of W' x' = W x (a ridge keeps them near W), which takes out what the layers before
got wrong and can be told from x'. Then they are rounded one input channel after another, the
error of each rounding being made up for by the channels not yet rounded, in the metric of
the covariance of x' (Frantar et al., "GPTQ: Accurate Post-Training Quantization for
Generative Pre-trained Transformers", ICLR 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

N_POSITIONS = 40_000
RIDGE = 0.02
SHRINKS = tuple(1.0 - 0.025 * step for step in range(25))

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Integer weights, int8 (out, ...), and their scales, float32 (out,)."""

    weight: NDArray[np.int8]
    scale: NDArray[np.float32]

    def restored(self) -> Tensor:
        """Return the weights that the codes stand for, float32."""
        scale = self.scale.reshape(-1, *[1] * (self.weight.ndim - 1))
        return torch.from_numpy(self.weight * scale)


def plain_codes(weight: NDArray[np.float32], *, limit: int) -> Codes:
    """Round each weight to the nearest code between -limit and limit."""
    flat = weight.reshape(len(weight), -1).astype(np.float64)
    scale = channel_scales(flat, limit=limit)
    codes = np.clip(np.rint(flat / scale[:, None]), -limit, limit)
    return Codes(codes.astype(np.int8).reshape(weight.shape), scale)


def fitted_codes(
    weight: NDArray[np.float32], *, exact: Tensor, rounded: Tensor, limit: int
) -> Codes:
    """Round a pointwise convolution for its inputs.

    Args:
        weight: float32 (out, in, 1, 1).
        exact: float32 (n, in, h, w), the input in the float network.
        rounded: the same in the quantised one.
        limit: largest code.
    """
    flat = weight.reshape(len(weight), -1).astype(np.float64)
    x, seen = centred(exact), centred(rounded)
    own, cross = seen.T @ seen / len(seen), x.T @ seen / len(seen)
    own += RIDGE * max(np.trace(own) / len(own), 1e-12) * np.eye(len(own))
    target = flat + np.linalg.solve(own, ((cross - seen.T @ seen / len(seen)).T @ flat.T)).T
    scale = channel_scales(target, limit=limit)
    codes = rounded_in_turn(target / scale[:, None], own, limit=limit)
    return Codes(codes.astype(np.int8).reshape(weight.shape), scale)


def rounded_in_turn(weight: Weights, covariance: Weights, *, limit: int) -> Weights:
    """Round column after column, each error spread over the columns that follow."""
    left = weight.copy()
    codes = np.empty_like(left)
    spread = np.linalg.cholesky(np.linalg.inv(covariance)).T
    for column in range(left.shape[1]):
        codes[:, column] = np.clip(np.rint(left[:, column]), -limit, limit)
        error = (left[:, column] - codes[:, column]) / spread[column, column]
        left[:, column + 1 :] -= np.outer(error, spread[column, column + 1 :])
    return codes


def centred(x: Tensor) -> Weights:
    """Return positions of ``x`` as rows, float64 (at most N_POSITIONS, channels), mean zero."""
    rows = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
    step = -(-len(rows) // N_POSITIONS) | 1  # odd, so that it meets all columns of the grid
    sample = rows[::step].double()
    return (sample - sample.mean(0)).numpy()


def channel_scales(weight: Weights, *, limit: int) -> NDArray[np.float32]:
    """Return the scale of least squared error of each output channel, float32 (out,)."""
    full = np.maximum(np.abs(weight).max(1), 1e-5) / limit
    best, error = full, np.full(len(weight), np.inf)
    for shrink in SHRINKS:
        scale = full * shrink
        codes = np.clip(np.rint(weight / scale[:, None]), -limit, limit)
        tried = ((codes * scale[:, None] - weight) ** 2).sum(1)
        best, error = np.where(tried < error, scale, best), np.minimum(tried, error)
    return best.astype(np.float32)
