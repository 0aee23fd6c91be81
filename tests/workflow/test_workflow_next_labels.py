"""What to label next, on cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sortal.workflow.next_labels import PREFILTER, choose, spread_most

Floats = NDArray[np.float64]


def shares(*first: float) -> Floats:
    """Probabilities of two kinds."""
    return np.array([[p, 1 - p] for p in first])


def directions(*degrees: float) -> Floats:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


NOBODY: Floats = np.empty((0, 2))


def test_the_most_doubtful_comes_first() -> None:
    picked = choose(shares(0.9, 0.55, 0.7), directions(0, 0, 0), NOBODY, count=1)
    assert picked == [1]


def test_a_second_view_of_the_same_thing_is_not_asked_for() -> None:
    """Two views of one thing, both doubtful, and another thing that is doubted less."""
    doubt = shares(0.50, 0.51, 0.70)
    assert choose(doubt, directions(0, 1, 90), NOBODY, count=2) == [0, 2]


def test_what_is_like_a_labelled_picture_is_passed_over() -> None:
    doubt = shares(0.5, 0.6)
    assert choose(doubt, directions(0, 90), directions(0), count=1) == [1]


def test_what_the_model_is_sure_of_is_not_asked_for_however_far() -> None:
    """Only the ten most doubtful for each one wanted are looked at."""
    sure = PREFILTER * [0.5] + [0.999]
    picked = choose(shares(*sure), directions(*([0] * PREFILTER), 180), NOBODY, count=1)
    assert picked == [0]


def test_each_is_chosen_once_even_where_all_are_alike() -> None:
    picked = choose(shares(0.5, 0.5, 0.5), directions(0, 0, 0), directions(0), count=5)
    assert sorted(picked) == [0, 1, 2]


def test_spread_takes_the_far_ends_first() -> None:
    assert spread_most(directions(0, 10, 90, 180), directions(0), count=2) == [3, 2]


@pytest.mark.parametrize("seed", range(3))
def test_greedy_covers_no_worse_than_twice_the_best(seed: int) -> None:
    """The bound of the greedy k-centre (Gonzalez, 1985), on distances that obey the triangle."""
    rng = np.random.default_rng(seed)
    units = directions(*rng.uniform(0, 180, 40))
    picked = spread_most(units, NOBODY, count=4)
    ends = np.linalg.norm(units[:, None] - units[picked][None], axis=2).min(axis=1).max()
    best = min(
        np.linalg.norm(units[:, None] - units[list(some)][None], axis=2).min(axis=1).max()
        for some in (rng.choice(40, 4, replace=False) for _ in range(2_000))
    )
    assert ends <= 2 * best + 1e-9
