"""What tests do with the studio in a browser: start it, drop folders onto it, look for faults."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
BRICKS = ROOT / "examples" / "bricks"
KINDS = ("brick-2x2", "bush", "pin")
EACH = 12
"""Pictures of each kind; the pins have one more, which is a bush."""
PATIENCE = 120_000
"""Milliseconds that a browser waits for what the machine has to compute."""


@dataclass
class Served:
    """A studio that runs on its own, as a person would have started it."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def serve(project: Path, *, port: int | None = None) -> Served:
    """Start `sortal studio` and wait for its address."""
    command = [sys.executable, "-m", "sortal", "studio", str(project), "--no-browser"]
    command += [] if port is None else ["--port", str(port)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **one},
        start_new_session=True,
    )
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found, "the studio printed no address"
    return Served(process, found.group(0))


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The address of a studio that ends with the block."""
    studio = serve(project)
    try:
        yield studio.address
    finally:
        studio.kill()


@dataclass
class Guest:
    """Opens studios and keeps what went wrong and where requests went."""

    browser: Browser
    errors: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    expected: tuple[str, ...] = ()
    """Parts of messages that this visit may bring."""
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, address: str, *, size: tuple[int, int] = (1280, 800), **context: Any) -> Page:
        """Open a studio and wait until it shows its first screen."""
        settings = {"locale": "en-GB", "permissions": ["camera"], **context}
        self._contexts.append(
            self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings)
        )
        page = self._contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        page.goto(address)
        page.locator("#screen-title").wait_for()
        return page

    def leave(self) -> None:
        """Close everything; nothing may have gone wrong, nothing been asked elsewhere."""
        self.go_home()
        unexpected = [e for e in self.errors if not any(part in e for part in self.expected)]
        assert not unexpected, unexpected
        assert not self.foreign, self.foreign

    def go_home(self) -> None:
        """Close everything."""
        for context in self._contexts:
            with suppress(Exception):
                context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _request(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.add(address)


def drop(page: Page, *paths: Path, at: tuple[float, float] = (400, 160)) -> None:
    """Let go of files and folders over the page, as a file manager does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent", {"type": kind, "x": at[0], "y": at[1], "data": data}
        )
    session.detach()


def go(page: Page, screen: str) -> None:
    """Follow the step of a name."""
    page.get_by_role("navigation", name="Steps").get_by_role("link", name=screen).click()


def rest(page: Page) -> None:
    """Wait until nothing is at work any more."""
    page.wait_for_timeout(300)
    page.locator(".work-line").first.wait_for(state="detached", timeout=PATIENCE)


def gather(page: Page, folder: Path) -> None:
    """Drop a folder of kinds and wait until all is looked at."""
    drop(page, folder)
    page.locator(".card[data-kind]").nth(len(KINDS) - 1).wait_for()
    rest(page)


def train(page: Page) -> None:
    """Train as it stands and wait for the result."""
    go(page, "Train")
    page.locator("button.huge").click()
    page.locator("button.huge").wait_for(state="detached")
    page.locator(".result .headline").wait_for(timeout=PATIENCE)


def write_video(path: Path, pictures: list[Path], *, each: int = 8) -> None:
    """Write pictures as a YUV4MPEG2 film for the browser's fake camera, ``each`` frames long."""
    width, height = 320, 240
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            with Image.open(picture) as image:
                square = image.convert("RGB").resize((height, height))
            whole = Image.new("RGB", (width, height), (128, 128, 128))
            whole.paste(square, ((width - height) // 2, 0))
            planes = np.asarray(whole.convert("YCbCr"))
            luma, blue, red = planes[..., 0], planes[::2, ::2, 1], planes[::2, ::2, 2]
            for shift in range(each):  # no two frames alike, as with a hand that trembles
                moved = (np.roll(plane, shift, axis=0).tobytes() for plane in (luma, blue, red))
                file.write(b"FRAME\n" + b"".join(moved))
