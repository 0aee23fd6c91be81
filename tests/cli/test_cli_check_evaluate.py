"""`sortal check` and `sortal evaluate`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import CommandLine
from drawn_shapes import draw_folder

LISTS = {
    "faults",
    "duplicates",
    "near_duplicates",
    "bursts",
    "blurred",
    "dark",
    "bright",
    "flat",
    "tiny",
    "odd",
    "suspected_labels",
    "small_labels",
    "shortcuts",
    "notes",
}


@pytest.fixture
def messy(shapes: Path, tmp_path: Path) -> Path:
    """The shapes with a disc among the squares, and a file that is no picture."""
    root = tmp_path / "messy"
    shutil.copytree(shapes, root)
    shutil.copy(root / "disc/disc-00.png", root / "square/copy.png")
    (root / "disc/words.jpg").write_text("words")
    return root


def test_check_tells_what_is_wrong(sortal_cli: CommandLine, messy: Path, tmp_path: Path) -> None:
    ran = sortal_cli("check", messy, "--report", tmp_path / "check.html")
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "37 pictures can be used, 1 file cannot.",
        "not usable: 1",
    ]
    assert "disc/disc-00.png, square/copy.png" in ran.out
    assert "square/copy.png: said to be square, looks like disc" in ran.out
    page = (tmp_path / "check.html").read_text("utf-8")
    assert "sortal check" in page
    assert "words.jpg" in page


def test_check_prints_one_object_for_programs(sortal_cli: CommandLine, messy: Path) -> None:
    ran = sortal_cli("check", messy, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json.keys() >= LISTS | {"n_used", "n_faults", "classes", "seconds", "report"}
    assert all(isinstance(ran.json[name], list) for name in LISTS)
    assert (ran.json["n_used"], ran.json["n_faults"]) == (37, 1)
    assert [s["path"] for s in ran.json["suspected_labels"]] == ["square/copy.png"]
    (copies,) = [d for d in ran.json["duplicates"] if d["across"]]
    assert copies["paths"] == ["disc/disc-00.png", "square/copy.png"]


def test_strict_answers_with_its_exit_code(
    sortal_cli: CommandLine, shapes: Path, messy: Path
) -> None:
    assert sortal_cli("check", shapes, "--strict").code == 0
    unclean = sortal_cli("check", messy, "--strict", "--json")
    assert unclean.code == 1
    assert unclean.json["clean"] is False
    assert sortal_cli("check", messy).code == 0


def test_check_takes_pictures_without_labels_and_a_single_kind(
    sortal_cli: CommandLine, shapes: Path
) -> None:
    ran = sortal_cli("check", shapes / "disc")
    assert ran.code == 0
    assert "note: Fewer than two labels: no label can be suspected." in ran.out


def test_small_kinds_are_one_sentence(sortal_cli: CommandLine, tmp_path: Path) -> None:
    for number in range(9):
        draw_folder(tmp_path / "many", each=1, kinds=("disc",), first=number, as_=f"kind-{number}")
    ran = sortal_cli("check", tmp_path / "many")
    assert ran.out.count("Too few to learn from, or to judge by") == 1
    assert "kind-0 (1 picture in 1 group)" in ran.out
    assert "and 4 more." in ran.out


def test_evaluate_on_new_pictures(sortal_cli: CommandLine, model: Path, tmp_path: Path) -> None:
    new = draw_folder(tmp_path / "new", each=3, first=50)
    draw_folder(new, each=2, kinds=("disc",), first=60, as_="pentagon")
    report = tmp_path / "deep" / "new.html"
    ran = sortal_cli("evaluate", model, new, "--report", report)
    assert ran.code == 0
    assert ran.out.startswith("On pictures it has never seen it is right ")
    assert "11 pictures used, 0 not usable" in ran.out
    assert f"report  {report}" in ran.out
    assert "2 pictures are of kinds that the model does not know (pentagon)" in ran.err
    assert "very pictures" not in ran.err
    assert "sortal evaluate" in report.read_text("utf-8")
    told = sortal_cli("evaluate", model, new, "--json")
    assert told.err == ""
    assert told.json["n_test"] == 9
    assert told.json["scheme"] == "new pictures"
    assert told.json["drift"]
    assert told.json["report"] is None


def test_evaluating_on_what_it_learned_from_is_called_so(
    sortal_cli: CommandLine, model: Path, shapes: Path, tmp_path: Path
) -> None:
    shutil.copytree(shapes, tmp_path / "again")
    ran = sortal_cli("evaluate", model, tmp_path / "again", "--json")
    assert ran.json["warnings"][0].startswith("These are the very pictures that the model was made")


def test_one_strange_and_one_known_picture(
    sortal_cli: CommandLine, model: Path, tmp_path: Path
) -> None:
    new = draw_folder(tmp_path / "new", each=1, kinds=("disc",), first=70)
    draw_folder(new, each=1, kinds=("cross",), first=70, as_="strange")
    ran = sortal_cli("evaluate", model, new, "--json")
    assert (ran.json["n_test"], ran.json["n_used"]) == (1, 2)
    assert any("1 picture is of a kind that" in note for note in ran.json["notes"])
