"""Small drawings in SVG: each a pure function of numbers, coloured by classes of the page."""

from __future__ import annotations

import math
from typing import Final

from sortal.evaluation.values import Calibration, Score
from sortal.report.markup import Markup, number, tag
from sortal.report.wording import percent, unbroken

_MIDDLE: Final = 12
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SQUARE: Final = 340
_FRAME: Final = 60  # room for the labels of an axis
_EDGE: Final = 22  # room for a dot or a label at 100 %


def _x(share: float) -> str:
    return f"{number(100 * share)}%"


def whisker(score: Score, *, mark: float | None = None) -> Markup:
    """Draw a score as a dot with its interval on a line from 0 to 100 %.

    ``mark`` draws a tick, such as the baseline, in the same scale. Places across are in
    percent, so the drawing fills the width it is given without distortion. The numbers stand
    beside it in text, so it is hidden from screen readers.
    """
    parts = [_across_line("grid", 0, 1), *(_upright("grid", q, 4) for q in _QUARTERS)]
    if mark is not None:
        parts.append(_upright("tick", mark, 9))
    if not math.isnan(score.value):
        low, high = score.interval.low, score.interval.high
        parts.append(_across_line("whisker", low, high))
        parts += [_upright("whisker", low, 4), _upright("whisker", high, 4)]
        parts.append(tag("circle", class_="dot", cx=_x(score.value), cy=_MIDDLE, r=4.5))
    return _aside(parts, height=2 * _MIDDLE)


def _across_line(class_: str, low: float, high: float) -> Markup:
    return tag("line", class_=class_, x1=_x(low), x2=_x(high), y1=_MIDDLE, y2=_MIDDLE)


def _upright(class_: str, share: float, half: int) -> Markup:
    ends = {"y1": _MIDDLE - half, "y2": _MIDDLE + half}
    return tag("line", class_=class_, x1=_x(share), x2=_x(share), **ends)


def scale() -> Markup:
    """Draw the axis over a column of whiskers."""
    labels = [
        tag("text", f"{value}", x=_x(value / 100), y=11, text_anchor="middle")
        for value in (0, 50, 100)
    ]
    return _aside(labels, height=14)


def _aside(parts: list[Markup], *, height: int) -> Markup:
    return tag("svg", parts, class_="line", width=200, height=height, aria_hidden="true")


def of_hundred(accuracy: float) -> Markup:
    """Draw a hundred squares, as many filled as answers would be right; the rest are crossed."""
    right = round(100 * accuracy)
    squares = [_filled(index) if index < right else _crossed(index) for index in range(100)]
    words = f"{right} of 100 squares are filled: answers that are right. {100 - right} are crossed."
    return tag("svg", squares, class_="hundred", viewBox="0 0 240 60", role="img", aria_label=words)


def _corner(index: int) -> tuple[int, int]:
    """Return the upper left corner: columns of five, filled from the left."""
    return 12 * (index // 5) + 1, 12 * (index % 5) + 1


def _filled(index: int) -> Markup:
    x, y = _corner(index)
    return tag("rect", class_="full", x=x, y=y, width=10, height=10, rx=1.5)


def _crossed(index: int) -> Markup:
    x, y = _corner(index)
    cross = f"M{x + 1} {y + 1}h8v8h-8zM{x + 2.5} {y + 2.5}l5 5m0 -5l-5 5"
    return tag("path", class_="cross", d=cross)


def reliability(calibration: Calibration) -> Markup:
    """Draw confidence (across) against the share that was right (up), dots by number."""
    most = max((b.n for b in calibration.bins), default=1)
    dots = [
        tag(
            "circle",
            class_="dot",
            cx=_across(b.confidence),
            cy=_up(b.accuracy),
            r=3 + 6 * math.sqrt(b.n / most),
        )
        for b in calibration.bins
    ]
    ideal = f"M{_across(0)} {_up(0)}L{_across(1)} {_up(1)}"
    steps = " ".join(f"{_across(b.confidence):.2f},{_up(b.accuracy):.2f}" for b in calibration.bins)
    return tag(
        "svg",
        _axes(),
        tag("path", class_="ideal", d=ideal),
        tag("polyline", class_="curve", points=steps),
        dots,
        class_="plot",
        viewBox=f"0 0 {_SQUARE} {_SQUARE}",
        role="img",
        aria_label=_reliability_words(calibration),
    )


def _reliability_words(calibration: Calibration) -> str:
    pairs = ", ".join(f"{percent(b.confidence)}: {percent(b.accuracy)}" for b in calibration.bins)
    return unbroken(f"Reliability diagram. Stated confidence and share that was right: {pairs}.")


def _across(share: float) -> float:
    return _FRAME + (_SQUARE - _FRAME - _EDGE) * share


def _up(share: float) -> float:
    return _SQUARE - _FRAME - (_SQUARE - _FRAME - _EDGE) * share


def _axes() -> list[Markup]:
    low, high = _across(0), _across(1)
    lines = "".join(
        f"M{low} {_up(q):.2f}H{high}M{_across(q):.2f} {_up(0)}V{_up(1)}" for q in _QUARTERS
    )
    middle = (low + high) / 2
    return [
        tag("path", class_="grid", d=lines),
        *(
            tag("text", percent(q), x=_across(q), y=_up(0) + 16, text_anchor="middle")
            for q in _QUARTERS
        ),
        *(
            tag("text", percent(q), x=low - 6, y=_up(q) + 4, text_anchor="end")
            for q in _QUARTERS[1:]
        ),
        tag(
            "text", "how sure it was", x=middle, y=_SQUARE - 20, text_anchor="middle", class_="axis"
        ),
        tag(
            "text",
            "how often it was right",
            x=0,
            y=0,
            text_anchor="middle",
            class_="axis",
            transform=f"translate(14 {_SQUARE - _FRAME - (high - low) / 2}) rotate(-90)",
        ),
    ]


def warning_sign() -> Markup:
    """Draw a triangle with an exclamation mark; words stand beside it."""
    return tag(
        "svg",
        tag("path", d="M12 3 22.5 21h-21z", fill="none", stroke="currentColor", stroke_width=1.8),
        tag("path", d="M12 9.5v5.5", stroke="currentColor", stroke_width=2.2),
        tag("circle", cx=12, cy=17.8, r=1.3, fill="currentColor"),
        class_="sign",
        viewBox="0 0 24 24",
        width=24,
        height=24,
        aria_hidden="true",
    )
