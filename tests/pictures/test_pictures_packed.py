"""One picture out of a file of thousands, and IDX files that are not sound."""

from __future__ import annotations

import gzip
import hashlib
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packed_files import digits, idx_bytes, write_idx
from sortal.errors import Fault, PictureError
from sortal.pictures import (
    Fit,
    Limits,
    PicturePool,
    Prepared,
    Source,
    content_hash,
    fit_square,
    idx,
    picture_bytes,
    process,
    read_picture,
)
from sortal.pictures.idx import read_array
from sortal.pictures.packed import packed_pictures
from sortal.pictures.prepare import Wanted, prepare
from sortal.pictures.refusal import Refusal
from sortal.pictures.together import prepare_together

HERE = Path(__file__).resolve().parent


def refused(path: Path, content: bytes) -> Refusal:
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        packed_pictures(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"),
        ("train-images.idx3-ubyte", "train-images"),
    ],
)
def test_a_picture_is_its_numbers_as_netpbm(tmp_path: Path, name: str, stem: str) -> None:
    pictures = digits(5)
    path = write_idx(tmp_path / name, pictures)
    source = Source(path, 3)
    expected = b"P5\n6 7\n255\n" + pictures[3].tobytes()
    assert picture_bytes(source) == expected
    assert content_hash(source) == hashlib.sha256(expected).hexdigest()
    picture = read_picture(source)
    assert np.array_equal(picture.pixels, np.repeat(pictures[3][..., None], 3, axis=2))
    assert picture.fingerprint.format == "Netpbm"
    assert (picture.fingerprint.width, picture.fingerprint.height) == (6, 7)
    assert picture.fingerprint.repairs == ()
    assert source.file_name == f"{stem}-00003.pgm"


def test_colour_has_four_dimensions(tmp_path: Path) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (3, 4, 5, 3), np.uint8)
    path = write_idx(tmp_path / "colour-images-idx4-ubyte", pictures)
    assert np.array_equal(read_picture(Source(path, 2)).pixels, pictures[2])


def test_a_fourth_dimension_of_one_is_grey(tmp_path: Path) -> None:
    pictures = digits(3)
    path = write_idx(tmp_path / "images-idx4-ubyte", pictures[..., None])
    assert np.array_equal(packed_pictures(path), pictures)


@pytest.mark.parametrize("number", [-1, 5])
def test_a_number_beyond_the_file_is_a_fault(tmp_path: Path, number: int) -> None:
    path = write_idx(tmp_path / "images-idx3-ubyte", digits(5))
    with pytest.raises(PictureError, match="holds 5 pictures") as caught:
        read_picture(Source(path, number))
    assert caught.value.fault.reason == "bad-record"


def test_a_file_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(PictureError) as caught:
        read_picture(Source(tmp_path / "images-idx3-ubyte", 0))
    assert caught.value.fault.reason == "unreadable"


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    path = write_idx(tmp_path / "images-idx3-ubyte", digits(2))
    assert len(packed_pictures(path)) == 2
    write_idx(path, digits(3))
    assert len(packed_pictures(path)) == 3


def test_what_is_read_cannot_be_written(tmp_path: Path) -> None:
    assert not packed_pictures(write_idx(tmp_path / "a", digits(2))).flags.writeable


def test_every_cut_of_a_file_is_noticed(tmp_path: Path) -> None:
    whole = idx_bytes(digits(2, height=2, width=2))
    for end in range(4, len(whole)):
        assert refused(tmp_path / f"plain-{end}", whole[:end]).reason == "truncated"
    packed = gzip.compress(whole)
    for end in range(len(packed)):
        assert refused(tmp_path / f"gzip-{end}", packed[:end]).reason in {"truncated", "damaged"}


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (b"", "damaged", "with nothing"),
        (b"hello, world", "damaged", "68 65 6c 6c"),
        (struct.pack(">BBBBI", 0, 0, 13, 1, 0), "damaged", "floats"),
        (idx_bytes(digits(2)) + b"!", "damaged", "More than the 84 bytes"),
        (idx_bytes(np.zeros(9, np.uint8)), "damaged", "pictures are"),
        (idx_bytes(np.zeros((2, 2, 2, 2), np.uint8)), "damaged", "2 x 2 x 2 x 2"),
        (struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 2**16, 2**16), "too-large", "promises"),
        (struct.pack(">BBBB3I", 0, 0, 8, 3, 60_000, 28, 28), "truncated", "47,040,000"),
    ],
)
def test_what_is_not_sound_is_refused(
    tmp_path: Path, content: bytes, reason: str, words: str
) -> None:
    refusal = refused(tmp_path / "images-idx3-ubyte", content)
    assert refusal.reason == reason
    assert words in refusal.message


def test_no_more_is_unpacked_than_the_header_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(idx_bytes(digits(2)) + bytes(64 << 20))
    assert "More than" in refused(tmp_path / "bomb", bomb).message
    monkeypatch.setattr(idx, "MOST_BYTES", 1_000)
    promised = gzip.compress(idx_bytes(np.zeros((1_001, 1, 1), np.uint8)))
    assert refused(tmp_path / "promised", promised).reason == "too-large"


def test_a_wrong_checksum_is_noticed(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(idx_bytes(digits(20)), 0))
    packed[-40] ^= 1
    assert refused(tmp_path / "images-idx3-ubyte.gz", bytes(packed)).reason == "damaged"


def test_any_array_of_bytes_is_read(tmp_path: Path) -> None:
    labels = np.arange(10, dtype=np.uint8)
    assert np.array_equal(read_array(write_idx(tmp_path / "labels-idx1-ubyte.gz", labels)), labels)


