"""The same without a mouse: every step by keys alone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from studio_visitor import KINDS, PATIENCE, Guest, rest


def reach(page: Page, name: str, *, key: str = "Tab", most: int = 80) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        found = page.evaluate(
            "(e => (e.getAttribute('aria-label') || e.labels?.[0]?.textContent "
            "|| e.textContent || '').trim())(document.activeElement)"
        )
        if re.fullmatch(name, str(found)):
            return
    raise AssertionError(f"{name} is not reached by {key}")


def test_the_whole_flow_by_keyboard_alone(guest: Guest, studio: str, bricks: Path) -> None:
    page = guest.open(studio)
    reach(page, "Folder in place")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type(str(bricks))
    page.keyboard.press("Enter")
    expect(page.locator(".card[data-kind]")).to_have_count(len(KINDS))
    rest(page)
    reach(page, "Train", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_focused()
    reach(page, "Train")
    page.keyboard.press("Enter")
    page.locator(".result .headline").wait_for(timeout=PATIENCE)
    reach(page, "See how good it is")
    page.keyboard.press("Enter")
    reach(page, "pin, called bush: .*")
    page.keyboard.press("Enter")
    mend_by_keys(page)
    reach(page, "Try", key="Shift+Tab")
    page.keyboard.press("Enter")
    reach(page, "Start the camera")
    page.keyboard.press("Enter")
    page.locator(".live .bars").wait_for()
    reach(page, "When to say.*")
    page.keyboard.press("Home")
    expect(page.locator(".live .answer-word")).to_have_text("I don't know")
    reach(page, "Take away", key="Shift+Tab")
    page.keyboard.press("Enter")
    reach(page, "Download: The model")
    with page.expect_download():
        page.keyboard.press("Enter")


def mend_by_keys(page: Page) -> None:
    """Choose by Space, look by Enter, label by a digit, take it back by Ctrl-Z."""
    reach(page, "pin, called bush")
    listed = page.locator(".opened [role=listbox]")
    expect(listed).to_be_focused()
    listed.get_by_role("option").first.wait_for()
    for _ in range(20):
        current = listed.get_attribute("aria-activedescendant")
        if "stray" in (page.locator(f"[id='{current}']").text_content() or ""):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="stray.jpg")).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_be_focused()
    page.keyboard.press(" ")
    expect(page.locator(".deeds-count").first).to_have_text("1 chosen")
    page.keyboard.press(str(1 + KINDS.index("bush")))
    expect(page.locator(".notice")).to_contain_text("1 picture labelled bush")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("option", name=re.compile("stray")).first).to_contain_text("is pin")


def test_many_are_chosen_by_keys_and_grouped(guest: Guest, taught: str) -> None:
    page = guest.open(taught)
    page.locator(".card-open").first.click()
    listed = page.get_by_role("listbox")
    listed.get_by_role("option").first.wait_for()
    listed.focus()
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".deeds-count")).to_have_text("3 chosen")
    page.keyboard.press("g")
    page.keyboard.type("one pot")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("3 pictures grouped as one pot")
    listed.focus()
    page.keyboard.press("Control+a")
    expect(page.locator(".deeds-count")).to_have_text("12 chosen")
    page.keyboard.press("x")
    expect(page.locator(".lead")).to_have_text("0 pictures")
    for _ in range(2):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(200)
    expect(page.locator(".lead")).to_have_text("12 pictures")
