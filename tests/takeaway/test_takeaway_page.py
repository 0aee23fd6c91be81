"""The page answers as `sortal predict` does, loads nothing from elsewhere, hinders nobody."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from takeaway_visits import (
    CHROMIUM,
    FLAGS,
    visited,
)

from command_line import CommandLine
from sortal.workflow import TrainOptions, export_folder, train_folder

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
BRICKS = ROOT / "examples" / "bricks"
KINDS = ("beam-3-thin", "bush", "pin", "plate-2x2")

SAME = 0.05
"""How far a probability may lie from that of `sortal predict`. The network calculates in int8:
where its sums round differently, on WebAssembly and on a processor's own instructions, a value
moves by one of 256 levels, and such steps add up over 49 layers."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: .ci/run installs it.")
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def bricks(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A model of four kinds of bricks, ten pictures each."""
    folder = tmp_path_factory.mktemp("bricks")
    for kind in KINDS:
        (folder / "few" / kind).mkdir(parents=True)
        for picture in sorted((BRICKS / kind).iterdir())[:10]:
            shutil.copy(picture, folder / "few" / kind)
    done = train_folder(
        folder / "few", TrainOptions(workers=1), model=folder / "bricks.onnx", command=""
    )
    return done.model


@pytest.fixture(scope="module")
def new_bricks() -> list[Path]:
    """Pictures that the model has not seen."""
    return [path for kind in KINDS for path in sorted((BRICKS / kind).iterdir())[30:36]]


@pytest.fixture(scope="module")
def folder(bricks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_folder(bricks, tmp_path_factory.mktemp("page") / "bricks page").folder


def drop(page: Page, pictures: list[Path]) -> None:
    page.locator("input[type=file]").set_input_files([str(path) for path in pictures])
    page.locator("[role=status]", has_text="answered").last.wait_for()
    page.get_by_role("button", name="Download as CSV").is_enabled()
    page.locator("button:enabled", has_text="Download as CSV").wait_for()


def table_of(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    text = downloading.value.path().read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_dropped_bricks_get_the_answers_of_sortal_predict(
    browser: Browser,
    folder: Path,
    bricks: Path,
    new_bricks: list[Path],
    sortal_cli: CommandLine,
) -> None:
    ran = sortal_cli("predict", str(bricks), *map(str, new_bricks), "--csv", "--top", "4")
    said = list(csv.DictReader(io.StringIO(ran.out)))
    with visited(browser, folder) as page:
        drop(page, new_bricks)
        found = table_of(page)
    assert [Path(row["path"]).name for row in said] == [row["path"] for row in found]
    for mine, theirs in zip(found, said, strict=True):
        shares = {theirs[f"kind_{k}"]: float(theirs[f"probability_{k}"]) for k in range(1, 5)}
        for k in range(1, 4):
            assert float(mine[f"probability_{k}"]) == pytest.approx(
                shares[mine[f"kind_{k}"]], abs=SAME
            )
        assert float(mine["distance"]) == pytest.approx(float(theirs["distance"]), abs=0.02)
        first, second = sorted(shares.values())[-1:-3:-1]
        if first - second > 2 * SAME:
            assert mine["kind_1"] == theirs["kind_1"]
