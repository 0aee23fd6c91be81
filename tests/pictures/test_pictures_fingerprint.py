"""The numbers of a fingerprint, by hand and against independent libraries."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from picture_files import encode, noisy, scene
from PIL import Image, ImageFilter
from scipy.fft import dctn

from sortal.pictures import read_picture
from sortal.pictures.exif import parse_exif
from sortal.pictures.measures import laplacian_deviation, measure, perceptual_hash


def bits_between(first: int, second: int) -> int:
    return (first ^ second).bit_count()


def smooth(seed: int, width: int = 400, height: int = 300) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def test_the_hash_agrees_with_an_independent_cosine_transform() -> None:
    for seed in range(20):
        grey = np.random.default_rng(seed).integers(0, 256, (32, 32), dtype=np.uint8)
        low = dctn(grey.astype(float), norm="ortho")[:8, :8].ravel()
        expected = "".join("01"[int(value > np.median(low[1:]))] for value in low)
        assert f"{perceptual_hash(grey):064b}" == expected


def test_the_hash_of_a_flat_picture_is_the_same_at_every_level() -> None:
    hashes = {perceptual_hash(np.full((32, 32), level, np.uint8)) for level in range(1, 256)}
    assert hashes == {1 << 63}


@pytest.mark.parametrize("seed", range(5))
def test_the_hash_survives_what_does_not_change_the_picture(seed: int) -> None:
    image = smooth(seed)
    original = measure(image).phash
    for quality in (30, 95):
        copy = read_picture(encode(image, "jpeg", quality=quality))
        assert bits_between(original, copy.fingerprint.phash) <= 4
    assert bits_between(original, measure(image.resize((200, 150))).phash) <= 4
    assert bits_between(original, measure(image.point(lambda v: v * 0.8 + 20)).phash) <= 6
    assert bits_between(original, measure(smooth(seed + 100)).phash) >= 16


def test_the_thumb_is_the_mean_of_each_part() -> None:
    image = Image.fromarray(noisy(256, 128))
    grey = np.asarray(image.convert("L"), dtype=float)
    means = grey.reshape(32, 4, 32, 8).mean(axis=(1, 3))
    thumb = np.frombuffer(measure(image).thumb, np.uint8).reshape(32, 32)
    assert np.abs(thumb - means).max() <= 1  # Pillow rounds after each direction


def test_sharpness_of_a_single_point_by_hand() -> None:
    grey = np.zeros((5, 5), np.uint8)
    grey[2, 2] = 10
    # Of the nine inner pixels one has Laplacian -40, four have 10, four have 0: mean 0.
    assert laplacian_deviation(grey) == pytest.approx(np.sqrt((1600 + 4 * 100) / 9))
    assert laplacian_deviation(np.full((9, 9), 200, np.uint8)) == 0
    assert laplacian_deviation(np.zeros((2, 9), np.uint8)) == 0


def test_sharpness_falls_with_blur() -> None:
    image = Image.fromarray(noisy(256, 200))
    blurred = [measure(image.filter(ImageFilter.GaussianBlur(r))).sharpness for r in (0, 1, 2, 4)]
    assert blurred == sorted(blurred, reverse=True)
    assert blurred[0] > 5 * blurred[-1]


def test_brightness_and_contrast() -> None:
    half = np.zeros((10, 10, 3), np.uint8)
    half[:5] = 255
    measures = measure(Image.fromarray(half))
    assert (measures.brightness, measures.contrast) == (127.5, 127.5)
    grey = np.asarray(Image.fromarray(noisy()).convert("L"), dtype=float)
    measures = measure(Image.fromarray(noisy()))
    assert measures.brightness == pytest.approx(grey.mean())
    assert measures.contrast == pytest.approx(grey.std())


def test_the_hash_of_the_bytes_is_theirs() -> None:
    data = encode(scene(), "webp")
    assert read_picture(data).fingerprint.sha256 == hashlib.sha256(data).hexdigest()


def camera_exif(**detail: Any) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker\0", "Model  X"
    fields = {"taken": 0x9003, "subseconds": 0x9291, "serial": 0xA431}
    exif.get_ifd(0x8769).update({fields[name]: value for name, value in detail.items()})
    return exif.tobytes()


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_time_and_camera_are_read_from_exif(name: str) -> None:
    block = camera_exif(taken="2024:02:29 12:30:05", subseconds="25", serial="007")
    fingerprint = read_picture(encode(scene(), name, exif=block)).fingerprint
    assert fingerprint.taken_at == 1709209805.25
    assert fingerprint.camera == "Maker Model X 007"


def test_what_cameras_without_a_clock_write() -> None:
    assert parse_exif(camera_exif(taken="0000:00:00 00:00:00")).taken_at is None
    assert parse_exif(camera_exif(taken="    :  :     :  :  ")).taken_at is None
    assert parse_exif(camera_exif(taken="2024:02:29 12:30:05", subseconds="x")).taken_at == (
        1709209805.0
    )


def test_no_exif_means_none() -> None:
    fingerprint = read_picture(encode(scene(), "jpeg")).fingerprint
    assert (fingerprint.taken_at, fingerprint.camera) == (None, None)


def test_damaged_exif_never_raises() -> None:
    block = camera_exif(taken="2024:02:29 12:30:05", serial="1")
    random = np.random.default_rng(0)
    for _ in range(500):
        damaged = bytearray(block)
        for at in random.integers(0, len(block), 6):
            damaged[at] = random.integers(0, 256)
        parse_exif(bytes(damaged))
        parse_exif(block[: int(random.integers(0, len(block)))])


def test_the_size_of_the_file_is_kept_for_a_scaled_decoding() -> None:
    pixels: NDArray[np.uint8] = np.asarray(smooth(1, 2600, 2600))
    fingerprint = read_picture(encode(pixels, "jpeg")).fingerprint
    assert (fingerprint.width, fingerprint.height) == (2600, 2600)
