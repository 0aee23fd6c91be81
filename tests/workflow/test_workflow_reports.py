"""The reports of real runs hold to all that the report's own tests demand."""

from __future__ import annotations

import importlib
import inspect
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sortal.workflow import TrainingDone, check_folder, evaluate_folder

Demands = list[Callable[..., None]]

REPORT_TESTS = Path(__file__).resolve().parents[1] / "report"


@pytest.fixture
def checks(
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Callable[[str], Any], list[Callable[..., None]]]:
    """How the report's tests read a page, and what they demand of every page."""
    monkeypatch.syspath_prepend(REPORT_TESTS)
    module = importlib.import_module("test_report_pages")
    demands = [
        test
        for name, test in vars(module).items()
        if name.startswith("test_") and list(inspect.signature(test).parameters) == ["page"]
    ]
    assert len(demands) >= 8
    return importlib.import_module("report_tree").parse, demands


def page_of_training(done: TrainingDone, shapes: Path, tmp_path: Path) -> Path:
    return done.report


def page_of_check(done: TrainingDone, shapes: Path, tmp_path: Path) -> Path:
    given = tmp_path / "given"
    shutil.copytree(shapes, given)
    shutil.copy(given / "disc/disc-00.png", given / "square/<copy>.png")
    (given / "disc/words.jpg").write_text("words")
    return check_folder(given, report=tmp_path / "check.html", workers=1).report or tmp_path


def page_of_evaluation(done: TrainingDone, shapes: Path, tmp_path: Path) -> Path:
    given = tmp_path / "given"
    shutil.copytree(shapes / "disc", given / "disc")
    shutil.copytree(shapes / "disc", given / "square")  # every one of them wrong
    report = tmp_path / "evaluation.html"
    evaluate_folder(done.model, given, report=report, workers=1)
    return report


@pytest.mark.parametrize("make", [page_of_training, page_of_check, page_of_evaluation])
def test_a_real_page_meets_every_demand(
    make: Callable[[TrainingDone, Path, Path], Path],
    checks: tuple[Callable[[str], Any], Demands],
    done: TrainingDone,
    shapes: Path,
    tmp_path: Path,
) -> None:
    parse, demands = checks
    page = parse(make(done, shapes, tmp_path).read_text("utf-8"))
    for demand in demands:
        demand(page)


def test_the_training_report_tells_how_it_was_made(done: TrainingDone, shapes: Path) -> None:
    page = done.report.read_text("utf-8")
    card = done.trained.card
    for fact in (
        "sortal train shapes -o shapes.onnx",
        done.trained.model.sha256,
        card.data.sha256,
        card.split.sha256,
        card.trunk.sha256,
    ):
        assert fact in page
    assert str(shapes.parent) not in page


def test_mistakes_are_shown_with_heat(done: TrainingDone, shapes: Path, tmp_path: Path) -> None:
    page = page_of_evaluation(done, shapes, tmp_path).read_text("utf-8")
    assert "Heat map: what spoke for disc" in page
    assert page.count("data:image/jpeg;base64,") >= 12
