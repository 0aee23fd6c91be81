"""Small made-up features, labels and splits for the tests of the head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortal.split.value import Split
from sortal.training import STRENGTHS, HeadFit, fit_head

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


def blobs(n: int, width: int, n_classes: int, *, seed: int = 0) -> tuple[Vectors, Labels]:
    """Clouds around one centre a class, off the origin, with features of unlike spread."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % n_classes)
    centres = rng.normal(size=(n_classes, width))
    spread = np.geomspace(2.0, 0.05, width)
    vectors = 3.0 + (0.5 * centres[labels] + rng.normal(size=(n, width))) * spread
    return vectors.astype(np.float32), labels.astype(np.int64)


def dealt(n: int, *, n_folds: int = 5, repeats: int = 1, seed: int = 1) -> Split:
    """Cross-validation with everybody a group of their own, dealt at random."""
    rng = np.random.default_rng(seed)
    folds = np.stack([rng.permutation(np.arange(n) % n_folds) for _ in range(repeats)])
    nobody = np.zeros(n, np.bool_)
    return Split("cross-validation", seed, np.arange(n), nobody, folds.astype(np.int16))


def fit(
    vectors: Vectors,
    labels: Labels,
    split: Split | None = None,
    *,
    n_classes: int | None = None,
    balance: float = 0.0,
    whitening: float = 0.0,
    strengths: tuple[float, ...] = STRENGTHS,
) -> HeadFit:
    """Fit with everything that a test does not care about filled in or left out."""
    return fit_head(
        vectors,
        labels,
        split=split or dealt(len(labels)),
        n_classes=n_classes or int(labels.max()) + 1,
        balance=balance,
        whitening=whitening,
        strengths=strengths,
    )


def log_losses(logits: NDArray[np.floating], labels: Labels) -> NDArray[np.float64]:
    """Log loss of each sample, float64 (n,), from its definition."""
    exact = logits.astype(np.float64)
    top = exact.max(axis=1)
    total = np.log(np.exp(exact - top[:, None]).sum(axis=1)) + top
    return np.asarray(total - exact[np.arange(len(labels)), labels])
