"""`sortal train --network`: followed, interrupted, refused, each as a person meets it."""

from __future__ import annotations

import csv
import json
import re
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from command_line import CommandLine, Ran, start
from packed_files import digits, write_idx, write_stripes
from sortal.errors import DivergedError, MissingExtraError, StoppedError
from sortal.training.recipe_toml import from_toml
from sortal.workflow import load

README = Path(__file__).resolve().parents[2] / "README.md"
SMALL = ("--size", "8", "--channels", "1", "--threads", "1", "--workers", "1", "--no-cache")


@pytest.fixture(scope="module")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small data set of IDX files: noise with a bright row at one of three heights."""
    return write_stripes(tmp_path_factory.mktemp("stripes") / "stripes")


def run(cli: CommandLine, data: Path, out: Path, *options: str, network: str = "flatten") -> Ran:
    return cli("train", data, "--network", network, *SMALL, "-o", out, *options)


def test_the_networks_of_the_readme_are_trained_as_they_stand_there(
    sortal_cli: CommandLine, shapes: Path, tmp_path: Path
) -> None:
    lines = re.findall(r"^sortal train pictures/ (--network .*)$", README.read_text("utf-8"), re.M)
    assert len(lines) == 2
    for at, line in enumerate(lines):
        options = shlex.split(line, comments=True)
        if "auto" in options:
            options += ["--size", "64"]  # at its own it would take long
        out = tmp_path / f"{at}.onnx"
        ran = sortal_cli("train", shapes, *options, "--epochs", "1", "--workers", "1", "-o", out)
        assert ran.code == 0, ran.err
        assert out.exists()


def test_a_text_without_a_size_says_how_to_give_one(sortal_cli: CommandLine, shapes: Path) -> None:
    ran = sortal_cli("train", shapes, "--network", "flatten, dense 8 relu")
    assert ran.code == 2
    assert "--size 64" in ran.err


def test_every_epoch_has_a_line_and_a_row_of_the_log(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    ran = run(sortal_cli, stripes, tmp_path / "m.onnx", "--epochs", "3", "--rate", ".01")
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.err
    lines = ran.err.splitlines()
    heads = next(at for at, line in enumerate(lines) if line.split()[:1] == ["epoch"])
    assert lines[heads].split() == [
        *("epoch", "loss", "accuracy", "validation", "accuracy", "pictures/s", "time", "left")
    ]
    rows = lines[heads + 1 : heads + 4]
    assert [row.split()[0] for row in rows] == ["1/3", "2/3", "3/3"]
    assert all(row.count("%") == 2 for row in rows)
    assert [row.endswith(" s") for row in rows] == [True, True, False]  # the time left
    assert max(map(len, lines[: heads + 4])) <= 80
    assert "All 3 epochs are done." in ran.err
    with (tmp_path / "m.log.csv").open(newline="") as file:
        logged = list(csv.DictReader(file))
    assert [row["epoch"] for row in logged] == ["1", "2", "3"]
    assert all(0 <= float(row["val_accuracy"]) <= 1 for row in logged)
    assert not (tmp_path / "m.checkpoint").exists()


def test_json_is_one_object_with_the_course(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    ran = run(
        sortal_cli,
        stripes,
        tmp_path / "m.onnx",
        "--epochs",
        "2",
        "--json",
        "--log",
        str(tmp_path / "course.jsonl"),
    )
    assert (ran.code, ran.err) == (0, "")
    course = ran.json["training"]
    assert len(course["epochs"]) == 2
    logged = [json.loads(line) for line in (tmp_path / "course.jsonl").read_text().splitlines()]
    assert [row["loss"] for row in logged] == [row["loss"] for row in course["epochs"]]


def test_the_recipe_is_in_the_card_and_in_a_file_that_gives_the_same_model(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    one, two, recipe = (tmp_path / name for name in ("1.onnx", "2.onnx", "r.toml"))
    options = ("--epochs", "2", "--optimiser", "sgd, rate .05, momentum .9, nesterov")
    assert run(sortal_cli, stripes, one, *options, "--write-recipe", str(recipe)).code == 0
    written = from_toml(recipe.read_text("utf-8"))
    assert written.optimiser.nesterov
    again = sortal_cli(
        "train", stripes, "--recipe", recipe, "-o", two, "--threads", "1", "--workers", "1"
    )
    assert again.code == 0, again.err
    assert one.read_bytes() == two.read_bytes()
    card = load(one).card.recipe
    assert card["optimiser"] == written.to_json()["optimiser"]
    assert card["epochs_done"] == 2


def test_overfitting_is_said_in_words(
    sortal_cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_stripes(tmp_path / "noise")
    noise = digits(90, height=8, width=8)
    write_idx(folder / "train-images-idx3-ubyte", noise)  # nothing but noise to learn from
    options = ("--epochs", "25", "--optimiser", "adam, rate .01", "--validation", ".3")
    ran = run(sortal_cli, folder, tmp_path / "m.onnx", *options, network="flatten, dense 32 relu")
    assert ran.code == 0, ran.err
    assert "Overfitting since epoch " in ran.err
    assert "Overfitting since epoch " in (tmp_path / "m.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("network", "options", "says"),
    [
        (
            "flatten",
            ("--optimiser", "adamm"),
            "name 'adamm' does not exist. There are: sgd, rmsprop, adadelta, adam, adamw.",
        ),
        ("flatten", ("--optimiser", "adam, momentum .9"), "adam takes no momentum"),
        ("flatten", ("--optimiser", "sgd, rate fast"), "must be followed by a number; 'fast'"),
        ("flatten", ("--schedule", "triangle"), "'triangle' does not exist. There are: constant"),
        ("flatten", ("--loss", "hinge"), "'hinge' does not exist. There are: cross-entropy"),
        ("flatten", ("--regime", "top"), "'top' does not exist. There are: scratch, head"),
        ("flatten", ("--augment", "blur 3"), "augmentation has no field 'blur'"),
        ("flatten", ("--epochs", "0"), "--epochs"),
        ("flatten", ("--log", "course.txt"), "a log ends in .csv or .jsonl"),
        ("flatten", ("--resume",), "there is no such checkpoint to go on from"),
        ("flatten, dense 10 softmax", (), "has 10 units, but there are 3 kinds: write dense 3"),
        ("conv 8 9x9", (), "it needs a map of at least 9 x 9, or padding"),
        ("conv 8 3x3, dense 4", (), "layer 2 (dense 4): it needs a row of values"),
        ("lenet5", (), "There is no network called 'lenet5'. Known are: perceptron"),
        ("flatten, dense 4 step, dense 4 relu", (), "lets nothing below it learn"),
    ],
)
def test_what_cannot_work_is_said_before_the_work(
    network: str,
    options: tuple[str, ...],
    says: str,
    sortal_cli: CommandLine,
    stripes: Path,
    tmp_path: Path,
) -> None:
    ran = run(sortal_cli, stripes, tmp_path / "m.onnx", *options, "--json", network=network)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert not (tmp_path / "m.onnx").exists()


def test_one_kind_alone(sortal_cli: CommandLine, tmp_path: Path) -> None:
    ran = run(sortal_cli, write_stripes(tmp_path / "one", kinds=1), tmp_path / "m.onnx")
    assert (ran.code, ran.out) == (2, "")
    assert "at least two kinds" in ran.err


def test_a_loss_that_explodes_at_once_leaves_no_model(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    ran = run(
        sortal_cli,
        stripes,
        tmp_path / "m.onnx",
        "--optimiser",
        "sgd, rate 900, momentum .9",
        "--batch",
        "8",
        network="flatten, dense 16 relu, dense 16 relu",
    )
    assert (ran.code, ran.out) == (DivergedError.exit_code, "")
    for words in ("Training diverged: the loss became", "Try a rate of 9e+01", "No model was made"):
        assert words in ran.err
    assert not (tmp_path / "m.onnx").exists()
    assert not (tmp_path / "m.checkpoint").exists()


def test_without_tensorboard_it_names_the_extra(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sortal.training.deep.board.find_spec", lambda _: None)
    board = str(tmp_path / "board")
    ran = run(sortal_cli, stripes, tmp_path / "m.onnx", "--tensorboard", board)
    assert ran.code == MissingExtraError.exit_code
    assert "pip install 'sortal[tensorboard]'" in ran.err


def test_tensorboard_reads_what_the_log_says(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    reader = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="needs sortal[tensorboard]",
    )
    board = tmp_path / "board"
    out = tmp_path / "m.onnx"
    ran = run(sortal_cli, stripes, out, "--epochs", "3", "--tensorboard", str(board))
    assert ran.code == 0, ran.err
    assert "warning: Tensor" not in ran.err
    read = reader.EventAccumulator(str(board))
    read.Reload()
    with (tmp_path / "m.log.csv").open(newline="") as file:
        logged = list(csv.DictReader(file))
    shown = {
        "loss/learning": "loss",
        "loss/validation": "val_loss",
        "accuracy/learning": "accuracy",
        "accuracy/validation": "val_accuracy",
        "rate": "rate",
    }
    assert set(read.Tags()["scalars"]) == set(shown)
    for tag, column in shown.items():
        scalars = read.Scalars(tag)
        assert [scalar.step for scalar in scalars] == [1, 2, 3]
        values = [float(row[column]) for row in logged]
        assert [scalar.value for scalar in scalars] == pytest.approx(values, rel=1e-6)


def interrupted(data: Path, out: Path, *options: str) -> tuple[int, str]:
    """Run a long training, press ctrl-C after its second epoch; return its code and words."""
    process = start(
        "train", data, "--network", "flatten", *SMALL, "-o", out, "--epochs", "100000", *options
    )
    log = out.with_suffix(".log.csv")
    end = time.monotonic() + 200
    while not log.exists() or log.read_bytes().count(b"\n") < 3:
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_ctrl_c_keeps_the_state_and_says_how_to_go_on_or_why_not(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.onnx"
    code, said = interrupted(stripes, out)
    assert code == StoppedError.exit_code
    assert "of 100000 epochs were done" in said.replace(",", "")
    assert f"The state is in {tmp_path / 'm.checkpoint'}." in said
    assert "--resume" in said.splitlines()[-1]
    assert not out.exists()
    state = (tmp_path / "m.checkpoint").read_bytes()

    again = run(sortal_cli, stripes, out)
    assert again.code == 2
    assert "holds the state of a training that was interrupted. Add --resume" in again.err

    other = run(sortal_cli, stripes, out, "--resume", "--rate", ".5", "--epochs", "100000")
    assert other.code == 2
    assert "was begun by another recipe: its optimiser is" in other.err

    elsewhere = write_stripes(tmp_path / "others", first=500)
    strange = sortal_cli("train", elsewhere, "-o", out, "--resume", "--workers", "1", "--no-cache")
    assert strange.code == 2
    assert "not the pictures that the training began with" in strange.err
    assert (tmp_path / "m.checkpoint").read_bytes() == state  # nothing of this harmed it

    (tmp_path / "m.checkpoint").write_bytes(state[: len(state) // 2])
    damaged = sortal_cli("train", stripes, "-o", out, "--resume", "--workers", "1")
    assert damaged.code == 2
    assert "m.checkpoint is damaged or no checkpoint of Sortal's" in damaged.err
