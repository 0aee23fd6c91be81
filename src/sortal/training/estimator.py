"""The head as a scikit-learn classifier, for those who live there."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from sortal.errors import SortalError
from sortal.split.dealing import deal, tabulate
from sortal.split.value import Split
from sortal.training.head import BALANCE, STRENGTHS, WHITENING, fit_head

_MIN_GROUPS: Final = 2


class SoftmaxHead(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Softmax regression with an L2 penalty chosen by grouped cross-validation.

    Made for embeddings: dense features of like meaning, of which one scale serves all. The
    same fit as that of ``sortal train``; see ``fit_head``.

    Args:
        strengths: of the penalty, > 0; one is taken as it is, of several the best is chosen.
        balance: 0 counts every sample alike, 1 every class alike; 0-1.
        whitening: how far the principal axes are brought to one size; 0-1.
        n_folds: folds of the cross-validation, at least 2; fewer are used where there are
            fewer groups.
        seed: what the division into folds is drawn from, at least 0.

    Attributes:
        classes_: labels, sorted, shape (classes,).
        coef_: float64, shape (classes, features): logits = X @ coef_.T + intercept_.
        intercept_: float64, shape (classes,).
        strength_: the chosen strength.
        head_fit_: everything else that the fit found, a ``HeadFit``.
        n_features_in_: features seen in ``fit``.
    """

    def __init__(
        self,
        *,
        strengths: tuple[float, ...] = STRENGTHS,
        balance: float = BALANCE,
        whitening: float = WHITENING,
        n_folds: int = 5,
        seed: int = 0,
    ) -> None:
        self.strengths = strengths
        self.balance = balance
        self.whitening = whitening
        self.n_folds = n_folds
        self.seed = seed

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:  # noqa: N803
        """Fit on embeddings ``X`` (n, features) with labels ``y`` (n,).

        ``groups`` (n,) names the kin of each sample; kin are never divided between folds.
        """
        vectors, y = validate_data(self, X, y, dtype=np.float32, order="C")
        check_classification_targets(y)
        self.classes_, labels = np.unique(column_or_1d(y), return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"SoftmaxHead: at least two classes are needed to fit; got {len(self.classes_)} "
                "class."
            )
        try:
            fitted = fit_head(
                vectors,
                labels.astype(np.int64),
                split=self._folds(labels, groups),
                n_classes=len(self.classes_),
                balance=self.balance,
                whitening=self.whitening,
                strengths=self.strengths,
            )
        except SortalError as error:
            raise ValueError(str(error)) from error
        self.head_fit_ = fitted
        self.strength_ = fitted.strength
        self.coef_ = fitted.head.weights.astype(np.float64)
        self.intercept_ = fitted.head.bias.astype(np.float64)
        return self

    def _folds(self, labels: NDArray[np.int64], groups: ArrayLike | None) -> Split:
        n = len(labels)
        kin = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
        if len(kin) != n:
            raise ValueError(f"SoftmaxHead: groups must have {n} entries; got {len(kin)}.")
        parts = min(self.n_folds, len(np.unique(kin)))
        if parts < _MIN_GROUPS:
            raise ValueError(
                "SoftmaxHead: at least 2 folds and 2 groups are needed to choose the penalty; "
                f"got n_folds={self.n_folds} and n_groups={len(np.unique(kin))}."
            )
        table = tabulate(labels, kin, n_classes=len(self.classes_))
        part = deal(table, np.full(parts, 1 / parts), np.random.default_rng(self.seed))
        folds = part[table.of_sample].astype(np.int16)[None]
        return Split("cross-validation", self.seed, kin, np.zeros(n, bool), folds)

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Logits (n, classes); with two classes, how far the second leads, (n,)."""
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Probabilities, shape (n, classes), rows sum to 1."""
        logits = self._logits(X)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The likeliest class of each sample, shape (n,)."""
        logits = self._logits(X)  # before classes_ is read, so that "not fitted" is said first
        return np.asarray(self.classes_[logits.argmax(axis=1)])

    def _logits(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        check_is_fitted(self)
        vectors = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(vectors @ self.coef_.T + self.intercept_)
