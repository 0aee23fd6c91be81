"""Metadata tables: encodings, delimiters, and rows that do not fit the files."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from sortal.collection import Collection, read_collection
from sortal.errors import CollectionError, UsageError


def given(
    root: Path, table: str | bytes, *, name: str = "metadata.csv", files: str = "a b c"
) -> Path:
    for file in files.split():
        path = root / f"{file}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (root / name).write_bytes(table.encode() if isinstance(table, str) else table)
    return root


def labels(collection: Collection) -> dict[str, str | None]:
    return {sample.path: sample.label for sample in collection}


ROWS = [("a.jpg", "oak", "1"), ("b.jpg", "elm", "2"), ("c.jpg", "oak", "2")]


def joined(delimiter: str, end: str = "\n") -> str:
    lines = [("file_name", "label", "site"), *ROWS]
    return end.join(delimiter.join(line) for line in lines) + end


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.csv", joined(",")),
        ("metadata.csv", joined(";", "\r\n")),
        ("metadata.csv", joined("\t")),
        ("metadata.tsv", joined("\t")),
        ("METADATA.CSV", "\n" + joined(",")),
        (
            "metadata.jsonl",
            "\n".join(
                json.dumps({"file_name": f, "label": k, "site": int(s), "note": None})
                for f, k, s in ROWS
            ),
        ),
    ],
)
def test_every_format_says_the_same(tmp_path: Path, name: str, text: str) -> None:
    collection = read_collection(given(tmp_path, text, name=name))
    assert labels(collection) == {"a.jpg": "oak", "b.jpg": "elm", "c.jpg": "oak"}
    assert [dict(sample.metadata) for sample in collection] == [
        {"site": "1"},
        {"site": "2"},
        {"site": "2"},
    ]
    assert collection.faults == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_or_valid_utf8(tmp_path: Path, encoding: str) -> None:
    table = "file_name,label\na.jpg,chêne\nb.jpg,orme\nc.jpg,orme\n".encode(encoding)
    collection = read_collection(given(tmp_path, table))
    assert collection.samples[0].label == "chêne"
    assert not any("Latin-1" in note for note in collection.notes)


def test_anything_else_is_latin1_and_said(tmp_path: Path) -> None:
    table = "file_name,label\na.jpg,chêne\nb.jpg,orme\nc.jpg,orme\n".encode("latin-1")
    collection = read_collection(given(tmp_path, table))
    assert collection.samples[0].label == "chêne"
    assert any("read as Latin-1" in note for note in collection.notes)


def test_rows_and_files_that_do_not_fit_are_faults(tmp_path: Path) -> None:
    table = (
        "file_name,label\n"
        "a.jpg,oak\n"
        "gone.jpg,oak\n"
        "../outside.jpg,oak\n"
        "/etc/passwd,oak\n"
        "b.jpg,\n"
        "d.jpg,oak\n"
        "d.jpg,elm\n"
        ",oak\n"
        "too,many,cells\n"
        "a.jpg,oak\n"
    )
    collection = read_collection(given(tmp_path, table, files="a b c d"))
    assert labels(collection) == {"a.jpg": "oak"}
    faults = {fault.path: fault.message for fault in collection.faults}
    assert set(faults) == {
        *("gone.jpg", "../outside.jpg", "/etc/passwd", "b.jpg", "c.jpg", "d.jpg"),
        *("metadata.csv, line 9", "metadata.csv, line 10"),
    }
    assert {fault.reason for fault in collection.faults} == {"bad-record"}
    assert "no such picture" in faults["gone.jpg"]
    assert "leads out" in faults["../outside.jpg"] and "leads out" in faults["/etc/passwd"]
    assert "line 6, gives it no label" in faults["b.jpg"]
    assert "does not name it" in faults["c.jpg"]
    assert "different labels in lines 7, 8" in faults["d.jpg"]
    assert "3 cells where the first row has 2" in faults["metadata.csv, line 10"]
    assert any("1 row had no effect" in note for note in collection.notes)


def test_names_match_across_unicode_forms_slashes_and_dots(tmp_path: Path) -> None:
    nfd = unicodedata.normalize("NFD", "é")
    nfc = unicodedata.normalize("NFC", "é")
    table = f"file_name,label\n{nfc}.jpg,x\nsub\\a.jpg,y\n./b.jpg,z\n"
    collection = read_collection(given(tmp_path, table, files=f"{nfd} sub/a b"))
    assert labels(collection) == {f"{nfd}.jpg": "x", "sub/a.jpg": "y", "b.jpg": "z"}
    assert collection.faults == ()


def test_quoted_cells_and_lines_are_counted_right(tmp_path: Path) -> None:
    table = 'file_name,label,text\na.jpg,oak,"two\nlines, ""quoted"""\nb.jpg,elm\nc.jpg,elm,\n'
    collection = read_collection(given(tmp_path, table))
    assert collection.samples[0].metadata["text"] == 'two\nlines, "quoted"'
    assert collection.faults[0].path == "b.jpg"
    assert collection.faults[1].path == "metadata.csv, line 4"


