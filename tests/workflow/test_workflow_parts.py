"""The parts between the jobs: streams of names, places for results, names of copies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortal.errors import Fault, OutputError, PictureError
from sortal.pictures import FITS, PicturePool, Source
from sortal.workflow.feed import Named, feed, named_pictures
from sortal.workflow.outputs import prepare_outputs
from sortal.workflow.sorting import Sorter, folder_names, safe_name
from sortal.workflow.story import WAYS
from sortal.workflow.values import Prediction


def prediction(kind: str, *, unknown: bool = False) -> Prediction:
    return Prediction("p", ((kind, 1.0),), unknown=unknown, distance=0.0, likely=(kind,))


# Streams


def test_faults_keep_their_place_among_the_pictures(shapes: Path) -> None:
    pictures = sorted((shapes / "disc").iterdir())
    fault = Fault("nowhere", "unreadable", "There is no such file or folder.")

    def given() -> Iterator[Named | Fault]:
        yield fault
        for path in pictures:
            yield str(path), Source(path)
            yield fault

    with PicturePool(size=32, fit="squash", workers=1) as pool:
        fed = list(feed(given(), pool))
    assert [f.path for f in fed[1::2]] == [str(path) for path in pictures]
    assert [f.fault for f in fed[::2]] == [fault] * (len(pictures) + 1)
    assert all(f.prepared for f in fed[1::2])


def test_nothing_but_faults_and_nothing_at_all() -> None:
    with PicturePool(size=32, fit="squash", workers=1) as pool:
        assert list(feed([], pool)) == []
        (only,) = feed([Fault("a", "empty", "b")], pool)
    assert only.fault == Fault("a", "empty", "b")


def test_names_are_taken_as_they_come(shapes: Path) -> None:
    asked = 0

    def endless() -> Iterator[Path]:
        nonlocal asked
        while True:
            asked += 1
            yield shapes / "disc" / "disc-00.png"

    with PicturePool(size=32, fit="squash", workers=1) as pool:
        fed = feed(named_pictures(endless()), pool)
        for _ in range(100):
            next(fed)
    assert asked < 200


def test_a_name_that_cannot_be_printed_is_escaped(tmp_path: Path) -> None:
    (fault,) = named_pictures([tmp_path / "a\nb\x1b.png"])
    assert isinstance(fault, Fault)
    assert fault.path == f"{tmp_path}/a\\x0ab\\x1b.png"


# Places for results


def test_a_place_is_left_as_it_was_found(tmp_path: Path) -> None:
    prepare_outputs(tmp_path / "deep" / "m.onnx", tmp_path / "m.html")
    assert [p.name for p in tmp_path.rglob("*")] == ["deep"]
    (tmp_path / "m.html").write_text("old")
    prepare_outputs(tmp_path / "m.html")
    assert (tmp_path / "m.html").read_text() == "old"


def test_a_closed_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(OutputError, match=r"no file can be written there \(Permission denied\)"):
        prepare_outputs(tmp_path / "m.onnx")


def test_an_input_under_another_path_is_still_an_input(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    picture = tmp_path / "pictures" / "a.png"
    picture.write_bytes(b"picture")
    (tmp_path / "link").symlink_to(tmp_path / "pictures")
    for result in (tmp_path / "link" / "a.png", tmp_path / "pictures" / ".." / "pictures/a.png"):
        with pytest.raises(OutputError, match="never written to"):
            prepare_outputs(result, inputs=[picture])
    prepare_outputs(tmp_path / "a.png", inputs=[picture])


# Names of copies


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in {".", ".."}
    assert len(safe.encode()) <= 201
    assert not set(safe) & set('/\\<>:"|?*\0')
    assert safe == safe.strip(" .")
    assert Path("folder", safe).parent == Path("folder")
    assert safe_name(safe) == safe


@given(st.lists(st.text(max_size=8), max_size=12, unique=True))
def test_no_two_kinds_share_a_folder(kinds: list[str]) -> None:
    names = folder_names(tuple(kinds))
    assert len({name.casefold() for name in names}) == len(kinds)


def test_endings_survive_shortening() -> None:
    assert safe_name("日" * 300 + ".jpeg").endswith("日.jpeg")
    assert safe_name("con") == "_con"
    assert safe_name("..") == "_"
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"


def test_a_kind_called_unknown_does_not_hide_the_unknown(tmp_path: Path) -> None:
    sorter = Sorter(tmp_path, ("Unknown", "../up"))
    picture = tmp_path / "p.png"
    picture.write_bytes(b"1")
    known = sorter.copy(Source(picture), prediction("Unknown"))
    up = sorter.copy(Source(picture), prediction("../up"))
    unknown = sorter.copy(Source(picture), prediction("Unknown", unknown=True))
    assert [p.parent for p in (known, up, unknown)] == [
        tmp_path / "Unknown",
        tmp_path / "_up",
        tmp_path / "unknown-2",
    ]


def test_a_copy_never_overwrites_even_in_a_race(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "p.png"
    source.write_bytes(b"mine")
    place = tmp_path / "sorted" / "disc"
    place.mkdir(parents=True)
    real = os.link

    def slow(*arguments: object, **others: object) -> None:
        if not (place / "p.png").exists():
            (place / "p.png").write_bytes(b"quicker")
        real(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", slow)
    copy = Sorter(tmp_path / "sorted", ("disc",)).copy(Source(source), prediction("disc"))
    assert copy.name == "p-2.png"
    assert {p.name: p.read_bytes() for p in place.iterdir()} == {
        "p.png": b"quicker",
        "p-2.png": b"mine",
    }


def test_copies_without_second_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", unknown)
    sorter = Sorter(tmp_path / "sorted", ("disc",))
    for folder, content in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.png").write_bytes(content)
        sorter.copy(Source(tmp_path / folder / "p.png"), prediction("disc"))
    found = {p.name: p.read_bytes() for p in (tmp_path / "sorted" / "disc").iterdir()}
    assert found == {"p.png": b"one", "p-2.png": b"two"}


def test_a_disk_that_fills_up_leaves_no_half_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "p.png"
    source.write_bytes(b"mine")

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:2])
        raise OSError(28, "No space left on device")

    sorter = Sorter(tmp_path / "sorted", ("disc",))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match=r"p\.png: cannot be written \(No space left"):
        sorter.copy(Source(source), prediction("disc"))
    assert list((tmp_path / "sorted" / "disc").iterdir()) == []


def test_a_picture_that_vanished_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="No such file"):
        Sorter(tmp_path, ("disc",)).copy(Source(tmp_path / "gone.png"), prediction("disc"))


def test_every_fit_has_words_in_a_report() -> None:
    assert set(WAYS) == set(FITS)
