"""The folder: what is in it, what it never overwrites, and what the command says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from takeaway_visits import with_fit

from command_line import CommandLine
from sortal.errors import ModelFileError, OutputError, UsageError
from sortal.modelfile import load_model, save_model
from sortal.takeaway import FILES
from sortal.workflow import export_folder


def test_it_holds_the_model_itself_and_all_that_runs_it(model: Path, tmp_path: Path) -> None:
    done = export_folder(model, tmp_path / "a" / "page")
    assert {path.name for path in done.folder.iterdir()} == set(FILES) == set(done.files)
    assert (done.folder / "model.onnx").read_bytes() == model.read_bytes()
    assert done.size == sum(path.stat().st_size for path in done.folder.iterdir())
    notice = (done.folder / "NOTICE.txt").read_text("utf-8")
    for words in ("Microsoft Corporation", "Jason Miller", "TensorFlow Authors", "Apache-2.0"):
        assert words in notice
    assert "python3 -m http.server" in (done.folder / "README.txt").read_text("utf-8")


def test_the_same_model_gives_the_same_bytes(model: Path, tmp_path: Path) -> None:
    one, other = (export_folder(model, tmp_path / name).folder for name in ("one", "other"))
    for name in FILES:
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_an_earlier_export_is_brought_up_to_date(model: Path, tmp_path: Path) -> None:
    place = export_folder(model, tmp_path / "page").folder
    (place / "index.html").write_text("old")
    (place / "takeaway.js").unlink()
    export_folder(model, place)
    assert {path.name for path in place.iterdir()} == set(FILES)
    assert (place / "index.html").read_text("utf-8") != "old"


def test_a_folder_of_other_things_is_left_alone(model: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    (tmp_path / "diary.txt").write_text("mine too")
    with pytest.raises(OutputError, match=r"holds 'diary.txt'.*Name a new folder"):
        export_folder(model, tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"
    with pytest.raises(OutputError, match="Name another place"):
        export_folder(model, tmp_path / "diary.txt")


def test_the_model_that_is_read_is_never_written_to(model: Path, tmp_path: Path) -> None:
    own = tmp_path / "model.onnx"
    own.write_bytes(model.read_bytes())
    with pytest.raises(OutputError, match="would overwrite"):
        export_folder(own, tmp_path)
    assert own.read_bytes() == model.read_bytes()


def test_a_model_of_handwriting_is_refused_before_anything_is_made(
    model: Path, tmp_path: Path
) -> None:
    written = tmp_path / "digits.onnx"
    save_model(with_fit(load_model(model), "handwriting"), written)
    with pytest.raises(UsageError, match=r"reads handwriting.*Use sortal predict"):
        export_folder(written, tmp_path / "page")
    assert not (tmp_path / "page").exists()
    with pytest.raises(ModelFileError):
        export_folder(tmp_path / "none.onnx", tmp_path / "page")


def test_the_command_says_where_it_is(model: Path, tmp_path: Path, sortal_cli: CommandLine) -> None:
    ran = sortal_cli("export", str(model), "-o", str(tmp_path / "page"))
    assert ran.code == 0
    assert str(tmp_path / "page" / "index.html") in ran.out
    assert "python3 -m http.server" in ran.err
    ran = sortal_cli("export", str(model), "-o", str(tmp_path / "page"), "--json")
    assert json.loads(ran.out)["files"] == list(FILES)
    ran = sortal_cli("export", str(tmp_path / "none.onnx"), "-o", str(tmp_path / "other"))
    assert ran.code == 2
    assert not (tmp_path / "other").exists()
