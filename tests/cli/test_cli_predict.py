"""`sortal predict` and `sortal tag`: one answer or fault for each file, in order."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from command_line import CommandLine
from drawn_shapes import draw
from sortal.workflow import load


def test_a_line_for_each_picture_in_the_order_given(
    sortal_cli: CommandLine, model: Path, shapes: Path
) -> None:
    given = [shapes / "disc/disc-03.png", shapes / "cross/cross-01.png", shapes / "disc"]
    ran = sortal_cli("predict", model, *given)
    assert (ran.code, ran.err) == (0, "")
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert [Path(path).name for path, _ in rows[:3]] == [
        "disc-03.png",
        "cross-01.png",
        "disc-00.png",
    ]
    assert len(rows) == 14
    assert rows[1][1].startswith("cross ")
    assert {said.split()[0] for path, said in rows[2:]} == {"disc"}


def test_faults_are_said_and_do_not_stop_the_rest(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.jpg").write_text("words")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.png").symlink_to(tmp_path / "nothing")
    wrong = [tmp_path / n for n in ("words.jpg", "none.png", "empty", "pipe", "link.png")]
    ran = sortal_cli("predict", model, wrong[0], shapes / "disc/disc-03.png", *wrong[1:])
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    said = [line.partition(": ") for line in ran.err.splitlines()]
    assert [head for head, _, _ in said] == ["not usable"] * 5 + ["1 usable, 5 not usable"]
    for path, (_, _, rest) in zip(wrong, said, strict=False):
        assert rest.startswith(f"{path}: ")
        assert rest.count(str(path)) == 1


@pytest.mark.parametrize("command", ["predict", "tag"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_where_not_one_file_can_be_used_the_answer_is_an_error(
    command: str, form: tuple[str, ...], sortal_cli: CommandLine, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.jpg").write_text("words")
    first = (command, model) if command == "predict" else (command,)
    ran = sortal_cli(*first, tmp_path / "words.jpg", tmp_path / "none.png", *form)
    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["not usable", "not usable", "sortal"]
    assert lines[-1] == "sortal: Not one of the 2 files can be used, see above."


def test_json_holds_answers_faults_and_notes(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / "words.jpg").write_text("words")
    shutil.copy(shapes / "disc/disc-03.png", tmp_path)
    ran = sortal_cli("predict", model, tmp_path, tmp_path / "none.png", "--json", "--top", "99")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["n_used"], ran.json["n_faults"]) == (1, 2)
    (answer,) = ran.json["predictions"]
    assert answer["answer"] == "disc"
    assert next(kind["kind"] for kind in answer["kinds"]) == "disc"
    assert sum(kind["probability"] for kind in answer["kinds"]) == pytest.approx(1, abs=1e-5)
    assert len(answer["kinds"]) == 3
    assert [fault["reason"] for fault in ran.json["faults"]] == ["not-a-picture", "unreadable"]
    assert "1 .txt" in ran.json["notes"][0]


def test_notes_on_the_reading_are_said_once(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("words")
    shutil.copy(shapes / "disc/disc-03.png", tmp_path)
    ran = sortal_cli("predict", model, tmp_path)
    assert ran.err.startswith(f"note: {tmp_path}: Passed over 1 file")
    assert ran.err.count("\n") == 1


def test_csv_survives_any_name(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    name = tmp_path / 'a,"b"\nc.png'
    shutil.copy(shapes / "disc/disc-03.png", name)
    ran = sortal_cli("predict", model, name, tmp_path / "none.png", "--csv", "--top", "99")
    assert ran.code == 0
    head, row, fault = csv.reader(ran.out.splitlines())
    assert head[:4] == ["path", "answer", "unknown", "distance"]
    assert head[4:10] == [f"{n}_{k}" for k in (1, 2, 3) for n in ("kind", "probability")]
    assert head[10:] == ["nearer", "left", "top", "right", "bottom", "fault"]
    assert 0 <= float(row[10]) <= 1
    assert row[11:] == [""] * 5
    assert row[0] == str(tmp_path / 'a,"b"\\x0ac.png')
    assert row[1:3] == ["disc", "no"]
    assert (fault[0], fault[-1]) == (str(tmp_path / "none.png"), "unreadable")
    assert len(head) == len(row) == len(fault)


def test_names_from_standard_input(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))
    try:
        shutil.copy(shapes / "cross/cross-01.png", odd)
    except OSError:
        pytest.skip("this file system takes no such name")
    names = [str(shapes / "disc/disc-03.png"), "", str(odd), str(tmp_path / "none.png")]
    stdin = b"\n".join(os.fsencode(name) for name in names) + b"\r\n"
    ran = sortal_cli("predict", model, "-", stdin=stdin)
    assert ran.code == 0
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert [said.split()[0] for _, said in rows] == ["disc", "cross"]
    assert rows[1][0].endswith("/\\xff.png")
    assert f"not usable: {tmp_path / 'none.png'}: There is no such file or folder." in ran.err


def test_nothing_on_standard_input_is_an_error(sortal_cli: CommandLine, model: Path) -> None:
    ran = sortal_cli("predict", model, "-")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "sortal: No picture was given. Name files, folders or zips.\n"


def test_zips_and_links_and_wrong_endings(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "shapes"), "zip", shapes))
    shutil.copy(shapes / "disc/disc-03.png", tmp_path / "disc.JPG")
    (tmp_path / "link").symlink_to(shapes / "square/square-02.png")
    ran = sortal_cli("predict", model, archive, tmp_path / "disc.JPG", tmp_path / "link", "--json")
    answers = {Path(p["path"]).name: p for p in ran.json["predictions"]}
    assert len(answers) == 38
    assert answers["link"]["answer"] == "square"
    assert answers["disc.JPG"]["notes"] == ["named .jpg but read as the PNG it is"]
    assert f"{archive}/cross/cross-00.png" in {p["path"] for p in ran.json["predictions"]}


def test_a_huge_picture_is_a_fault_not_a_crash(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    bomb = bytearray((shapes / "disc/disc-03.png").read_bytes())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # width and height in the PNG header
    (tmp_path / "bomb.png").write_bytes(bomb)
    ran = sortal_cli("predict", model, tmp_path / "bomb.png", shapes / "disc/disc-03.png", "--json")
    (fault,) = ran.json["faults"]
    assert fault["reason"] in ("too-large", "damaged")


def test_one_answer_does_not_depend_on_the_others(
    sortal_cli: CommandLine, model: Path, shapes: Path
) -> None:
    alone = sortal_cli("predict", model, shapes / "disc/disc-03.png", "--json").json
    among = sortal_cli("predict", model, shapes, "--json").json
    (same,) = [p for p in among["predictions"] if p["path"].endswith("disc-03.png")]
    assert alone["predictions"] == [same]
    assert load(model).predict(shapes / "disc/disc-03.png").to_dict() == same


# Sorting


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_sorting_copies_and_never_overwrites(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    before = fingerprint(shapes)
    other = tmp_path / "other"
    other.mkdir()
    draw("disc", 77).save(other / "disc-00.png")  # the name of another picture
    into = tmp_path / "sorted"
    (into / "disc").mkdir(parents=True)
    (into / "disc" / "disc-01.png").write_text("mine")
    given = (shapes, shapes, other, shapes / "disc/disc-00.png")
    assert sortal_cli("predict", model, *given, "--sort-into", into).code == 0
    assert fingerprint(shapes) == before
    found = fingerprint(into)
    assert (into / "disc/disc-01.png").read_text() == "mine"
    assert {hash_ for hash_, _ in before.values()} <= {hash_ for hash_, _ in found.values()}
    assert len(found) == 36 + 1 + 1  # copies once each, the other picture, and "mine"
    assert "disc/disc-01-2.png" in found
    assert sortal_cli("predict", model, *given, "--sort-into", into).code == 0
    assert fingerprint(into) == found


def test_what_it_does_not_know_lies_apart(
    sortal_cli: CommandLine,
    model: Path,
    shapes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classifier = load(model)
    monkeypatch.setattr("sortal.workflow.load", lambda _: classifier)
    monkeypatch.setattr(
        classifier.model,
        "card",
        dataclasses.replace(classifier.card, unknown_threshold=-1.0),
    )
    ran = sortal_cli("predict", model, shapes / "disc", "--sort-into", tmp_path / "sorted")
    assert {p.parent.name for p in (tmp_path / "sorted").rglob("*.png")} == {"unknown"}
    assert all("\tunknown (nearest: disc " in line for line in ran.out.splitlines())


def test_members_of_a_zip_are_copied_out(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "shapes"), "zip", shapes))
    assert sortal_cli("predict", model, archive, "--sort-into", tmp_path / "sorted").code == 0
    copied = {p.name: p.read_bytes() for p in (tmp_path / "sorted").rglob("*.png")}
    assert copied == {p.name: p.read_bytes() for p in shapes.rglob("*.png")}


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_no_place_to_sort_into(
    place: str, sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    ran = sortal_cli("predict", model, shapes, "--sort-into", tmp_path / place, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "this folder cannot be made" in ran.err


# Tags


def test_tags_come_with_their_probabilities(sortal_cli: CommandLine, shapes: Path) -> None:
    ran = sortal_cli(
        "tag", shapes / "disc/disc-03.png", shapes / "none.png", "--json", "--top", "4"
    )
    assert ran.code == 0
    (tagged,) = ran.json["tagged"]
    shares = [tag["probability"] for tag in tagged["tags"]]
    assert len(shares) == 4
    assert shares == sorted(shares, reverse=True)
    assert ran.json["backbone"] == "lite0"
    assert (ran.json["n_used"], ran.json["n_faults"]) == (1, 1)
    plain = sortal_cli("tag", shapes / "disc/disc-03.png", "--top", "1")
    assert plain.out.split("\t")[1].startswith(tagged["tags"][0]["tag"])
    assert plain.out.endswith(" %\n")