def test_the_pool_reads_them_in_order(tmp_path: Path) -> None:
    pictures = digits(300)
    path = write_idx(tmp_path / "train-images-idx3-ubyte.gz", pictures)
    other = write_idx(tmp_path / "t10k-images-idx3-ubyte.gz", pictures[:7])
    items = [(f"train/{n}", Source(path, n)) for n in range(len(pictures))]
    items[150:150] = [(f"test/{n}", Source(other, n)) for n in range(9)]
    with PicturePool(size=12, fit="squash", thumbnail=4, workers=2) as pool:
        answers = list(pool.read(items))
    assert len(answers) == len(items)
    for (name, source), answer in zip(items, answers, strict=True):
        if name in {"test/7", "test/8"}:
            assert isinstance(answer, Fault) and (answer.path, answer.reason) == (
                name,
                "bad-record",
            )
            continue
        picture = read_picture(source, path=name)
        assert isinstance(answer, Prepared) and answer.thumbnail is not None
        assert answer.fingerprint == picture.fingerprint
        assert np.array_equal(answer.square, fit_square(picture.pixels, 12, "squash"))


def test_a_few_are_read_without_a_process(tmp_path: Path) -> None:
    path = write_idx(tmp_path / "images-idx3-ubyte", digits(3))
    with PicturePool(size=8, fit="pad") as pool:
        answers = list(pool.read((str(n), Source(path, n)) for n in range(3)))
        assert not pool._lanes
    assert all(isinstance(answer, Prepared) for answer in answers)


def test_a_lost_worker_costs_only_the_picture_that_it_died_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (sys.executable, "-P", str(HERE / "misbehaving_worker.py"))
    monkeypatch.setattr(process, "COMMAND", command)
    path = write_idx(tmp_path / "images-idx3-ubyte", digits(90))
    names = {20: "segfault", 21: "sleep", 70: "garbage"}
    items = [(names.get(n, str(n)), Source(path, n)) for n in range(90)]
    with PicturePool(size=8, fit="pad", workers=2, limits=Limits(seconds=2.0)) as pool:
        answers = list(pool.read(items))
    faults = {a.path: a.reason for a in answers if isinstance(a, Fault)}
    assert faults == {
        "segfault": "decoder-crash",
        "sleep": "decoder-timeout",
        "garbage": "decoder-crash",
    }
    assert [a.path for a in answers if isinstance(a, Fault)] == ["segfault", "sleep", "garbage"]
    hashes = [a.fingerprint.sha256 for a in answers if isinstance(a, Prepared)]
    assert hashes == [content_hash(source) for name, source in items if name not in faults]


@pytest.mark.parametrize("side", [8, 20, 27, 28, 31, 32])
@pytest.mark.parametrize("fit", ["pad", "squash", "crop"])
def test_pictures_prepared_together_are_those_prepared_alone(
    tmp_path: Path, side: int, fit: Fit
) -> None:
    rng = np.random.default_rng(side)
    pictures = rng.integers(0, 256, (9, side, side), dtype=np.uint8)
    pictures[1], pictures[2, side // 2 :] = 0, 255
    path = write_idx(tmp_path / "images-idx3-ubyte.gz", pictures)
    wanted = Wanted(size=side, fit=fit)
    items = [(f"{path.name}/{n}", Source(path, n)) for n in (3, 1, 2, 0, 8, 8)]
    together = prepare_together(items, wanted)
    assert together is not None
    for (name, source), found in zip(items, together, strict=True):
        alone = prepare(source, wanted, path=name)
        assert isinstance(alone, Prepared)
        assert found.fingerprint == alone.fingerprint
        assert np.array_equal(found.square, alone.square)
        assert (found.thumbnail, found.digits) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [{"size": 27}, {"fit": "handwriting"}, {"thumbnail": 20}, {"apart": True}],
    ids=str,
)
def test_pictures_that_are_to_be_changed_are_prepared_alone(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    side = 8
    path = write_idx(tmp_path / "images-idx3-ubyte", digits(4, height=side, width=side))
    items = [("a", Source(path, 0)), ("b", Source(path, 1))]
    assert prepare_together(items, Wanted(size=side, fit="pad")) is not None
    assert prepare_together(items, Wanted(**{"size": side, "fit": "pad", **changes})) is None


def test_what_cannot_be_prepared_together_is_left_to_each(tmp_path: Path) -> None:
    pictures = digits(4, height=8, width=8)
    path = write_idx(tmp_path / "images-idx3-ubyte", pictures)
    other = write_idx(tmp_path / "others-idx3-ubyte", pictures)
    sources = {
        "one": [Source(path, 0)],
        "beyond the last": [Source(path, 0), Source(path, 4)],
        "two files": [Source(path, 0), Source(other, 0)],
        "no file": [Source(tmp_path / "none", 0), Source(tmp_path / "none", 1)],
        "a file itself": [Source(path, 0), Source(path)],
    }
    wide = write_idx(tmp_path / "wide-idx3-ubyte", digits(2, height=33, width=33))
    pair = [("a", Source(wide, 0)), ("b", Source(wide, 1))]
    assert prepare_together(pair, Wanted(size=33, fit="pad")) is None
    for items in sources.values():
        named = [("name", source) for source in items]
        assert prepare_together(named, Wanted(size=8, fit="pad")) is None
    both = [("a", Source(path, 0)), ("b", Source(path, 1))]
    assert prepare_together(both, Wanted(size=8, fit="pad", limits=Limits(max_pixels=9))) is None
