"""What many tests share: a cache of their own, drawn pictures, one small trained model."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import CommandLine
from drawn_shapes import draw_folder
from sortal.workflow import TrainingDone, TrainOptions, train_folder

pytest_plugins = ["map_fixtures"]  # a browser, and sites to look at


def pytest_sessionstart() -> None:
    """Hear interrupts, and let the programs that tests start hear them.

    A shell that puts the suite in the background has both ignore them, and tests interrupt.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser: such tests run one after the other, for both cores are busy."""
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the cache of whoever runs it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SORTAL_CACHE", str(folder))
        patch.delenv("NO_COLOR", raising=False)
        yield folder


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 3 kinds with 12 drawn pictures each; not to be written to."""
    return draw_folder(tmp_path_factory.mktemp("drawn") / "shapes", each=12)


@pytest.fixture(scope="session")
def done(shapes: Path, own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingDone:
    """A finished training on the shapes, with its model and report."""
    return train_folder(
        shapes,
        TrainOptions(workers=1),
        model=tmp_path_factory.mktemp("trained") / "shapes.onnx",
        command="sortal train shapes -o shapes.onnx",
    )


@pytest.fixture(scope="session")
def model(done: TrainingDone) -> Path:
    """The model file of that training; not to be written to."""
    return done.model


@pytest.fixture
def trained_at_once(done: TrainingDone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training on the shapes takes no time: what came of it is known."""
    monkeypatch.setattr("sortal.workflow.jobs.train_with", lambda *_, **__: done.trained)


@pytest.fixture
def sortal_cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, run in this process, with one process that decodes unless told so."""
    monkeypatch.setattr("sortal.pictures.pool.usable_cores", lambda: 1)
    return CommandLine(capsys, monkeypatch)
