"""A split as JSON: there and back, and nothing else accepted."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sortal.errors import SplitError, UsageError
from sortal.split import Split, make_split, split_from_json, split_to_json

HASHES = [f"{i:064x}" for i in range(40)]


def made(scheme: str) -> Split:
    labels, groups = np.arange(40) % 2, np.arange(40) // 2
    if scheme == "cross-validation":
        return make_split(labels, groups, seed=7)
    named = np.arange(40) >= 31  # 30 is kin of 31
    return make_split(labels, groups, seed=7, named_test=named)


def equal(first: Split, second: Split) -> bool:
    return (
        (first.scheme, first.seed) == (second.scheme, second.seed)
        and np.array_equal(first.groups, second.groups)
        and np.array_equal(first.test, second.test)
        and np.array_equal(first.folds, second.folds)
    )


@pytest.mark.parametrize("scheme", ["cross-validation", "named-test"])
def test_there_and_back_in_any_order(scheme: str) -> None:
    split = made(scheme)
    text = split_to_json(split, HASHES)
    back = split_from_json(text, HASHES)
    assert equal(split, back)
    assert back.folds.dtype == np.int16 and back.test.dtype == np.bool_
    assert split_to_json(back, HASHES) == text
    turned = split_from_json(text, HASHES[::-1])
    assert np.array_equal(turned.folds, split.folds[:, ::-1])


def test_exact_copies_share_an_entry() -> None:
    labels, groups = np.arange(8) % 2, np.array([0, 1, 0, 1, 2, 3, 4, 5])
    hashes = ["a", "b", "a", "b", "c", "d", "e", "f"]
    split = make_split(labels, groups)
    text = split_to_json(split, hashes)
    assert len(json.loads(text)["samples"]) == 6
    assert equal(split_from_json(text, hashes), split)


def test_a_split_that_parts_copies_is_not_stored() -> None:
    split = make_split(np.arange(8) % 2, np.arange(8))
    with pytest.raises(UsageError, match="same content"):
        split_to_json(split, ["a"] * 8)
    with pytest.raises(UsageError, match="2 hashes for 8"):
        split_to_json(split, ["a", "b"])


def test_other_pictures_are_refused() -> None:
    text = split_to_json(made("cross-validation"), HASHES)
    with pytest.raises(SplitError, match="1 of those given are not in it"):
        split_from_json(text, [*HASHES, "new"])
    with pytest.raises(SplitError, match="1 of its own are missing"):
        split_from_json(text, HASHES[1:])


def broken(**changes: Any) -> str:
    document = json.loads(split_to_json(made("cross-validation"), HASHES))
    document["samples"].update(changes.pop("samples", {}))
    document.update(changes)
    return json.dumps({key: value for key, value in document.items() if value is not None})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[1, 2]", "not a sortal.split"),
        ('{"format": "sortal.split", "format": "x"}', "occurs twice"),
        ("[" * 100_000, "not JSON"),
        (broken(format="other"), "not a sortal.split"),
        (broken(version=2), "version 2"),
        (broken(seed=None), "see seed"),
        (broken(more=1), "see more"),
        (broken(scheme="random"), "scheme 'random'"),
        (broken(seed=-1), "seed is -1"),
        (broken(seed=True), "seed is True"),
        (broken(repeats=0), "repeats is 0"),
        (broken(samples={HASHES[0]: [0, [0, 1]]}), "the entry of"),
        (broken(samples={HASHES[0]: [0, [0, 1, -1]]}), "the entry of"),
        (broken(samples={HASHES[0]: [0, [0, 1, 1.0]]}), "the entry of"),
        (broken(samples={HASHES[0]: [0, [0, 1, True]]}), "the entry of"),
        (broken(samples={HASHES[0]: [-1, [0, 1, 2]]}), "the entry of"),
        (broken(samples={HASHES[0]: [True, [0, 1, 2]]}), "the entry of"),
        (broken(samples={HASHES[0]: None}), "the entry of"),
        (broken(samples={HASHES[0]: [0, "test"]}), "no fold"),
        (broken(samples={HASHES[0]: [0, "train"]}), "the entry of"),
        (broken(scheme="held-out"), "without a test part"),
        (broken(samples={h: [i // 2, [0, 0, 0]] for i, h in enumerate(HASHES)}), "fewer than two"),
    ],
)
def test_anything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(SplitError, match=words):
        split_from_json(text, HASHES)


def test_kin_that_straddle_are_refused() -> None:
    document = json.loads(split_to_json(made("cross-validation"), HASHES))
    group, folds = document["samples"][HASHES[0]]
    document["samples"][HASHES[0]] = [group, [(folds[0] + 1) % 5, *folds[1:]]]
    with pytest.raises(SplitError, match="kin straddle"):
        split_from_json(json.dumps(document), HASHES)
    document = json.loads(split_to_json(made("named-test"), HASHES))
    document["samples"][HASHES[30]] = [15, [0]]
    with pytest.raises(SplitError, match="kin straddle"):
        split_from_json(json.dumps(document), HASHES)
