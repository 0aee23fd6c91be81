"""Every format is read by its contents, and whatever is not a picture is a named fault."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import pytest
from picture_files import FORMATS, VARIANTS, difference, encode, noisy, scene
from PIL import Image, ImageFile

from sortal.errors import PictureError
from sortal.pictures import FaultReason, Limits, Source, read_picture
from sortal.pictures.signature import sniff

NAMES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
    "gif": "GIF",
    "tiff": "TIFF",
    "bmp": "BMP",
    "avif": "AVIF",
    "jp2": "JPEG 2000",
    "ppm": "Netpbm",
    "j2k": "JPEG 2000",
}
LOSSLESS = {
    "png",
    "tiff",
    "bmp",
    "jp2",
    "ppm",
    "lossless.webp",
    "lzw.tiff",
    "big.tiff",
    "naked.j2k",
}


def reason_of(source: Path | bytes | Source, limits: Limits | None = None) -> FaultReason:
    with pytest.raises(PictureError) as caught:
        read_picture(source, limits=limits or Limits())
    assert caught.value.fault.message
    return caught.value.fault.reason


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_every_format_gives_its_pixels(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture.{name}"
    path.write_bytes(encode(scene(), name))
    picture = read_picture(path)
    assert picture.fingerprint.format == NAMES[name.rsplit(".", maxsplit=1)[-1]]
    assert (picture.fingerprint.width, picture.fingerprint.height) == (160, 120)
    assert picture.fingerprint.repairs == ()
    assert picture.pixels.dtype == "uint8"
    # GIF has 256 colours to give; the others are near or exact.
    assert difference(picture.pixels, scene()) <= (0 if name in LOSSLESS else 6)


def test_a_wrong_ending_is_used_and_said() -> None:
    picture = read_picture(encode(scene(), "png"), path="holiday.JPG")
    assert picture.fingerprint.repairs == ("named .jpg but read as the PNG it is",)


def test_no_ending_is_nothing_to_remark() -> None:
    assert read_picture(encode(scene(), "png"), path="holiday").fingerprint.repairs == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello, world", "of no known kind"),
        (b"\n<!DOCTYPE html><html>404</html>", "a web page"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\0\0\0\x18ftypmp42....", "a video"),
        (b"\xff", "of no known kind"),
        (b"P3 1 1 255 1 2 3", "of no known kind"),
    ],
)
def test_what_is_no_picture_is_named(content: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words) as caught:
        read_picture(content)
    assert caught.value.fault.reason == "not-a-picture"
    assert caught.value.fault.path == "<bytes>"


def test_only_listed_decoders_are_tried(tmp_path: Path) -> None:
    path = tmp_path / "picture.pcx"
    Image.fromarray(scene()).save(path)
    assert reason_of(path) == "not-a-picture"


@pytest.mark.parametrize(
    ("head", "extra"),
    [(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"), (b"\xff\x0a\x00\x00", "jxl")],
)
def test_a_missing_codec_is_named(head: bytes, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    with pytest.raises(PictureError, match=rf"pip install 'sortal\[{extra}\]'") as caught:
        read_picture(head + bytes(40))
    assert caught.value.fault.reason == "missing-codec"


def test_brands_tell_avif_from_heic() -> None:
    avif, heic = sniff(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif"), sniff(b"\0\0\0\x18ftypheix\0\0\0\0")
    assert (avif and avif.name, heic and heic.name) == ("AVIF", "HEIC")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()
    assert reason_of(empty) == "empty"
    assert reason_of(b"") == "empty"
    assert reason_of(tmp_path / "absent.png") == "unreadable"
    assert reason_of(tmp_path) == "unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this platform has no named pipes")
def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    assert reason_of(pipe) == "unreadable"


def test_limits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encode(noisy(), "png"))
    size = path.stat().st_size
    assert reason_of(path, Limits(max_pixels=160 * 120 - 1)) == "too-large"
    assert reason_of(path, Limits(max_bytes=size - 1)) == "too-large"
    assert reason_of(path.read_bytes(), Limits(max_bytes=size - 1)) == "too-large"
    assert read_picture(path, limits=Limits(max_pixels=160 * 120, max_bytes=size))


def test_damage_inside_a_whole_file_is_told_from_truncation() -> None:
    data = bytearray(encode(noisy(), "png"))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    assert reason_of(bytes(data)) == "damaged"


@pytest.mark.filterwarnings("error")
def test_pillow_is_strict_whatever_the_program_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert read_picture(encode(scene(), "jpeg")).pixels.shape == (120, 160, 3)
    assert reason_of(encode(scene(), "bmp")[:-500]) == "truncated"
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True
    assert Image.MAX_IMAGE_PIXELS == 100


def test_remarks_of_the_decoder_are_kept_and_warnings_restored() -> None:
    # An animated PNG whose control chunk announces no frames makes Pillow warn.
    data = encode(scene(), "png")
    from picture_files import png_chunk

    broken = data[:33] + png_chunk(b"acTL", bytes(8)) + data[33:]
    before = list(warnings.filters)
    picture = read_picture(broken)
    assert any("the decoder remarked" in repair for repair in picture.fingerprint.repairs)
    assert list(warnings.filters) == before


def test_first_frame_and_first_page_are_taken() -> None:
    first, *later = (Image.fromarray(scene()).rotate(angle) for angle in (0, 90, 180))
    for name in ("gif", "webp", "png", "tiff", "avif"):
        data = encode(first, name, save_all=True, append_images=later)
        picture = read_picture(data)
        word = "pages" if name == "tiff" else "frames"
        assert f"first of 3 {word} taken" in picture.fingerprint.repairs, name
        assert difference(picture.pixels, scene()) <= 6, name


def test_a_far_larger_file_is_decoded_at_reduced_scale() -> None:
    large = Image.fromarray(scene()).resize((3000, 2600))
    for name in ("jpeg", "png"):
        picture = read_picture(encode(large, name))
        assert (picture.fingerprint.width, picture.fingerprint.height) == (3000, 2600)
        assert picture.pixels.shape == (650, 750, 3)
        wanted = read_picture(encode(Image.fromarray(scene()).resize((750, 650)), "png"))
        assert difference(picture.pixels, wanted.pixels) < 2, name


def test_a_narrow_file_is_not_reduced() -> None:
    narrow = Image.fromarray(scene()).resize((3000, 1270))
    assert read_picture(encode(narrow, "jpeg")).pixels.shape == (1270, 3000, 3)
