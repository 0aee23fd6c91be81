"""A browser whose camera shows bricks, studios to visit, and pictures to drop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright
from studio_visitor import BRICKS, EACH, KINDS, Guest, gather, served, train, write_video

from pages import chromium, with_camera


@pytest.fixture(scope="session")
def camera_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    film = tmp_path_factory.mktemp("camera") / "bricks.y4m"
    write_video(film, [sorted((BRICKS / kind).glob("*.jpg"))[-1] for kind in KINDS])
    flags = with_camera("--no-first-run", "--disable-background-networking", film=film)
    with chromium(playwright, flags) as opened:
        yield opened


@pytest.fixture
def guest(camera_browser: Browser) -> Iterator[Guest]:
    somebody = Guest(camera_browser)
    yield somebody
    somebody.leave()


@pytest.fixture(scope="session")
def bricks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three kinds of bricks; one bush lies among the pins, one file is no picture."""
    folder = tmp_path_factory.mktemp("dropped") / "bricks"
    for kind in KINDS:
        (folder / kind).mkdir(parents=True)
        for picture in sorted((BRICKS / kind).glob("*.jpg"))[:EACH]:
            shutil.copy(picture, folder / kind)
    stray = sorted((BRICKS / "bush").glob("*.jpg"))[EACH]
    shutil.copy(stray, folder / "pin" / "stray.jpg")
    (folder / "pin" / "notes.jpg").write_text("no picture at all")
    (folder / "pin" / ".DS_Store").write_bytes(b"clutter")
    return folder


@pytest.fixture
def studio(tmp_path: Path, guest: Guest) -> Iterator[str]:
    """The address of a studio on an empty project; it ends after its guest has gone."""
    with served(tmp_path / "project") as address:
        yield address
        guest.go_home()


@pytest.fixture(scope="session")
def taught(
    camera_browser: Browser, bricks: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a studio that has been trained once; not to be changed for long."""
    with served(tmp_path_factory.mktemp("taught") / "project") as address:
        visit = Guest(camera_browser)
        page = visit.open(address)
        gather(page, bricks)
        train(page)
        visit.leave()
        yield address
