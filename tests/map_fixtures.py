"""A browser for the map's page: Debian's Chromium with WebGL in software, started once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from made_site import MadeSite, write_site
from map_browser import FLAGS, Visitor
from pages import chromium, hosted_folder


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright, FLAGS) as opened:
        yield opened


@pytest.fixture(scope="session")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of 500 coloured squares, one of them with a hostile caption."""
    folder = tmp_path_factory.mktemp("sites") / "squares"
    write_site(folder, MadeSite(hostile=True))
    return folder


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Somebody who opens sites; at the end nothing may have gone wrong or been asked elsewhere."""
    somebody = Visitor(browser)
    yield somebody
    somebody.leave()


@pytest.fixture
def hosted(squares: Path) -> Iterator[str]:
    """The address of the squares on a plain static host."""
    with hosted_folder(squares) as address:
        yield address


@pytest.fixture
def own_copy(squares: Path, tmp_path: Path) -> Path:
    """The squares in a folder of another name, for tests that change files."""
    folder = tmp_path / "moved – somewhere else"
    shutil.copytree(squares, folder)
    return folder
