"""Bytes from files and archives; originals stay as they are."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest
from picture_files import FORMATS, encode, noisy, scene

from sortal.errors import PictureError
from sortal.pictures import Limits, PicturePool, Prepared, Source, content_hash, read_picture
from sortal.pictures.refusal import Refusal
from sortal.pictures.source import read_bytes


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("cats/täbby.png", encode(scene(), "png"))
        file.writestr("cats/empty.png", b"")
        file.writestr("bomb.png", bytes(5_000_000), zipfile.ZIP_DEFLATED)
        file.writestr("damaged.png", encode(noisy(), "png"))
    content = bytearray(path.read_bytes())
    at = content.index(b"damaged.png") + 2000
    content[at] ^= 0xFF
    path.write_bytes(content)
    return path


def reason_of(source: Source, limits: Limits) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(source, limits=limits)
    return caught.value.fault.reason


def test_members_are_read(archive: Path) -> None:
    source = Source(archive, "cats/täbby.png")
    picture = read_picture(source)
    assert (picture.pixels == scene()).all()
    assert content_hash(source) == hashlib.sha256(encode(scene(), "png")).hexdigest()


def test_members_that_cannot_be_read(archive: Path) -> None:
    limits = Limits(max_bytes=1_000_000)
    assert reason_of(Source(archive, "cats/empty.png"), limits) == "empty"
    assert reason_of(Source(archive, "absent.png"), limits) == "bad-record"
    assert reason_of(Source(archive, "bomb.png"), limits) == "too-large"
    assert reason_of(Source(archive, "damaged.png"), limits) == "damaged"
    assert reason_of(Source(archive.parent / "gone.zip", "a.png"), limits) == "unreadable"


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "not.zip"
    path.write_bytes(b"hello")
    assert reason_of(Source(path, "a.png"), Limits()) == "damaged"


def test_an_encrypted_member_is_refused(archive: Path) -> None:
    content = archive.read_bytes()
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    marked = bytearray(content)
    marked[local + 6] |= 1
    marked[central + 8] |= 1
    path = archive.with_name("locked.zip")
    path.write_bytes(marked)
    assert reason_of(Source(path, "cats/täbby.png"), Limits()) == "bad-record"


def test_a_changed_archive_is_opened_anew(tmp_path: Path) -> None:
    path = tmp_path / "pictures.zip"
    for pixels in (scene(30, 20), scene(20, 30)):
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("a.png", encode(pixels, "png"))
        os.utime(path, ns=(0, hash(pixels.shape) % 10**9))
        assert read_picture(Source(path, "a.png")).pixels.shape == pixels.shape


def test_a_pool_reads_members(archive: Path) -> None:
    source = Source(archive, "cats/täbby.png")
    with PicturePool(size=16, fit="pad", workers=1) as pool:
        answers = list(pool.read([("a", source)] * 6))
    assert all(isinstance(answer, Prepared) for answer in answers)


def test_the_hash_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"any bytes")
    expected = hashlib.sha256(b"any bytes").hexdigest()
    assert content_hash(path) == content_hash(Source(path)) == expected
    with pytest.raises(PictureError, match=r"gone\.png: The file could not be read: No such file"):
        content_hash(tmp_path / "gone.png")


def test_the_size_limit_holds_exactly(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(100))
    assert len(read_bytes(Source(path), Limits(max_bytes=100))) == 100
    with pytest.raises(Refusal, match="100 bytes; at most 99"):
        read_bytes(Source(path), Limits(max_bytes=99))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encode(scene(), "png"))
    path.chmod(0)
    assert reason_of(Source(path), Limits()) == "unreadable"


def test_originals_keep_their_content_and_time(tmp_path: Path) -> None:
    items = []
    for name in FORMATS:
        for cut in (None, 200):
            path = tmp_path / f"{cut}.{name}"
            path.write_bytes(encode(scene(), name)[:cut])
            path.chmod(0o444)
            os.utime(path, ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))
            items.append((path.name, Source(path)))
    before = {source.path: source.path.read_bytes() for _, source in items}
    with PicturePool(size=16, fit="pad", workers=1) as pool:
        assert len(list(pool.read(items))) == len(items)
    assert sorted(tmp_path.iterdir()) == sorted(before)
    for path, content in before.items():
        assert path.read_bytes() == content
        assert path.stat().st_mtime_ns == 1_500_000_000_987_654_321
