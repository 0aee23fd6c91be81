"""Data sets written out as text, a row a picture: read as they stand, odd rows named."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from command_line import CommandLine
from packed_files import digits, write_idx
from sortal.collection import read_collection
from sortal.errors import CollectionError
from sortal.pictures import read_picture
from sortal.pictures.packed import packed_pictures
from sortal.pictures.pixel_table import pixel_table

SIDE = 9
PIXELS = SIDE * SIDE


def rows(n: int, *, seed: int = 0, classes: int = 3) -> NDArray[np.int64]:
    """Labels and pixels, int64 (n, 1 + PIXELS)."""
    pictures = digits(n, height=SIDE, width=SIDE, seed=seed).reshape(n, -1)
    return np.column_stack([np.arange(n) % classes, pictures])


def text(table: NDArray[np.int64], *, header: str = "", end: str = "\n") -> str:
    lines = [",".join(map(str, row)) for row in table.tolist()]
    return end.join([*([header] if header else []), *lines]) + end


NAMES = ",".join(["label", *(f"pixel{i}" for i in range(PIXELS))])
TABLE = rows(20)


def same_as_table(folder: Path, name: str) -> None:
    found = pixel_table(folder / name)
    assert np.array_equal(found.pixels.reshape(20, -1), TABLE[:, 1:])
    assert found.labels is not None
    assert np.array_equal(found.labels, TABLE[:, 0])
    assert not found.faults


@pytest.mark.parametrize(
    "written",
    [
        text(TABLE),
        text(TABLE, header=NAMES),
        text(TABLE, end="\r\n", header=NAMES),
        text(TABLE).rstrip("\n"),
        "\ufeff" + text(TABLE, header=NAMES),
        text(TABLE) + "\n\n",
        text(TABLE).replace(",", ", "),
        text(TABLE, header=NAMES.replace("label", '"label"')).replace("\n1,", '\n"1",'),
    ],
    ids=["plain", "header", "crlf", "no-last-end", "bom", "blank-lines", "spaces", "quotes"],
)
def test_every_usual_form_says_the_same(written: str, tmp_path: Path) -> None:
    (tmp_path / "mnist_train.csv").write_bytes(written.encode())
    same_as_table(tmp_path, "mnist_train.csv")


def test_the_label_may_come_last(tmp_path: Path) -> None:
    turned = np.roll(TABLE, -1, axis=1)
    names = ",".join([*(f"pixel{i}" for i in range(PIXELS)), "class"])
    (tmp_path / "train.csv").write_text(text(turned, header=names))
    same_as_table(tmp_path, "train.csv")


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress(text(TABLE).encode()))
    same_as_table(tmp_path, "train.csv.gz")
    assert len(read_collection(tmp_path)) == 20


def test_portions_join_wherever_they_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.csv").write_text(text(TABLE, header=NAMES))
    for portion in (1_000, 777, 4_096):
        monkeypatch.setattr("sortal.pictures.pixel_table._PORTION", portion)
        pixel_table.__globals__["_table"].cache_clear()
        same_as_table(tmp_path, "train.csv")


def test_colour_is_three_numbers_a_pixel(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3))
    table = np.column_stack([np.arange(6) % 2, pictures.reshape(6, -1)])
    (tmp_path / "train.csv").write_text(text(table))
    assert np.array_equal(packed_pictures(tmp_path / "train.csv"), pictures)
    sample = read_collection(tmp_path).samples[3]
    assert np.array_equal(read_picture(sample.source).pixels, pictures[3])


def test_a_folder_is_read_as_its_idx_files_are(tmp_path: Path) -> None:
    csv, idx = tmp_path / "csv", tmp_path / "idx"
    csv.mkdir()
    idx.mkdir()
    for name, part, n in (("train", "train", 20), ("test", "t10k", 7)):
        table = rows(n, seed=n)
        (csv / f"mnist_{name}.csv").write_text(text(table))
        pictures = table[:, 1:].reshape(n, SIDE, SIDE).astype(np.uint8)
        write_idx(idx / f"{part}-images-idx3-ubyte", pictures)
        write_idx(idx / f"{part}-labels-idx1-ubyte", table[:, 0].astype(np.uint8))
    one, other = read_collection(csv), read_collection(idx)
    assert [(s.path, s.label, s.part) for s in one] == [(s.path, s.label, s.part) for s in other]
    assert one.notes == other.notes
    for left, right in zip(one, other, strict=True):
        assert np.array_equal(read_picture(left.source).pixels, read_picture(right.source).pixels)


def test_a_test_without_labels_is_said_and_tests_nobody(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(text(TABLE, header=NAMES))
    (tmp_path / "test.csv").write_text(text(rows(5)[:, 1:], header=NAMES.partition(",")[2]))
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    found = read_collection(tmp_path)
    assert [s.label for s in found if s.label is None] == [None] * 5
    assert {s.part for s in found if s.label is None} == {None}
    assert "No column of test.csv is a label, so that nobody said what its pictures are." in (
        found.notes
    )
    assert "Passed over beside it: 1 .csv." in found.notes


def spoiled(line: int, change: str, *, column: int = 5) -> str:
    """The table with one field of one line changed."""
    lines = [row.split(",") for row in text(TABLE).splitlines()]
    lines[line][column] = change
    return "\n".join(map(",".join, lines)) + "\n"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (spoiled(3, "256"), "line 4 cannot be used: column 6 must be a whole number from 0 to 255"),
        (spoiled(3, "-1"), "; -1 came."),
        (spoiled(3, "1.5"), "; 1.5 came."),
        (spoiled(3, "nan"), "; nan came."),
        (spoiled(3, ""), "; nothing came."),
        (spoiled(3, "9" * 40), f"; {'9' * 20} came."),
        (spoiled(3, "\u0663"), "column 6 must be a whole number"),
        (spoiled(3, "1,2"), f"line 4 has {PIXELS + 2} columns, the others have {PIXELS + 1}."),
        (spoiled(3, "", column=0), "line 4 has no label."),
        (spoiled(3, "dog", column=0), "its label must be a whole number from 0 to 99,999; dog"),
        (text(TABLE[:3]) + "7\n" + text(TABLE[3:]), "line 4 has 1 columns"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_fault_and_the_others_are_read(
    written: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "mnist_train.csv").write_text(written, "utf-8")
    found = read_collection(tmp_path)
    (fault,) = found.faults
    assert fault.path == "train/00003"
    assert fault.reason == "bad-record"
    assert fault.message.startswith("mnist_train.csv, line 4 ")
    assert says in fault.message
    kept = [row for row in TABLE.tolist() if len(found) == 20 or row != TABLE[3].tolist()]
    assert [s.label for s in found] == [str(row[0]) for row in kept]
    for sample, row in zip(found, kept, strict=True):
        assert read_picture(sample.source).pixels[..., 0].reshape(-1).tolist() == row[1:]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (text(rows(5)[:, :-3]), "It has 79 columns; a label and the pixels of a square picture"),
        (text(rows(4), header=NAMES.replace("pixel3,", "class,")), "More than one of its columns"),
        (NAMES + "\n" + "x," * PIXELS + "x\n" + text(rows(2)), "this is not a folder"),
        (NAMES + "\n", "this is not a folder"),
        ("0," * 2_000_000 + "0\n", "It has 2,000,001 columns"),
        ("0," * 4_000_000 + "0\n", "a line of more than 1,048,576 bytes"),
        ("\n".join(["0," * PIXELS + "999"] * 3), "no row can be used. mnist.csv, line 1"),
    ],
)
def test_a_table_that_cannot_be_used_is_a_sentence(
    written: str, says: str, tmp_path: Path, sortal_cli: CommandLine
) -> None:
    path = tmp_path / "mnist.csv"
    path.write_text(written)
    with pytest.raises(CollectionError) as caught:
        read_collection(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    ran = sortal_cli("train", path, "-o", tmp_path / "m.onnx")
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "m.onnx").exists()


def test_more_than_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mnist.csv"
    path.write_text(text(TABLE))
    monkeypatch.setattr("sortal.pictures.pixel_table.MOST_BYTES", 19 * PIXELS)
    with pytest.raises(CollectionError, match="Its pictures have more than"):
        read_collection(path)
    monkeypatch.setattr("sortal.pictures.pixel_table.MOST_TEXT", 500)
    with pytest.raises(CollectionError, match="more than 500 bytes of text"):
        read_collection(path)


def test_a_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sortal.pictures.pixel_table.MOST_TEXT", 10_000_000)
    path = tmp_path / "mnist.csv.gz"
    path.write_bytes(gzip.compress((text(TABLE[:1]) * 200_000).encode()))
    with pytest.raises(CollectionError, match="of text"):
        read_collection(path)
    path.write_bytes(path.read_bytes()[:2_000])
    with pytest.raises(CollectionError, match="ends too early"):
        read_collection(path)


def test_tables_and_idx_files_in_one_folder_are_two_data_sets(tmp_path: Path) -> None:
    (tmp_path / "mnist_train.csv").write_text(text(TABLE))
    write_idx(tmp_path / "train-images-idx3-ubyte", digits(4))
    with pytest.raises(CollectionError, match="more than one data set"):
        read_collection(tmp_path)


def test_other_tables_are_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "metadata.csv").write_text("file_name,label\nx.png,a\n")
    (tmp_path / "genes.csv").write_text(",".join(["0.5"] * 90) + "\n")
    with pytest.raises(CollectionError, match="no usable picture is in it"):
        read_collection(tmp_path)


def test_the_command_line_trains_on_one(sortal_cli: CommandLine, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs sortal[deep]")
    table = rows(60)
    table[:, 1:] = 20
    for row in table:
        row[1 + SIDE * (2 + 2 * row[0]) :][:SIDE] = 200
    table[:, 1:] += np.random.default_rng(0).integers(0, 30, (60, PIXELS))
    (tmp_path / "train.csv").write_text(text(table[:45]) + "1,2\n")
    (tmp_path / "test.csv").write_text(text(table[45:]))
    ran = sortal_cli(
        "train",
        tmp_path,
        "--network",
        "perceptron",
        "--size",
        "9",
        "--epochs",
        "12",
        "--validation",
        "0",
        "-o",
        tmp_path / "m.onnx",
        "--json",
    )
    assert ran.code == 0, ran.err
    assert (ran.json["n_test"], ran.json["n_faults"], ran.json["scheme"]) == (15, 1, "named-test")
    assert ran.json["accuracy"] > 0.9
