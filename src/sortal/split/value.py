"""A split as a value: who trains, who validates, who tests, decided once and storable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Scheme = Literal["cross-validation", "held-out", "named-test"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Who trains, who validates and who tests; kin never straddle it.

    Under "cross-validation" nobody is set aside: every sample is tested by models that saw
    none of its kin, ``repeats`` times over, and the final model trains on all. Under
    "held-out" and "named-test" the samples marked in ``test`` are touched once, at the end;
    the folds then divide the others, for choosing and for calibrating.

    Attributes:
        scheme: see above.
        seed: what the random choices were drawn from.
        groups: int64, shape (n,): index of the kin group of each sample.
        test: bool, shape (n,): set aside; all False under "cross-validation".
        folds: int16, shape (repeats, n): the fold in which a sample is validated, from 0;
            -1 where ``test`` is set, and for the excluded.

    Under "named-test" the test is kept as the user named it; samples outside that are kin of
    one inside are ``excluded``: they neither train, validate nor test.
    """

    scheme: Scheme
    seed: int
    groups: NDArray[np.int64]
    test: NDArray[np.bool_]
    folds: NDArray[np.int16]

    @property
    def repeats(self) -> int:
        """How many times the samples were divided anew."""
        return int(self.folds.shape[0])

    @property
    def n_folds(self) -> int:
        """Folds in each repeat."""
        return int(self.folds.max()) + 1

    @property
    def train(self) -> NDArray[np.bool_]:
        """bool, shape (n,): the samples that the final model learns from."""
        return np.asarray(self.folds[0] >= 0)

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """bool, shape (n,): kin of a named test; used for nothing."""
        return np.asarray(~self.test & (self.folds[0] < 0))
