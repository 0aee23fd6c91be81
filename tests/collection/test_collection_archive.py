"""Zip archives, honest and hostile."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from sortal.collection import ArchiveLimits, read_collection, read_files
from sortal.errors import CollectionError


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in members.items():
            archive.writestr(name, contents)
    return path


def test_a_zip_reads_like_its_folder(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "trees.zip",
        {"oak/1.jpg": b"1", "oak/deep/2.jpg": b"2", "elm/1.jpg": b"3", "notes.txt": b""},
    )
    collection = read_collection(path)
    assert {s.path: s.label for s in collection} == {
        "elm/1.jpg": "elm",
        "oak/1.jpg": "oak",
        "oak/deep/2.jpg": "oak",
    }
    assert collection.name == "trees"
    source = collection.samples[2].source
    assert source.path == path and source.member == "oak/deep/2.jpg"
    assert any("1 .txt" in note for note in collection.notes)


@pytest.mark.parametrize("top", ["trees", "export-2024", "a/b"])
def test_a_folder_around_everything_is_taken_off(tmp_path: Path, top: str) -> None:
    path = packed(
        tmp_path / "trees.zip",
        {f"{top}/oak/1.jpg": b"1", f"{top}/elm/2.jpg": b"2", f"__MACOSX/{top}/oak/._1.jpg": b""},
    )
    collection = read_collection(path)
    assert [s.path for s in collection] == ["elm/2.jpg", "oak/1.jpg"]
    assert collection.samples[0].source.member == f"{top}/elm/2.jpg"
    assert any("hidden or system" in note for note in collection.notes)


def test_a_single_folder_of_pictures_is_a_label_unless_called_like_the_archive(
    tmp_path: Path,
) -> None:
    members = {"oak/1.jpg": b"1", "oak/2.jpg": b"2"}
    assert read_collection(packed(tmp_path / "trees.zip", members)).classes == ("oak",)
    assert read_collection(packed(tmp_path / "oak.zip", members)).classes == ()


def test_a_table_inside_counts(tmp_path: Path) -> None:
    table = b"file_name,label\n1.jpg,oak\n2.jpg,elm\n"
    path = packed(tmp_path / "t.zip", {"x/metadata.csv": table, "x/1.jpg": b"1", "x/2.jpg": b"2"})
    assert {s.path: s.label for s in read_collection(path)} == {"1.jpg": "oak", "2.jpg": "elm"}


def test_hostile_members_are_faults_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("oak/1.jpg", b"1")
        archive.writestr("elm/1.jpg", b"2")
        archive.writestr("../evil.jpg", b"x")
        archive.writestr("oak/../../evil.jpg", b"x")
        archive.writestr("/etc/evil.jpg", b"x")
        archive.writestr("C:\\evil.jpg", b"x")
        archive.writestr("oak\\back.jpg", b"x")
        archive.writestr("oak/bomb.jpg", bytes(3 << 20))
        archive.writestr("oak/big.jpg", bytes(range(256)) * 20_000)
        link = zipfile.ZipInfo("oak/link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("elm/1.jpg", b"another")
    collection = read_collection(path, limits=ArchiveLimits(member_bytes=4 << 20, ratio=500))
    faults = {fault.path: fault for fault in collection.faults}
    assert {s.path for s in collection} == {"elm/1.jpg", "oak/1.jpg", "oak/back.jpg"}
    assert set(faults) == {
        *("../evil.jpg", "oak/../../evil.jpg", "/etc/evil.jpg", "C:/evil.jpg"),
        *("oak/bomb.jpg", "oak/big.jpg", "oak/link.jpg", "elm/1.jpg"),
    }
    assert faults["oak/bomb.jpg"].reason == faults["oak/big.jpg"].reason == "too-large"
    assert "symbolic link" in faults["oak/link.jpg"].message
    assert "leads out" in faults["../evil.jpg"].message
    assert "two members" in faults["elm/1.jpg"].message


def test_encrypted_members_are_faults(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"oak/1.jpg": b"1", "elm/2.jpg": b"2"})
    raw = bytearray(path.read_bytes())
    local, central = raw.index(b"PK\3\4"), raw.index(b"PK\1\2")
    raw[local + 6] |= 1
    raw[central + 8] |= 1
    path.write_bytes(raw)
    collection = read_collection(path)
    assert [(f.path, "encrypted" in f.message) for f in collection.faults] == [("oak/1.jpg", True)]


def test_an_archive_beyond_the_limits_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {f"oak/{n}.jpg": bytes(1000) for n in range(20)})
    with pytest.raises(CollectionError, match="may have 19 members; this one lists 20"):
        read_collection(path, limits=ArchiveLimits(members=19))
    with pytest.raises(CollectionError, match="19,999 bytes unpacked; this one says 20,000"):
        read_collection(path, limits=ArchiveLimits(total_bytes=19_999))


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"oak/1.jpg": b"1"})
    raw = bytearray(path.read_bytes())
    central = raw.index(b"PK\1\2")
    struct.pack_into("<L", raw, central + 20, 1 << 20)
    path.write_bytes(raw)
    with pytest.raises(CollectionError):
        read_collection(path)


@pytest.mark.parametrize(
    "contents",
    [b"", b"PK\3\4", b"PK\5\6", b"PK\5\6" + b"\xff" * 18, b"not a zip at all", b"PK\3\4" * 9_000],
)
def test_what_is_not_a_sound_zip_is_refused(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(contents)
    with pytest.raises(CollectionError, match=r"t\.zip"):
        read_collection(path)


def test_every_cut_of_a_zip_is_refused_or_read(tmp_path: Path) -> None:
    whole = packed(tmp_path / "t.zip", {"oak/1.jpg": b"1" * 50, "elm/2.jpg": b"2"}).read_bytes()
    path = tmp_path / "cut.zip"
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(CollectionError):
            read_collection(path)


def test_every_flipped_byte_is_refused_or_read(tmp_path: Path) -> None:
    whole = packed(tmp_path / "t.zip", {"oak/1.jpg": b"1" * 50, "metadata.csv": b"file_name\n"})
    raw = whole.read_bytes()
    path = tmp_path / "flipped.zip"
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        try:
            read_collection(path)
        except CollectionError as error:
            assert str(path) in str(error) or "metadata.csv" in str(error)


def test_utf8_names_without_the_flag_are_understood(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"chêne/1.jpg": b"1", "orme/2.jpg": b"2"})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + offset + 1] &= ~0x08
    path.write_bytes(raw)
    collection = read_collection(path)
    assert collection.classes == ("chêne", "orme")
    with zipfile.ZipFile(path) as archive:
        member = collection.samples[0].source.member
        assert isinstance(member, str) and archive.read(member) == b"1"


def test_an_oversized_table_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"metadata.csv": b"file_name\n" * 9, "1.jpg": b""})
    with pytest.raises(CollectionError, match="more than the 50 bytes"):
        read_collection(path, limits=ArchiveLimits(table_bytes=50))


def test_read_files_takes_archives(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"a/1.jpg": b"1", "2.jpg": b"2"})
    assert [s.path for s in read_files([path])] == [f"{path}/2.jpg", f"{path}/a/1.jpg"]


def test_a_ready_made_split_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {"train/a/1.jpg": b"", "test/a/1.jpg": b""})
    with pytest.raises(CollectionError, match="unpack the archive first"):
        read_collection(path)
