from __future__ import annotations

import math

import pytest

from sortal.evaluation.values import Interval, Score
from sortal.report.wording import count, many, percent, shown, span, unbroken, with_interval


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.0, "0 %"),
        (0.004, "<1 %"),
        (0.006, "1 %"),
        (0.934, "93 %"),
        (0.994, "99 %"),
        (0.9951, ">99 %"),
        (1.0, "100 %"),
        (math.nan, "–"),
    ],
)
def test_percent_never_rounds_to_certainty(share: float, written: str) -> None:
    assert percent(share).replace("\u00a0", " ") == written


def test_interval_and_score() -> None:
    score = Score(0.93, Interval(0.9, 0.955), n=412, n_groups=61)
    assert span(score.interval) == "90 to 96\u00a0%"
    assert with_interval(score) == "93\u00a0% (95\u00a0% interval 90 to 96\u00a0%)"


@pytest.mark.parametrize(
    ("n", "written"), [(0, "0"), (3.0, "3"), (11.72, "11.7"), (2.96, "3"), (12345, "12,345")]
)
def test_counts_keep_one_decimal_where_they_are_means(n: float, written: str) -> None:
    assert count(n) == written


def test_nouns_agree_with_their_number() -> None:
    assert many(1, "picture") == "1\u00a0picture"
    assert many(2, "label is", "labels are") == "2\u00a0labels are"


def test_a_cut_is_said() -> None:
    assert shown(12, 48) == "First 12 of 48 shown."
    assert shown(12, 12) == ""


def test_numbers_keep_their_percent_sign() -> None:
    assert unbroken("93 % of it") == "93\u00a0% of it"
