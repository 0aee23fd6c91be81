"""Numbers in words and figures, the same everywhere in a report."""

from __future__ import annotations

import math

from sortal.evaluation.values import Interval, Score

SPACE = "\u00a0"
"""No line break between a number and its unit."""

SCHEMES = {
    "cross-validation": (
        "Every picture was judged by a model that had seen neither it nor its kin "
        "(repeated grouped cross-validation)."
    ),
    "held-out": (
        "A part of the pictures, with all their kin, was set aside before training and "
        "judged once, at the end."
    ),
    "named-test": "The test pictures were named by the user and judged once, at the end.",
    "new pictures": "These pictures are new: the model was made before, without them.",
}


def percent(value: float) -> str:
    """Write a share, 0-1, in whole percent; never "100 %" or "0 %" where that is rounding."""
    if math.isnan(value):
        return "–"
    if 0.995 <= value < 1:
        return f">99{SPACE}%"
    if 0 < value < 0.005:
        return f"<1{SPACE}%"
    return f"{100 * value:.0f}{SPACE}%"


def span(interval: Interval) -> str:
    """Write an interval in percent: "90 to 95 %"."""
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f}{SPACE}%"


def with_interval(score: Score) -> str:
    """Write a score and what it rests on: "93 % (95 % interval 90 to 95 %)"."""
    return (
        f"{percent(score.value)} ({percent(score.interval.level)} interval {span(score.interval)})"
    )


def count(n: float) -> str:
    """Write a count; a mean over repeats keeps one decimal."""
    rounded = round(n, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def many(n: float, one: str, more: str | None = None) -> str:
    """Write a count with its noun: "1 picture", "12 pictures"."""
    return f"{count(n)}{SPACE}{one if n == 1 else more or one + 's'}"


def shown(n: int, total: int) -> str:
    """Say that a list was cut: "First 12 of 48 shown."; empty where it was not."""
    return f"First {count(n)} of {count(total)} shown." if n < total else ""


def unbroken(sentence: str) -> str:
    """Keep percent signs with their numbers."""
    return sentence.replace(" %", f"{SPACE}%")
