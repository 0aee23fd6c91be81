"""Three parts for those who learn by looking often: learning, validation, and a test touched once.

Training by backpropagation cannot be repeated for every fold, so the division is one: a test
part is set aside whatever the number of pictures, and of the others a part that is only looked
at. It is a ``Split`` like any other: of its two folds, 0 is looked at and 1 learns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import SplitError, UsageError
from sortal.split.dealing import Ints, deal, tabulate
from sortal.split.making import (
    TEST_SHARE,
    check_mask,
    check_table,
    in_canonical_order,
    require_test,
    straddling,
)
from sortal.split.value import Scheme, Split

Bools = NDArray[np.bool_]

VALIDATION_SHARE: Final = 0.1
"""Share of every class, of the pictures that are not tested, that is looked at."""
MOST_VALIDATION: Final = 5_000
"""So many pictures say well enough when to stop."""


def hold_out(
    labels: Ints,
    groups: Ints,
    *,
    seed: int = 0,
    named_test: Bools | None = None,
    order: Sequence[str] | None = None,
    validation: float = VALIDATION_SHARE,
) -> Split:
    """Divide once into a test, a validation and a learning part; groups stay together.

    Args:
        labels, groups, seed, named_test, order: as for ``make_split``.
        validation: share of the pictures outside the test that is looked at while the others
            learn, 0 to 0.9, at most ``MOST_VALIDATION`` pictures; 0 lets all learn.

    Raises:
        UsageError: an argument cannot work.
        SplitError: nobody could learn, be looked at, or be tested.
    """
    if not 0 <= validation <= 0.9:
        raise UsageError(f"The share for validation must be from 0 to 0.9; {validation:g} came.")
    labels, groups = check_table(labels, groups, seed=seed)
    rows = in_canonical_order(len(labels), order)
    named = None if named_test is None else check_mask(named_test, len(labels))[rows]
    scheme, test, folds = _divide(labels[rows], groups[rows], named, seed, validation)
    back = np.empty_like(rows)
    back[rows] = np.arange(len(rows))
    _, of_sample = np.unique(groups, return_inverse=True)
    return Split(
        scheme=scheme,
        seed=seed,
        groups=of_sample.astype(np.int64),
        test=test[back],
        folds=folds[None, back],
    )


def learning_rows(split: Split) -> Ints:
    """Return the samples that learn, of a split of ``hold_out``."""
    return np.flatnonzero(split.folds[0] == split.n_folds - 1)


def validation_rows(split: Split) -> Ints:
    """Return the samples that are looked at, of a split of ``hold_out``; there may be none."""
    return np.flatnonzero((split.folds[0] == 0) & (split.n_folds > 1))


def _divide(
    labels: Ints, groups: Ints, named: Bools | None, seed: int, validation: float
) -> tuple[Scheme, Bools, NDArray[np.int16]]:
    """Scheme, test and folds of samples in canonical order."""
    rng = np.random.Generator(np.random.PCG64(seed))
    _require_kinds(labels)
    if named is None:
        scheme: Scheme = "held-out"
        test = _dealt(labels, groups, share=TEST_SHARE, rng=rng)
        others = ~test
        _require_both(labels, test)
    else:
        scheme, test = "named-test", named
        others = ~test & ~straddling(groups, test)
        require_test(labels, named=test, learn=others)
    folds = np.where(others, 0, -1).astype(np.int16)
    if validation:
        share = min(validation, MOST_VALIDATION / int(others.sum()))
        looked_at = _dealt(labels[others], groups[others], share=share, rng=rng)
        _require_validation(looked_at)
        folds[others] = np.where(looked_at, 0, 1)
    _require_learners(labels, folds)
    return scheme, test, folds


def _dealt(labels: Ints, groups: Ints, *, share: float, rng: np.random.Generator) -> Bools:
    """Set aside about ``share`` of every class; a class of a single group is never set aside."""
    table = tabulate(labels, groups, n_classes=int(labels.max()) + 1)
    part = deal(table, np.array([share, 1 - share]), rng)
    part = _teachable(part, table.owners(), table.classes)
    return np.asarray(part[table.of_sample] == 0)


def _teachable(part: Ints, owners: Ints, classes: Ints) -> Ints:
    """Take back a group without which a class would have nobody to learn from."""
    for kind in np.unique(classes):
        members = owners[classes == kind]
        if not (part[members] == 1).any():
            part[members[0]] = 1
    return part


def _require_kinds(labels: Ints) -> None:
    kinds = len(np.unique(labels))
    if kinds < 2:
        raise SplitError(
            "A network needs pictures of at least two kinds to learn from; there is only one. "
            "Add pictures of another kind."
        )


def _require_both(labels: Ints, test: Bools) -> None:
    if not test.any():
        raise SplitError(
            f"None of {len(labels):,} pictures can be set aside for the test without its kin, or "
            "without leaving a kind that nobody could learn. Add pictures taken independently, "
            "or name others as the test."
        )


def _require_validation(looked_at: Bools) -> None:
    if not looked_at.any():
        raise SplitError(
            "There are too few pictures to set some aside for validation beside the test. Add "
            "pictures, or take a validation share of 0: confidence is then not calibrated."
        )


def _require_learners(labels: Ints, folds: NDArray[np.int16]) -> None:
    """Refuse a division in which a kind has nobody to learn from."""
    learn = folds == folds.max()
    untaught = np.setdiff1d(labels, labels[learn])
    if len(untaught):
        raise SplitError(
            f"{len(untaught)} {'kind has' if len(untaught) == 1 else 'kinds have'} no picture "
            "left to learn from, because its pictures are all kin of others that are set aside. "
            "Add pictures taken independently, or look at what is taken together."
        )
