"""Who trains, who validates, who tests: the rules of docs/splits.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import SplitError, UsageError
from sortal.split.dealing import GroupTable, Ints, deal, tabulate
from sortal.split.value import Scheme, Split

N_FOLDS: Final = 5
"""Folds of cross-validation where there are groups enough."""
SMALL: Final = 2_000
"""Up to so many samples nobody is set aside: everybody is tested by cross-validation."""
TEST_SHARE: Final = 0.2
"""Share of every class that a held-out part aims at."""
MIN_TEST_SAMPLES: Final = 20
"""A class with fewer samples in the held-out part could not be judged there."""
MIN_TEST_GROUPS: Final = 5
"""Likewise with fewer groups."""
REPEATS: Final = ((1_000, 3), (2_000, 2))
"""Repeats of cross-validation up to so many samples; one above."""


def make_split(
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    *,
    seed: int = 0,
    named_test: NDArray[np.bool_] | None = None,
    order: Sequence[str] | None = None,
    held_out: bool = True,
) -> Split:
    """Decide once who trains, who validates and who tests.

    Up to ``SMALL`` samples, or where a class would have fewer than ``MIN_TEST_SAMPLES``
    samples or ``MIN_TEST_GROUPS`` groups in it, nobody is set aside (cross-validation);
    above, about ``TEST_SHARE`` of every class is held out. Give ``np.arange(n)`` as groups
    for a split that ignores kin, to measure what that would have claimed.

    Args:
        labels: class index of each sample, int64, shape (n,), from 0.
        groups: kin group of each sample, int64, shape (n,); equal means never separated.
        seed: what the random choices are drawn from (PCG64), at least 0.
        named_test: bool, shape (n,): the samples that the user named as the test. It is
            kept as it is; training-side kin of it are left out (``Split.excluded``).
        order: a text for each sample, such as its content hash: with it the outcome does
            not depend on the order of the rows.
        held_out: False never sets anybody aside: cross-validation whatever the number.

    Raises:
        UsageError: shapes or values that cannot be a split's.
        SplitError: nobody could train, or nobody could test.
    """
    labels, groups = check_table(labels, groups, seed=seed)
    rows = in_canonical_order(len(labels), order)
    named = None if named_test is None else check_mask(named_test, len(labels))[rows]
    scheme, test, folds = _decide(labels[rows], groups[rows], named, seed=seed, held_out=held_out)
    back = np.empty_like(rows)
    back[rows] = np.arange(len(rows))
    _, of_sample = np.unique(groups, return_inverse=True)
    return Split(
        scheme=scheme,
        seed=seed,
        groups=of_sample.astype(np.int64),
        test=test[back],
        folds=folds[:, back],
    )


def straddling(groups: NDArray[np.int64], named_test: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The training-side samples that have kin in the named test, bool, shape (n,)."""
    groups = np.asarray(groups, np.int64)
    mask = check_mask(named_test, len(groups))
    return np.isin(groups, groups[mask]) & ~mask


def _decide(
    labels: Ints, groups: Ints, named: NDArray[np.bool_] | None, *, seed: int, held_out: bool
) -> tuple[Scheme, NDArray[np.bool_], NDArray[np.int16]]:
    """Scheme, test mask and folds of samples in canonical order."""
    rng = np.random.Generator(np.random.PCG64(seed))
    n = len(labels)
    if named is not None:
        learn = ~named & ~straddling(groups, named)
        require_test(labels, named=named, learn=learn)
        return "named-test", named, _folds_within(labels, groups, learn, repeats=1, rng=rng)
    test = _held_out(labels, groups, rng) if held_out and n > SMALL else None
    if test is not None:
        return "held-out", test, _folds_within(labels, groups, ~test, repeats=1, rng=rng)
    everybody = np.ones(n, np.bool_)
    repeats = next((r for limit, r in REPEATS if n <= limit), 1)
    folds = _folds_within(labels, groups, everybody, repeats=repeats, rng=rng)
    return "cross-validation", ~everybody, folds


def _held_out(labels: Ints, groups: Ints, rng: np.random.Generator) -> NDArray[np.bool_] | None:
    """The samples to set aside, or None where they could not judge every class."""
    table = tabulate(labels, groups, n_classes=int(labels.max()) + 1)
    part = deal(table, np.array([TEST_SHARE, 1 - TEST_SHARE]), rng)
    test = part[table.of_sample] == 0
    n_classes = len(table.class_sizes)
    samples = np.bincount(labels[test], minlength=n_classes)
    in_test = part[table.owners()] == 0
    test_groups = np.bincount(table.classes[in_test], minlength=n_classes)
    present = table.class_sizes > 0
    enough = (samples >= MIN_TEST_SAMPLES) & (test_groups >= MIN_TEST_GROUPS)
    teachable = table.groups_per_class() > test_groups
    return test if bool((enough & teachable)[present].all()) else None


