"""The page refuses what it would answer differently, runs a camera, hinders nobody."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from takeaway_visits import KINDS, ask, drop, visited, with_fit

from pages import AXE
from sortal.modelfile import load_model, save_model


def test_files_that_would_be_answered_differently_are_refused(
    browser: Browser, folder: Path, tmp_path: Path, new_bricks: list[Path]
) -> None:
    whole = new_bricks[0].read_bytes()
    given = {
        "empty": b"",
        "not-a-picture": b"Once upon a time",
        "truncated": whole[: len(whole) // 2],
        "no-decoder": _saved(Image.open(new_bricks[0]), "TIFF"),
        "cmyk": _saved(Image.open(new_bricks[0]).convert("CMYK"), "JPEG"),
        "deep-grey": _saved(Image.fromarray(np.full((20, 20), 900, np.uint16)), "PNG"),
        "damaged": b"BM" + bytes(60),
    }
    with visited(browser, folder) as page:
        for reason, data in given.items():
            assert ask(page, data) == {"refused": reason}
        broken = tmp_path / "torn.jpg"
        broken.write_bytes(given["truncated"])
        drop(page, [broken, new_bricks[0]])
        assert "1 not usable" in page.locator("[role=status]").last.inner_text()
        assert page.get_by_text("The file ends before the picture does").is_visible()


def _saved(image: Any, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_the_camera_is_answered(browser: Browser, folder: Path) -> None:
    with visited(browser, folder, permissions=["camera"]) as page:
        page.get_by_role("button", name="Start the camera").press("Enter")
        page.locator(".said").wait_for()
        page.locator(".rate", has_text="answers a second").wait_for()
        assert page.locator(".bars li").count() == len(KINDS)
        page.get_by_role("button", name="Stop the camera").press("Enter")
        assert page.locator("video").count() == 0


def test_a_damaged_model_and_one_of_handwriting_are_refused(
    browser: Browser, folder: Path, bricks: Path, tmp_path: Path
) -> None:
    place = tmp_path / "page"
    shutil.copytree(folder, place)
    data = bytearray(bricks.read_bytes())
    data[len(data) // 2] ^= 1
    (place / "model.onnx").write_bytes(data)
    with visited(browser, place) as page:
        page.get_by_role("alert").wait_for()
        assert "model.onnx is damaged" in page.get_by_role("alert").inner_text()
    save_model(with_fit(load_model(bricks), "handwriting"), place / "model.onnx")
    with visited(browser, place) as page:
        page.get_by_role("alert").wait_for()
        assert "This model reads handwriting" in page.get_by_role("alert").inner_text()
        assert page.locator("input[type=file]").count() == 0
    (place / "model.onnx").unlink()
    with visited(browser, place, expected=("404",)) as page:
        page.get_by_role("alert").wait_for()
        assert "Copy the whole folder" in page.get_by_role("alert").inner_text()


def test_opened_from_disk_it_says_what_to_do(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    assert page.get_by_text("python3 -m http.server").first.is_visible()
    page.close()


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")
@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "de-DE")])
def test_it_hinders_nobody(
    browser: Browser, folder: Path, new_bricks: list[Path], width: int, locale: str
) -> None:
    size = {"width": width, "height": 844}
    with visited(browser, folder, viewport=size, locale=locale, permissions=["camera"]) as page:
        page.locator("h2").first.wait_for()
        page.evaluate(AXE.read_text("utf-8"))
        page.locator("button.primary").press("Enter")
        page.locator(".said").wait_for()
        page.locator("input[type=file]").set_input_files([str(new_bricks[0]), __file__])
        page.locator(".fault").wait_for()
        assert violations(page) == []
        page.locator("button.primary").press("Enter")
        page.locator("button.link").press("Enter")
        page.locator("dialog .said").wait_for()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        page.locator("details summary").press("Enter")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def violations(page: Page) -> list[str]:
    """What axe finds, in light and in dark."""
    said = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        said += [f"{scheme}: {one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]
    return said


def test_another_model_may_take_its_place(
    browser: Browser, folder: Path, model: Path, tmp_path: Path
) -> None:
    place = tmp_path / "page"
    shutil.copytree(folder, place)
    shutil.copy(model, place / "model.onnx")
    with visited(browser, place) as page:
        page.locator("h2").first.wait_for()
        assert page.locator("h1").inner_text() == load_model(model).card.data.name
