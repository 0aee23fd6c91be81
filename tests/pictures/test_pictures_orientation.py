"""Eight orientations, every format that carries EXIF: always the same upright pixels."""

from __future__ import annotations

import struct

import pytest
from picture_files import difference, encode, png_chunk, scene
from PIL import Image

from sortal.pictures import read_picture

# How an upright picture must be stored for each orientation to turn it back (EXIF 2.32, 4.6.5).
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(orientation: int) -> Image.Image:
    how = STORED[orientation]
    image = Image.fromarray(scene())
    return image if how is None else image.transpose(how)


def exif_block(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def check(data: bytes, orientation: int) -> None:
    picture = read_picture(data)
    assert difference(picture.pixels, scene()) < 4
    assert (picture.fingerprint.width, picture.fingerprint.height) == (160, 120)
    said = "turned upright as EXIF says" in picture.fingerprint.repairs
    assert said == (orientation > 1)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(
    "name", ["jpeg", "png", "webp", "tiff", "lzw.tiff", "big.tiff", "avif", "progressive.jpeg"]
)
def test_every_orientation_comes_out_upright(name: str, orientation: int) -> None:
    check(encode(stored(orientation), name, exif=exif_block(orientation)), orientation)


@pytest.mark.parametrize("orientation", STORED)
def test_exif_in_a_uuid_box_of_jpeg_2000(orientation: int) -> None:
    block = b"JpgTiffExif->JP2" + exif_block(orientation).removeprefix(b"Exif\0\0")
    box = struct.pack(">I", len(block) + 8) + b"uuid" + block
    check(encode(stored(orientation), "jp2") + box, orientation)


@pytest.mark.parametrize("orientation", STORED)
def test_exif_as_a_text_chunk_of_png(orientation: int) -> None:
    block = exif_block(orientation)
    text = f"\nexif\n{len(block):8}\n{block.hex()}\n".encode()
    data = encode(stored(orientation), "png")
    chunk = png_chunk(b"tEXt", b"Raw profile type exif\0" + text)
    check(data[:33] + chunk + data[33:], orientation)


def test_a_large_jpeg_is_turned_at_reduced_scale() -> None:
    large = stored(6).resize((2600, 3000))
    picture = read_picture(encode(large, "jpeg", exif=exif_block(6)))
    assert picture.pixels.shape == (650, 750, 3)
    assert (picture.fingerprint.width, picture.fingerprint.height) == (3000, 2600)


@pytest.mark.parametrize("orientation", [0, 9, 700])
def test_an_orientation_that_does_not_exist_is_upright(orientation: int) -> None:
    check(encode(scene(), "jpeg", exif=exif_block(orientation)), 1)


def test_illegible_exif_costs_no_picture() -> None:
    picture = read_picture(encode(scene(), "jpeg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f"))
    assert "illegible EXIF ignored" in picture.fingerprint.repairs
    assert difference(picture.pixels, scene()) < 4
