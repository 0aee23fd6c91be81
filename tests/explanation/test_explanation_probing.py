"""Methods that ask the model alone: occlusion, deletion and insertion, on models by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.explanation import faithfulness, occlusion
from sortal.explanation.faithfulness import cell_means

Images = NDArray[np.uint8]


def red_corner(images: Images) -> NDArray[np.float64]:
    """A model that looks at the red of the upper left quarter of 28 x 28 pixels, 0-1."""
    mean: NDArray[np.float64] = images[:, :14, :14, 0].mean(axis=(1, 2)) / 255
    return mean


def red_picture() -> Images:
    pixels = np.full((28, 28, 3), 127, np.uint8)
    pixels[:14, :14, 0] = 255
    return pixels


def test_occlusion_by_hand() -> None:
    """Covering a quarter by grey: only the looked-at one loses, exactly (255 - 127) / 255."""
    heat = occlusion(red_picture(), red_corner, patch=14, stride=14)
    expected = np.zeros((28, 28))
    expected[:14, :14] = (255 - 127) / 255
    np.testing.assert_allclose(heat, expected, atol=1e-6)
    assert heat.dtype == np.float32


def test_occlusion_covers_every_pixel_whatever_the_size() -> None:
    pixels = np.zeros((13, 29, 3), np.uint8)
    covered = np.zeros((13, 29), bool)

    def watch(images: Images) -> NDArray[np.float64]:
        covered.__ior__((images[..., 0] != 0).any(axis=0))
        assert len(images) <= 16
        return np.zeros(len(images))

    heat = occlusion(pixels, watch, patch=5, stride=4)
    assert covered.all()
    assert heat.shape == (13, 29)
    assert not pixels.any()


def test_occlusion_finds_the_same_place_with_overlap() -> None:
    heat = occlusion(red_picture(), red_corner)
    row, column = divmod(int(heat.argmax()), 28)
    assert max(row, column) < 14
    assert heat[14 + 5 :, 14 + 5 :].max() == 0


@pytest.mark.parametrize(("patch", "stride"), [(0, 1), (29, 1), (5, 6), (5, 0)])
def test_patches_that_do_not_fit_are_refused(patch: int, stride: int) -> None:
    with pytest.raises(UsageError, match="does not cover"):
        occlusion(red_picture(), red_corner, patch=patch, stride=stride)


def true_heat() -> NDArray[np.float32]:
    heat = np.zeros((4, 4), np.float32)
    heat[:2, :2] = 1
    return heat


def test_deletion_by_hand() -> None:
    """Sixteen cells, twelve steps; the four that count go first: 1, 4 or fewer left, ..."""
    told = faithfulness(red_picture(), true_heat(), red_corner)
    counts = np.linspace(0, 16, 13).round()
    left = np.maximum(4 - counts, 0) / 4
    expected = (127 + (255 - 127) * left) / 255
    np.testing.assert_allclose(told.deletion, expected, atol=1e-6)
    assert told.insertion[-1] == told.deletion[0] == pytest.approx(1)
    assert (np.diff(told.insertion[:4]) >= 0).all()
    assert told.gain == pytest.approx(told.insertion.mean() - told.deletion.mean())


def test_right_heat_beats_chance_and_wrong_heat_does_not() -> None:
    right = faithfulness(red_picture(), true_heat(), red_corner)
    assert right.beats_random
    assert right.p_value == pytest.approx(1 / 20)
    wrong = faithfulness(red_picture(), -true_heat(), red_corner)
    assert not wrong.beats_random
    assert wrong.gain < right.random_gains.min() <= right.random_gains.max() < right.gain


def test_heat_without_an_opinion_does_not_beat_chance() -> None:
    def nothing(images: Images) -> NDArray[np.float64]:
        return np.ones(len(images))

    told = faithfulness(red_picture(), true_heat(), nothing)
    assert told.p_value == 1
    assert not told.beats_random


def test_same_seed_same_answer_and_the_picture_stays() -> None:
    pixels = red_picture()
    first = faithfulness(pixels, true_heat(), red_corner, seed=4)
    again = faithfulness(pixels, true_heat(), red_corner, seed=4)
    np.testing.assert_array_equal(first.random_gains, again.random_gains)
    np.testing.assert_array_equal(pixels, red_picture())


def test_fine_heat_is_averaged_over_cells_by_hand() -> None:
    heat = np.arange(12, dtype=np.float32).reshape(2, 6)
    np.testing.assert_allclose(cell_means(heat, 3), [[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]])
    uneven = np.array([[0, 3, 6, 9, 12]], np.float32)
    np.testing.assert_allclose(cell_means(uneven, 2), [[1.5, 9]])


def test_senseless_heat_is_refused() -> None:
    for heat in (np.zeros(4, np.float32), np.full((2, 2), np.nan, np.float32)):
        with pytest.raises(UsageError, match="finite plane"):
            faithfulness(red_picture(), heat, red_corner)
    with pytest.raises(UsageError, match="orders from 1"):
        faithfulness(red_picture(), true_heat(), red_corner, orders=0)
