from __future__ import annotations

import json

import numpy as np
import pytest
from inspection_samples import collection, fingerprint

from sortal.errors import UsageError
from sortal.inspection import Findings, inspect
from sortal.pictures.record import Fingerprint
from sortal.split.links import Kin, Link, join


def look(
    labels: list[str | None],
    fingerprints: list[Fingerprint] | None = None,
    links: tuple[Link, ...] = (),
    probabilities: np.ndarray | None = None,
) -> Findings:
    n = len(labels)
    return inspect(
        collection(labels),
        fingerprints or [fingerprint(i) for i in range(n)],
        np.ones((n, 8), np.float32),
        kin=Kin(join(n, links), links),
        probabilities=probabilities,
    )


def test_copies_within_and_across_labels() -> None:
    hashes = [1, 2, 1, 3, 2, 2]
    found = look(["a", "a", "a", "b", "b", "a"], [fingerprint(h) for h in hashes])
    assert [(c.indices, c.labels, c.across) for c in found.duplicates] == [
        ((1, 4, 5), ("a", "b"), True),
        ((0, 2), ("a",), False),
    ]
    assert found.contradictions == 1


def test_an_unlabelled_copy_contradicts_nobody() -> None:
    found = look(["a", None], [fingerprint(1), fingerprint(1)])
    assert [c.across for c in found.duplicates] == [False]


def test_near_pairs_contradictions_first_then_the_most_alike() -> None:
    links = (Link(0, 1, "near", 0.99), Link(1, 2, "near", 0.92), Link(3, 4, "near", 0.95))
    found = look(["a", "a", "b", "b", "b"], links=links)
    assert [(p.first, p.second, p.across) for p in found.near] == [
        (1, 2, True),
        (0, 1, False),
        (3, 4, False),
    ]


def test_a_burst_is_a_chain_in_the_order_of_taking() -> None:
    times = [12.5, 10.0, 11.0, None, 500.0]
    fingerprints = [fingerprint(i, taken_at=t) for i, t in enumerate(times)]
    links = (Link(0, 2, "burst", 0.5), Link(1, 2, "burst", 0.9), Link(2, 3, "group", 1.0))
    (burst,) = look(["a", "a", "b", "b", "b"], fingerprints, links).bursts
    assert (burst.indices, burst.seconds, burst.labels) == ((1, 2, 0), 2.5, ("a", "b"))


def test_labels_with_few_pictures_or_groups() -> None:
    labels: list[str | None] = [*["many"] * 30, *["few"] * 3, *["kin"] * 24]
    links = tuple(Link(33 + i, 34 + i, "near", 0.9) for i in range(21))
    found = look(labels, links=links)
    assert [(s.label, s.n, s.n_groups) for s in found.small_labels] == [
        ("few", 3, 3),
        ("kin", 24, 3),
    ]


def test_a_label_that_the_models_do_not_believe() -> None:
    labels: list[str | None] = ["a", "a", "a", None, "b", "b", "b"]
    probabilities = np.array(
        [[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0], [0.1, 0.9], [0.2, 0.8], [0.45, 0.55]]
    )
    (suspect,) = look(labels, probabilities=probabilities).suspected
    assert (suspect.index, suspect.label, suspect.suggested) == (2, "a", "b")
    assert [suspect.own, suspect.other] == pytest.approx([0.1, 0.9])
    assert look(labels).suspected == ()


def test_what_holds_for_much_of_the_collection_is_said_once() -> None:
    found = look(["a"] * 10, [fingerprint(i, width=28, height=28) for i in range(10)])
    assert found.tiny == ()
    assert found.notes == (
        "10 of 10 pictures (100 %) are very small; they are not listed one by one.",
    )


def test_findings_become_plain_json_with_paths() -> None:
    fingerprints = [fingerprint(i) for i in range(25)]
    fingerprints[3] = fingerprint(2, width=9)
    record = json.loads(json.dumps(look(["a"] * 25, fingerprints).to_dict()))
    assert record["duplicates"] == [{"paths": ["2.jpg", "3.jpg"], "labels": ["a"], "across": False}]
    assert record["tiny"] == [{"path": "3.jpg", "value": 9.0, "limit": 96.0}]
    assert set(record) == {
        "duplicates", "near_duplicates", "bursts", "blurred", "dark", "bright", "flat", "tiny",
        "odd", "suspected_labels", "small_labels", "shortcuts", "notes",
    }  # fmt: skip


def test_an_empty_collection_has_nothing_to_find() -> None:
    assert look([]) == Findings(paths=())


def test_lengths_must_agree() -> None:
    with pytest.raises(UsageError, match="2 samples, expected as many fingerprints, got 1"):
        look(["a", "a"], [fingerprint(1)])
