from __future__ import annotations

import numpy as np

from sortal.inspection import odd
from sortal.inspection.odd import odd_ones
from sortal.inspection.values import Flag


def cloud(seed: int, direction: int, n: int) -> np.ndarray:
    """Unit-length vectors around one axis of a space of 16 dimensions."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(0, 0.05, (n, 16))
    vectors[:, direction] += 1
    return vectors.astype(np.float32)


def inspect(vectors: np.ndarray, labels: list[int], groups: list[int] | None = None) -> list[Flag]:
    own = list(range(len(labels))) if groups is None else groups
    return list(odd_ones(vectors, labels=np.array(labels), groups=np.array(own)))


def two_clouds() -> tuple[np.ndarray, list[int]]:
    return np.concatenate([cloud(1, 0, 60), cloud(2, 1, 60)]), [0] * 60 + [1] * 60


def test_a_stranger_is_odd() -> None:
    vectors, labels = two_clouds()
    vectors[7] = cloud(3, 9, 1)
    found = inspect(vectors, labels)
    assert [f.index for f in found] == [7]
    assert found[0].value >= found[0].limit


def test_a_wrong_label_is_not_odd() -> None:
    vectors, labels = two_clouds()
    labels[7] = 1
    assert inspect(vectors, labels) == []


def test_kin_do_not_vouch_for_each_other() -> None:
    vectors, labels = two_clouds()
    vectors[:12] = cloud(3, 9, 12)
    groups = [0] * 12 + list(range(1, 109))
    assert {f.index for f in inspect(vectors, labels, groups)} == set(range(12))


def test_without_labels_everything_is_compared_with_everything() -> None:
    vectors, _ = two_clouds()
    vectors[7] = cloud(3, 9, 1)
    assert [f.index for f in inspect(vectors, [-1] * 120)] == [7]


def test_few_pictures_say_nothing() -> None:
    assert inspect(cloud(1, 0, 10), [0] * 10) == []


def test_identical_vectors_are_no_reason() -> None:
    assert inspect(np.ones((40, 16), np.float32), [0] * 40) == []


def test_a_part_of_many_serves_as_reference(monkeypatch: object) -> None:
    vectors, labels = two_clouds()
    vectors[7] = cloud(3, 9, 1)
    monkeypatch.setattr(odd, "REFERENCES", 80)  # type: ignore[attr-defined]
    monkeypatch.setattr(odd, "BLOCK", 50)  # type: ignore[attr-defined]
    assert [f.index for f in inspect(vectors, labels)] == [7]
