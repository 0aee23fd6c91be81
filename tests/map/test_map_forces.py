"""The forces of t-SNE: against sums over all pairs, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.manifold._utils import _binary_search_perplexity

from sortal.map._affinities import affinities, row_weights
from sortal.map._attraction import Attraction
from sortal.map._repulsion import Grid, repulsion

Floats = NDArray[np.float32]


def all_pairs(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The pushing forces and Z, from their definition."""
    apart = y[:, :, None] - y[:, None, :]
    kernel = 1 / (1 + (apart**2).sum(axis=0))
    return (apart * kernel**2).sum(axis=2), float(kernel.sum() - y.shape[1])


@pytest.mark.parametrize("extent", [1e-4, 0.1, 1.0, 20.0])
@pytest.mark.parametrize("n", [3, 40, 1_000])
def test_pushes_of_few_points_are_those_of_all_pairs(extent: float, n: int) -> None:
    y = extent * np.random.default_rng(n).standard_normal((2, n))
    wanted, total = all_pairs(y)
    found, found_total = repulsion(n).forces(y.astype(np.float32))
    assert abs(found_total / total - 1) < 1e-5
    assert np.linalg.norm(found - wanted) < 1e-4 * np.linalg.norm(wanted)


@pytest.mark.parametrize("extent", [1e-4, 0.1, 1.0, 20.0])
def test_pushes_of_many_points_are_nearly_those_of_all_pairs(extent: float) -> None:
    y = extent * np.random.default_rng(0).standard_normal((2, 2_000))
    wanted, total = all_pairs(y)
    found, found_total = Grid(spacing=0.25).forces(y.astype(np.float32))
    found -= found.mean(axis=1, keepdims=True)  # a push common to all moves nothing
    assert abs(found_total / total - 1) < 1e-3
    assert np.linalg.norm(found - wanted) < 0.02 * np.linalg.norm(wanted)


@pytest.mark.parametrize(("spacing", "error"), [(0.25, 0.004), (0.35, 0.015), (0.5, 0.05)])
def test_finer_grids_push_more_exactly(spacing: float, error: float) -> None:
    y = 10 * np.random.default_rng(0).standard_normal((2, 2_000))
    wanted, _ = all_pairs(y)
    found, _ = Grid(spacing=spacing).forces(y.astype(np.float32))
    assert error / 4 < np.linalg.norm(found - wanted) / np.linalg.norm(wanted) < error


def test_a_cloud_wider_than_the_grid_gets_a_coarser_one() -> None:
    y = np.array([[0.0, 1.0, 1e6], [0.0, 0.0, 5.0]], np.float32)
    found, total = Grid(spacing=0.5).forces(y)
    assert np.isfinite(found).all()
    assert np.isfinite(total)


def test_one_grid_serves_clouds_of_different_extent() -> None:
    grid = Grid(spacing=0.5)
    for extent in (1e-3, 5.0, 30.0, 5.0):
        y = (extent * np.random.default_rng(2).standard_normal((2, 300))).astype(np.float32)
        wanted, _ = Grid(spacing=0.5).forces(y)
        assert (grid.forces(y)[0] == wanted).all()


def test_pulls_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(0)
    n = 400
    dense = rng.random((n, n)) * (rng.random((n, n)) < 0.4)
    dense[np.arange(n), (np.arange(n) + 1) % n] = 1.0  # every row has an entry
    graph = sparse.csr_array((dense + dense.T).astype(np.float32))
    y = rng.standard_normal((2, n)).astype(np.float32)
    out = np.zeros_like(y)
    works = Attraction(graph).works(y, out)
    assert len(works) > 1
    for work in works:
        work()
    apart = y[:, :, None].astype(np.float64) - y[:, None, :]
    kernel = 1 / (1 + (apart**2).sum(axis=0))
    wanted = (graph.toarray() * kernel * apart).sum(axis=2)
    assert np.allclose(out, wanted, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("perplexity", [2.0, 5.0, 12.0])
def test_weights_are_those_of_scikit_learn(perplexity: float) -> None:
    distances = np.sort(np.random.default_rng(0).random((60, 15)).astype(np.float32), axis=1)
    wanted = _binary_search_perplexity(distances**2, perplexity, 0)
    found = row_weights(distances, perplexity=perplexity)
    assert np.allclose(found, wanted, atol=2e-4)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_neighbours_all_equally_far_weigh_the_same() -> None:
    for distances in (np.zeros((3, 4), np.float32), np.full((3, 4), 0.7, np.float32)):
        assert np.allclose(row_weights(distances, perplexity=2.0), 0.25)


def test_affinities_are_symmetric_and_sum_to_one() -> None:
    rng = np.random.default_rng(0)
    indices = np.stack([rng.permutation(30)[:5] for _ in range(30)]).astype(np.int32)
    weights = rng.random((30, 5)).astype(np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    graph = affinities(indices, weights).toarray()
    assert np.allclose(graph, graph.T)
    assert abs(graph.sum() - 1) < 1e-5
    assert abs(graph[0, indices[0, 0]] * 60 - weights[0, 0]) < 1.001
