"""The layout by likeness: what it shows, and that nothing makes it stumble."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sortal.errors import MissingExtraError, UsageError
from sortal.map import find_neighbours, layout_similarity
from sortal.map._descent import STEPS
from sortal.pictures.events import Step

Floats = NDArray[np.float32]


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what shows in few steps as well."""
    monkeypatch.setattr("sortal.map._descent.STEPS", 100)


def blobs(n: int, *, centres: int = 5, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, centres, n)
    places = 4 * rng.standard_normal((centres, 12))
    return (places[codes] + rng.standard_normal((n, 12))).astype(np.float32), codes


def lay(vectors: Floats, **options: Any) -> Floats:
    return layout_similarity(vectors, find_neighbours(vectors), **options)


def purity(xy: Floats, codes: NDArray[np.int64]) -> float:
    """Share of the ten nearest that have the same code."""
    apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=-1)
    near = np.argsort(apart, axis=1)[:, 1:11]
    return float((codes[near] == codes[:, None]).mean())


def test_clusters_of_vectors_are_islands_on_the_map() -> None:
    vectors, codes = blobs(300)
    xy = lay(vectors)
    assert xy.dtype == np.float32
    assert xy.shape == (300, 2)
    assert np.abs(xy.mean(axis=0)).max() < 1e-3
    assert purity(xy, codes) > 0.99
    middles = np.stack([xy[codes == code].mean(axis=0) for code in range(5)])
    apart = np.sqrt(((middles[:, None] - middles[None]) ** 2).sum(axis=-1))
    within = max(float(xy[codes == code].std()) for code in range(5))
    assert apart[~np.eye(5, dtype=bool)].min() > 1.5 * within


@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7])
@pytest.mark.parametrize("same", [False, True])
def test_a_handful_of_pictures_has_places_of_its_own(n: int, same: bool) -> None:
    vectors = np.ones((n, 5), np.float32) if same else blobs(n)[0]
    xy = lay(vectors)
    assert xy.shape == (n, 2)
    assert np.isfinite(xy).all()
    assert len(np.unique(xy, axis=0)) == n


def test_copies_stand_side_by_side_at_places_of_their_own() -> None:
    vectors = np.repeat(blobs(30)[0], 10, axis=0)
    xy = lay(vectors)
    assert np.isfinite(xy).all()
    assert len(np.unique(xy, axis=0)) == 300
    assert purity(xy, np.arange(300) // 10) > 0.85


def test_all_identical_is_one_cloud() -> None:
    xy = lay(np.full((500, 8), 0.5, np.float32))
    assert np.isfinite(xy).all()
    assert len(np.unique(xy, axis=0)) == 500


@pytest.mark.parametrize("cores", [1, 3])
def test_same_input_same_places_with_any_number_of_cores(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, _ = blobs(6_000)
    neighbours = find_neighbours(vectors, k=10)
    monkeypatch.setattr("sortal.map._descent.STEPS", 40)
    wanted = layout_similarity(vectors, neighbours)
    for module in ("_threads", "_descent"):
        monkeypatch.setattr(f"sortal.map.{module}.usable_cores", lambda: cores)
    assert (layout_similarity(vectors, neighbours) == wanted).all()


def test_the_seed_moves_only_the_noise() -> None:
    vectors, codes = blobs(200)
    first, second = lay(vectors), lay(vectors, seed=1)
    assert (first != second).any()
    assert purity(second, codes) > 0.99


def test_a_start_keeps_its_arrangement() -> None:
    vectors, codes = blobs(300, centres=2)
    start = np.where(codes[:, None] == 0, [[-50.0, 0.0]], [[50.0, 0.0]]).astype(np.float32)
    left_first = lay(vectors, initial=start)
    right_first = lay(vectors, initial=-start)
    assert left_first[codes == 0, 0].mean() < left_first[codes == 1, 0].mean()
    assert right_first[codes == 0, 0].mean() > right_first[codes == 1, 0].mean()


def test_labels_draw_their_pictures_together() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((300, 10)).astype(np.float32)  # nothing to see in these
    labels = np.arange(300) % 3
    assert purity(lay(vectors), labels) < 0.45
    assert purity(lay(vectors, labels=labels), labels) > 0.75


def test_a_picture_without_label_or_alone_in_its_label_has_a_place() -> None:
    vectors, codes = blobs(120)
    labels = np.full(120, -1)
    labels[:40] = codes[:40]
    labels[50] = 9
    xy = lay(vectors, labels=labels)
    assert np.isfinite(xy).all()
    assert purity(xy, codes) > 0.9


@pytest.mark.usefixtures("few_steps")
def test_progress_counts_steps() -> None:
    told: list[Step] = []
    lay(blobs(50)[0], progress=told.append)
    assert told[-1].stage == "Laying out"
    assert all(step.total == STEPS for step in told)


def test_umap_missing_is_an_error_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtraError, match=r"sortal\[umap\]"):
        lay(blobs(30)[0], method="umap")


@pytest.mark.usefixtures("few_steps")
def test_wrong_arguments_are_refused_in_words() -> None:
    vectors, codes = blobs(20)
    with pytest.raises(UsageError, match="method must be one of tsne, umap, not 'pca'"):
        lay(vectors, method="pca")
    with pytest.raises(UsageError, match="neighbours of 20 pictures"):
        layout_similarity(vectors, find_neighbours(vectors[:10]))
    with pytest.raises(UsageError, match="labels must have one entry for each of the 20"):
        lay(vectors, labels=codes[:5])
    with pytest.raises(UsageError, match="initial"):
        lay(vectors, initial=np.zeros((20, 3), np.float32))
