"""A training on a terminal: the curve, the latest epochs, and a time left that stays as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from rich.console import Console

from sortal.cli.bars import bars_on
from sortal.cli.curve import _Course
from sortal.cli.epochs import epoch_heads
from sortal.cli.following import display
from sortal.training.deep import Batch, Begun, Epoch, Event, Stopped

WIDTH = 80


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [1_000.0]
    monkeypatch.setattr("sortal.cli.epochs.time.monotonic", lambda: now[0])
    yield now


def begun(epochs: int) -> Begun:
    return Begun(
        epochs=epochs,
        steps=10,
        epoch=0,
        step=0,
        pictures=1_000,
        parameters=600,
        learning=500,
        threads=2,
    )


def epoch(number: int, *, loss: float, val_loss: float | None) -> Epoch:
    return Epoch(
        number,
        loss,
        0.5,
        val_loss,
        None if val_loss is None else 0.6,
        rate=0.1,
        seconds=10.0,
        pictures_per_second=100.0,
        best=True,
    )


def drawn(course: _Course) -> str:
    out = io.StringIO()
    Console(file=out, width=WIDTH).print(course.render())
    return out.getvalue()


def new_course() -> _Course:
    console = Console(file=io.StringIO(), width=WIDTH)
    return _Course(bars_on(console)[0], console)


def test_epochs_the_curve_and_the_step_at_hand(clock: list[float]) -> None:
    course = new_course()
    course(begun(4))
    for number, (loss, val_loss) in enumerate([(2.0, 1.5), (1.0, 1.2), (0.5, 1.4)], start=1):
        clock[0] += 10
        course(epoch(number, loss=loss, val_loss=val_loss))
    course(Batch(4, 5, loss=0.4, rate=0.1))
    text = drawn(course)
    assert "Training 500 of 600 parameters on 1,000 pictures\n4 epochs of 10 steps, 2" in text
    rows = [line.split() for line in text.splitlines() if "/4  " in line and "%" in line]
    assert rows[0][:2] == ["1/4", "2.0000"]
    assert " ".join(rows[2]) == "3/4 0.5000 50.0 % 1.4000 60.0 % 100 10 s"
    assert "epoch 4/4  step 5/10  loss 0.4000  4 s left" in text
    assert len(re.findall(r"[\u2801-\u28ff]", text)) > 20
    course(Stopped("finished", 4, 4, "All 4 epochs are done."))
    assert "step 5/10" not in drawn(course)


def test_the_time_left_of_an_epoch_is_not_counted_on(clock: list[float]) -> None:
    course = new_course()
    course(begun(3))
    clock[0] += 10
    course(epoch(1, loss=2.0, val_loss=None))
    assert "100        20 s\n" in drawn(course)
    clock[0] += 500
    assert "100        20 s\n" in drawn(course)


def test_a_training_that_begins_anew_has_a_curve_of_its_own(clock: list[float]) -> None:
    course = new_course()
    course(begun(3))
    clock[0] += 10
    course(epoch(1, loss=2.0, val_loss=None))
    course(begun(3))
    assert "2.0000" not in drawn(course)


@pytest.mark.parametrize("val_loss", [None, 98_765.4])
def test_the_widest_numbers_fit_eighty_columns(clock: list[float], val_loss: float | None) -> None:
    course = new_course()
    course(replace(begun(1_000), parameters=134_326_866, learning=134_326_866, epoch=998))
    clock[0] += 12_000
    last = replace(epoch(999, loss=12_345.6, val_loss=val_loss), accuracy=1.0)
    course(replace(last, pictures_per_second=123_456.0))
    lines = drawn(course).splitlines()
    heads = lines.index(epoch_heads(last))  # the row below it is one line: nothing was wrapped
    assert lines[heads + 1].split()[:2] == ["999/1000", "1.23e+04"]
    assert lines[heads + 1].endswith("123,456  3 h 20 min")
    assert len(lines) == heads + 2
    assert ("validation" in lines[heads]) is (val_loss is not None)


@pytest.mark.parametrize(
    ("terminal", "variables", "lively"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_only_a_terminal_that_wants_colour_is_redrawn(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, variables: dict[str, str], lively: bool
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", "COLUMNS": "80", **variables}.items():
        monkeypatch.setenv(name, value)
    stream = Stream()
    monkeypatch.setattr("sys.stderr", stream)
    events: list[Event] = [begun(2), epoch(1, loss=2.0, val_loss=1.5)]
    with display(quiet=False) as (_, watch):
        for event in (*events, epoch(2, loss=1.0, val_loss=1.2)):
            watch(event)
    text = stream.getvalue()
    assert ("\x1b" in text) is lively
    assert (re.search(r"[\u2801-\u28ff]", text) is not None) is lively
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert max(map(len, plain.splitlines())) <= 80
    assert re.search(r"2/2 +1\.0000 +50\.0 % +1\.2000 +60\.0 % +100$", plain, re.MULTILINE)
