"""Folders as collections: labels, depth, odd names, and an account of every file."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from sortal.collection import Collection, read_collection, read_files
from sortal.collection.folder import list_folder
from sortal.collection.limits import LIMITS
from sortal.errors import CollectionError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def put(root: Path, names: Sequence[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def labels(collection: Collection) -> dict[str, str | None]:
    return {sample.path: sample.label for sample in collection}


def test_the_first_folder_is_the_label_at_any_depth(tmp_path: Path) -> None:
    put(tmp_path, ["cat/1.jpg", "cat/indoor/old/2.jpg", "dog/1.png", "dog/indoor/3.webp"])
    collection = read_collection(tmp_path)
    assert labels(collection) == {
        "cat/1.jpg": "cat",
        "cat/indoor/old/2.jpg": "cat",
        "dog/1.png": "dog",
        "dog/indoor/3.webp": "dog",
    }
    assert [s.path for s in collection] == sorted(s.path for s in collection)
    assert collection.classes == ("cat", "dog")
    assert collection.name == tmp_path.name
    assert collection.samples[0].source.path == tmp_path / "cat/1.jpg"


def test_equal_leaf_folders_never_merge_classes(tmp_path: Path) -> None:
    put(tmp_path, ["north/oak/1.jpg", "north/elm/1.jpg", "south/oak/1.jpg", "south/elm/1.jpg"])
    collection = read_collection(tmp_path)
    assert collection.classes == ("north", "south")
    assert any("folders of the same names inside (elm, oak)" in n for n in collection.notes)


@pytest.mark.parametrize("parts", [("train", "test"), ("Training", "valid"), ("train", "val")])
def test_parts_of_a_split_are_not_kinds(tmp_path: Path, parts: tuple[str, str]) -> None:
    put(tmp_path, [f"{part}/{kind}/1.jpg" for part in parts for kind in ("cat", "dog")])
    with pytest.raises(CollectionError, match="ready-made split") as caught:
        read_collection(tmp_path)
    assert f"--test {tmp_path}/{parts[1]}" in str(caught.value)
    assert labels(read_collection(tmp_path / parts[0]))["cat/1.jpg"] == "cat"


def test_a_kind_called_train_is_a_kind(tmp_path: Path) -> None:
    put(tmp_path, ["train/1.jpg", "train/2.jpg", "bus/1.jpg", "bus/2.jpg"])
    assert read_collection(tmp_path).classes == ("bus", "train")


def test_plain_files_have_no_labels(tmp_path: Path) -> None:
    collection = read_collection(put(tmp_path, ["b.jpg", "a.jpg"]))
    assert labels(collection) == {"a.jpg": None, "b.jpg": None}
    assert collection.classes == ()


def test_a_picture_beside_the_label_folders_is_a_fault(tmp_path: Path) -> None:
    collection = read_collection(put(tmp_path, ["cat/1.jpg", "dog/1.jpg", "stray.jpg"]))
    assert [fault.path for fault in collection.faults] == ["stray.jpg"]
    assert collection.faults[0].reason == "bad-record"
    assert len(collection) == 2


def test_one_folder_around_the_kinds_is_said(tmp_path: Path) -> None:
    collection = read_collection(put(tmp_path, ["all/cat/1.jpg", "all/dog/1.jpg"]))
    assert collection.classes == ("all",)
    assert any(f"give {tmp_path}/all" in note for note in collection.notes)


def test_empty_folders_and_single_pictures_are_said(tmp_path: Path) -> None:
    put(tmp_path, ["cat/1.jpg", "dog/1.jpg", "dog/2.jpg", "fox/readme.txt"])
    (tmp_path / "elk").mkdir()
    notes = " ".join(read_collection(tmp_path).notes)
    assert "No picture is in elk, fox" in notes
    assert "cat has a single picture" in notes


def test_every_file_is_used_or_fault_or_passed_over(tmp_path: Path) -> None:
    put(
        tmp_path,
        [
            *("cat/1.JPG", "cat/noending", "cat/odd.xyz", "dog/2.jpeg", "top.png"),
            *("cat/Thumbs.db", "cat/.DS_Store", "dog/notes.txt", "dog/a.pdf", "b.json"),
            *(".git/objects/1.jpg", "__MACOSX/cat/._1.jpg", "dog/metadata.csv"),
        ],
    )
    collection = read_collection(tmp_path)
    assert {s.path for s in collection} == {
        "cat/1.JPG",
        "cat/noending",
        "cat/odd.xyz",
        "dog/2.jpeg",
    }
    assert [f.path for f in collection.faults] == ["top.png"]
    listing = list_folder(tmp_path, limits=LIMITS)
    assert listing.passed_over == {"txt": 1, "pdf": 1, "json": 1}
    assert listing.system == 4  # a hidden folder counts as one
    assert len(listing.tables) == 1
    notes = " ".join(collection.notes)
    assert "3 files whose ending is not a picture's: 1 .json, 1 .pdf, 1 .txt" in notes
    assert "4 hidden or system files" in notes
    assert "Not used: dog/metadata.csv" in notes


def test_link_circles_end_and_nothing_is_read_twice(tmp_path: Path) -> None:
    put(tmp_path, ["cat/1.jpg", "dog/1.jpg"])
    (tmp_path / "cat" / "again").symlink_to(tmp_path)
    (tmp_path / "a_cat").symlink_to(tmp_path / "cat")
    collection = read_collection(tmp_path)
    assert set(labels(collection)) == {"cat/1.jpg", "dog/1.jpg"}
    assert any("not followed: a_cat, cat/again" in note for note in collection.notes)


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    put(tmp_path, ["far/1.jpg", "here/dog/2.jpg"])
    (tmp_path / "here" / "cat").symlink_to(tmp_path / "far")
    assert labels(read_collection(tmp_path / "here")) == {"cat/1.jpg": "cat", "dog/2.jpg": "dog"}


def test_broken_links_and_pipes_are_faults(tmp_path: Path) -> None:
    put(tmp_path, ["cat/1.jpg"])
    (tmp_path / "cat" / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    os.mkfifo(tmp_path / "cat" / "pipe.jpg")
    faults = {f.path: f for f in read_collection(tmp_path).faults}
    assert set(faults) == {"cat/gone.jpg", "cat/pipe.jpg"}
    assert {f.reason for f in faults.values()} == {"unreadable"}
    assert "leads nowhere" in faults["cat/gone.jpg"].message


def test_an_unreadable_folder_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, ["cat/1.jpg", "secret/1.jpg"])
    scandir = os.scandir

    def refuse(path: str) -> os._ScandirIterator[str]:
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    collection = read_collection(tmp_path)
    assert [(f.path, f.reason) for f in collection.faults] == [("secret", "unreadable")]
    assert "Permission denied" in collection.faults[0].message


def test_labels_that_look_alike_are_one_and_case_twins_are_two(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "cône")
    decomposed = unicodedata.normalize("NFD", "cône")
    put(tmp_path, [f"{composed}/1.jpg", f"{decomposed}/2.jpg", "Cat/1.jpg", "cat/2.jpg"])
    collection = read_collection(tmp_path)
    assert collection.classes == ("Cat", "cat", composed)
    notes = " ".join(collection.notes)
    assert "Cat, cat differ in case only" in notes
    assert f"2 folders named {composed}" in notes
    assert all(sample.source.path.exists() for sample in collection)


def test_names_that_cannot_be_printed_are_escaped(tmp_path: Path) -> None:
    put(tmp_path, [f"cat/{os.fsdecode(name)}" for name in (b"\xff.jpg", b"\x1b[31m.jpg")])
    put(tmp_path, ["cat/\u202egpj.jpg"])
    collection = read_collection(tmp_path)
    assert {s.path for s in collection} == {
        "cat/\\xff.jpg",
        "cat/\\x1b[31m.jpg",
        "cat/\\u202egpj.jpg",
    }
    assert all(sample.source.path.exists() for sample in collection)
    assert all(sample.path.encode() for sample in collection)


def test_what_is_not_a_folder_is_refused_with_advice(tmp_path: Path) -> None:
    put(tmp_path, ["one.jpg", "metadata.csv", "pack.tar"])
    (tmp_path / "empty").mkdir()
    for name, words in {
        "absent": "no such folder or archive",
        "empty": "no usable picture",
        "one.jpg": "a single file",
        "metadata.csv": "a metadata table",
        "pack.tar": "unpack it",
    }.items():
        with pytest.raises(CollectionError, match=words) as caught:
            read_collection(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


def test_read_files_walks_folders_and_takes_named_files_as_they_are(tmp_path: Path) -> None:
    put(tmp_path, ["in/b.jpg", "in/deep/a.jpg", "in/readme.txt", "note.txt"])
    paths = [tmp_path / "note.txt", tmp_path / "in", tmp_path / "in/b.jpg", tmp_path / "absent.jpg"]
    collection = read_files(paths)
    assert [s.path for s in collection] == [
        (tmp_path / name).as_posix() for name in ("in/b.jpg", "in/deep/a.jpg", "note.txt")
    ]
    assert all(s.label is None for s in collection)
    assert [(f.path, f.reason) for f in collection.faults] == [
        ((tmp_path / "absent.jpg").as_posix(), "unreadable")
    ]


@pytest.mark.parametrize("given", [[], ["absent"], ["empty"]])
def test_read_files_refuses_to_return_nothing(tmp_path: Path, given: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CollectionError, match=r"[Nn]o picture"):
        read_files(tmp_path / name for name in given)


def test_the_current_folder_adds_no_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, ["b.jpg", "a.jpg"])
    monkeypatch.chdir(tmp_path)
    assert [s.path for s in read_files([Path()])] == ["a.jpg", "b.jpg"]


@pytest.mark.shared
def test_the_real_folders_are_read_whole() -> None:
    if not SHARED.is_dir():
        pytest.skip("the real data is not beside the repository")
    for name, n, classes in (("trash", 2527, 6), ("coins", 2830, 8), ("calibration", 96, 0)):
        collection = read_collection(SHARED / name)
        assert (len(collection), len(collection.classes), collection.faults) == (n, classes, ())
