"""A file that ends early is a fault, wherever it was cut; a whole file is none."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from picture_files import FORMATS, VARIANTS, encode, noisy, png_chunk
from PIL import Image

from sortal.errors import PictureError
from sortal.pictures import FaultReason, read_picture

CUTS = (0.1, 0.3, 0.5, 0.75, 0.95, 0.995)


def reason_of(data: bytes) -> FaultReason | None:
    try:
        read_picture(data)
    except PictureError as error:
        return error.fault.reason
    return None


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
@pytest.mark.parametrize("cut", CUTS)
def test_every_cut_is_a_named_fault(name: str, cut: float) -> None:
    data = encode(noisy(), name)
    assert reason_of(data[: int(len(data) * cut)]) == "truncated"


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_a_few_bytes_short_is_a_fault_too(name: str) -> None:
    data = encode(noisy(), name)
    for short in (1, 2, 5, 13):
        assert reason_of(data[:-short]) == "truncated", short


@pytest.mark.parametrize("name", ["gif", "webp", "png", "tiff", "avif"])
@pytest.mark.parametrize("cut", [*CUTS, 0.9999])
def test_a_later_frame_that_is_cut_is_a_fault(name: str, cut: float) -> None:
    frames: list[Any] = [Image.fromarray(noisy()).rotate(90 * k) for k in range(3)]
    data = encode(frames[0], name, save_all=True, append_images=frames[1:])
    assert reason_of(data) is None
    assert reason_of(data[: int(len(data) * cut)]) == "truncated"


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_bytes_after_the_end_do_no_harm(name: str) -> None:
    assert reason_of(encode(noisy(), name) + b"trailer of some camera" * 9) is None


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_the_first_bytes_alone_are_a_fault(name: str) -> None:
    data = encode(noisy(), name)
    for n_bytes in range(1, 60):
        assert reason_of(data[:n_bytes]) in {"truncated", "damaged", "not-a-picture"}, n_bytes


def png_of(rows: int, *, interlaced: bool = False, mode: str = "RGB") -> bytes:
    """A PNG of 40 by 40 whose container is whole but whose pixels end after some rows."""
    colour, samples = {"RGB": (2, 3), "L": (0, 1)}[mode]
    header = struct.pack(">IIBBBBB", 40, 40, 8, colour, 0, 0, int(interlaced))
    if interlaced:
        passes = [(5, 5), (5, 5), (10, 5), (10, 10), (20, 10), (20, 20), (40, 20)]
        lines = [b"\0" + b"\x80" * (samples * wide) for wide, high in passes for _ in range(high)]
    else:
        lines = [b"\0" + b"\x80" * (samples * 40)] * 40
    pixels = zlib.compress(b"".join(lines[:rows]))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_whose_pixels_end_early_is_a_fault(mode: str, interlaced: bool) -> None:
    whole = 75 if interlaced else 40
    assert reason_of(png_of(whole, interlaced=interlaced, mode=mode)) is None
    for rows in (0, 1, whole // 2, whole - 1):
        assert reason_of(png_of(rows, interlaced=interlaced, mode=mode)) == "truncated", rows


def test_a_black_png_is_whole() -> None:
    for mode in ("1", "L", "P", "RGB", "RGBA", "I;16"):
        assert reason_of(encode(Image.new(mode, (30, 20)), "png")) is None, mode


def test_a_jpeg_inside_a_jpeg_does_not_stand_for_its_end() -> None:
    exif = Image.Exif()
    exif[0x927C] = encode(noisy(40, 30), "jpeg")  # a preview, with an end marker of its own
    data = encode(noisy(), "jpeg", exif=exif.tobytes())
    assert reason_of(data) is None
    assert reason_of(data[:-2]) == "truncated"


def test_zeros_in_place_of_the_tail_are_a_fault() -> None:
    data = encode(noisy(), "jpeg")
    half = len(data) // 2
    assert reason_of(data[:half] + bytes(len(data) - half)) == "truncated"
