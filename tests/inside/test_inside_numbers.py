"""The numbers on the page equal those of the graph, worked out again by other means."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies
from numpy.typing import NDArray
from scipy.special import softmax

pytest.importorskip("torch", reason="needs sortal[deep]")

from inside_models import TEMPERATURE, TEXTS, every_value, json_text, sample

from drawn_shapes import draw
from sortal.explanation.inside import look_inside
from sortal.modelfile import Model, load_model
from sortal.pictures import fit_square
from sortal.report.inside import inside_page
from sortal.report.inside.numbers import figure, packed, plain, unpacked

CASES = [(name, channels) for name in TEXTS for channels in (1, 3)]
CASES.remove(("pool first", 1))


def page_of(model: Model, pixels: NDArray[np.uint8]) -> dict[str, Any]:
    html = inside_page(look_inside(model, pixels), title="p.png", given=pixels)
    found: dict[str, Any] = json.loads(json_text(html))
    return found


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]} {case[1]}")
def both(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """The page's data, and each value of the graph by its name."""
    name, channels = request.param
    given = sample(TEXTS[name], channels=channels, seed=channels)
    return page_of(given.model, given.pixels), every_value(given.model, given.pixels)


Both = tuple[dict[str, Any], dict[str, Any]]
Wide = NDArray[np.float64]


def close(found: Any, expected: Any, *, within: float = 2e-5) -> None:
    expected = np.asarray(expected, np.float64)
    size = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(np.asarray(found, np.float64), expected, atol=within * size)


def test_every_stage_has_the_shape_and_range_of_the_graph(both: Both) -> None:
    page, graph = both
    for stage in page["stages"]:
        value = graph[stage["value"]][0]
        assert stage["shape"] == list(value.shape)
        close([stage["least"], stage["most"]], [value.min(), value.max()])


def test_the_maps_shown_are_those_that_vary_most(both: Both) -> None:
    page, graph = both
    for stage in page["stages"]:
        if "maps" not in stage:
            continue
        value = graph[stage["value"]][0].astype(np.float64)
        spread = value.std(axis=(1, 2))
        shown = [m["number"] - 1 for m in stage["maps"]]
        assert len(shown) == min(12, len(value))
        close([m["spread"] for m in stage["maps"]], spread[shown])
        close(np.sort(spread[shown])[::-1], np.sort(spread)[::-1][: len(shown)])
        close([m["most"] for m in stage["maps"]], value[shown].max(axis=(1, 2)))
        close([m["least"] for m in stage["maps"]], value[shown].min(axis=(1, 2)))


def windows(walk: dict[str, Any]) -> NDArray[np.float64]:
    """The sum of products at every position of every filter, window by window."""
    planes, kernels = (unpacked(walk[n]).astype(np.float64) for n in ("input", "kernel"))
    filters, per, high, wide = kernels.shape
    _, rows, columns = walk["output"]["shape"]
    border = 20
    padded = np.pad(planes, ((0, 0), (border, border), (border, border)))
    found = np.zeros((filters, rows, columns))
    for f, y, x in product(range(filters), range(rows), range(columns)):
        top = y * walk["strides"][0] - walk["before"][0] + border
        left = x * walk["strides"][1] - walk["before"][1] + border
        first = walk["filters"][f] // walk["perGroup"] * per
        seen = padded[first : first + per, top : top + high, left : left + wide]
        found[f, y, x] = (seen * kernels[f]).sum()
    return found


ACTIVATIONS: dict[str, Callable[[Wide], Wide]] = {
    "": lambda x: x,
    "after ReLU": lambda x: np.maximum(x, 0),
    "after ReLU6": lambda x: np.clip(x, 0, 6),
    "after tanh": np.tanh,
    "after SiLU": lambda x: x / (1 + np.exp(-x)),
}


def sums(walk: dict[str, Any]) -> Wide:
    total: Wide = windows(walk) + np.array(walk["bias"])[:, None, None]
    if walk["scale"] is not None:
        scale, shift = (np.array(walk[n])[:, None, None] for n in ("scale", "shift"))
        total = scale * total + shift
    return total


