"""What every test of a page needs: Debian's Chromium, a plain static host, and axe-core."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

AXE = Path(__file__).resolve().parents[1] / "frontend/node_modules/axe-core/axe.min.js"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")


@contextmanager
def chromium(playwright: Playwright, flags: Sequence[str] = ("--no-sandbox",)) -> Iterator[Browser]:
    """A browser of its own; without Debian's package the test is skipped, in CI it fails."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: .ci/run installs it.")
        pytest.skip("needs Debian's chromium")
    with playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*flags]) as opened:
        yield opened


def with_camera(*more: str, film: Path | None = None) -> list[str]:
    """Flags of a browser that has a camera and asks nobody for it, which shows a film if given."""
    shown = [] if film is None else [f"--use-file-for-fake-video-capture={film}"]
    return [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        *shown,
        *more,
    ]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def hosted_folder(folder: Path) -> Iterator[str]:
    """The address of a folder on a plain static host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def violations(page: Page, *, preload: bool = True) -> list[str]:
    """Return what axe-core objects to on a page as it is.

    Args:
        page: as it stands.
        preload: whether axe loads style sheets itself, which a page from disk cannot let it do.
    """
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        "preload => axe.run(document, {preload, resultTypes: ['violations'], runOnly: "
        "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})",
        preload,
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]
