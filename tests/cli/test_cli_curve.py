"""A training on a terminal: the curve, the latest epochs, and a time left that stays as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from rich.console import Console

from sortal.cli.bars import bars_on
from sortal.cli.curve import _Course
from sortal.training.deep import Batch, Begun, Epoch, Stopped


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
    Console(file=out, width=110).print(course.render())
    return out.getvalue()


def new_course() -> _Course:
    console = Console(file=io.StringIO(), width=110)
    return _Course(bars_on(console)[0], console)


def test_epochs_the_curve_and_the_step_at_hand(clock: list[float]) -> None:
    course = new_course()
    course(begun(4))
    for number, (loss, val_loss) in enumerate([(2.0, 1.5), (1.0, 1.2), (0.5, 1.4)], start=1):
        clock[0] += 10
        course(epoch(number, loss=loss, val_loss=val_loss))
    course(Batch(4, 5, loss=0.4, rate=0.1))
    text = drawn(course)
    assert "Training 500 of 600 parameters on 1,000 pictures, 4 epochs of 10 steps" in text
    assert "epoch 1/4  loss 2.0000" in text
    assert "validation loss 1.4000  accuracy 60.0 %  100 pictures/s  10 s left" in text
    assert "epoch 4/4  step 5/10  loss 0.4000  4 s left" in text
    assert len(re.findall(r"[\u2801-\u28ff]", text)) > 20
    course(Stopped("finished", 4, 4, "All 4 epochs are done."))
    assert "step 5/10" not in drawn(course)


def test_the_time_left_of_an_epoch_is_not_counted_on(clock: list[float]) -> None:
    course = new_course()
    course(begun(3))
    clock[0] += 10
    course(epoch(1, loss=2.0, val_loss=None))
    assert "20 s left" in drawn(course)
    clock[0] += 500
    assert "20 s left" in drawn(course)


def test_a_training_that_begins_anew_has_a_curve_of_its_own(clock: list[float]) -> None:
    course = new_course()
    course(begun(3))
    clock[0] += 10
    course(epoch(1, loss=2.0, val_loss=None))
    course(begun(3))
    assert "loss 2.0000" not in drawn(course)
