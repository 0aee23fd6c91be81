"""The written rules by which pixels of any mode become 8-bit RGB."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from picture_files import difference, encode, scene
from PIL import Image, ImageCms

from sortal.pictures import read_picture
from sortal.pictures.modes import to_rgb

GRADIENT = np.linspace(0, 65535, 256 * 256).reshape(256, 256)


def levels(data: bytes) -> int:
    return len(np.unique(read_picture(data).pixels[:, :, 0]))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("png", GRADIENT.astype(np.uint16)),
        ("tiff", GRADIENT.astype(np.uint16)),
        ("jp2", GRADIENT.astype(np.uint16)),
        ("tiff", GRADIENT.astype(np.int32)),
        ("tiff", (GRADIENT * 1000).astype(np.int32)),
        ("tiff", (GRADIENT - 30_000).astype(np.int32)),
        ("tiff", GRADIENT.astype(np.float32)),
        ("tiff", (GRADIENT / 65535).astype(np.float32)),
        ("tiff", (GRADIENT / 16).astype(np.uint16)),  # 12 bits
        ("tiff", (GRADIENT / 4).astype(np.uint16)),  # 14 bits
    ],
)
def test_a_deep_gradient_keeps_its_levels(name: str, values: NDArray[Any]) -> None:
    assert levels(encode(values, name)) >= 250


def test_big_endian_and_little_endian_are_the_same() -> None:
    values = GRADIENT.astype(np.uint16)
    for mode, order in (("I;16", "<u2"), ("I;16B", ">u2")):
        image = Image.frombytes(mode, (256, 256), values.astype(order).tobytes())
        rgb, how = to_rgb(image)
        assert np.array_equal(np.asarray(rgb)[:, :, 1], np.round(values / 257).astype(np.uint8))
        assert how == ("deep integer values from 0 to 65535 scaled to 8 bits",)


def test_the_depth_is_the_smallest_that_holds_the_values() -> None:
    for high, white in ((200, 255), (1000, 1023), (4095, 4095), (4096, 16383), (40_000, 65535)):
        rgb, how = to_rgb(Image.fromarray(np.array([[0, high]], np.uint16)))
        assert how == (f"deep integer values from 0 to {white} scaled to 8 bits",)
        assert rgb.getpixel((1, 0)) == (round(high * 255 / white),) * 3


def test_floats_that_are_not_numbers() -> None:
    values = np.array([[0.0, 0.5, 1.0], [np.nan, np.inf, -np.inf]], np.float32)
    rgb, _ = to_rgb(Image.fromarray(values))
    assert np.asarray(rgb)[:, :, 0].tolist() == [[0, 128, 255], [0, 255, 0]]


def test_floats_beyond_one_are_stretched() -> None:
    rgb, how = to_rgb(Image.fromarray(np.array([[-2.0, 0.0, 2.0]], np.float32)))
    assert np.asarray(rgb)[0, :, 0].tolist() == [0, 128, 255]
    assert how == ("floating-point values from -2 to 2 scaled to 8 bits",)


def test_flat_deep_pictures_do_not_divide_by_zero() -> None:
    for value in (np.float32(7), np.int32(-5), np.int32(1 << 20)):
        rgb, _ = to_rgb(Image.fromarray(np.full((3, 4), value)))
        assert len(np.unique(np.asarray(rgb))) == 1
    rgb, _ = to_rgb(Image.fromarray(np.full((3, 4), np.float32(np.nan))))
    assert np.asarray(rgb).max() == 0


@given(arrays.arrays(np.dtype(np.uint16), st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_integer_scaling_keeps_order_and_black(values: NDArray[np.uint16]) -> None:
    grey = np.asarray(to_rgb(Image.fromarray(values))[0])[:, :, 0].ravel()
    order = np.argsort(values.ravel(), kind="stable")
    assert (np.diff(grey[order].astype(int)) >= 0).all()
    assert (grey[values.ravel() == 0] == 0).all()


@given(
    arrays.arrays(
        np.dtype(np.float32),
        st.tuples(st.integers(1, 6), st.integers(1, 6)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    )
)
@pytest.mark.filterwarnings("error")
def test_float_scaling_never_fails_and_keeps_order(values: NDArray[np.float32]) -> None:
    grey = np.asarray(to_rgb(Image.fromarray(values))[0])[:, :, 0].ravel()
    flat = values.ravel()
    finite = np.isfinite(flat)
    order = np.argsort(flat[finite], kind="stable")
    assert (np.diff(grey[finite][order].astype(int)) >= 0).all()
    assert (grey[np.isnan(flat)] == 0).all()


MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16", "I;16B")  # fmt: skip  # noqa: E501


@settings(deadline=None)
@given(
    mode=st.sampled_from(MODES),
    width=st.integers(1, 20),
    height=st.integers(1, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_mode_becomes_rgb_of_the_same_size(
    mode: str, width: int, height: int, seed: int
) -> None:
    blank = Image.new(mode, (width, height))
    noise = np.random.default_rng(seed).bytes(len(blank.tobytes()))
    blank.frombytes(noise)
    if mode in {"P", "PA"}:
        blank.putpalette(np.random.default_rng(seed).bytes(768))
    with np.errstate(all="ignore"):
        rgb, how = to_rgb(blank)
    assert (rgb.mode, rgb.size) == ("RGB", (width, height))
    assert all(how)


def test_a_mode_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule"):
        to_rgb(Image.new("BGR;24", (2, 2)) if "BGR;24" in Image.MODES else _strange())


def _strange() -> Image.Image:
    class Strange(Image.Image):
        @property
        def mode(self) -> str:
            return "XYZ"

    return Strange()


def test_alpha_is_laid_onto_white() -> None:
    pixels = np.array([[[255, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 128]]], np.uint8)
    for name in ("png", "lossless.webp", "tiff"):
        options = {"exact": True} if name == "lossless.webp" else {}
        picture = read_picture(encode(Image.fromarray(pixels, "RGBA"), name, **options))
        assert picture.pixels.tolist() == [[[255, 0, 0], [255, 255, 255], [127, 127, 127]]], name
        assert picture.fingerprint.repairs == ("transparency laid onto white",)


def test_an_opaque_alpha_channel_is_nothing_to_remark() -> None:
    image = Image.fromarray(scene()).convert("RGBA")
    picture = read_picture(encode(image, "png"))
    assert picture.fingerprint.repairs == ()
    assert np.array_equal(picture.pixels, scene())


def test_grey_with_alpha() -> None:
    image = Image.fromarray(np.array([[[10, 255], [10, 0]]], np.uint8), "LA")
    assert read_picture(encode(image, "png")).pixels.tolist() == [[[10] * 3, [255] * 3]]


def test_palettes_with_and_without_transparency() -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([10, 20, 30, 200, 100, 50, 0, 0, 0])
    image.putdata([0, 1, 2])
    assert read_picture(encode(image, "png")).pixels[0, 1].tolist() == [200, 100, 50]
    for transparency in (1, bytes([255, 0, 255])):
        for name in ("png", "gif") if isinstance(transparency, int) else ("png",):
            picture = read_picture(encode(image, name, transparency=transparency))
            assert picture.pixels[0].tolist() == [[10, 20, 30], [255] * 3, [0, 0, 0]]
            assert picture.fingerprint.repairs == ("transparency laid onto white",)


def test_a_transparent_colour_without_alpha() -> None:
    image = Image.fromarray(np.array([[[1, 2, 3], [9, 9, 9]]], np.uint8))
    picture = read_picture(encode(image, "png", transparency=(9, 9, 9)))
    assert picture.pixels.tolist() == [[[1, 2, 3], [255, 255, 255]]]


def test_one_bit() -> None:
    image = Image.fromarray(np.array([[True, False, True]]))
    for name in ("png", "tiff", "bmp"):
        assert read_picture(encode(image, name)).pixels[0, :, 0].tolist() == [255, 0, 255]


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
def test_cmyk(name: str) -> None:
    image = Image.fromarray(scene()).convert("CMYK")
    picture = read_picture(encode(image, name))
    assert difference(picture.pixels, scene()) < 4
    assert picture.fingerprint.repairs == ("CMYK converted to RGB",)


def test_cmyk_jpeg_without_the_mark_of_adobe_is_not_upside_down() -> None:
    # Store the true (not inverted) values, then take the marker segment out.
    image = Image.fromarray(scene()).convert("CMYK")
    upside_down = Image.fromarray(255 - np.asarray(image), "CMYK")
    data = encode(upside_down, "jpeg")
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    assert data[at + 4 : at + 9] == b"Adobe"
    picture = read_picture(data[:at] + data[at + 2 + length :])
    assert difference(picture.pixels, scene()) < 4


def test_ycbcr_and_lab() -> None:
    ycbcr = Image.fromarray(scene()).convert("YCbCr")
    assert difference(np.asarray(to_rgb(ycbcr)[0]), scene()) < 2
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(Image.fromarray(scene()), srgb, lab, outputMode="LAB")
    assert isinstance(image, Image.Image)
    picture = read_picture(encode(image, "tiff"))
    assert difference(picture.pixels, scene()) < 3
    assert picture.fingerprint.repairs == ("LAB converted to RGB",)
