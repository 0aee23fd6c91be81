"""Whatever is wrong with what was typed or given: exit code 2 and a sentence, stdout empty."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import CommandLine
from drawn_shapes import draw, draw_folder
from sortal.errors import OutputError

Place = Callable[[Path], Path]


def refused(sortal_cli: CommandLine, *arguments: str | Path) -> str:
    """Run what cannot work, once plainly and once with --json; return what it said."""
    plain = sortal_cli(*arguments)
    assert (plain.code, plain.out) == (2, "")
    if arguments[0] != "show" and "--csv" not in arguments:
        assert sortal_cli(*arguments, "--json").out == ""
    return plain.err


# What is wrong with the pictures


def empty(at: Path) -> Path:
    at.mkdir()
    return at


def only_empty_kinds(at: Path) -> Path:
    (at / "a").mkdir(parents=True)
    (at / "b").mkdir()
    return at


def one_kind(at: Path) -> Path:
    return draw_folder(at, each=3, kinds=("disc",))


def three_pictures(at: Path) -> Path:
    draw_folder(at, each=2, kinds=("disc",))
    return draw_folder(at, each=1, kinds=("square",))


def nothing_but_faults(at: Path) -> Path:
    for name in ("a/1.jpg", "a/2.jpg", "b/1.png"):
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text("this is not a picture")
    return at


def no_labels(at: Path) -> Path:
    draw_folder(at / "deep", each=3, kinds=("disc",))
    shutil.move(at / "deep" / "disc", at / "flat")
    return at / "flat"


def all_alike(at: Path) -> Path:
    for name in ("a/1.png", "a/2.png", "b/1.png"):
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        draw("disc", 1).save(at / name)
    return at


def a_picture(at: Path) -> Path:
    draw("disc", 1).save(at.with_suffix(".png"))
    return at.with_suffix(".png")


def a_cut_zip(at: Path) -> Path:
    shutil.make_archive(str(at), "zip", draw_folder(at / "in", each=1))
    archive = at.with_suffix(".zip")
    archive.write_bytes(archive.read_bytes()[:700])
    return archive


def a_table(at: Path) -> Path:
    at.mkdir()
    (at / "metadata.csv").write_text("file_name,label\n")
    return at / "metadata.csv"


def a_ready_split(at: Path) -> Path:
    for part in ("train", "test"):
        draw_folder(at / part, each=1)
    return at


def nowhere(at: Path) -> Path:
    return at / "nowhere"


WRONG: tuple[tuple[Place, str], ...] = (
    (nowhere, "there is no such folder or archive. Check the name."),
    (empty, "no usable picture is in it. Give a folder"),
    (only_empty_kinds, "no usable picture is in it. Give a folder"),
    (one_kind, "at least two kinds to learn from; there is only one"),
    (three_pictures, "Every kind needs pictures from at least two independent groups."),
    (nothing_but_faults, "none of 3 files can be used. The first, a/1.jpg: "),
    (no_labels, "3 pictures, but no labels. Put each kind into a folder of its own"),
    (all_alike, "belong to one group"),
    (a_picture, "this is a single file; give a folder"),
    (a_cut_zip, "not a sound zip archive"),
    (a_table, "give the folder in which it lies"),
    (a_ready_split, "--test"),
)


@pytest.mark.parametrize(("make", "sentence"), WRONG, ids=lambda v: getattr(v, "__name__", ""))
def test_pictures_that_nothing_can_be_learned_from(
    make: Place, sentence: str, sortal_cli: CommandLine, tmp_path: Path
) -> None:
    out = tmp_path / "out.onnx"
    said = refused(sortal_cli, "train", make(tmp_path / "given"), "-o", out)
    assert sentence in said
    assert said.splitlines()[-1].startswith("sortal: ")
    assert not out.exists()
    assert not list(tmp_path.glob("*.html"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [row for row in WRONG if row[0] in (nowhere, empty, nothing_but_faults, a_cut_zip)],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_check_and_evaluate_refuse_them_too(
    make: Place, sentence: str, sortal_cli: CommandLine, tmp_path: Path, model: Path
) -> None:
    given = make(tmp_path / "given")
    assert sentence in refused(sortal_cli, "check", given)
    if make is not nothing_but_faults:
        assert sentence in refused(sortal_cli, "evaluate", model, given)


def test_evaluate_names_the_labels_that_do_not_meet(
    sortal_cli: CommandLine, tmp_path: Path, model: Path
) -> None:
    given = draw_folder(tmp_path / "other", each=1, as_="{kind}-ish")
    said = refused(sortal_cli, "evaluate", model, given)
    assert "it has cross-ish, disc-ish, square-ish, the model knows cross, disc, square." in said


# What is wrong with the options


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--backbone", "lite9"), "There is no backbone called 'lite9'. Known are: lite0, lite2."),
        (
            ("--fit", "stretch"),
            "There is no fit called 'stretch'. Known are: pad, squash, crop, handwriting.",
        ),
        (("--seed", "-1"), "--seed"),
        (("--seed", "many"), "--seed"),
        (("--workers", "0"), "--workers"),
        (("--group-by", "("), "'(' is neither a metadata column nor a regular expression"),
        (("--group-by", "column:pot"), "there is no column 'pot'. There are: none"),
        (("--group-by", "zzz"), "matches none of 36 pictures (the first is 'cross/cross-00.png')"),
        (("--test", "nowhere"), "nowhere: there is no such folder or archive"),
        (("--test", ""), "An empty name was given"),
        (("--model", ""), "An empty name was given"),
        (("--report", ""), "An empty name was given"),
        (("--frobnicate",), "--frobnicate"),
    ],
    ids=lambda v: "=".join(v) if isinstance(v, tuple) else "",
)
def test_options_that_cannot_work(
    options: tuple[str, ...],
    sentence: str,
    sortal_cli: CommandLine,
    shapes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refused(sortal_cli, "train", shapes, *options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("train",), ("train", ""), ("frobnicate",), (), ("predict", ""), ("show", "")]
)
def test_commands_that_lack_what_they_need(
    arguments: tuple[str, ...], sortal_cli: CommandLine
) -> None:
    ran = sortal_cli(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: sortal" in ran.err


@pytest.mark.parametrize("option", ["--top=0", "--json --csv", "--workers=65"])
def test_predict_options_that_cannot_work(
    option: str, sortal_cli: CommandLine, model: Path, shapes: Path
) -> None:
    ran = sortal_cli("predict", model, shapes, *option.split())
    assert (ran.code, ran.out) == (2, "")


def test_tag_refuses_an_unknown_network(sortal_cli: CommandLine, shapes: Path) -> None:
    said = refused(sortal_cli, "tag", shapes, "--backbone", "vgg")
    assert "There is no backbone called 'vgg'. Known are: lite0, lite2." in said


# What is wrong with the test


def test_a_test_with_labels_nobody_teaches(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    test = draw_folder(tmp_path / "test", each=1, kinds=("disc",), as_="pentagon")
    said = refused(sortal_cli, "train", shapes, "--test", test, "-o", tmp_path / "m.onnx")
    assert "the test has labels that the training pictures lack: pentagon" in said


def test_a_test_that_is_all_there_is(sortal_cli: CommandLine, shapes: Path, tmp_path: Path) -> None:
    said = refused(sortal_cli, "train", shapes, "--test", shapes, "-o", tmp_path / "m.onnx")
    assert "Nothing is left to learn from" in said


# What is wrong with the model


def a_pickle(model: Path) -> bytes:
    return pickle.dumps({"model": len(model.name)})


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda _: b"", "The file is empty"),
        (lambda _: b"garbage", "does not end in Sortal's checksum"),
        (a_pickle, "a Python pickle"),
        (lambda m: m.read_bytes()[:100_000], "cut short"),
        (lambda m: m.read_bytes().replace(b"disc", b"dusc", 1), "do not match its checksum"),
        (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture, not a model"),
    ],
    ids=["empty", "garbage", "pickle", "cut", "changed", "picture"],
)
def test_models_that_are_none(
    damage: Callable[[Path], bytes],
    sentence: str,
    sortal_cli: CommandLine,
    model: Path,
    shapes: Path,
    tmp_path: Path,
) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(damage(model))
    for arguments in (("show", wrong), ("predict", wrong, shapes), ("evaluate", wrong, shapes)):
        said = refused(sortal_cli, *arguments)
        assert said.startswith(f"sortal: {wrong}: ")
        assert sentence in said


def test_a_folder_or_nothing_as_model(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    assert "Name the .onnx file" in refused(sortal_cli, "show", shapes)
    assert "cannot be read" in refused(sortal_cli, "show", tmp_path / "none.onnx")


# What is wrong with the place for the results


def a_folder(at: Path, shapes: Path) -> Path:
    at.mkdir()
    return at


def below_a_file(at: Path, shapes: Path) -> Path:
    at.write_bytes(b"")
    return at / "m.onnx"


def a_pipe(at: Path, shapes: Path) -> Path:
    os.mkfifo(at)
    return at


def too_long(at: Path, shapes: Path) -> Path:
    return at.with_name("x" * 300)


def where_nothing_may_be_written(at: Path, shapes: Path) -> Path:
    if not Path("/proc/self").exists():
        pytest.skip("there is no /proc here")
    return Path("/proc/m.onnx")


def one_of_the_pictures(at: Path, shapes: Path) -> Path:
    return shapes / "disc" / "disc-00.png"


PLACES = (
    (a_folder, "this is a folder. Name a file to write."),
    (below_a_file, "no file can be written there"),
    (a_pipe, "this is a device or a pipe"),
    (too_long, "no file can be written there"),
    (where_nothing_may_be_written, "no file can be written there"),
    (one_of_the_pictures, "one of the files that are read"),
)


@pytest.mark.parametrize(("make", "sentence"), PLACES, ids=lambda v: getattr(v, "__name__", ""))
def test_places_where_no_result_can_be_written(
    make: Callable[[Path, Path], Path],
    sentence: str,
    sortal_cli: CommandLine,
    shapes: Path,
    model: Path,
    tmp_path: Path,
) -> None:
    place = make(tmp_path / "place", shapes)
    before = {p: p.stat().st_mtime_ns for p in shapes.rglob("*.png")}
    for arguments in (
        ("train", shapes, "-o", place),
        ("train", shapes, "-o", tmp_path / "m.onnx", "--report", place),
        ("check", shapes, "--report", place),
        ("evaluate", model, shapes, "--report", place),
    ):
        ran = sortal_cli(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert sentence in ran.err
        assert ran.err.count("\n") == 1, "it was said before the work began"
    assert before == {p: p.stat().st_mtime_ns for p in shapes.rglob("*.png")}
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(".sortal-")]


def test_two_results_are_never_one_file(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "link.html").symlink_to(tmp_path / "m.onnx")
    for report in (tmp_path / "m.onnx", tmp_path / "link.html"):
        ran = sortal_cli("train", shapes, "-o", tmp_path / "m.onnx", "--report", report)
        assert ran.code == 2
        assert "two results cannot be one file" in ran.err


def test_the_current_folder_is_no_model(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Name a file for the model" in refused(sortal_cli, "train", shapes, "-o", ".")


def test_an_archive_and_a_model_are_inputs(
    sortal_cli: CommandLine, shapes: Path, model: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "shapes"), "zip", shapes))
    known = archive.read_bytes(), model.read_bytes()
    for arguments in (
        ("train", archive, "-o", archive),
        ("check", archive, "--report", archive),
        ("evaluate", model, archive, "--report", model),
    ):
        assert "never written to" in refused(sortal_cli, *arguments)
    assert known == (archive.read_bytes(), model.read_bytes())


def test_a_disk_that_fills_up_leaves_what_was_there(
    sortal_cli: CommandLine,
    shapes: Path,
    trained_at_once: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "m.onnx").write_bytes(b"the model before")
    monkeypatch.setattr("sortal.atomic.os.fsync", full)
    ran = sortal_cli("train", shapes, "-o", tmp_path / "m.onnx")
    assert ran.code == OutputError.exit_code
    assert ran.out == ""
    assert "could not be written (No space left on device)" in ran.err
    assert (tmp_path / "m.onnx").read_bytes() == b"the model before"
    assert [p.name for p in tmp_path.iterdir()] == ["m.onnx"]
