"""What training makes small, from the sums of the output layer before its activation."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from sortal.training.recipe_parts import Loss


def loss_of(sums: Tensor, answers: Tensor, loss: Loss) -> Tensor:
    """Return the mean loss of a batch, one number with a gradient.

    Args:
        sums: float32 (n, classes), the output layer before softmax or step.
        answers: int64 (n,).
        loss: which.
    """
    if loss.name == "perceptron":
        return perceptron_loss(sums, answers)
    if loss.name == "mean-squared-error":
        wanted = functional.one_hot(answers, sums.shape[1]).to(sums.dtype)
        return functional.mse_loss(sums.softmax(dim=1), wanted)
    return functional.cross_entropy(sums, answers, label_smoothing=loss.smoothing)


def perceptron_loss(sums: Tensor, answers: Tensor) -> Tensor:
    """Return how far the sums of units that fired wrongly are from the other side.

    Its gradient is the rule of Rosenblatt, 1958: each unit fires where its sum is at least 0,
    and should for its own kind alone; a unit that is right stays as it is, one that should
    have fired gets rate x input added to its weights, one that should not, subtracted.
    """
    fired = (sums.detach() >= 0).to(sums.dtype)
    wanted = functional.one_hot(answers, sums.shape[1]).to(sums.dtype)
    return torch.sum((fired - wanted) * sums) / len(sums)
