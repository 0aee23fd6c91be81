"""For everyone: axe-core finds nothing on any screen; narrow, enlarged, dark, in German."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from studio_visitor import PATIENCE, Guest, drop

from pages import AXE, violations

SCREENS = ("gather", "gather/kind/1", "gather/faulty", "train", "judge", "try", "take")

needs_axe = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")


def show(page: Page, screen: str) -> None:
    page.evaluate("screen => { location.hash = screen; }", screen)
    page.locator("#screen-title").wait_for()
    if screen == "judge":
        page.locator(".matrix").wait_for()
        page.locator(".matrix .right button").first.click()
        page.locator(".opened [role=option]").first.wait_for()
    page.wait_for_timeout(250)


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_hinders_anybody(guest: Guest, taught: str, scheme: str) -> None:
    page = guest.open(taught, color_scheme=scheme)
    for screen in SCREENS:
        show(page, screen)
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert violations(page) == [], screen


@needs_axe
def test_no_dialog_hinders_anybody(guest: Guest, taught: str, studio: str) -> None:
    page = guest.open(taught)
    for name in ("History", "Settings", "Folder in place", "Camera", "New kind"):
        page.get_by_role("button", name=name, exact=True).first.click()
        page.get_by_role("dialog").wait_for()
        page.wait_for_timeout(300)
        assert violations(page) == [], name
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
    show(page, "gather/kind/1")
    page.get_by_role("option").first.dblclick()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    empty = guest.open(studio)
    assert violations(empty) == []
    show(empty, "train")
    assert violations(empty) == []


@needs_axe
def test_a_phone_hinders_nobody(guest: Guest, taught: str) -> None:
    page = guest.open(taught, size=(390, 844), has_touch=True, is_mobile=True)
    for screen in SCREENS:
        show(page, screen)
        assert violations(page) == [], screen
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{screen} is {wide} pixels wide"


def test_twice_as_large_fits(guest: Guest, taught: str) -> None:
    # 1280 pixels at 200 % are 640 of the page's own.
    page = guest.open(taught, size=(640, 400))
    for screen in SCREENS:
        show(page, screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, screen


def test_a_phone_records_by_touch(guest: Guest, studio: str) -> None:
    page = guest.open(studio, size=(390, 844), has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Camera").click()
    page.locator(".viewfinder video").wait_for()
    hold = page.get_by_role("button", name="Hold to record")
    hold.scroll_into_view_if_needed()
    box = hold.bounding_box()
    assert box
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    expect(page.locator(".burst img").nth(1)).to_be_visible(timeout=PATIENCE)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".record.on")).to_have_count(0)
    page.locator("dialog .primary").click()
    expect(page.locator(".card.unlabelled")).to_be_visible()


def test_the_page_speaks_german(guest: Guest, taught: str) -> None:
    page = guest.open(taught, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("navigation", name="Schritte")).to_contain_text("Beurteilen")
    show(page, "train")
    expect(page.locator(".result .headline")).to_contain_text("Bei Bildern, die es nie gesehen hat")
    show(page, "judge")
    expect(page.locator(".big")).to_contain_text("der Fälle richtig")
    expect(page.locator("main [lang=en]")).to_have_count(0)
    page.get_by_role("button", name="Einstellungen").click()
    page.get_by_role("radio", name="English").check()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("navigation", name="Steps")).to_be_visible()


def test_progress_is_spoken_in_quarters_alone(guest: Guest, studio: str, bricks: Path) -> None:
    page = guest.open(studio)
    page.evaluate(
        "() => { window.heard = new Set(); new MutationObserver(() => { for (const one of "
        "document.querySelectorAll('[role=status]')) { const text = one.textContent.trim(); "
        "if (text) heard.add(text); } })"
        ".observe(document.body, {subtree: true, childList: true, characterData: true}); }"
    )
    drop(page, bricks)
    page.locator(".notice").wait_for()
    heard = page.evaluate("[...heard]")
    assert any("Taking pictures in" in one for one in heard)
    assert any("pictures added" in one for one in heard)
    assert len([one for one in heard if "Taking pictures in" in one]) <= 5
