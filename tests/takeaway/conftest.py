"""A browser, a small model of bricks, and the folder that is its page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright
from takeaway_visits import BRICKS, FLAGS, KINDS

from pages import chromium
from sortal.workflow import TrainOptions, export_folder, train_folder


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright, FLAGS) as opened:
        yield opened


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def new_bricks() -> list[Path]:
    """Pictures that the model has not seen."""
    return [path for kind in KINDS for path in sorted((BRICKS / kind).iterdir())[30:36]]


@pytest.fixture(scope="session")
def folder(bricks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_folder(bricks, tmp_path_factory.mktemp("page") / "bricks page").folder
