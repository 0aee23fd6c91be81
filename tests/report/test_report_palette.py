from __future__ import annotations

import pytest

from sortal.report.palette import DARK, DRAWN, LIGHT, TEXT, shade
from sortal.report.style import CSS


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ground", "ink"), TEXT)
def test_text_has_contrast_aa(scheme: dict[str, str], ground: str, ink: str) -> None:
    assert contrast(scheme[ground], scheme[ink]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ground", "mark"), DRAWN)
def test_marks_have_contrast(scheme: dict[str, str], ground: str, mark: str) -> None:
    assert contrast(scheme[ground], scheme[mark]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_style_uses_only_colours_that_exist() -> None:
    used = {part.split(")")[0] for part in CSS.split("var(--")[1:]}
    assert used <= {*LIGHT, "serif"}


def test_style_is_balanced() -> None:
    assert CSS.count("{") == CSS.count("}")
    assert CSS.count("(") == CSS.count(")")


@pytest.mark.parametrize(("share", "step"), [(0.0, 1), (0.019, 1), (0.02, 2), (0.5, 5), (1.0, 6)])
def test_shade(share: float, step: int) -> None:
    assert shade(share) == step