def test_window_times_kernel_gives_the_map_at_every_position(both: Both) -> None:
    page, graph = both
    walk = page["walk"]
    if walk is None:
        assert not any(stage["kind"] == "convolution" for stage in page["stages"])
        return
    stage = page["stages"][walk["stage"]]
    value = graph[stage["value"]][0][walk["filters"]]
    output = unpacked(walk["output"])
    close(output, value)
    close(ACTIVATIONS[walk["ending"]](sums(walk)), value)


def test_the_walk_slides_over_what_the_convolution_takes(both: Both) -> None:
    page, graph = both
    walk = page["walk"]
    if walk is None:
        return
    before = page["stages"][walk["stage"] - 1]
    close(unpacked(walk["input"]), graph[before["value"]][0])


def test_it_starts_where_the_answer_is_strongest(both: Both) -> None:
    page, _ = both
    if page["walk"]:
        output = np.abs(unpacked(page["walk"]["output"])[0])
        assert output[page["walk"]["row"], page["walk"]["column"]] == output.max()


def test_the_window_of_a_pool_is_a_part_of_the_map_and_gives_its_value(both: Both) -> None:
    page, graph = both
    kinds = {stage["kind"] for stage in page["stages"]}
    assert {p["kind"] for p in page["pooling"]} == kinds & {"maximum", "average", "mean"}
    for pool in page["pooling"]:
        taken = graph[page["stages"][pool["stage"] - 1]["value"]][0][pool["channel"]]
        made = graph[page["stages"][pool["stage"]]["value"]][0][pool["channel"]]
        window = np.array(pool["window"])
        kept = window.max() if pool["kind"] == "maximum" else window.mean()
        close(pool["value"], kept)
        close(pool["value"], made if made.ndim == 0 else made[pool["row"], pool["column"]])
        view = np.lib.stride_tricks.sliding_window_view(taken, window.shape)
        assert np.abs(view - window).max(axis=(2, 3)).min() < 1e-4


def test_rows_are_those_of_the_graph(both: Both) -> None:
    page, graph = both
    assert page["rows"]
    for row in page["rows"]:
        close(unpacked(row["values"]), graph[page["stages"][row["stage"]]["value"]][0])
    close(unpacked(page["rows"][-1]["values"]), graph["embedding"][0])


def test_units_that_see_the_picture_sum_up_to_the_graphs_values(both: Both) -> None:
    page, graph = both
    units = page["units"]
    first = [stage["kind"] for stage in page["stages"]][1]
    assert (units is not None) == (first == "row")
    if units is None:
        return
    logits = units["stage"] < 0
    value = graph["head.logits" if logits else page["stages"][units["stage"]]["value"]][0]
    ending = ACTIVATIONS[f"after {units['activation']}" if units["activation"] else ""]
    for unit in units["units"]:
        close(unit["value"], value[unit["unit"]])
        close(ending(unit["products"] + unit["bias"]), value[unit["unit"]])


def test_the_answer_is_the_softmax_of_the_graphs_logits(both: Both) -> None:
    page, graph = both
    kinds = page["answer"]["kinds"]
    order = [page["classes"].index(kind["kind"]) for kind in kinds]
    assert sorted(order) == [0, 1, 2]
    logits = graph["head.logits"][0][order]
    close([k["logit"] for k in kinds], logits)
    close([k["probability"] for k in kinds], graph["probabilities"][0][order])
    expected = softmax(logits.astype(np.float64) / TEMPERATURE)
    close([k["probability"] for k in kinds], expected)
    close([k["exponential"] / page["answer"]["sum"] for k in kinds], expected)
    assert kinds[0]["exponential"] == 1
    assert [k["probability"] for k in kinds] == sorted(k["probability"] for k in kinds)[::-1]


def test_a_hand_case_of_one_filter() -> None:
    walk = {
        "input": packed(np.arange(9, dtype=np.float32).reshape(1, 3, 3)),
        "kernel": packed(np.array([[[[1, 0], [0, -2]]]], np.float32)),
        "output": packed(np.zeros((1, 2, 2), np.float32)),
        "filters": [0],
        "perGroup": 1,
        "strides": [2, 2],
        "before": [1, 1],
    }
    # The window at (0, 0) covers only the corner 0; at (1, 1) it covers 4, 5, 7, 8.
    assert windows(walk).tolist() == [[[0, -4], [-12, 4 - 16]]]


