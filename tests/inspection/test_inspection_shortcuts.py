from __future__ import annotations

import numpy as np
import pytest
from inspection_samples import collection, fingerprint

from sortal.inspection.properties import codes
from sortal.inspection.shortcuts import left_out_accuracy, left_out_balanced, shortcuts
from sortal.inspection.values import Shortcut


def examine(
    labels: list[str | None], *, groups: list[int] | None = None, **columns: list[object]
) -> dict[str, Shortcut]:
    names = sorted({x for x in labels if x is not None})
    rows = [{k: columns[k][i] for k in columns} for i in range(len(labels))]
    found = shortcuts(
        collection(labels),
        [fingerprint(i, **row) for i, row in enumerate(rows)],
        labels=np.array([-1 if x is None else names.index(x) for x in labels]),
        groups=np.array(groups or range(len(labels))),
    )
    return {s.name: s for s in found}


def test_left_out_accuracy_by_hand() -> None:
    # Kind 0 holds labels 0 0 1, kind 1 holds 1 1. Left out, each 0 sees one 0 and one 1: a
    # tie, worth half; the 1 among them sees two 0: wrong; each 1 of kind 1 sees a 1: right.
    kinds, truth = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])
    assert left_out_accuracy(kinds, truth) == pytest.approx((0.5 + 0.5 + 0 + 1 + 1) / 5)


def test_a_sample_alone_in_its_kind_is_guessed_from_all() -> None:
    # Labels 0 0 0 1, every kind of one: the rest of all say 0 each time.
    assert left_out_accuracy(np.arange(4), np.array([0, 0, 0, 1])) == pytest.approx(0.75)


def test_left_out_balanced_by_hand() -> None:
    # Label 0: nine of kind 0 and one of kind 1; label 1: ten of kind 1. Kind 0 is label 0's
    # alone: nine right. The one of kind 1 is taken for the rest: wrong. All ten others right.
    kinds, truth = np.array([0] * 9 + [1] * 11), np.array([0] * 10 + [1] * 10)
    assert left_out_balanced(kinds, truth) == pytest.approx([0.95, 0.95])
    assert left_out_balanced(np.zeros(20, np.int64), truth) == pytest.approx([0.5, 0.5])
    assert left_out_balanced(kinds[:19], truth[:19]).tolist() == [pytest.approx(0.95), 0.0]


def test_one_label_among_many_by_its_camera_is_seen() -> None:
    labels: list[str | None] = [f"kind {i % 10}" for i in range(400)]
    cameras: list[object] = ["old" if x == "kind 3" else "new" for x in labels]
    (found,) = examine(labels, camera=cameras).values()
    assert (found.name, found.label, found.accuracy) == ("camera", "kind 3", 1.0)
    assert found.sentence.startswith("'kind 3' can be told from all others by the camera alone")


def test_codes_of_words_and_of_numbers() -> None:
    assert codes(["b", "a", "b"]).tolist() == [1, 0, 1]
    assert codes(np.array([5.0, 1, 5])).tolist() == [0, 0, 0]  # one part of twelve or more
    numbers = codes(np.arange(48.0))
    assert np.bincount(numbers).tolist() == [12, 12, 12, 12]


def test_a_camera_for_each_label_is_seen() -> None:
    labels: list[str | None] = ["cat", "dog"] * 40
    cameras: list[object] = [f"camera of {x}" for x in labels]
    cameras[0] = "camera of dog"
    found = examine(labels, camera=cameras)
    assert list(found) == ["camera"]
    shortcut = found["camera"]
    assert shortcut.accuracy == pytest.approx(79 / 80)
    assert (shortcut.baseline, shortcut.p_value, shortcut.n) == (0.5, 1 / 200, 80)
    assert "from the camera alone" in shortcut.sentence
    assert "right 99 % of the time" in shortcut.sentence


def test_chance_is_no_shortcut() -> None:
    rng = np.random.default_rng(5)
    labels: list[str | None] = [str(x) for x in rng.integers(0, 4, 200)]
    assert examine(labels, brightness=list(rng.uniform(0, 255, 200))) == {}


def test_brightness_that_tells_the_label_is_seen() -> None:
    rng = np.random.default_rng(5)
    labels: list[str | None] = ["day", "night"] * 60
    levels: list[object] = [rng.normal(180 if x == "day" else 60, 20) for x in labels]
    assert list(examine(labels, brightness=levels)) == ["brightness"]


def test_one_long_burst_proves_nothing() -> None:
    labels: list[str | None] = [*["cat"] * 60, *["dog"] * 60]
    cameras: list[object] = [*["one"] * 60, *["two"] * 60]
    assert list(examine(labels, camera=cameras)) == ["camera"]
    assert examine(labels, camera=cameras, groups=[0] * 60 + [1] * 60) == {}


def test_a_column_of_the_table_is_examined() -> None:
    labels: list[str | None] = ["cat", "dog"] * 30 + [None]
    sites = [
        {"site": "north" if x == "cat" else "south", "id": str(i)} for i, x in enumerate(labels)
    ]
    found = shortcuts(
        collection(labels, sites),
        [fingerprint(i) for i in range(61)],
        labels=np.array([0, 1] * 30 + [-1]),
        groups=np.arange(61),
    )
    assert [s.name for s in found] == ["column 'site'"]


def test_one_label_or_few_pictures_have_no_shortcuts() -> None:
    assert examine(["cat"] * 40) == {}
    assert examine(["cat", "dog"] * 5, camera=["a", "b"] * 5) == {}
