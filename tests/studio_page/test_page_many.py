"""Thousands at once, a reload in the middle, a studio that goes away."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, TimeoutError, expect
from studio_visitor import PATIENCE, Guest, drop, gather, go, serve

MANY = 5_000
LONG = 400_000
"""Milliseconds for all of them: 100 s where a dozen programs share two cores."""


@pytest.fixture(scope="module")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five kinds with a thousand small pictures each, no two alike."""
    folder = tmp_path_factory.mktemp("many") / "squares"
    rng = np.random.default_rng(7)
    for number in range(MANY):
        kind = folder / f"kind {number % 5}"
        kind.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
        Image.fromarray(pixels).save(kind / f"{number:05}.png", compress_level=1)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_five_thousand_are_dropped_in_one_go(
    guest: Guest, studio: str, thousands: Path, tmp_path: Path
) -> None:
    page = guest.open(studio)
    drop(page, thousands)
    line = page.locator(".work-line", has_text="Taking pictures in")
    expect(line).to_contain_text(re.compile(r"of 5,000"), timeout=PATIENCE)
    # Meanwhile everything else goes on.
    go(page, "Train")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    go(page, "Gather")
    expect(page.locator(".lead").first).to_have_text("5,000 pictures of 5 kinds", timeout=LONG)
    expect(line).to_have_count(0, timeout=PATIENCE)
    stop_looking(page)
    page.locator(".card-open").first.click()
    expect(page.locator(".lead")).to_have_text("1,000 pictures")
    listed = page.get_by_role("listbox")
    expect(listed.get_by_role("option").first).to_be_visible()
    # Only what is in sight exists, first and last alike.
    assert listed.get_by_role("option").count() < 300
    listed.focus()
    page.keyboard.press("End")
    expect(listed.locator("[aria-posinset='1000']")).to_be_visible()
    assert listed.get_by_role("option").count() < 300
    # Dropped again, nothing is there twice.
    page.evaluate("location.hash = 'gather'")
    (again := tmp_path / "kind 1").mkdir()
    for picture in sorted((thousands / "kind 1").iterdir())[:100]:
        shutil.copy(picture, again)
    drop(page, again)
    expect(page.locator(".notice")).to_contain_text("100 were there already", timeout=PATIENCE)


def stop_looking(page: Page) -> None:
    """Stop what runs and what waits; one may end by itself while the other is being stopped."""
    stop = page.get_by_role("button", name="Stop: Looking at new pictures")
    while stop.count():
        with suppress(TimeoutError):
            stop.last.click(timeout=2_000)
        page.wait_for_timeout(300)


@pytest.mark.slow
def test_a_reload_in_the_middle_of_training_loses_nothing(
    guest: Guest, studio: str, bricks: Path
) -> None:
    page = guest.open(studio)
    gather(page, bricks)
    go(page, "Train")
    page.locator(".more-choices summary").click()
    page.get_by_role("combobox", name="What learns").select_option("network")
    page.get_by_role("combobox", name="Network").fill("conv 8 3x3 relu, maxpool 4, flatten")
    page.get_by_role("spinbutton", name="Side of the pictures").fill("32")
    page.get_by_role("spinbutton", name="Epochs").fill("100000")  # it ends when it is stopped
    page.locator("button.huge").click()
    curves = page.get_by_role("img", name=re.compile("^Loss: learning"))
    curves.wait_for(timeout=PATIENCE)
    page.reload()
    # What was drawn before comes back from the server's events, and it goes on.
    curves.wait_for(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop training")).to_be_visible()
    page.get_by_role("button", name="Stop training").click()
    expect(page.locator(".runs li").first).to_contain_text("stopped", timeout=PATIENCE)
    expect(page.locator("button.huge")).to_be_enabled()


def test_a_studio_that_goes_away_is_said_and_found_again(
    guest: Guest, tmp_path: Path, bricks: Path
) -> None:
    guest.expected = ("ERR_", "Failed to load resource", "401")
    first = serve(tmp_path / "project")
    page = guest.open(first.address)
    gather(page, bricks)
    first.kill()
    alert = page.get_by_role("alert")
    expect(alert.filter(has_text="does not answer")).to_be_visible(timeout=PATIENCE)
    again = serve(tmp_path / "project", port=urlsplit(first.address).port)
    try:
        expect(alert.filter(has_text="was started anew")).to_be_visible(timeout=PATIENCE)
        page.goto(again.address)
        expect(page.locator(".lead").first).to_have_text("37 pictures of 3 kinds")
    finally:
        again.kill()
