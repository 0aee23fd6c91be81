"""A browser for the map's page: Debian's Chromium with WebGL in software, started once."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from made_site import MadeSite, write_site
from map_browser import CHROMIUM, FLAGS, Visitor


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: .ci/run installs it.")
        pytest.skip("needs Debian's chromium")
    started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield started
    started.close()


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
    yield from host(squares)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def host(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def own_copy(squares: Path, tmp_path: Path) -> Path:
    """The squares in a folder of another name, for tests that change files."""
    folder = tmp_path / "moved – somewhere else"
    shutil.copytree(squares, folder)
    return folder
