"""Heat lies where the network looked: the inverse of fitting a picture into its square."""

from __future__ import annotations

import numpy as np
import pytest

from sortal.errors import UsageError
from sortal.explanation import heat_in_picture
from sortal.pictures import fit_square
from sortal.pictures.fit import FITS, Fit


def test_interpolated_between_the_middles_of_cells_by_hand() -> None:
    heat = np.array([[0, 8]], np.float32)
    placed = heat_in_picture(heat, width=8, height=8, fit="squash")
    np.testing.assert_allclose(placed[3], [0, 0, 0.0 + 1, 3, 5, 7, 8, 8])
    assert placed.shape == (8, 8)
    assert placed.dtype == np.float32


def test_one_cell_covers_everything() -> None:
    placed = heat_in_picture(np.full((1, 1), 3, np.float32), width=5, height=2, fit="pad")
    np.testing.assert_array_equal(placed, np.full((2, 5), 3, np.float32))


def test_pad_leaves_the_border_out() -> None:
    """A picture twice as wide as high fills rows 1 and 2 of 4; the border was hot."""
    heat = np.array([[9], [1], [1], [9]], np.float32) @ np.ones((1, 4), np.float32)
    placed = heat_in_picture(heat, width=400, height=200, fit="pad")
    assert placed[50:150].max() == placed[50:150].min() == 1
    assert placed[0, 0] == pytest.approx(5, abs=0.1)  # half way to the border's cell


def test_crop_leaves_what_was_not_seen_at_zero() -> None:
    placed = heat_in_picture(np.full((3, 3), 2, np.float32), width=400, height=200, fit="crop")
    np.testing.assert_array_equal(placed[:, :100], 0)
    np.testing.assert_array_equal(placed[:, 100:300], 2)
    np.testing.assert_array_equal(placed[:, 300:], 0)


# A smooth picture has no ink for "handwriting" to find.
@pytest.mark.parametrize("fit", [fit for fit in FITS if fit != "handwriting"])
@pytest.mark.parametrize(("width", "height"), [(300, 200), (120, 333), (64, 64), (1, 50)])
def test_undoes_fit_square(fit: Fit, width: int, height: int) -> None:
    """A smooth picture, fitted and laid back, is itself again (where the network saw it)."""
    down, across = np.mgrid[0:height, 0:width]
    smooth = 40 + 150 * (across + 0.5) / width * (0.3 + 0.7 * (down + 0.5) / height)
    pixels = np.repeat(smooth.round().astype(np.uint8)[..., None], 3, axis=2)
    square = fit_square(pixels, 224, fit)[..., 0].astype(np.float32)
    placed = heat_in_picture(square, width=width, height=height, fit=fit)
    seen = placed != 0
    share = min(width, height) / max(width, height) if fit == "crop" else 1
    assert seen.mean() == pytest.approx(share, abs=0.02)
    away = np.abs(placed - smooth)[seen]
    assert np.percentile(away, 95) < 3
    assert np.median(away) < 1.2


def test_heat_of_a_prepared_digit_lies_where_it_was() -> None:
    heat = np.arange(49, dtype=np.float32).reshape(7, 7)
    placed = heat_in_picture(heat, width=28, height=28, fit="handwriting")
    same = heat_in_picture(heat, width=28, height=28, fit="squash")
    np.testing.assert_array_equal(placed, same)


def test_senseless_arguments_are_refused() -> None:
    heat = np.zeros((2, 2), np.float32)
    for wrong in (heat[0], heat[:0]):
        with pytest.raises(UsageError, match="plane of heat"):
            heat_in_picture(wrong, width=5, height=5, fit="pad")
    with pytest.raises(UsageError):
        heat_in_picture(heat, width=0, height=5, fit="pad")
    with pytest.raises(UsageError):
        heat_in_picture(heat, width=5, height=5, fit="stretch")  # type: ignore[arg-type]
