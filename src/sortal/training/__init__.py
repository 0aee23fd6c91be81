"""From frozen features and a split to a head and its out-of-fold answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sortal.training.head import BALANCE, STRENGTHS, WHITENING, fit_head
from sortal.training.values import HeadFit, LinearHead

if TYPE_CHECKING:
    from sortal.training.estimator import SoftmaxHead

__all__ = [
    "BALANCE",
    "STRENGTHS",
    "WHITENING",
    "HeadFit",
    "LinearHead",
    "SoftmaxHead",
    "fit_head",
]


def __getattr__(name: str) -> object:
    """Import the scikit-learn face on first use only, because scikit-learn is slow to import."""
    if name == "SoftmaxHead":
        from sortal.training.estimator import SoftmaxHead

        return SoftmaxHead
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
