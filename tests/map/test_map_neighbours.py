"""Neighbours: the right ones, whatever the vectors; above the limit nearly all of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from sortal.errors import UsageError
from sortal.map import find_neighbours, update_neighbours
from sortal.map._exact import largest
from sortal.pictures.events import Step

Floats = NDArray[np.float32]


def cloud(n: int, d: int, *, seed: int = 0, centres: int = 40) -> Floats:
    """Points of low dimension in many, in clusters, as embeddings are."""
    rng = np.random.default_rng(seed)
    flat = rng.standard_normal((centres, 8))[rng.integers(0, centres, n)]
    flat += 0.4 * rng.standard_normal((n, 8))
    noise = 0.05 * rng.standard_normal((n, d))
    return np.asarray(flat @ rng.standard_normal((8, d)) + noise, np.float32)


@pytest.mark.parametrize("n", [40, 700, 2_100])
def test_neighbours_are_those_of_scikit_learn(n: int) -> None:
    vectors = cloud(n, 24)
    found = find_neighbours(vectors, k=10)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    distances, indices = NearestNeighbors(n_neighbors=11).fit(unit).kneighbors(unit)
    assert found.exact
    assert found.recall == 1
    assert (found.indices == indices[:, 1:]).mean() > 0.999
    assert np.allclose(found.distances, distances[:, 1:], atol=2e-6)


def test_distance_is_root_of_two_less_two_cosines() -> None:
    found = find_neighbours(np.array([[3.0, 0.0], [0.0, 0.1], [-7.0, 0.0]]), k=2)
    assert found.indices.tolist() == [[1, 2], [0, 2], [1, 0]]
    assert np.allclose(found.distances, [[2**0.5, 2], [2**0.5, 2**0.5], [2**0.5, 2]])


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_pictures_have_as_many_neighbours_as_there_are_others(n: int) -> None:
    found = find_neighbours(np.eye(3, 4, dtype=np.float32)[:n], k=15)
    assert found.indices.shape == found.distances.shape == (n, max(n - 1, 0))
    for row, near in enumerate(found.indices.tolist()):
        assert sorted([row, *near]) == list(range(n))


def test_copies_are_each_others_neighbours_at_distance_zero() -> None:
    vectors = np.repeat(cloud(50, 16), 20, axis=0)
    found = find_neighbours(vectors, k=15)
    assert (found.indices // 20 == np.arange(1_000)[:, None] // 20).all()
    assert found.distances.max() == 0
    assert (found.indices != np.arange(1_000)[:, None]).all()


def test_a_vector_of_zeros_is_no_reason_to_stop() -> None:
    vectors = cloud(30, 8)
    vectors[4] = 0
    assert np.isfinite(find_neighbours(vectors, k=5).distances).all()


def test_largest_finds_what_a_full_sort_finds() -> None:
    values = np.random.default_rng(0).standard_normal((7, 5_003)).astype(np.float32)
    found = np.sort(largest(values, 9), axis=1)
    assert (found == np.sort(np.argsort(-values, axis=1)[:, :9], axis=1)).all()


@pytest.fixture
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sortal.map.neighbours.EXACT_UP_TO", 3_000)


@pytest.mark.usefixtures("low_limit")
def test_many_pictures_find_nearly_all_neighbours_and_say_how_many() -> None:
    vectors = cloud(9_000, 64)
    found = find_neighbours(vectors, k=15)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    true = np.argsort(-(unit[:500] @ unit.T), axis=1, kind="stable")[:, 1:16]
    recall = np.mean([len({*a} & {*b}) / 15 for a, b in zip(true, found.indices, strict=False)])
    assert not found.exact
    assert recall > 0.95
    assert abs(found.recall - recall) < 0.03
    assert (np.diff(found.distances, axis=1) >= 0).all()
    assert (found.indices != np.arange(9_000)[:, None]).all()


@pytest.mark.usefixtures("low_limit")
def test_many_copies_of_one_picture_do_not_fill_the_memory() -> None:
    vectors = np.concatenate([np.ones((5_000, 16), np.float32), cloud(1_000, 16)])
    found = find_neighbours(vectors, k=5)
    assert found.distances[:5_000].max() == 0
    assert (found.indices[:5_000] < 5_000).all()


@pytest.mark.usefixtures("low_limit")
@pytest.mark.parametrize("cores", [1, 2, 3])
def test_the_number_of_cores_changes_nothing(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = cloud(4_000, 32)
    wanted = find_neighbours(vectors, k=6)
    monkeypatch.setattr("sortal.map._threads.usable_cores", lambda: cores)
    found = find_neighbours(vectors, k=6)
    assert (found.indices == wanted.indices).all()
    assert (found.distances == wanted.distances).all()
    assert found.recall == wanted.recall


def test_progress_ends_with_all_pictures() -> None:
    told: list[Step] = []
    find_neighbours(cloud(600, 8), k=3, progress=told.append)
    assert [step.done for step in told] == [256, 512, 600]
    assert told[-1] == Step("Finding neighbours", 600, 600, "pictures")


def test_progress_may_stop_the_work() -> None:
    def stop(_: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_neighbours(cloud(600, 8), k=3, progress=stop)


def test_wrong_arguments_are_refused_in_words() -> None:
    with pytest.raises(UsageError, match="k must be 1 or more"):
        find_neighbours(cloud(5, 3), k=0)
    with pytest.raises(UsageError, match=r"shape \(n, d\), got float32 of shape \(5,\)"):
        find_neighbours(np.zeros(5, np.float32))
    broken = cloud(5, 3)
    broken[3, 1] = np.nan
    with pytest.raises(UsageError, match="row 3"):
        find_neighbours(broken)


# neighbours of a collection that has changed


@pytest.mark.parametrize(("gone", "new"), [(0, 40), (30, 0), (30, 40), (0, 0)])
def test_updated_neighbours_are_those_found_afresh(gone: int, new: int) -> None:
    rng = np.random.default_rng(1)
    before, more = np.split(cloud(700 + new, 24), [700])
    stays = np.sort(rng.permutation(700)[gone:])
    # old and new ones in any order, as files of a folder are
    order = rng.permutation(len(stays) + new)
    rows = np.concatenate([stays, np.full(new, -1)])[order]
    now = np.concatenate([before[stays], more])[order]
    found = update_neighbours(find_neighbours(before, k=10), rows, now)
    wanted = find_neighbours(now, k=10)
    assert (found.indices == wanted.indices).mean() > 0.999
    assert np.allclose(found.distances, wanted.distances, atol=2e-6)
    assert found.exact
    assert found.recall == 1


@pytest.mark.usefixtures("low_limit")
def test_updated_neighbours_are_no_more_exact_than_the_old() -> None:
    vectors = cloud(4_000, 32)
    old = find_neighbours(vectors[:3_900], k=6)
    rows = np.concatenate([np.arange(3_900), np.full(100, -1)])
    found = update_neighbours(old, rows, vectors)
    assert not found.exact
    assert old.recall <= found.recall <= 1


def test_rows_that_never_were_are_refused() -> None:
    old = find_neighbours(cloud(20, 4), k=5)
    with pytest.raises(UsageError, match="rows up to 20"):
        update_neighbours(old, np.arange(21), cloud(21, 4))
    with pytest.raises(UsageError, match="more than 5 pictures"):
        update_neighbours(old, np.arange(5), cloud(5, 4))
