"""The colours of heat keep their order in grey and for every common kind of colour vision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.explanation import heat_overlay
from sortal.explanation.palette import colours

# Linear RGB as seen without one kind of cone: Viénot, Brettel and Mollon, "Digital video
# colourmaps for checking the legibility of displays by dichromats", 1999 (first two);
# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
# vision deficiency", 2009, severity 1 (third).
DEFICIENCIES = {
    "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(srgb: NDArray[np.floating]) -> NDArray[np.float64]:
    x = srgb.astype(np.float64) / 255
    found: NDArray[np.float64] = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    return found


def lightness(rgb: NDArray[np.floating]) -> NDArray[np.float64]:
    """CIE L* of linear RGB."""
    y = np.clip(rgb @ np.array([0.2126, 0.7152, 0.0722]), 0, 1)
    found: NDArray[np.float64] = np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27)
    return found


def test_lightness_rises_evenly() -> None:
    levels = lightness(linear(colours(np.linspace(0, 1, 65))))
    steps = np.diff(levels)
    assert steps.min() > 0.6 * steps.mean()
    assert steps.max() < 1.5 * steps.mean()
    assert levels[0] == pytest.approx(25, abs=1)
    assert levels[-1] == pytest.approx(92, abs=1)


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_order_survives_every_common_deficiency(kind: str) -> None:
    seen = linear(colours(np.linspace(0, 1, 9))) @ np.array(DEFICIENCIES[kind]).T
    levels = lightness(np.clip(seen, 0, 1))
    assert np.diff(levels).min() > 1.5
    assert levels[-1] - levels[0] > 45


def test_beyond_the_ends_are_the_ends() -> None:
    np.testing.assert_array_equal(colours(np.array([-3.0])), colours(np.array([0.0])))
    np.testing.assert_array_equal(colours(np.array([7.0])), colours(np.array([1.0])))


def test_hot_is_light_and_cold_is_dark_on_any_picture() -> None:
    heat = np.tile(np.linspace(-1, 1, 40, dtype=np.float32), (10, 1))
    for level in (0, 90, 255):
        pixels = np.full((10, 40, 3), level, np.uint8)
        drawn = heat_overlay(pixels, heat)
        assert drawn.dtype == np.uint8
        assert drawn.shape == pixels.shape
        grey = lightness(linear(drawn[0].astype(np.float64)))
        assert (np.diff(grey[20:]) > 0).all()
        assert np.ptp(grey[:20]) == 0
        assert (pixels == level).all()


def test_one_scale_for_several_pictures() -> None:
    pixels = np.full((2, 2, 3), 200, np.uint8)
    weak, strong = np.full((2, 2), 1, np.float32), np.full((2, 2), 4, np.float32)
    np.testing.assert_array_equal(heat_overlay(pixels, weak), heat_overlay(pixels, strong))
    assert (heat_overlay(pixels, weak, strongest=4) != heat_overlay(pixels, strong)).any()


def test_nothing_for_the_answer_is_drawn_cold() -> None:
    pixels = np.full((2, 2, 3), 255, np.uint8)
    for level in (0.0, -2.0):
        drawn = heat_overlay(pixels, np.full((2, 2), level, np.float32))
        np.testing.assert_array_equal(drawn, colours(np.zeros((2, 2))).astype(np.uint8))


def test_senseless_heat_is_refused() -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    with pytest.raises(UsageError, match="Use heat_in_picture first"):
        heat_overlay(pixels, np.zeros((6, 4), np.float32))
    with pytest.raises(UsageError, match="finite"):
        heat_overlay(pixels, np.full((4, 6), np.nan, np.float32))
    with pytest.raises(UsageError, match="above 0"):
        heat_overlay(pixels, np.zeros((4, 6), np.float32), strongest=0.0)
