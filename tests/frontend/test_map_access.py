"""For everybody: axe-core finds nothing to object to on any of the page's faces."""

from __future__ import annotations

from pathlib import Path

import pytest

from map_browser import Visitor, settle, violations
from pages import AXE

OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
FACES = {
    "map": "0",
    "filters": OPEN_ALL,
    "numbers": "map.setColour('confidence')",
    "picture": "map.select(3)",
    "chosen": "map.choose([1, 2, 3, 400])",
    "list": "map.showList(true); map.toggle('label', 1); map.choose([1, 2])",
    "search": "document.getElementById('search').focus(); map.search('denim')",
    "help": "map.set({help: true})",
}


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_face_hinders_anybody(visitor: Visitor, squares: Path, scheme: str) -> None:
    page = visitor.open(squares, color_scheme=scheme, bypass_csp=True)  # axe brings a style
    for face, act in FACES.items():
        page.evaluate(f"(async () => {{ {act} }})()")
        if face == "search":
            page.get_by_role("searchbox").fill("denim")
            page.locator(".results").wait_for()
        settle(page)
        page.wait_for_timeout(200)
        assert violations(page) == [], face
        page.evaluate(
            "map.select(null); map.choose([]); map.showList(false); map.set({help: false})"
        )


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci in frontend/")
def test_a_phone_hinders_nobody(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares, size=(390, 844), has_touch=True, bypass_csp=True)
    for act in ("map.set({menu: true})", "map.set({menu: false}); map.select(3)"):
        page.evaluate(act)
        settle(page)
        page.wait_for_timeout(200)
        assert violations(page) == []


def test_everything_is_reached_by_the_tab_key(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "(e => e.getAttribute('aria-label') || e.textContent.trim() || e.value)"
                "(document.activeElement)"
            )
        )
    text = " | ".join(names)
    for wanted in (
        "Skip to the list",
        "Menu",
        "Search",
        "Map",
        "List",
        "Help",
        "Map of Coloured",
        "Nearer",
    ):
        assert wanted in text
