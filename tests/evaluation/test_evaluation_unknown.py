"""The distance behind "I don't know"."""

from __future__ import annotations

import numpy as np
import pytest

from sortal.errors import UsageError
from sortal.evaluation import fit_distance, fit_distance_threshold, held_in_distances


def kinds(n: int, *, seed: int, plane: int = 5, width: int = 200) -> np.ndarray:
    """Return embeddings that fill few directions, with a little noise in all."""
    rng = np.random.default_rng(seed)
    directions = np.random.default_rng(7).normal(size=(plane, width))
    vectors = (rng.normal(size=(n, plane)) + 3.0) @ directions
    return (vectors + rng.normal(0, 0.3, (n, width))).astype(np.float32)


def test_the_distance_follows_its_documented_formula() -> None:
    learned, new = kinds(300, seed=0), kinds(40, seed=1)
    model = fit_distance(learned, np.zeros(300, np.int64))
    z = new / np.linalg.norm(new, axis=1, keepdims=True) @ model.projection
    assert model.distance(new) == pytest.approx(1 - (z @ model.exemplars.T).max(axis=1), abs=1e-6)
    assert model.distance(new).dtype == np.float32


def test_arrays_have_the_documented_shapes_and_lengths() -> None:
    model = fit_distance(kinds(300, seed=0), np.zeros(300, np.int64))
    assert model.projection.shape == (200, 64)
    assert model.projection.T @ model.projection == pytest.approx(np.eye(64), abs=1e-5)
    assert np.linalg.norm(model.exemplars, axis=1) == pytest.approx(np.ones(300), abs=1e-5)


def test_learned_pictures_lie_near_and_directions_never_seen_lie_far() -> None:
    learned = kinds(300, seed=0)
    model = fit_distance(learned, np.zeros(300, np.int64))
    strange = np.random.default_rng(9).normal(size=(50, 200)).astype(np.float32)
    assert model.distance(learned).max() < 0.1
    assert model.distance(strange).min() > 0.5


def test_the_scale_of_an_embedding_does_not_matter() -> None:
    model = fit_distance(kinds(100, seed=0), np.zeros(100, np.int64))
    new = kinds(10, seed=2)
    assert model.distance(3 * new) == pytest.approx(model.distance(new), abs=1e-6)
    assert np.isfinite(model.distance(np.zeros((1, 200), np.float32))).all()


def test_memory_is_bounded_and_every_kind_keeps_its_share() -> None:
    vectors = kinds(500, seed=0)
    vectors[450:] *= -1
    labels = (np.arange(500) >= 450).astype(np.int64)
    model = fit_distance(vectors, labels, exemplars=100)
    assert model.exemplars.shape == (100, 64)
    opposite = model.distance(vectors[450:])
    assert opposite.max() < 0.5


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_handful_of_pictures_is_enough(n: int) -> None:
    model = fit_distance(kinds(n, seed=0), np.zeros(n, np.int64))
    assert model.exemplars.shape == (n, n)
    assert model.distance(kinds(n, seed=0)) == pytest.approx(np.zeros(n), abs=1e-3)


def test_the_same_seed_gives_the_same_bytes() -> None:
    vectors, labels = kinds(300, seed=0), np.zeros(300, np.int64)
    one, other = (fit_distance(vectors, labels, exemplars=50, seed=4) for _ in range(2))
    assert one.projection.tobytes() == other.projection.tobytes()
    assert one.exemplars.tobytes() == other.exemplars.tobytes()


def test_no_picture_is_measured_against_its_own_kin() -> None:
    vectors = np.repeat(kinds(40, seed=0), 2, axis=0)
    labels = np.zeros(80, np.int64)
    alone = held_in_distances(vectors, labels, groups=np.arange(80))
    together = held_in_distances(vectors, labels, groups=np.repeat(np.arange(40), 2))
    assert np.median(alone) < 1e-3
    assert together.min() > 1e-3


def test_one_group_cannot_be_measured() -> None:
    with pytest.raises(UsageError, match="at least two groups"):
        held_in_distances(kinds(5, seed=0), np.zeros(5, np.int64), groups=np.zeros(5, np.int64))


def test_the_threshold_keeps_what_it_promises() -> None:
    distances = np.arange(1, 1001) / 1000
    threshold = fit_distance_threshold(distances, np.arange(1000))
    assert (distances <= threshold).mean() == pytest.approx(0.976, abs=0.001)
    assert fit_distance_threshold(distances[:20], np.arange(20)) == distances[19]
