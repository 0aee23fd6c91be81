from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from sortal.errors import UsageError
from sortal.report import Exhibit
from sortal.report.heat import overlay_jpeg, place_in_words


def grey_jpeg(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (128, 128, 128)).save(out, "JPEG")
    return out.getvalue()


def test_amber_speaks_for_and_blue_against() -> None:
    heat = np.zeros((4, 8), np.float32)
    heat[:, :2], heat[:, 6:] = 1.0, -1.0
    with Image.open(BytesIO(overlay_jpeg(grey_jpeg(80, 40), heat))) as image:
        assert image.size == (80, 40)
        pixels = np.asarray(image, np.int16)
    left, middle, right = pixels[20, 5], pixels[20, 40], pixels[20, 75]
    assert left[0] > left[2] + 100
    assert right[2] > right[0] + 80
    assert int(middle.max()) - int(middle.min()) < 12


def test_no_evidence_leaves_the_picture_clear() -> None:
    with Image.open(
        BytesIO(overlay_jpeg(grey_jpeg(20, 20), np.zeros((2, 2), np.float32)))
    ) as image:
        pixels = np.asarray(image, np.int16)
    assert int(np.ptp(pixels)) < 4


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (0, 0, "the upper left"),
        (1, 1, "the centre"),
        (2, 1, "the lower centre"),
        (1, 2, "the middle right"),
    ],
)
def test_the_warmest_ninth_is_named(row: int, column: int, words: str) -> None:
    heat = np.full((3, 3), -1.0, np.float32)
    heat[row, column] = 2.0
    assert place_in_words(heat) == words


def test_even_heat_is_the_whole_picture() -> None:
    assert place_in_words(np.ones((7, 7), np.float32)) == "the whole picture"


def test_only_evidence_against_is_nowhere() -> None:
    assert place_in_words(-np.ones((7, 7), np.float32)) == "nowhere"


@pytest.mark.parametrize(
    "heat", [np.zeros((3,)), np.zeros((0, 3)), np.array([[np.nan]]), np.array([[np.inf]])]
)
def test_an_exhibit_refuses_heat_that_is_no_finite_plane(heat: np.ndarray) -> None:
    with pytest.raises(UsageError, match="finite plane"):
        Exhibit("a.jpg", grey_jpeg(4, 4), heat=heat.astype(np.float32))


def test_an_exhibit_refuses_what_is_no_jpeg() -> None:
    with pytest.raises(UsageError, match="JPEG"):
        Exhibit("a.jpg", b"<svg onload=alert(1)>")
