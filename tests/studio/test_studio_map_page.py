"""The studio's map in a browser: colours, a line around pictures that labels them, what is next."""

from __future__ import annotations

import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from studio_client import Answer, Studio, studio

from drawn_shapes import KINDS, draw
from map_browser import PATIENCE, violations
from pages import AXE
from sortal.studio.app import make_app

EACH, UNKNOWN = 10, 6
TOKEN = "map-token"


class BesideABrowser(Studio):
    """Asks from a thread of its own: Playwright's loop runs in the one of the tests."""

    def ask(self, method: str, target: str, body: Any = None, **headers: Any) -> Answer:
        with ThreadPoolExecutor(1) as aside:
            return aside.submit(super().ask, method, target, body, **headers).result()


def kept(opened: Studio, kind: str, seeds: range) -> list[dict[str, str]]:
    found = []
    for seed in seeds:
        buffer = io.BytesIO()
        draw(kind, seed).save(buffer, "PNG")
        sha256 = opened.store(buffer.getvalue())
        found.append({"sha256": sha256, "path": f"{kind}-{seed}.png"})
    return found


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Iterator[Studio]:
    """A studio with three kinds and some pictures of nobody knows what, trained, with a map."""
    with studio(tmp_path_factory.mktemp("mapped") / "shapes", cache=own_cache) as app:
        opened = BesideABrowser(app.desk)
        for kind in KINDS:
            opened.post("/api/kinds", {"name": kind})
        kinds = {kind["name"]: kind["id"] for kind in opened.get("/api/project")["kinds"]}
        for kind in KINDS:
            pictures = kept(opened, kind, range(EACH))
            body = {"pictures": pictures, "kind": kinds[kind], "origin": "upload"}
            opened.post("/api/add", body)
        opened.done("/api/train", {})
        pictures = kept(opened, "disc", range(100, 100 + UNKNOWN))
        opened.post("/api/add", {"pictures": pictures, "kind": None, "origin": "upload"})
        opened.done("/api/map", {})
        yield opened


@pytest.fixture(scope="module")
def address(mapped: Studio) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = make_app(mapped.desk, port=port, token=TOKEN)
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}/?token={TOKEN}#map"
    server.should_exit = server.force_exit = True
    thread.join(20)
    listener.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The screen of the map, drawn; at the end the page may have complained of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    opened.goto(address)
    opened.goto(address.partition("?")[0] + "#map")
    expect(opened.locator(".legend li")).to_have_count(len(KINDS) + 1)
    yield opened
    context.close()
    assert not said, said


def number_of(page: Page, kind: str) -> int:
    row = page.locator(".legend li", has_text=kind)
    return int(row.locator(".number").inner_text())


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for what a key leads to on the server. A predicate in the page that asks the server
    would be a promise, which counts as true whatever it comes to."""
    for _ in range(PATIENCE // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to be")


def test_what_to_label_next_with_its_guess(page: Page, mapped: Studio) -> None:
    assert mapped.get("/api/project")["unlabelled"] == UNKNOWN
    page.get_by_role("button", name="Which ones?").click()
    listed = page.get_by_role("listbox", name="Label these next")
    expect(listed.get_by_role("option")).to_have_count(UNKNOWN)
    expect(listed.get_by_role("option").first).to_have_accessible_name(re.compile(r"\? \d+"))
    page.get_by_role("button", name="Show them on the map").click()
    expect(page.get_by_role("heading", name=f"{UNKNOWN} pictures chosen")).to_be_visible()
    listed.focus()
    page.keyboard.press("s")
    until(page, lambda: mapped.get("/api/project")["unlabelled"] == UNKNOWN - 1)
    mapped.post("/api/undo")


def test_a_colour_chooses_and_a_kind_is_given(page: Page, mapped: Studio) -> None:
    assert [number_of(page, kind) for kind in KINDS] == [EACH] * 3
    page.get_by_role("list", name="Colours").get_by_role("button", name="disc").click()
    expect(page.get_by_role("heading", name=f"{EACH} pictures chosen")).to_be_visible()
    group = page.get_by_role("group", name="For all chosen pictures")
    group.get_by_label("Label as …").select_option(label="cross")
    expect(page.locator(".legend li", has_text="cross")).to_contain_text(str(2 * EACH))
    kinds = {kind["name"]: kind["pictures"] for kind in mapped.get("/api/project")["kinds"]}
    assert kinds == {"cross": 2 * EACH, "disc": 0, "square": EACH}
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator(".legend li", has_text="disc")).to_contain_text(str(EACH))


def test_a_line_around_all_sets_them_aside_and_back(page: Page, mapped: Studio) -> None:
    page.get_by_role("button", name="Draw around").click()
    box = page.locator(".map-canvas canvas").bounding_box()
    assert box
    left, top, right, bottom = (
        *(box["x"] + 30, box["y"] + 30),
        *(box["x"] + box["width"] - 30, box["y"] + box["height"] - 80),
    )
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    chosen = page.get_by_role("heading", name=re.compile("pictures chosen"))
    expect(chosen).to_be_visible()
    count = int(chosen.inner_text().split()[0])
    assert count > EACH
    group = page.get_by_role("group", name="For all chosen pictures")
    group.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text(f"{count} pictures set aside.").first).to_be_visible()
    assert mapped.get("/api/project")["excluded"] == count
    mapped.post("/api/undo")
    assert mapped.get("/api/project")["excluded"] == 0


def test_the_keyboard_chooses_and_labels(page: Page, mapped: Studio) -> None:
    page.locator(".map-canvas canvas").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 picture chosen")).to_be_visible()
    page.get_by_role("button", name="Choose all in sight").press("Enter")
    chosen = page.get_by_role("heading", name=re.compile("pictures chosen"))
    expect(chosen).to_be_visible()
    listed = page.locator(".map-chosen").get_by_role("listbox")
    listed.focus()
    page.keyboard.press("Control+a")
    expect(page.locator(".map-chosen .deeds-count")).to_have_text(re.compile(r"\d+ chosen"))
    page.keyboard.press("1")
    until(page, lambda: mapped.get("/api/project")["kinds"][0]["pictures"] > EACH)
    mapped.post("/api/undo")
    assert mapped.get("/api/project")["unlabelled"] == UNKNOWN


def test_colours_by_what_was_held_out(page: Page) -> None:
    page.get_by_role("combobox", name="Colour", exact=True).select_option(label="Held-out verdict")
    expect(page.get_by_role("list", name="Colours")).to_contain_text("right")
    page.get_by_role("combobox", name="Arrange").select_option("grid")
    expect(page.get_by_role("combobox", name="Arrange")).to_have_value("grid")


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_hinders_nobody(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_role("list", name="Colours").get_by_role("button", name="disc").click()
    expect(page.get_by_role("heading", name=f"{EACH} pictures chosen")).to_be_visible()
    assert violations(page) == []


def test_a_phone_shows_it_whole(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".map-canvas canvas")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