@pytest.fixture(scope="module")
def disc(model: Path) -> tuple[Model, NDArray[np.uint8]]:
    """The small model of the pretrained network, and a picture for it."""
    loaded = load_model(model)
    pixels = np.asarray(draw("disc", 77).convert("RGB"))
    return loaded, fit_square(pixels, loaded.card.size, loaded.card.fit)


@pytest.fixture(scope="module")
def int8(disc: tuple[Model, NDArray[np.uint8]]) -> Both:
    """As ``both``."""
    return page_of(*disc), every_value(*disc)


class TestInt8:
    """The pretrained network of the main job, which calculates in codes of one byte."""

    def test_it_is_said(self, int8: Both) -> None:
        assert int8[0]["rounded"] is True
        assert int8[0]["walk"]["ending"] == "after ReLU6 and rounding"

    def test_answers_are_bit_for_bit_those_of_a_prediction(
        self, disc: tuple[Model, NDArray[np.uint8]], int8: Both
    ) -> None:
        model, pixels = disc
        answers = model.run(pixels[None])
        (row,) = int8[0]["rows"]
        assert np.array_equal(unpacked(row["values"]), answers.embedding[0])
        shares = {k["kind"]: np.float32(k["probability"]) for k in int8[0]["answer"]["kinds"]}
        assert [shares[kind] for kind in model.classes] == answers.probabilities[0].tolist()

    def test_window_sums_end_in_the_dequantised_map(self, int8: Both) -> None:
        walk = int8[0]["walk"]
        output = unpacked(walk["output"])
        levels = np.unique(output)
        step = float(np.diff(levels).min())
        clipped = np.clip(sums(walk), 0, 6)
        assert len(levels) <= 256
        assert np.abs(clipped - output).max() <= 0.5001 * step + 1e-6
        value = int8[1][int8[0]["stages"][walk["stage"]]["value"]][0][walk["filters"]]
        assert np.abs(output - value).max() <= 1.001 * step  # a tie may round either way
        assert (output == value).mean() > 0.999

    def test_stages_agree_with_the_graph_run_operation_by_operation(self, int8: Both) -> None:
        page, graph = int8
        for stage in page["stages"]:
            value = graph[stage["value"]][0]
            assert stage["shape"] == list(value.shape)
            close([stage["least"], stage["most"]], [value.min(), value.max()], within=0.05)
        names = [stage["name"] for stage in page["stages"]]
        assert names[0] == "The picture, scaled"
        assert names[-1] == "Global average pooling"
        assert len(names) == 60


@hypothesis_given(
    strategies.lists(strategies.floats(width=32, allow_nan=False), min_size=1, max_size=40)
)
def test_numbers_are_packed_to_the_last_bit(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    assert np.array_equal(unpacked(json.loads(json.dumps(packed(values)))), values)
    finite = values[np.isfinite(values)]
    assert np.array_equal(np.array(json.loads(json.dumps(plain(finite))), np.float32), finite)


@pytest.mark.parametrize("levels", [3, 256, 257])
def test_planes_of_few_values_take_a_byte_each(levels: int) -> None:
    rng = np.random.default_rng(levels)
    table = rng.normal(size=(3, levels)).astype(np.float32)
    planes = np.stack([row[rng.integers(0, levels, size=(70, 70))] for row in table])
    planes[:, 0, :] = table[:, np.arange(70) % levels]
    planes.reshape(3, -1)[:, :levels] = table
    found = packed(planes)
    assert ("codes" in found) == (levels <= 256)
    assert np.array_equal(unpacked(found), planes)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-2.0, "−2"),
        (0.12345, "0.123"),
        (-0.0001, "0.000"),
        (9.8765, "9.877"),
        (-45.678, "−45.68"),
        (456.78, "456.8"),
        (-98765.4, "−98,765"),
    ],
)
def test_figures_are_short_and_have_a_real_minus(number: float, text: str) -> None:
    assert figure(number) == text
