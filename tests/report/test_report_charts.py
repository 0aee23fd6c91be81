from __future__ import annotations

import math

import pytest
from report_tree import parse

from sortal.evaluation.values import Calibration, Interval, ReliabilityBin, Score
from sortal.report.charts import of_hundred, reliability, scale, whisker


def test_a_whisker_stands_where_the_numbers_say() -> None:
    score = Score(0.93, Interval(0.9, 0.95), n=10, n_groups=5)
    drawing = parse(str(whisker(score, mark=0.2))).one("svg")
    dot = drawing.one("circle")
    lines = [e.attributes for e in drawing.all("line") if e.attributes["class"] == "whisker"]
    (tick,) = [e.attributes for e in drawing.all("line") if e.attributes["class"] == "tick"]
    assert dot.attributes["cx"] == "93%"
    assert [(line["x1"], line["x2"]) for line in lines] == [
        ("90%", "95%"),
        ("90%", "90%"),
        ("95%", "95%"),
    ]
    assert tick["x1"] == tick["x2"] == "20%"
    assert drawing.attributes["aria-hidden"] == "true"


def test_an_undefined_score_draws_the_line_alone() -> None:
    score = Score(math.nan, Interval(math.nan, math.nan), n=0, n_groups=0)
    drawing = str(whisker(score))
    assert "nan" not in drawing
    assert not parse(drawing).all("circle")


def test_the_scale_is_labelled() -> None:
    assert [e.text for e in parse(str(scale())).all("text")] == ["0", "50", "100"]


@pytest.mark.parametrize(("accuracy", "right"), [(0.0, 0), (0.884, 88), (1.0, 100)])
def test_a_hundred_squares(accuracy: float, right: int) -> None:
    drawing = parse(str(of_hundred(accuracy))).one("svg")
    assert len(drawing.all("rect")) == right
    assert len(drawing.all("path")) == 100 - right
    assert (drawing.attributes["aria-label"] or "").startswith(f"{right} of 100 squares")


def test_squares_do_not_overlap() -> None:
    rects = parse(str(of_hundred(1.0))).all("rect")
    assert len({(r.attributes["x"], r.attributes["y"]) for r in rects}) == 100


def test_a_reliable_answer_lies_on_the_diagonal() -> None:
    bins = (ReliabilityBin(0.0, 0.0, 5), ReliabilityBin(0.5, 0.5, 5), ReliabilityBin(1.0, 0.5, 20))
    drawing = parse(str(reliability(Calibration(1.0, 0.0, 0.0, bins)))).one("svg")
    places = [
        (
            float(e.attributes["cx"] or ""),
            float(e.attributes["cy"] or ""),
            float(e.attributes["r"] or ""),
        )
        for e in drawing.all("circle")
    ]
    (left, bottom, small), (middle, half, _), (right, same, large) = places
    assert middle - left == pytest.approx(bottom - half, abs=0.02)
    assert middle == pytest.approx((left + right) / 2, abs=0.02)
    assert same == half
    assert small < large


def test_a_diagram_without_bins_is_still_drawn() -> None:
    assert not parse(str(reliability(Calibration(1.0, 0.0, 0.0, ())))).all("circle")
