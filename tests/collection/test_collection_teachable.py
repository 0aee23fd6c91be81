"""Projects of Teachable Machine, as its users have published them, and forged ones."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest

from sortal.collection import read_collection
from sortal.errors import CollectionError

MANIFEST = json.dumps(
    {
        "type": "image",
        "version": "2.4.10",
        "appdata": {"publishResults": {}, "trainEpochs": 50, "trainBatchSize": 16},
    }
)


def project(path: Path, members: dict[str, bytes], manifest: str = MANIFEST) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", manifest)
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def labels(path: Path) -> dict[str, str | None]:
    return {sample.path: sample.label for sample in read_collection(path)}


def test_its_kinds_are_the_kinds(tmp_path: Path) -> None:
    path = project(
        tmp_path / "project.tm",
        {"Class 1-!-0.jpg": b"a", "Class 1-!-1.jpg": b"b", "大生鮮蝦(一貫)-!-0.jpg": b"c"},
    )
    assert labels(path) == {
        "Class 1/0.jpg": "Class 1",
        "Class 1/1.jpg": "Class 1",
        "大生鮮蝦(一貫)/0.jpg": "大生鮮蝦(一貫)",
    }
    collection = read_collection(path)
    assert collection.faults == ()
    assert not any("json" in note for note in collection.notes)
    assert collection.samples[0].source.member == "Class 1-!-0.jpg"


def test_a_kind_called_like_the_file_stays_a_kind(tmp_path: Path) -> None:
    path = project(tmp_path / "cat.tm", {"cat-!-0.jpg": b"a"})
    assert labels(path) == {"cat/0.jpg": "cat"}


def test_odd_names_lose_no_picture(tmp_path: Path) -> None:
    path = project(
        tmp_path / "project.tm",
        {"a/b-!-0.jpg": b"a", "a∕b-!-0.jpg": b"b", "a-!-b-!-7.png": b"c", "a-!-b-!-07.png": b"d"},
    )
    collection = read_collection(path)
    assert len(collection) + len(collection.faults) == 4
    assert {"a∕b", "a-!-b"} <= set(collection.classes)


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"type": 7}', "\0" * 1000, "{}" * 10_000])
def test_the_manifest_is_not_trusted_nor_needed_to_be_sound(tmp_path: Path, manifest: str) -> None:
    path = project(tmp_path / "project.tm", {"x-!-0.jpg": b"a"}, manifest)
    assert labels(path) == {"x/0.jpg": "x"}


def test_a_project_of_sounds_is_told_from_one_of_pictures(tmp_path: Path) -> None:
    path = project(tmp_path / "project.tm", {"Background Noise-!-0.zip": b"PK"})
    with pytest.raises(CollectionError, match="sounds or poses"):
        read_collection(path)


def test_members_that_lead_out_are_faults_here_too(tmp_path: Path) -> None:
    path = project(
        tmp_path / "project.tm",
        {"../../etc/x-!-0.jpg": b"a", "/abs-!-0.jpg": b"b", "x-!-0.jpg": b"c", "y-!-0.jpg": b"d"},
    )
    collection = read_collection(path)
    assert collection.classes == ("x", "y")
    assert len(collection.faults) == 2


def test_a_bomb_and_a_torn_project_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "project.tm"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", MANIFEST)
        archive.writestr("x-!-0.jpg", bytes(50_000_000))
        archive.writestr("y-!-0.jpg", b"fine")
    collection = read_collection(path)
    assert [s.path for s in collection] == ["y/0.jpg"]
    assert "this is no picture" in collection.faults[0].message
    whole = path.read_bytes()
    at = whole.rfind(struct.pack("<I", 0x06054B50))
    path.write_bytes(whole[: at - 40])
    with pytest.raises(CollectionError, match="not a sound zip"):
        read_collection(path)
