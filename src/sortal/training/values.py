"""What comes out of training: a linear head, and the answers it gave to what it had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """A softmax regression on pooled features: logits = embedding @ weights.T + bias.

    Any scaling of the features is folded in, so the class activation map is exact.

    Attributes:
        weights: float32, shape (classes, width).
        bias: float32, shape (classes,).
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits of ``vectors``, float32 (n, width); returns float32 (n, classes)."""
        return vectors @ self.weights.T + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class HeadFit:
    """A fitted head with the evidence for it.

    Attributes:
        head: trained on every sample that the split lets train.
        strength: the chosen strength of the L2 penalty.
        strengths: those that were tried, and ``losses`` the grouped cross-validated log loss
            of each, same length.
        out_of_fold: float32, shape (repeats, n, classes): logits for each sample from models
            that saw none of its kin; NaN for samples set aside for the test.
        class_weights: float64, shape (classes,): weight of a sample of each class in the loss.
    """

    head: LinearHead
    strength: float
    strengths: tuple[float, ...]
    losses: tuple[float, ...]
    out_of_fold: NDArray[np.float32]
    class_weights: NDArray[np.float64]
