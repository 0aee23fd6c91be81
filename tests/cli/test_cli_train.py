"""`sortal train` and `sortal show` as a person or a program uses them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from command_line import CommandLine
from drawn_shapes import draw, draw_folder
from sortal.workflow import TrainingDone, load

KEYS = {
    "accuracy",
    "interval",
    "n_test",
    "n_groups",
    "classes",
    "n_used",
    "n_faults",
    "model",
    "report",
    "seconds",
}


def test_it_prints_the_headline_and_where_the_results_are(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = sortal_cli("train", shapes)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("On pictures it has never seen it is right ")
    assert lines[1:4] == [
        "Always answering the commonest kind would be right 33 % of the time.",
        "model   shapes.onnx",
        "report  shapes.html",
    ]
    assert re.fullmatch(r"36 pictures used, 0 not usable, \d+\.\d s", lines[4])
    assert load("shapes.onnx").classes == ("cross", "disc", "square")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["shapes.html", "shapes.onnx"]
    stages = [line.partition(":")[0].partition(",")[0] for line in ran.err.splitlines()]
    assert stages[:3] == ["Reading files", "Embedding pictures", "Looking for kin"]
    assert stages.count("warning") == ran.err.count("Fewer than 20 pictures to judge by") == 1


def test_json_is_one_object_and_nothing_else(
    sortal_cli: CommandLine, shapes: Path, trained_at_once: None, tmp_path: Path
) -> None:
    ran = sortal_cli("train", shapes, "-o", tmp_path / "m.onnx", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json.keys() >= KEYS
    assert ran.json["classes"] == ["cross", "disc", "square"]
    assert ran.json["n_used"] == ran.json["n_test"] == 36
    assert ran.json["interval"][0] <= ran.json["accuracy"] <= ran.json["interval"][1]
    assert Path(ran.json["model"]) == tmp_path / "m.onnx"
    assert Path(ran.json["report"]) == tmp_path / "m.html"


def test_missing_folders_of_the_results_are_made(
    sortal_cli: CommandLine, shapes: Path, trained_at_once: None, tmp_path: Path
) -> None:
    model, report = tmp_path / "a" / "b" / "m.onnx", tmp_path / "c" / "r.html"
    assert sortal_cli("train", shapes, "-o", model, "--report", report).code == 0
    assert model.is_file()
    assert report.is_file()


def test_the_command_stands_in_the_report_as_it_was_typed(
    sortal_cli: CommandLine,
    shapes: Path,
    trained_at_once: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my shapes").symlink_to(shapes)
    assert sortal_cli("train", "my shapes", "-o", "a<b>.onnx").code == 0
    page = Path("a<b>.html").read_text("utf-8")
    assert "<code>sortal train 'my shapes' -o 'a&lt;b&gt;.onnx'</code>" in page
    assert str(tmp_path) not in page


def test_faults_are_counted_and_said_of_once(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    shutil.copytree(shapes, given)
    (given / "disc" / "empty.png").touch()
    (given / "disc" / "words.jpg").write_text("words")
    (given / "notes.txt").write_text("words")
    (given / "no-kind.png").write_bytes((given / "disc" / "disc-00.png").read_bytes())
    ran = sortal_cli("train", given, "-o", tmp_path / "m.onnx")
    assert "36 pictures used, 3 not usable" in ran.out
    notes = [line for line in ran.err.splitlines() if line.startswith(("note:", "warning:"))]
    assert len(notes) == len(set(notes))
    assert [line for line in notes if "1 .txt" in line]
    page = (tmp_path / "m.html").read_text("utf-8")
    for name in ("disc/empty.png", "disc/words.jpg", "no-kind.png"):
        assert page.count(f">{name}<") or page.count(name.replace("/", "/<wbr>"))


def test_the_same_pictures_in_the_test_do_not_train(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    test = draw_folder(tmp_path / "test", each=2)  # the first two of each kind in `shapes`
    ran = sortal_cli("train", shapes, "--test", test, "-o", tmp_path / "m.onnx", "--json")
    assert ran.json["scheme"] == "named-test"
    assert ran.json["n_test"] == 6
    (note,) = [note for note in ran.json["notes"] if "kin" in note]
    assert note == "6 pictures are kin of pictures in the test: not trained on."
    assert load(tmp_path / "m.onnx").card.data.per_class == (10, 10, 10)


HOSTILE = (
    "up..",
    "<script>alert(1)<",
    "line\nbreak",
    "\u202egpj.exe",
    "\x1b[31mred",
    "x" * 240,
    "שלום",
    "Case",
    "case",
    "unknown",
    'a,b"c',
    "con",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "hostile\n<b>"
    for place, name in enumerate(HOSTILE):
        (root / name).mkdir(parents=True)
        for seed in range(2):
            draw(("cross", "disc", "square")[place % 3], 100 * place + seed).save(
                root / name / f"p{seed}.png"
            )
    return root


def test_hostile_names_of_kinds_and_folders(
    sortal_cli: CommandLine, hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = sortal_cli("train", hostile)
    assert ran.code == 0
    assert [p.suffix for p in sorted(tmp_path.iterdir())] == [".html", ".onnx"]
    assert ran.err.count("The kinds Case, case differ in case only") == 1
    (model,) = tmp_path.glob("*.onnx")
    shown = sortal_cli("show", model)
    predicted = sortal_cli("predict", model, hostile, "--sort-into", "sorted")
    listed = sortal_cli("predict", model, hostile, "--json").json["predictions"]
    assert {p["answer"] for p in listed if p["answer"]} <= set(load(model).classes)
    for text in (ran.out, ran.err, shown.out, predicted.out):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text)
    assert len(predicted.out.splitlines()) == 2 * len(HOSTILE)
    page = next(tmp_path.glob("*.html")).read_text("utf-8")
    assert "<script" not in page
    folders = {p.name for p in (tmp_path / "sorted").iterdir()}
    assert len({name.casefold() for name in folders}) == len(folders)
    assert {p.parent.parent for p in tmp_path.rglob("*.png")} == {tmp_path / "sorted"}
    assert len(list(tmp_path.rglob("*.png"))) == 2 * len(HOSTILE)


def test_labels_of_a_table_may_be_anything(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    given = tmp_path / "table"
    given.mkdir()
    rows = ["file_name,label,pot"]
    for index, name in enumerate(("../up", "日" * 100, "x\ty")):
        for seed in range(6):
            draw(("cross", "disc", "square")[index], seed).save(given / f"{index}-{seed}.png")
            rows.append(f'{index}-{seed}.png,"{name}",pot{seed}')
    (given / "metadata.csv").write_text("\n".join([*rows, "gone.png,disc,p"]), "utf-8")
    model = tmp_path / "m.onnx"
    ran = sortal_cli("train", given, "-o", model, "--group-by", "column:pot", "--json")
    assert ran.code == 0
    assert (ran.json["n_used"], ran.json["n_faults"], ran.json["n_groups"]) == (18, 1, 6)
    assert sortal_cli("predict", model, given, "--sort-into", tmp_path / "sorted").code == 0
    kinds = {p.parent.parent for p in (tmp_path / "sorted").rglob("*.png")}
    assert kinds == {tmp_path / "sorted"}


def test_a_zip_gives_the_same_model_as_its_folder(
    sortal_cli: CommandLine, done: TrainingDone, shapes: Path, tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "shapes"), "zip", shapes)
    assert sortal_cli("train", tmp_path / "shapes.zip", "-o", tmp_path / "m.onnx").code == 0
    assert (tmp_path / "m.onnx").read_bytes() == done.model.read_bytes()


def test_show_tells_what_a_model_is(
    sortal_cli: CommandLine, done: TrainingDone, model: Path
) -> None:
    ran = sortal_cli("show", model)
    assert (ran.code, ran.err) == (0, "")
    for words in (done.evaluation.headline, "cross, disc, square", "36 pictures", "Apache-2.0"):
        assert words in ran.out
    card = sortal_cli("show", model, "--json").json
    assert card["sha256"] == done.trained.model.sha256
    assert card["classes"] == ["cross", "disc", "square"]
