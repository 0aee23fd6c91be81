"""What tests and benchmarks do with a map in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

import pages

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90_000
"""Milliseconds: a test fails for what it sees, not for how busy the machine is."""
expect.set_options(timeout=15_000)
_SETTLED = "() => globalThis.map?.started && (!map.map || map.map.progress.settled)"


@dataclass
class Visitor:
    """Opens sites and keeps what went wrong and what was requested."""

    browser: Browser
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of messages that this visit may bring."""
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        site: Path | str,
        *,
        hash: str = "",
        size: tuple[int, int] = (1280, 800),
        **context: Any,
    ) -> Page:
        """Open a folder from disk or an address, and wait until all in sight is drawn."""
        address = site if isinstance(site, str) else f"{site.as_uri()}/index.html"
        self._contexts.append(
            self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
        )
        self._contexts[-1].set_default_timeout(PATIENCE)
        page = self._contexts[-1].new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.goto(address + hash)
        settle(page)
        return page

    def leave(self) -> None:
        for context in self._contexts:
            context.close()
        unexpected = [e for e in self.errors if not any(part in e for part in self.expected)]
        assert not unexpected, f"The page said: {unexpected}"
        foreign = {request for request in self.requests if _foreign(request)}
        assert not foreign, f"The page asked elsewhere: {foreign}"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)


def _foreign(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("file", "data", "blob") and parts.hostname != "127.0.0.1"


def settle(page: Page) -> None:
    """Wait until the map rests and all in sight is drawn."""
    page.wait_for_function(_SETTLED)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
    page.wait_for_function(_SETTLED)


def view(page: Page) -> dict[str, float]:
    """Return the camera: centre x and y, CSS pixels a unit."""
    return page.evaluate("({...map.map.view})")  # type: ignore[no-any-return]


def place_of(page: Page, index: int) -> tuple[float, float]:
    """Return where a picture stands, in CSS pixels."""
    left, top = page.evaluate("i => map.map.placeOf(i)", index)
    return left, top


def pixels(page: Page) -> list[int]:
    """Return how many pixels of the map are painted, and how many colours there are."""
    return page.evaluate(  # type: ignore[no-any-return]
        """async () => {
            const { map: view } = map;
            const shot = new OffscreenCanvas(view.canvas.width, view.canvas.height);
            const brush = shot.getContext('2d');
            view.setPictures(true);
            await view.frame();
            brush.drawImage(view.canvas, 0, 0);
            const { data } = brush.getImageData(0, 0, shot.width, shot.height);
            const colours = new Set();
            let painted = 0;
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] < 100) continue;
                painted += 1;
                colours.add((data[i] >> 4) << 8 | (data[i + 1] >> 4) << 4 | data[i + 2] >> 4);
            }
            return [painted, colours.size];
        }"""
    )


def violations(page: Page) -> list[str]:
    """Return what axe-core objects to on a map, which may have been opened from disk."""
    return pages.violations(page, preload=False)
