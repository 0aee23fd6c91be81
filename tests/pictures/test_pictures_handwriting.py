"""Handwriting becomes what MNIST's digits are, whatever the paper, the light and the pen."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from handwriting_samples import Pixels, photographed, written
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from sortal.pictures import Box, PicturePool, Prepared, Source, find_digits, fit_square, is_prepared
from sortal.pictures.handwriting.pieces import find_pieces

MNIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"
FOUR = ("4", (120, 60, 200, 190))
ROW = [("2", (30, 80, 80, 160)), ("7", (130, 75, 180, 155)), ("4", (230, 82, 280, 166))]


def square(pixels: Pixels, size: int = 28) -> Pixels:
    return fit_square(pixels, size, "handwriting")


def likeness(one: Pixels, other: Pixels) -> float:
    """Correlation of two squares."""
    return float(np.corrcoef(one[..., 0].ravel(), other[..., 0].ravel())[0, 1])


# The square


def test_white_on_black_in_a_box_of_twenty_centred_by_mass() -> None:
    grey = square(photographed(written([FOUR])))[:, :, 0]
    rows, columns = np.nonzero(grey > 24)
    assert np.ptp(rows) + 1 == 20
    assert np.ptp(columns) + 1 < 20
    assert grey.max() == 255
    assert grey[:2].max() == grey[:, :2].max() == 0
    mass = grey.astype(float) / grey.sum()
    assert (mass.sum(axis=1) @ np.arange(28)) == pytest.approx(14, abs=0.51)
    assert (mass.sum(axis=0) @ np.arange(28)) == pytest.approx(14, abs=0.51)


@pytest.mark.parametrize("size", [14, 28, 56, 224])
def test_what_was_prepared_is_prepared_and_left_alone(size: int) -> None:
    for digit in "1257":
        once = square(photographed(written([(digit, (100, 50, 190, 200))])), size)
        assert is_prepared(once)
        np.testing.assert_array_equal(square(once, size), once)


def test_a_prepared_digit_is_only_resampled_to_another_size() -> None:
    digit = square(photographed(written([FOUR])))
    large = Image.fromarray(digit).resize((56, 56), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(square(digit, 56), np.asarray(large))


@pytest.mark.parametrize(
    ("change", "least"),
    [
        ({"ink": (235, 238, 240), "paper": (38, 52, 44)}, 0.97),  # chalk on a blackboard
        ({"ink": (200, 60, 60), "paper": (100, 110, 102)}, 0.97),  # nearly the same grey
        ({"ink": (150, 160, 235), "paper": (250, 245, 170)}, 0.97),
        ({"pen": 4}, 0.8),
        ({"pen": 14}, 0.8),
    ],
)
def test_pen_and_colours_do_not_matter(change: dict[str, object], least: float) -> None:
    usual = square(photographed(written([FOUR])))
    other = square(photographed(written([FOUR], **change)))  # type: ignore[arg-type]
    assert likeness(usual, other) > least


def test_light_and_place_do_not_matter() -> None:
    usual = square(photographed(written([FOUR])))
    shadowed = square(photographed(written([FOUR]), shadow=0.6))
    assert likeness(usual, shadowed) > 0.98
    moved = square(photographed(written([("4", (10, 90, 90, 220))]), seed=3))
    assert likeness(usual, moved) > 0.98
    at_edge = square(photographed(written([("4", (236, 90, 316, 220))])))
    assert likeness(usual, at_edge) > 0.97


def test_the_size_of_the_photograph_does_not_matter() -> None:
    small = photographed(written([FOUR]))
    large = np.asarray(Image.fromarray(small).resize((4000, 3000), Image.Resampling.BICUBIC))
    tiny = np.asarray(Image.fromarray(small).crop((100, 45, 220, 205)).resize((21, 28)))
    assert likeness(square(small), square(large)) > 0.97
    assert likeness(square(small), square(tiny)) > 0.9


def test_a_page_without_ink_becomes_black() -> None:
    for page in (photographed(written([])), np.full((50, 70, 3), 90, np.uint8)):
        assert not square(page).any()
        assert find_digits(page) == ()


@settings(deadline=None, max_examples=40)
@given(
    width=st.integers(1, 130),
    height=st.integers(1, 130),
    seed=st.integers(0, 9),
    size=st.integers(1, 40),
)
def test_noise_of_any_shape_is_taken(width: int, height: int, seed: int, size: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    once = square(noise, size)
    assert once.shape == (size, size, 3)
    assert (once == once[:, :, :1]).all()
    for box in find_digits(noise):
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height


@pytest.mark.shared
def test_digits_of_mnist_are_left_as_they_are() -> None:
    if not MNIST.is_dir():
        pytest.skip("needs the MNIST files beside the repository")
    raw = gzip.decompress((MNIST / "t10k-images-idx3-ubyte.gz").read_bytes())
    digits = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28, 1).repeat(3, axis=3)
    assert all(map(is_prepared, digits))
    np.testing.assert_array_equal(square(digits[7]), digits[7])


def test_what_is_not_prepared_is_not_taken_for_it() -> None:
    digit = square(photographed(written([FOUR])))
    assert is_prepared(digit)
    assert not is_prepared(np.roll(digit, 2, axis=1))  # off the middle
    assert not is_prepared(255 - digit)
    assert not is_prepared(np.zeros_like(digit))
    assert not is_prepared(digit[:, 1:])
    assert not is_prepared(np.pad(digit, ((4, 4), (4, 4), (0, 0))))  # too small in its square
    coloured = digit.copy()
    coloured[:, :, 0] //= 2
    assert not is_prepared(coloured)


# Several digits


def near(box: Box, expected: tuple[int, int, int, int], *, within: int = 6) -> bool:
    sides = (box.left, box.top, box.right, box.bottom)
    return all(abs(a - b) <= within for a, b in zip(sides, expected, strict=True))


def test_digits_of_a_row_from_left_to_right() -> None:
    boxes = find_digits(photographed(written(ROW[::-1])))
    assert len(boxes) == 3
    assert all(near(box, place) for box, (_, place) in zip(boxes, ROW, strict=True))


def test_a_loose_row_is_one_row() -> None:
    """Each stands more than half its height above or below the one before it."""
    places = [(20, 90, 60, 150), (110, 50, 150, 110), (200, 92, 240, 152), (270, 55, 310, 115)]
    page = photographed(written(list(zip("7242", places, strict=True))))
    found = find_digits(page)
    assert len(found) == 4
    assert all(near(box, place) for box, place in zip(found, places, strict=True))


def test_rows_from_top_to_bottom_even_on_a_slope() -> None:
    places = [(20 + 60 * k, 10 + 90 * row + 8 * k) for row in range(2) for k in range(4)]
    digits = [
        (str(d), (x, y, x + 36, y + 56)) for d, (x, y) in zip("24752147", places, strict=True)
    ]
    boxes = find_digits(photographed(written(digits, pen=5)))
    assert len(boxes) == 8
    # A one is a stroke down the middle of its place.
    strokes = [(x + 18, y, x + 18, b) if d == "1" else (x, y, r, b) for d, (x, y, r, b) in digits]
    assert all(near(box, place, within=9) for box, place in zip(boxes, strokes, strict=True))


def test_the_bar_of_a_five_belongs_to_it() -> None:
    place = (120, 60, 200, 190)
    whole = written([("5", place)])
    (box,) = find_digits(photographed(whole))
    assert near(box, place, within=14)
    assert box.top < 70
    row = [("5", (30, 80, 80, 160)), ("5", (110, 80, 160, 160)), ("5", (200, 80, 250, 160))]
    assert len(find_digits(photographed(written(row, pen=5)))) == 3


def test_dirt_is_no_digit() -> None:
    page = photographed(written(ROW))
    random = np.random.default_rng(1)
    for y, x in random.integers(4, 236, (15, 2)):
        page[y : y + 3, x : x + 3] = 60
    assert len(find_digits(page)) == 3


@pytest.mark.parametrize("both_ways", [False, True])
def test_pale_rules_are_no_digits(both_ways: bool) -> None:
    page = np.asarray(written(ROW)).copy()
    page[7::24] = page[7::24] // 6 * 5
    if both_ways:
        page[:, 11::24] = page[:, 11::24] // 6 * 5
    boxes = find_digits(photographed(Image.fromarray(page)))
    assert len(boxes) == 3
    assert all(near(box, place) for box, (_, place) in zip(boxes, ROW, strict=True))


def test_a_pool_takes_pictures_apart_and_says_where_in_the_file(tmp_path: Path) -> None:
    large = Image.fromarray(photographed(written(ROW))).resize((2560, 1920))
    large.save(tmp_path / "row.jpg")  # decoded at a smaller scale
    Image.fromarray(photographed(written([]))).save(tmp_path / "blank.png")
    Image.fromarray(square(photographed(written([FOUR])))).save(tmp_path / "ready.png")
    names = ["row.jpg", "blank.png", "ready.png"] * 2  # enough to go through the workers
    with PicturePool(size=28, fit="handwriting", apart=True, workers=1) as pool:
        found = list(pool.read((name, Source(tmp_path / name)) for name in names))
    for row, blank, ready in (found[:3], found[3:]):
        assert isinstance(row, Prepared)
        assert isinstance(blank, Prepared)
        assert isinstance(ready, Prepared)
        assert row.digits is not None
        assert ready.digits is not None
        for digit, (_, place) in zip(row.digits, ROW, strict=True):
            assert digit.box is not None
            assert near(digit.box, tuple(8 * side for side in place), within=48)  # type: ignore[arg-type]
            assert is_prepared(digit.square)
        np.testing.assert_array_equal(row.square, row.digits[0].square)
        assert blank.digits == ()
        assert not blank.square.any()
        assert [digit.box for digit in ready.digits] == [None]


# Pieces


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.7])
def test_pieces_are_those_of_an_independent_library(share: float) -> None:
    mask = np.random.default_rng(2).random((70, 90)) < share
    pieces = find_pieces(mask)
    labels, n = ndimage.label(mask, np.ones((3, 3)))
    assert len(pieces) == n
    pairs = set(zip(pieces.labels.ravel().tolist(), labels.ravel().tolist(), strict=True))
    assert len(pairs) == n + (not mask.all())
    for number, (rows, columns) in enumerate(ndimage.find_objects(pieces.labels)):
        expected = [columns.start, rows.start, columns.stop, rows.stop]
        assert pieces.boxes[number].tolist() == expected
    np.testing.assert_array_equal(pieces.areas, np.bincount(pieces.labels.ravel())[1:])


def test_no_pieces_and_one() -> None:
    assert len(find_pieces(np.zeros((3, 4), np.bool_))) == 0
    assert find_pieces(np.ones((3, 4), np.bool_)).boxes.tolist() == [[0, 0, 4, 3]]


def test_pictures_need_no_scipy() -> None:
    code = "import sys, sortal.pictures; print('scipy' in sys.modules, 'sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
