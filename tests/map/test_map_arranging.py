"""Layouts that follow the data of the pictures: grid, category, date, numbers, place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map import (
    Layout,
    layout_by_category,
    layout_by_date,
    layout_by_numbers,
    layout_by_place,
    layout_grid,
    project,
)
from sortal.map._matching import match
from sortal.map._spreading import spread
from sortal.map.layout_axes import ticks, written

Floats = NDArray[np.float32]


def scattered(n: int, *, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).standard_normal((n, 2)).astype(np.float32)


def inside(layout: Layout) -> bool:
    """Whether every picture and every word lies in the box."""
    left, bottom, right, top = layout.box
    words = [(text.x, text.y) for text in layout.annotation.texts]
    points = np.concatenate([layout.xy, np.array(words or [(left, bottom)])])
    low, high = np.array([left, bottom]) - 1e-6, np.array([right, top]) + 1e-6
    return bool(((points >= low) & (points <= high)).all())


def said(layout: Layout, kind: str) -> list[str]:
    return [text.text for text in layout.annotation.texts if text.kind == kind]


# the grid


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.floats(0.1, 10), st.booleans())
def test_every_picture_has_a_cell_of_its_own(n: int, aspect: float, copies: bool) -> None:
    xy = np.zeros((n, 2), np.float32) if copies else scattered(n)
    cells = layout_grid(xy, aspect=aspect)
    assert cells.dtype == np.int32
    assert cells.shape == (n, 2)
    assert len(np.unique(cells, axis=0)) == n
    if n:
        columns, rows = cells.max(axis=0) + 1
        assert cells.min() == 0
        assert columns * (rows - 1) < n <= columns * rows
        bottom = np.sort(cells[cells[:, 1] == 0, 0])
        assert bottom.tolist() == list(range(n - columns * (rows - 1)))


def test_points_that_are_a_grid_stay_as_they_are() -> None:
    wanted = np.stack(np.meshgrid(np.arange(8), np.arange(8)), axis=-1).reshape(-1, 2)
    order = np.random.default_rng(0).permutation(64)
    xy = (wanted[order] * 7 - 3).astype(np.float32)
    assert (layout_grid(xy) == wanted[order]).all()


def test_the_grid_keeps_neighbourhoods() -> None:
    xy = scattered(2_500)
    cells = layout_grid(xy)
    near = np.argsort(((xy[:, None] - xy[None, :]) ** 2).sum(axis=-1), axis=1)[:, 1:9]
    steps = np.abs(cells[near] - cells[:, None]).max(axis=-1)
    assert np.median(steps) <= 2


def test_labels_are_regions_of_the_grid() -> None:
    labels = np.random.default_rng(0).integers(0, 4, 1_600)
    cells = layout_grid(scattered(1_600), labels=labels)
    grid = np.empty((40, 40), np.int64)
    grid[cells[:, 0], cells[:, 1]] = labels
    same = [(grid[1:] == grid[:-1]).mean(), (grid[:, 1:] == grid[:, :-1]).mean()]
    assert min(same) > 0.9


def test_aspect_is_columns_over_rows() -> None:
    wide = layout_grid(scattered(800), aspect=2.0)
    assert (wide.max(axis=0) + 1).tolist() == [40, 20]


def test_match_gives_the_only_point_the_only_cell() -> None:
    assert match(np.zeros((1, 2)), np.zeros((1, 2))).tolist() == [0]
    assert match(np.zeros((0, 2)), np.zeros((0, 2))).tolist() == []


def test_a_grid_without_width_is_refused() -> None:
    with pytest.raises(UsageError, match="aspect must be above 0"):
        layout_grid(scattered(4), aspect=0.0)


# categories


def test_categories_are_islands_that_do_not_touch() -> None:
    codes = np.repeat([0, 1, 3, -1], [200, 20, 1, 30])
    layout = layout_by_category(scattered(251), codes, names=["a", "b", "nobody", "c"])
    assert said(layout, "title") == ["a", "b", "c", "none"]
    assert inside(layout)
    assert len(np.unique(layout.xy, axis=0)) == 251
    step = np.diff(np.unique(layout.xy[codes == 0, 0])).max()
    apart = np.sqrt(((layout.xy[:, None] - layout.xy[None]) ** 2).sum(axis=-1))
    assert apart[codes[:, None] != codes].min() > 2 * step


def test_an_island_keeps_the_order_of_the_map() -> None:
    xy = scattered(500)
    placed = layout_by_category(xy, np.zeros(500, np.int64), names=["all"]).xy
    for axis in (0, 1):
        assert np.corrcoef(xy[:, axis], placed[:, axis])[0, 1] > 0.9


def test_many_categories_fit_on_the_page() -> None:
    codes = np.arange(3_000) % 1_000
    layout = layout_by_category(scattered(3_000), codes, names=[str(i) for i in range(1_000)])
    assert inside(layout)
    assert len(said(layout, "title")) == 1_000


def test_no_picture_no_island() -> None:
    layout = layout_by_category(scattered(0), np.empty(0, np.int64), names=["a"])
    assert layout.xy.shape == (0, 2)
    assert not layout.annotation.texts


def test_a_code_without_name_is_refused() -> None:
    with pytest.raises(UsageError, match="codes must be -1 to 0"):
        layout_by_category(scattered(2), np.array([0, 1]), names=["a"])


# dates


def seconds(*texts: str) -> NDArray[np.float64]:
    return np.array(texts, "datetime64[s]").astype(np.float64)


def test_months_stand_side_by_side_and_pictures_on_top_of_each_other() -> None:
    times = seconds("2023-11-03", "2024-01-20", "2024-01-05", "2024-03-31T23:59:59")
    layout = layout_by_date(times)
    x, y = layout.xy.T
    assert x[0] < x[2] == x[1] < x[3]
    assert y[2] < y[1]
    assert y[0] == y[2] == y[3]
    assert np.isclose(x[3] - x[1], x[1] - x[0])
    assert inside(layout)
    assert said(layout, "tick")[0] == "2023-11"


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        ("2024-05-01T10:00:30", "2024-05-01 10:00:00"),
        ("2024-05-01T10:30:00", "2024-05-01 10:00"),
        ("2024-05-02T09:00:00", "2024-05-01 10:00"),
        ("2024-06-01T00:00:00", "2024-05-01"),
        ("2025-06-01T00:00:00", "2024-05"),
        ("2051-06-01T00:00:00", "2024"),
        ("2251-06-01T00:00:00", "2020"),
        ("9999-06-01T00:00:00", "2000"),
    ],
)
def test_the_unit_follows_the_span(last: str, wanted: str) -> None:
    layout = layout_by_date(seconds("2024-05-01T10:00:00", last))
    ticks_ = said(layout, "tick")
    assert ticks_[0] == wanted
    assert 1 < len(ticks_) <= 12


def test_pictures_without_date_stand_apart_at_the_right() -> None:
    times = np.concatenate([seconds("2024-01-01", "2024-01-02"), [np.nan, np.inf, 1e15]])
    layout = layout_by_date(times)
    assert layout.xy[2:, 0].min() > layout.xy[:2, 0].max()
    assert said(layout, "tick")[-1] == "no date"
    assert len(np.unique(layout.xy, axis=0)) == 5
    assert inside(layout)


@pytest.mark.parametrize("n", [0, 1, 40])
def test_dates_may_all_lack_or_all_be_the_same(n: int) -> None:
    for value in (np.nan, 0.0, -1e9):
        layout = layout_by_date(np.full(n, value))
        assert len(np.unique(layout.xy, axis=0)) == n
        assert inside(layout)


# numbers


def test_numbers_are_places_and_missing_ones_stand_in_a_band() -> None:
    a = np.array([0.0, 10.0, 5.0, np.nan, np.nan])
    b = np.array([1.0, 3.0, np.inf, 2.0, np.nan])
    layout = layout_by_numbers(a, b, names=("width", "weight"))
    assert layout.xy[:2].tolist() == [[0, 0], [1, 1]]
    assert layout.xy[2, 0] == 0.5
    assert layout.xy[2, 1] < 0
    assert layout.xy[3, 0] < 0
    assert layout.xy[3, 1] == 0.5
    assert (layout.xy[4] < 0).all()
    assert said(layout, "axis") == ["width", "weight"]
    assert said(layout, "note") == ["width missing", "weight missing"]
    assert said(layout, "tick")[:6] == ["0", "2", "4", "6", "8", "10"]
    assert inside(layout)


@pytest.mark.parametrize("values", [[], [np.nan] * 3, [4.0] * 3, [-1.7e308, 0.0, 1.7e308]])
def test_numbers_of_any_size_have_a_place(values: list[float]) -> None:
    layout = layout_by_numbers(np.array(values), np.array(values))
    assert np.isfinite(layout.xy).all()
    assert inside(layout)


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ticks(-3, 17) == [0, 5, 10, 15]
    assert ticks(1991, 2024) == [2000, 2010, 2020]
    assert ticks(5, 5) == [5]
    assert [written(v) for v in (0.0, 2000.0, 0.30000000000000004, 1e9)] == [
        "0",
        "2000",
        "0.3",
        "1e+09",
    ]


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_ticks_lie_in_their_range(low: float, width: float) -> None:
    found = ticks(low, low + width)
    assert 2 <= len(found) <= 7
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) for tick in found)


# places


def test_the_projection_is_equal_earth() -> None:
    # x and y of the whole world: sqrt(3) pi / (3 A1...) as Šavrič et al. give them
    corners = project(np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 180.0]))
    width = 2 * 2.7066299836
    assert corners[0].tolist() == [0.5, 0.0]
    assert corners[1, 0] == 0.5
    assert np.isclose(corners[1, 1], 1.3173627591574 / width)
    assert np.isclose(corners[2, 0], 1.0)


def test_equal_areas_on_earth_are_equal_on_the_map() -> None:
    def area(south: float, north: float) -> float:
        edge = np.linspace(south, north, 2_000)
        east = project(edge, np.full(2_000, 10.0))
        west = project(edge, np.full(2_000, 0.0))
        return float(np.trapezoid(east[:, 0] - west[:, 0], east[:, 1]))

    for south, north in ((0, 30), (30, 60), (60, 89)):
        on_earth = np.sin(np.radians(north)) - np.sin(np.radians(south))
        assert np.isclose(area(south, north) / on_earth, area(0, 10) / np.sin(np.radians(10)))


def test_places_are_those_of_the_projection_and_shared_ones_spread() -> None:
    lat = np.array([48.2, -33.9] + [60.0] * 30)
    lon = np.array([16.4, 151.2] + [-120.0] * 30)
    layout = layout_by_place(lat, lon)
    wanted = project(lat, lon)
    width = layout.box[2] - layout.box[0]
    assert np.allclose(layout.xy[:2], wanted[:2], atol=1e-6)
    assert len(np.unique(layout.xy, axis=0)) == 32
    assert np.abs(layout.xy - wanted).max() < 0.01 * width
    assert inside(layout)


def test_no_place_or_an_impossible_one_is_a_row_below() -> None:
    lat = np.array([10.0, np.nan, 91.0, 0.0])
    lon = np.array([10.0, 0.0, 0.0, 181.0])
    layout = layout_by_place(lat, lon)
    assert (layout.xy[1:, 1] < layout.xy[0, 1]).all()
    assert said(layout, "note") == ["no place"]
    assert inside(layout)
    assert layout_by_place(lat[1:], lon[1:]).xy.shape == (3, 2)
    assert layout_by_place(lat[:0], lon[:0]).xy.shape == (0, 2)


def test_spreading_moves_only_points_that_share_a_square() -> None:
    xy = np.array([[0.0, 0.0], [5.0, 5.0], [5.0, 5.0], [5.0, 5.0]])
    found = spread(xy, near=0.1)
    assert (found[0] == xy[0]).all()
    assert len(np.unique(found, axis=0)) == 4
    assert np.abs(found - xy).max() < 0.1
