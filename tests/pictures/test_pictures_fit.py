"""How pictures become squares and thumbnails."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from picture_files import noisy, scene
from PIL import Image

from sortal.errors import UsageError
from sortal.pictures import FITS, Fit, fit_square, thumbnail_jpeg


def stripes(width: int, height: int) -> NDArray[np.uint8]:
    """Left third red, middle green, right blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for k in range(3):
        pixels[:, k * width // 3 : (k + 1) * width // 3, k] = 255
    return pixels


def test_pad_keeps_everything_between_grey_borders() -> None:
    square = fit_square(stripes(300, 100), 60, "pad")
    assert square.shape == (60, 60, 3)
    assert (square[:20] == 127).all()
    assert (square[40:] == 127).all()
    assert square[30, 10].tolist() == [255, 0, 0]
    assert square[30, 50].tolist() == [0, 0, 255]


def test_squash_keeps_everything_without_a_border() -> None:
    square = fit_square(stripes(300, 100), 60, "squash")
    assert [square[5, x].argmax() for x in (5, 30, 55)] == [0, 1, 2]


def test_crop_cuts_the_ends_of_the_longer_side() -> None:
    square = fit_square(stripes(300, 100), 60, "crop")
    assert square[30, 30].tolist() == [0, 255, 0]
    assert (square[:, 3:-3, 1] > 240).all()


WHOLE: tuple[Fit, ...] = ("pad", "squash", "crop")
"""The fits that keep colours; "handwriting" has tests of its own."""


def test_the_size_asked_for_is_left_as_it_is() -> None:
    for fit in WHOLE:
        assert np.array_equal(fit_square(noisy(50, 50), 50, fit), noisy(50, 50))


def test_fine_detail_is_averaged_and_not_sampled() -> None:
    checks = np.indices((512, 512)).sum(axis=0) % 2 * 255
    pixels = np.repeat(checks[:, :, None], 3, axis=2).astype(np.uint8)
    for fit in WHOLE:
        assert np.abs(fit_square(pixels, 60, fit).astype(int) - 127).max() <= 6


LEVELS = {"pad": {9, 127}, "handwriting": {0}}
"""Grey levels that a flat picture of level 9 becomes, where it does not stay 9."""


@settings(deadline=None)  # a busy machine is no fault
@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    size=st.integers(1, 64),
    fit=st.sampled_from(FITS),
)
def test_every_shape_becomes_a_square(width: int, height: int, size: int, fit: Fit) -> None:
    pixels = np.full((height, width, 3), 9, np.uint8)
    square = fit_square(pixels, size, fit)
    assert square.shape == (size, size, 3)
    assert square.dtype == np.uint8
    assert set(np.unique(square)) <= LEVELS.get(fit, {9})


def test_the_same_picture_gives_the_same_square() -> None:
    first, second = (fit_square(noisy(333, 222), 96, "pad") for _ in range(2))
    assert np.array_equal(first, second)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(UsageError, match="at least 1 pixel, not 0"):
        fit_square(scene(), 0, "pad")
    with pytest.raises(UsageError, match="pad, squash, crop, handwriting, not 'stretch'"):
        fit_square(scene(), 8, "stretch")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="at least 1 pixel"):
        thumbnail_jpeg(scene(), 0)


def test_thumbnails_shrink_and_never_grow() -> None:
    with Image.open(io.BytesIO(thumbnail_jpeg(scene(160, 120), 80))) as image:
        assert (image.format, image.size) == ("JPEG", (80, 60))
    with Image.open(io.BytesIO(thumbnail_jpeg(scene(16, 12), 80))) as image:
        assert image.size == (16, 12)
    with Image.open(io.BytesIO(thumbnail_jpeg(scene(1000, 2), 80))) as image:
        assert image.size == (80, 1)
