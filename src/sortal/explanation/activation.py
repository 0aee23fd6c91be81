"""Class activation maps: for this head exact arithmetic, not an approximation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError

if TYPE_CHECKING:
    from sortal.training.values import LinearHead


def class_activation(
    features: NDArray[np.float32], head: LinearHead, classes: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Say how much each place of a picture spoke for a class.

    The embedding is the mean of the features over the h x w places and the logit is linear in
    it, so the logit is itself a mean over places: of the weights of the class times the
    features there, plus the bias. That product is the map. Where it is negative the place
    spoke against the class.

    Unlike in the paper nothing is cut at zero or scaled, so the mean of a map plus the bias
    of the class equals its logit, and maps of two pictures or classes can be compared.

    Source: Zhou et al., "Learning deep features for discriminative localization", CVPR 2016.

    Args:
        features: float32, shape (n, d, h, w): the last feature map.
        head: weights (classes, d) and bias (classes,), in the unit of the logit.
        classes: whole numbers, shape (n,): which class to explain for each picture.

    Returns:
        float32, shape (n, h, w), in the unit of the logit.

    Raises:
        UsageError: the shapes do not fit together, or there is no such class.
    """
    chosen = np.asarray(classes)
    n_classes, width = head.weights.shape
    if features.ndim != 4 or features.shape[1] != width or chosen.shape != features.shape[:1]:
        raise UsageError(
            f"A class activation map needs features of shape (n, {width}, h, w) and one class "
            f"each; features {features.shape} and classes {chosen.shape} came."
        )
    if chosen.dtype.kind not in "iu" or ((chosen < 0) | (chosen >= n_classes)).any():
        raise UsageError(f"The classes to explain must be whole numbers from 0 to {n_classes - 1}.")
    weights = head.weights[chosen].astype(np.float64)  # sums of 1,280 terms of both signs
    heat: NDArray[np.float64] = np.einsum("nd,ndhw->nhw", weights, features, optimize=True)
    return heat.astype(np.float32)
