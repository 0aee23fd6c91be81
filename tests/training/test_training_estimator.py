"""The scikit-learn face of the head."""

from __future__ import annotations

from collections.abc import Callable

from sklearn.utils.estimator_checks import parametrize_with_checks

from sortal.training import SoftmaxHead


@parametrize_with_checks([SoftmaxHead()])  # type: ignore[untyped-decorator]
def test_keeps_the_contract_of_scikit_learn(
    estimator: SoftmaxHead, check: Callable[[SoftmaxHead], None]
) -> None:
    check(estimator)