def test_a_table_without_labels_adds_metadata_to_folders(tmp_path: Path) -> None:
    table = "file_name,site\noak/a.jpg,1\n"
    collection = read_collection(given(tmp_path, table, files="oak/a elm/b"))
    assert labels(collection) == {"elm/b.jpg": "elm", "oak/a.jpg": "oak"}
    assert [dict(s.metadata) for s in collection] == [{}, {"site": "1"}]


def test_json_lines_that_are_broken_are_faults(tmp_path: Path) -> None:
    lines = ['{"file_name": "a.jpg", "label": 3}', "{oops", "[1]", "[" * 100_000]
    collection = read_collection(
        given(tmp_path, "\n".join(lines), name="metadata.jsonl", files="a")
    )
    assert labels(collection) == {"a.jpg": "3"}
    assert [f.path for f in collection.faults] == [f"metadata.jsonl, line {n}" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("name,label\na.jpg,oak\n", "it names 'name', 'label'"),
        ("", "it names nothing"),
        ("file_name,label,label\na.jpg,oak,elm\n", "'label' more than once"),
        ('file_name,label\n"a.jpg" x,oak\n', "line 2: not a sound table"),
        ("file_name,label\nz.jpg,oak\n", "no usable picture"),
        (b"\xff\xfe\x00", "byte order mark says utf-16"),
    ],
)
def test_tables_that_cannot_be_used_say_why(tmp_path: Path, table: str | bytes, words: str) -> None:
    with pytest.raises(CollectionError, match=words):
        read_collection(given(tmp_path, table))


def test_two_tables_are_one_too_many(tmp_path: Path) -> None:
    given(tmp_path, joined(","))
    given(tmp_path, joined("\t"), name="metadata.tsv")
    with pytest.raises(CollectionError, match="2 metadata tables"):
        read_collection(tmp_path)


@pytest.mark.parametrize("rule", ["column:site", "site"])
def test_groups_by_column(tmp_path: Path, rule: str) -> None:
    collection = read_collection(given(tmp_path, joined(",")), group_by=rule)
    assert [s.group for s in collection] == ["1", "2", "2"]


def test_groups_by_pattern(tmp_path: Path) -> None:
    given(tmp_path, "x", name="x.txt", files="oak/p1_a oak/p1_b elm/p2_a elm/odd")
    whole = read_collection(tmp_path, group_by=r"p\d")
    assert {s.path: s.group for s in whole} == {
        "oak/p1_a.jpg": "p1",
        "oak/p1_b.jpg": "p1",
        "elm/p2_a.jpg": "p2",
        "elm/odd.jpg": None,
    }
    assert any("gives no group to 1 picture" in note for note in whole.notes)
    first = read_collection(tmp_path, group_by=r"/p(\d)_(.)")
    assert sorted({s.group or "" for s in first}) == ["", "1", "2"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [("(", "regular expression"), ("column:no", "There are: site"), ("zzz", "matches none of 3")],
)
def test_grouping_that_cannot_work_is_refused(tmp_path: Path, rule: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_collection(given(tmp_path, joined(",")), group_by=rule)
