"""Splits: nobody straddles, everybody is tested once, classes keep their shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sortal.errors import SplitError, UsageError
from sortal.split import Split, make_split, straddling
from sortal.split.dealing import deal, tabulate
from sortal.split.making import MIN_TEST_GROUPS, MIN_TEST_SAMPLES, SMALL

Ints = NDArray[np.int64]


def assert_no_group_straddles(split: Split) -> None:
    for group in np.unique(split.groups):
        here = split.groups == group
        assert len(np.unique(split.test[here])) == 1 or split.excluded[here].any()
        for folds in split.folds:
            assert len(np.unique(folds[here & split.train])) <= 1


def assert_invariants(split: Split, groups: Ints) -> None:
    assert_no_group_straddles(split)
    pairs = {(int(a), int(b)) for a, b in zip(groups, split.groups, strict=True)}
    assert len(pairs) == len(set(groups.tolist())) == split.groups.max() + 1
    assert (split.folds[:, split.train] >= 0).all()
    assert (split.folds[:, ~split.train] == -1).all()
    for folds in split.folds:
        assert set(folds[split.train].tolist()) == set(range(split.n_folds))


samples = st.integers(2, 5).flatmap(
    lambda classes: st.lists(
        st.tuples(st.integers(0, classes - 1), st.integers(0, 40)), min_size=2, max_size=150
    )
)


@settings(max_examples=150, deadline=None)
@given(samples, st.integers(0, 2**32))
def test_invariants_of_small_splits(rows: list[tuple[int, int]], seed: int) -> None:
    labels = np.array([label for label, _ in rows], np.int64)
    groups = np.array([group for _, group in rows], np.int64)
    try:
        split = make_split(labels, groups, seed=seed)
    except SplitError:
        few_groups = len(set(groups.tolist())) < 2 or len(set(labels.tolist())) < 2
        table = tabulate(labels, groups, n_classes=int(labels.max()) + 1)
        assert few_groups or (table.groups_per_class() == 1).any()
        return
    assert split.scheme == "cross-validation"
    assert not split.test.any()
    assert_invariants(split, groups)
    for folds in split.folds:
        for fold in range(split.n_folds):
            assert len(np.unique(labels[folds != fold])) >= 2
    again = make_split(labels, groups, seed=seed)
    assert np.array_equal(split.folds, again.folds)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 6))
def test_invariants_of_held_out_splits(seed: int, classes: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    n = SMALL + 1 + int(rng.integers(0, 2_000))
    groups = rng.integers(0, n // size, n)
    labels = rng.integers(0, classes, n // size)[groups]
    split = make_split(labels, groups, seed=seed)
    assert split.scheme == "held-out"
    assert_invariants(split, groups)
    for cls in range(classes):
        here = labels == cls
        assert abs(split.test[here].mean() - 0.2) < 0.02
        assert split.test[here].sum() >= MIN_TEST_SAMPLES
        assert len(np.unique(groups[here & split.test])) >= MIN_TEST_GROUPS
        for fold in range(5):
            share = (split.folds[0][here & split.train] == fold).mean()
            assert abs(share - 0.2) < 0.02


def test_class_shares_are_as_even_as_whole_numbers_allow() -> None:
    labels = np.repeat([0, 1, 2], [50, 23, 7])
    split = make_split(labels, np.arange(80), seed=3)
    assert split.repeats == 3
    for folds in split.folds:
        for cls, size in enumerate([50, 23, 7]):
            counts = np.bincount(folds[labels == cls], minlength=5)
            assert counts.max() - counts.min() <= 1
            assert counts.sum() == size
        sizes = np.bincount(folds)
        assert sizes.max() - sizes.min() <= 1


def test_groups_are_balanced_as_well_as_scikit_learns() -> None:
    model_selection = pytest.importorskip("sklearn.model_selection")
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 60, 1_500)
    labels = (rng.random(1_500) * rng.random(60)[groups] * 6).astype(np.int64)

    def worst(folds: NDArray[np.int16]) -> float:
        counts = np.array([np.bincount(labels[folds == f], minlength=6) for f in range(5)])
        total = np.bincount(labels, minlength=6)
        return float(np.abs(counts / np.maximum(total, 1) - 0.2)[:, total > 30].max())

    theirs = np.zeros(len(labels), np.int16)
    splitter = model_selection.StratifiedGroupKFold(5, shuffle=True, random_state=0)
    for fold, (_, tested) in enumerate(splitter.split(labels, labels, groups)):
        theirs[tested] = fold
    ours = make_split(labels, groups, seed=0)
    assert worst(ours.folds[0]) <= worst(theirs) + 0.01


def test_the_order_of_rows_does_not_matter_with_hashes() -> None:
    rng = np.random.default_rng(5)
    labels, groups = rng.integers(0, 4, 300), rng.integers(0, 90, 300)
    hashes = [f"{value:08x}" for value in rng.permutation(300)]
    split = make_split(labels, groups, seed=1, order=hashes)
    shuffle = rng.permutation(300)
    other = make_split(labels[shuffle], groups[shuffle], seed=1, order=[hashes[i] for i in shuffle])
    assert np.array_equal(split.folds[:, shuffle], other.folds)


def test_seeds_give_different_splits() -> None:
    labels = np.arange(200) % 2
    first, second = (make_split(labels, np.arange(200), seed=seed) for seed in (0, 1))
    assert not np.array_equal(first.folds, second.folds)
    assert not np.array_equal(first.folds[0], first.folds[1])


@pytest.mark.parametrize(("n", "repeats"), [(100, 3), (1_000, 3), (1_001, 2), (2_000, 2)])
def test_larger_collections_need_fewer_repeats(n: int, repeats: int) -> None:
    split = make_split(np.arange(n) % 2, np.arange(n))
    assert (split.scheme, split.repeats, split.n_folds) == ("cross-validation", repeats, 5)


@pytest.mark.parametrize(
    ("rare", "groups_of_rare", "scheme"),
    [(200, 200, "held-out"), (60, 60, "cross-validation"), (200, 10, "cross-validation")],
)
def test_a_class_too_small_for_a_test_part_forces_cross_validation(
    rare: int, groups_of_rare: int, scheme: str
) -> None:
    labels = np.repeat([0, 1, 2], [2_000, 2_000, rare])
    groups = np.arange(len(labels))
    groups[4_000:] = 4_000 + np.arange(rare) % groups_of_rare
    assert make_split(labels, groups).scheme == scheme


def test_few_groups_give_few_folds_once() -> None:
    split = make_split(np.arange(30) % 2, np.arange(30) // 10)
    assert (split.n_folds, split.repeats) == (3, 1)


def test_a_class_of_two_groups_never_lies_in_one_fold() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(20), 10)
        labels = rng.integers(0, 3, 200)
        labels[0], labels[10] = 3, 3  # two groups hold one sample each of class 3
        split = make_split(labels, groups, seed=seed)
        for folds in split.folds:
            assert folds[0] != folds[10]


def test_a_class_of_one_picture_does_not_stop_the_others() -> None:
    labels = np.array([0] * 20 + [1] * 20 + [2])
    split = make_split(labels, np.arange(41))
    assert_invariants(split, np.arange(41))


def test_the_named_test_is_kept_and_its_kin_are_left_out() -> None:
    labels = np.array([0, 1] * 20)
    groups = np.arange(40)
    named = np.zeros(40, np.bool_)
    named[30:] = True
    groups[0], groups[1] = groups[30], groups[31]
    split = make_split(labels, groups, named_test=named)
    assert split.scheme == "named-test"
    assert np.array_equal(split.test, named)
    assert np.flatnonzero(straddling(groups, named)).tolist() == [0, 1]
    assert np.flatnonzero(split.excluded).tolist() == [0, 1]
    assert not split.train[[0, 1]].any()
    assert_invariants(split, groups)


@pytest.mark.parametrize(
    ("labels", "groups", "words"),
    [
        ([], [], "no usable picture"),
        ([0, 0, 0], [0, 1, 2], "at least two kinds"),
        ([0, 1, 0, 1], [7, 7, 7, 7], "belong to one group"),
        ([0, 0, 1, 1], [0, 0, 1, 1], "2 of the kinds come in a single group"),
        ([0, 0, 0, 1], [0, 1, 2, 3], "1 of the kinds comes in a single group"),
    ],
)
def test_impossible_splits_say_why(labels: list[int], groups: list[int], words: str) -> None:
    with pytest.raises(SplitError, match=words):
        make_split(np.array(labels, np.int64), np.array(groups, np.int64))


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ([0, 0, 0, 0, 0, 0], "holds no usable picture"),
        ([1, 1, 1, 1, 1, 1], "Nothing is left to learn from"),
        ([0, 1, 1, 1, 1, 1], "1 kind of which no picture is left"),
    ],
)
def test_impossible_named_tests_say_why(named: list[int], words: str) -> None:
    labels = np.array([0, 1, 0, 1, 0, 1])
    with pytest.raises(SplitError, match=words):
        make_split(labels, np.arange(6), named_test=np.array(named, np.bool_))


@pytest.mark.parametrize(
    ("labels", "groups", "options"),
    [
        ([0, 1], [0], {}),
        ([0.0, 1.0], [0, 1], {}),
        ([-1, 1], [0, 1], {}),
        ([0, 1], [0, 1], {"seed": -1}),
        ([0, 1], [0, 1], {"order": ["a"]}),
        ([0, 1], [0, 1], {"named_test": np.array([0, 1])}),
    ],
)
def test_wrong_arguments_are_refused(
    labels: list[int], groups: list[int], options: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        make_split(np.array(labels), np.array(groups), **options)  # type: ignore[arg-type]


def test_dealing_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    table = tabulate(labels, groups, n_classes=2)
    part = deal(table, np.array([0.5, 0.5]), np.random.default_rng(0))
    assert part[0] != part[1]
    assert part[2] != part[3]