def _folds_within(
    labels: Ints,
    groups: Ints,
    members: NDArray[np.bool_],
    *,
    repeats: int,
    rng: np.random.Generator,
) -> NDArray[np.int16]:
    """Folds of ``members``, int16, shape (repeats, n), -1 for the others."""
    table = tabulate(labels[members], groups[members], n_classes=int(labels.max()) + 1)
    _require_groups(table)
    k = min(N_FOLDS, table.n_groups)
    if table.n_groups == k:
        repeats = 1  # every fold is one group: there is only one such division
    folds = np.full((repeats, len(labels)), -1, np.int16)
    for row in folds:
        part = deal(table, np.full(k, 1 / k), rng)
        _require_training(table, part, k)
        row[members] = part[table.of_sample]
    return folds


def _require_groups(table: GroupTable) -> None:
    """Refuse what no division into folds could judge."""
    n_classes = int((table.class_sizes > 0).sum())
    if n_classes < 2:
        raise SplitError(
            f"A classifier needs pictures of at least two kinds to learn from; there is "
            f"{'only one' if n_classes else 'none'}. Add pictures of another kind."
        )
    if table.n_groups < 2:
        raise SplitError(
            f"All {int(table.class_sizes.sum()):,} pictures belong to one group (copies, a burst, "
            "or a group that you named), so nobody could be tested without its kin. Add "
            "pictures taken independently, or look at what --group-by takes together."
        )


def _require_training(table: GroupTable, part: Ints, k: int) -> None:
    """Refuse folds of which one leaves fewer than two classes to learn from."""
    owner_part = part[table.owners()]
    for fold in range(k):
        left = np.unique(table.classes[owner_part != fold])
        if len(left) < 2:
            poor = int((table.groups_per_class() == 1).sum())
            raise SplitError(
                "When one fold is tested, fewer than two kinds are left to learn from: "
                f"{poor} of the kinds {'comes' if poor == 1 else 'come'} in a single group of kin. "
                "Every kind needs pictures "
                "from at least two independent groups."
            )


def require_test(labels: Ints, *, named: NDArray[np.bool_], learn: NDArray[np.bool_]) -> None:
    """Refuse a named test that is empty, or that asks for what nobody could learn."""
    if not named.any():
        raise SplitError("The named test holds no usable picture. Name a folder that has some.")
    if not learn.any():
        raise SplitError(
            "Nothing is left to learn from: every picture outside the named test is a copy "
            "or other kin of one inside. Take the test from other pictures."
        )
    untaught = np.setdiff1d(labels[named], labels[learn])
    if len(untaught):
        raise SplitError(
            f"The named test holds {len(untaught)} "
            f"{'kind' if len(untaught) == 1 else 'kinds'} of which no picture is left to learn "
            "from once its kin are kept out of training. Add such pictures to the training "
            "folder, or take the kind out of the test."
        )


def in_canonical_order(n: int, order: Sequence[str] | None) -> Ints:
    """Row numbers in an order that does not depend on how the rows came."""
    if order is None:
        return np.arange(n, dtype=np.int64)
    if len(order) != n:
        raise UsageError(f"make_split: order has {len(order)} texts for {n} samples.")
    return np.array(sorted(range(n), key=order.__getitem__), np.int64)


def check_table(labels: Ints, groups: Ints, *, seed: int) -> tuple[Ints, Ints]:
    """Return labels and groups as int64, refused where they cannot be a split's."""
    labels, groups = np.asarray(labels), np.asarray(groups)
    for name, values in (("labels", labels), ("groups", groups)):
        if values.ndim != 1 or not np.issubdtype(values.dtype, np.integer):
            raise UsageError(
                f"make_split: {name} must be integers of shape (n,); got {values.dtype} "
                f"of shape {values.shape}."
            )
    if len(labels) != len(groups):
        raise UsageError(f"make_split: {len(labels)} labels but {len(groups)} groups.")
    if seed < 0:
        raise UsageError(f"make_split: seed must be at least 0; got {seed}.")
    if not len(labels):
        raise SplitError("There is no usable picture to divide into training and test.")
    if labels.min() < 0:
        raise UsageError(f"make_split: labels must be at least 0; got {int(labels.min())}.")
    return labels.astype(np.int64), groups.astype(np.int64)


def check_mask(mask: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    """Return the mask of a named test, refused where it is no mask of ``n`` samples."""
    mask = np.asarray(mask)
    if mask.dtype != np.bool_ or mask.shape != (n,):
        raise UsageError(
            f"named_test must be bool of shape ({n},); got {mask.dtype} of shape {mask.shape}."
        )
    return mask
