"""The page in a browser: complete in itself, walked by keyboard, in nobody's way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from inside_models import TEXTS, json_text, sample
from playwright.sync_api import Browser, Page, Playwright

from pages import AXE, chromium, violations
from sortal.explanation.inside import look_inside
from sortal.modelfile import UNNAMED
from sortal.report.inside import inside_page
from sortal.report.inside.numbers import figure, unpacked

HOSTILE = '</script><img src=x onerror="alert(1)">.png'


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each network; the picture's name is hostile."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, text in TEXTS.items():
        given = sample(text, channels=3)
        inside = look_inside(given.model, given.pixels)
        made[name] = folder / f"{name}.html"
        made[name].write_text(inside_page(inside, title=HOSTILE, given=given.pixels), "utf-8")
    return made


@contextmanager
def opened(browser: Browser, path: Path, **context: Any) -> Iterator[Page]:
    """Open a page; nothing may go wrong in it, or be asked for by it."""
    inner = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | context)
    page = inner.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    inner.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_hinders_nobody_and_fits_the_window(
    browser: Browser, pages: dict[str, Path], width: int, scheme: str
) -> None:
    for name, path in pages.items():
        size = {"width": width, "height": 900}
        with opened(browser, path, viewport=size, color_scheme=scheme) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert violations(page) == [], name


@pytest.mark.parametrize(
    ("name", "words"), [(UNNAMED, "The network takes "), ("lenet", "The network lenet takes ")]
)
def test_a_network_without_a_name_is_not_given_one(name: str, words: str) -> None:
    given = sample(TEXTS["cnn"], channels=1)
    inside = look_inside(given.model, given.pixels)
    card = replace(inside.card, trunk=replace(inside.card.trunk, name=name))
    page = inside_page(replace(inside, card=card), title="a.png", given=given.pixels)
    assert page.count(words) == 1


def test_a_hostile_name_stays_text(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["cnn"]) as page:
        assert page.locator("body").inner_text().count(HOSTILE) == 1
        assert HOSTILE in page.title()
        assert page.locator("img[src=x]").count() == 0


def place(page: Page) -> tuple[int, int]:
    """Row and column of the window, from 0, as the controls say."""
    row, column = (page.locator(f"#walk-{name}").input_value() for name in ("row", "column"))
    return int(row), int(column)


def written(page: Page, part: str) -> list[str]:
    return page.locator(f'#walk [data-part="{part}"] td').all_inner_texts()


@pytest.mark.parametrize("name", ["cnn", "strided", "blocks"])
def test_the_window_is_moved_by_keys_and_its_numbers_are_the_graphs(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    walk = json.loads(json_text(pages[name].read_text("utf-8")))["walk"]
    planes, kernels, maps = (unpacked(walk[n]) for n in ("input", "kernel", "output"))
    _, rows, columns = maps.shape
    with opened(browser, pages[name]) as page:
        page.locator('#walk canvas[data-part="answer"]').focus()
        for key, (down, right) in {
            "ArrowRight": (0, 1),
            "ArrowDown": (1, 0),
            "ArrowLeft": (0, -1),
            "ArrowUp": (-1, 0),
        }.items():
            row, column = place(page)
            page.keyboard.press(key)
            expected = np.clip([row + down, column + right], 0, [rows - 1, columns - 1])
            assert place(page) == tuple(expected)
        page.keyboard.press("ArrowUp")
        row, column = place(page)
        window = seen(walk, planes, row=row, column=column)
        kernel = kernels[0, 0].astype(np.float64)
        assert written(page, "window") == [figure(x) for x in window.ravel()]
        assert written(page, "kernel") == [figure(x) for x in kernel.ravel()]
        assert written(page, "products") == [figure(x) for x in (window * kernel).ravel()]
        last = page.locator('#walk [data-part="sum"] b').last.inner_text()
        assert last == figure(float(maps[0, row, column]))


def seen(walk: dict[str, Any], planes: Any, *, row: int, column: int) -> Any:
    """What lies under the window in the first channel of the first filter's group."""
    high, wide = walk["kernel"]["shape"][2:]
    border = 20
    first = walk["filters"][0] // walk["perGroup"] * walk["kernel"]["shape"][1]
    padded = np.pad(planes[first].astype(np.float64), border)
    top = row * walk["strides"][0] - walk["before"][0] + border
    left = column * walk["strides"][1] - walk["before"][1] + border
    return padded[top : top + high, left : left + wide]


def test_every_control_is_reached_and_named(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["cnn"]) as page:
        names = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            names.add(
                page.evaluate(
                    "(e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent"
                    " || e.textContent)(document.activeElement)"
                )
            )
        text = " | ".join(names)
        for wanted in ("Play", "Filter", "Row", "Column", "Numbers of"):
            assert wanted in text


def test_it_plays_and_stops(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["cnn"], reduced_motion="no-preference") as page:
        button = page.locator("#walk button")
        button.press("Enter")
        page.wait_for_function(
            "before => document.getElementById('walk-column').value !== before",
            arg=page.locator("#walk-column").input_value(),
        )
        button.press("Enter")
        assert re.match(r"Play", button.inner_text())
        stopped = place(page)
        page.wait_for_timeout(400)
        assert place(page) == stopped


def test_who_wants_no_motion_takes_single_steps(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["cnn"], reduced_motion="reduce") as page:
        before = place(page)
        page.locator("#walk button").press("Enter")
        after = place(page)
        assert after != before
        page.wait_for_timeout(400)
        assert place(page) == after
