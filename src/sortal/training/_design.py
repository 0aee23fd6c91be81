"""The features as the fit sees them: centred, scaled by one number, turned into their own axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.training.values import LinearHead

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ROWS: Final = 4096  # rows of the features that are worked on at once
_TURN_BELOW: Final = (
    4  # features are turned beforehand where there are at most this many rows/width
)
_NULL: Final = 1e-9  # axes with less than this share of the largest spread carry nothing


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Features in the coordinates of their principal axes, and a last column of ones.

    One number scales all features, so that their mean variance is 1; then axis j, of variance
    v, is divided by ((v + c) / (1 + c)) ** (whitening / 2) with c = 1 + width / rows. Without
    whitening the axes are a mere rotation, and a penalty on the squared length of the weights
    means the same as before it. With whitening the penalty spares axes of small variance,
    which in embeddings often tell kinds apart. The c shrinks the variances towards their mean,
    as covariances are shrunk (Ledoit and Wolf, J. Multivariate Anal. 88, 2004): the more, the
    fewer rows there are, whose variances are then mostly chance.

    The rotation makes the second derivative of the loss nearly diagonal: that is what lets
    the solver converge in few steps.

    Attributes:
        rows: float32, shape (n, width) or (n, axes): the raw features, or the turned ones.
        turned: whether ``rows`` are turned already. Large collections are not, to do without
            a second copy of them.
        centre: float64, shape (width,): mean of the training rows.
        axes: float32, shape (width, axes): column j is principal axis j, scaled as said.
        spread: float64, shape (axes + 1,): sum of squares of each coordinate over the
            training rows; the last entry belongs to the ones.
    """

    rows: Floats
    turned: bool
    centre: Doubles
    axes: Floats
    spread: Doubles

    def forward(self, theta: NDArray[np.floating]) -> Floats:
        """Logits under parameters ``theta`` (m, axes + 1): float32, shape (m, n)."""
        if self.turned:
            slopes = theta[:, :-1].astype(np.float32)
            return slopes @ self.rows.T + theta[:, -1:].astype(np.float32)
        weights, bias = self.unfold(theta)
        return weights @ self.rows.T + bias[:, None]

    def backward(self, residual: Floats) -> Doubles:
        """Derivative by the parameters: ``residual`` (m, n) to float64 (m, axes + 1)."""
        total = residual.sum(axis=1, dtype=np.float64)
        slopes = residual @ self.rows
        if not self.turned:
            slopes = (slopes - total[:, None] * self.centre).astype(np.float32) @ self.axes
        return np.concatenate([slopes, total[:, None]], axis=1)

    def head(self, theta: NDArray[np.floating]) -> LinearHead:
        """The head on raw features that ``theta`` (classes, axes + 1) stands for."""
        weights, bias = self.unfold(theta)
        return LinearHead(weights, bias - bias.mean())

    def unfold(self, theta: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Weights (m, width) and bias (m,), float32, of the same logits on raw features."""
        weights = theta[:, :-1].astype(np.float32) @ self.axes.T
        bias = theta[:, -1] - weights.astype(np.float64) @ self.centre
        return weights, bias.astype(np.float32)


def make_design(vectors: Floats, train: NDArray[np.bool_], *, whitening: float) -> Design:
    """Find centre, scale and axes of the rows marked in ``train``.

    Args:
        vectors: float32, shape (n, width), finite.
        train: bool, shape (n,); at least one is set.
        whitening: 0 for none, 1 for all that ``Design`` says.

    Returns:
        The design of all n rows. Above ``4 * width`` rows it refers to ``vectors`` itself.
    """
    n, width = vectors.shape
    n_train = int(train.sum())
    centre = (
        sum(
            (vectors[at][train[at]].sum(axis=0, dtype=np.float64) for at in _blocks(n)),
            start=np.zeros(width),
        )
        / n_train
    )
    values, turn = (
        _axes_from_rows(vectors[train], centre)
        if n_train <= width
        else _axes_from_columns(vectors, train, centre)
    )
    scale = float(np.sqrt(values.sum() / (n_train * width))) or 1.0
    variance = values / (n_train * scale**2)
    noise = 1.0 + width / n_train
    stretch = scale * ((variance + noise) / (1.0 + noise)) ** (0.5 * whitening)
    axes = (turn / stretch).astype(np.float32)
    spread = np.append(values / stretch**2, n_train)
    if n > _TURN_BELOW * width:
        return Design(vectors, False, centre, axes, spread)
    turned = (vectors - centre.astype(np.float32)) @ axes
    return Design(turned, True, centre, axes, spread)


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + ROWS, n)) for start in range(0, n, ROWS)]


def _axes_from_columns(
    vectors: Floats, train: NDArray[np.bool_], centre: Doubles
) -> tuple[Doubles, Doubles]:
    """Eigenvalues and axes of the scatter matrix (width, width), summed block by block."""
    scatter = np.zeros((vectors.shape[1], vectors.shape[1]))
    for at in _blocks(len(vectors)):
        block = vectors[at][train[at]] - centre.astype(np.float32)
        scatter += block.T @ block
    values, axes = np.linalg.eigh(scatter)
    return np.maximum(values, 0.0), axes


def _axes_from_rows(rows: Floats, centre: Doubles) -> tuple[Doubles, Doubles]:
    """The same from the smaller Gram matrix (rows, rows); axes that carry nothing are left out."""
    centred = rows - centre
    values, left = np.linalg.eigh(centred @ centred.T)
    keep = values > _NULL * max(float(values[-1]), np.finfo(float).tiny)
    values, left = values[keep], left[:, keep]
    return values, (centred.T @ left) / np.sqrt(values)
