"""Looking: layouts, colours, filters, search, one picture, several, the list, the address."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from map_browser import Visitor, place_of, settle, view


def shown(page: Page) -> int:
    return page.evaluate("map.passing.length")  # type: ignore[no-any-return]


def test_layouts_are_switched_with_a_move(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    before = place_of(page, 3)
    page.get_by_role("radio", name="By label").check()
    page.wait_for_function("() => map.map.moving")
    settle(page)
    assert place_of(page, 3) != before
    assert page.evaluate("map.map.layout.id") == "label"
    expect(page.locator(".map-name.heading")).to_have_count(6)
    page.get_by_role("radio", name="By similarity").check()
    expect(page.locator(".menu").get_by_text("6 in 10 are near it on this map")).to_be_visible()
    settle(page)
    assert place_of(page, 3) == pytest.approx(before, abs=0.5)


def test_colours_have_words(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    legend = page.get_by_role("list", name="Colours of Label")
    expect(legend.get_by_role("button")).to_have_count(6)
    expect(legend).to_contain_text("denim")
    page.get_by_role("combobox", name="Colour").select_option("confidence")
    expect(page.locator(".ramp .ends")).to_contain_text("%")
    page.get_by_role("combobox", name="Colour").select_option("right")
    expect(page.get_by_role("list", name="Colours of Right or wrong")).to_contain_text("wrong")


def test_filters_count_each_other(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.locator("summary", has_text="Label").click()
    labels = page.get_by_role("list", name="Label", exact=True)
    labels.get_by_role("checkbox", name="fern").check()
    expect(page.locator(".state")).to_contain_text("93 of 500 pictures")
    # The column's own counts stay, those of others follow.
    expect(labels.locator("li", has_text="denim").locator(".number")).to_have_text("91")
    page.locator("summary", has_text="Right or wrong").click()
    right = page.get_by_role("list", name="Right or wrong", exact=True)
    page.wait_for_function("() => map.table.present('right') !== undefined")
    settle(page)
    wrong = int(right.locator("li", has_text="wrong").locator(".number").inner_text())
    right.get_by_role("checkbox", name="wrong").check()
    assert shown(page) == wrong
    expect(labels.locator("li", has_text="fern").locator(".number")).to_have_text(str(wrong))
    page.get_by_role("button", name="Show all", exact=True).click()
    assert shown(page) == 500


def test_a_stretch_of_numbers_by_drag_and_by_keys(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.locator("summary", has_text="Confidence").click()
    box = page.locator("svg.bars").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 1.2, box["y"] + 20, steps=4)
    page.mouse.up()
    settle(page)
    low, high = page.evaluate(
        "[map.table.column('confidence').min, map.table.column('confidence').max]"
    )
    chosen = page.evaluate("map.filters.get('confidence')")
    assert chosen["from"] == pytest.approx((low + high) / 2, abs=0.02)
    assert chosen["to"] == pytest.approx(high)
    before = shown(page)
    assert 0 < before < 500
    page.get_by_role("slider", name="Confidence, from").press("ArrowRight")
    assert page.evaluate("map.filters.get('confidence').from") > chosen["from"]


def test_search_by_name_tag_and_label(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    box = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    box.fill("0000042")
    hit = page.locator(".hits button", has_text="0000042.png")
    hit.click()
    expect(page.get_by_role("heading", name="0000042.png")).to_be_visible()
    box.fill("tone 7")
    expect(page.get_by_role("button", name="Choose all 50")).to_be_visible()
    box.press("Enter")
    expect(page.get_by_role("heading", name="50 pictures chosen")).to_be_visible()
    box.fill("denim")
    page.locator(".hits button", has_text=re.compile(r"Label.*denim")).click()
    assert shown(page) == 91
    box.fill("nobody wrote this")
    expect(page.get_by_text("Nothing says")).to_be_visible()


def test_a_picture_and_its_neighbours(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.mouse.click(*place_of(page, 3))
    side = page.locator(".side")
    expect(side.get_by_role("heading", name="0000003.png")).to_be_visible()
    expect(side.locator("img")).to_have_js_property("naturalWidth", 256)
    expect(side).to_contain_text("A square, number 3")
    neighbours = side.locator(".thumbs button")
    expect(neighbours).to_have_count(12)
    first = page.evaluate("map.neighbours[0]")
    page.keyboard.press("1")
    expect(side.get_by_role("heading", name=f"{first:07d}.png")).to_be_visible()
    settle(page)
    page.keyboard.press("n")
    page.wait_for_function("first => map.current !== first", arg=first)
    page.keyboard.press("b")
    page.wait_for_function("first => map.current === first", arg=first)
    page.keyboard.press("Escape")
    expect(side).to_have_count(0)


def test_a_lasso_chooses_and_gives_away(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.get_by_role("button", name="Choose pictures by drawing").click()
    inside = page.evaluate(
        """() => [...Array(500).keys()].filter(i => {
            const [x, y] = map.map.placeOf(i);
            return x > 500 && x < 900 && y > 100 && y < 400;
        })"""
    )
    page.mouse.move(500, 100)
    page.mouse.down()
    for x, y in ((900, 100), (900, 400), (500, 400)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    expect(page.get_by_role("heading", name=f"{len(inside)} pictures chosen")).to_be_visible()
    assert page.evaluate("map.chosen") == inside
    assert page.evaluate("map.mode") == "pan"
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save CSV").click()
    rows = list(csv.DictReader(saving.value.path().read_text("utf-8").splitlines()))
    assert [int(Path(row["path"]).stem) for row in rows] == inside
    assert {"label", "confidence", "Caption"} <= set(rows[0])
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save file list").click()
    assert saving.value.path().read_text("utf-8").splitlines() == [row["path"] for row in rows]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".side")).to_have_count(0)


def test_names_are_copied(visitor: Visitor, squares: Path, hosted: str) -> None:
    page = visitor.open(hosted, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("map.choose([1, 2])")
    page.get_by_role("button", name="Copy file names").click()
    expect(page.locator("[aria-live]")).to_have_text("File names copied.")
    lines = page.evaluate("navigator.clipboard.readText()").split()
    assert [Path(line).stem for line in lines] == ["0000001", "0000002"]


def test_hotspots_are_flown_to(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.locator(".places button", has_text="coral ring").click()
    settle(page)
    spot = page.evaluate("map.manifest.hotspots.find(one => one.title === 'coral ring')")
    rect = page.evaluate(
        "(([x, y]) => [x, y])(map.map.project(%f, %f))" % (spot["x"], spot["y"])  # noqa: UP031
    )
    assert 400 < rect[0] < 1200
    assert 100 < rect[1] < 700
    assert page.evaluate("map.map.whole") is False


def test_the_address_holds_what_is_seen(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.evaluate("map.toggle('label', 2)")
    page.evaluate("map.setFilter('confidence', {kind: 'range', from: 0.5, to: 0.9})")
    page.evaluate("map.setColour('prediction')")
    page.evaluate("map.setLayout('grid')")
    settle(page)
    page.evaluate("map.map.moveTo({x: 0.5, y: 0.4, scale: 2500})")
    page.evaluate("map.select(17)")
    settle(page)
    page.wait_for_function("() => location.hash.includes('point=17')")
    page.wait_for_timeout(500)
    state = "[map.layout, map.colour, map.passing.length, map.current, {...map.map.view}]"
    hash, before = page.evaluate("location.hash"), page.evaluate(state)
    after = visitor.open(squares, hash=hash).evaluate(state)
    assert after[:4] == before[:4]
    assert after[:2] == ["grid", "prediction"]
    assert after[4] == pytest.approx(before[4], rel=1e-3)


@pytest.mark.parametrize(
    "hash", ["#layout=nowhere&colour=none&point=99999", "#at=1,2&f.label=x&f.m9=1&list=-4", "#%%%"]
)
def test_a_strange_address_shows_the_map(visitor: Visitor, squares: Path, hash: str) -> None:
    page = visitor.open(squares, hash=hash)
    assert page.evaluate("map.layout") == "similarity"
    assert shown(page) == 500


def test_the_list_is_a_table_with_headings(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the list
    expect(page.get_by_role("heading", name="500 pictures", exact=True)).to_be_focused()
    headings = page.get_by_role("columnheader").all_inner_texts()
    assert headings[1:4] == ["Picture", "File", "Label"]
    expect(page.get_by_role("row")).to_have_count(51)
    name = page.get_by_role("rowheader").first.inner_text()
    assert re.fullmatch(r"[a-z]+/0000000\.png", name)
    page.get_by_role("button", name="Next").first.click()
    expect(page.get_by_role("rowheader").first).to_contain_text("0000050")
    page.get_by_role("button", name="Confidence").click()
    heading = page.get_by_role("columnheader", name="Confidence")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("checkbox", name=re.compile("Choose ")).first.check()
    expect(page.get_by_role("heading", name="1 picture chosen")).to_be_visible()
    page.get_by_role("rowheader").get_by_role("button").nth(3).press("Enter")
    expect(page.locator(".side .picture")).to_be_visible()


def test_the_list_follows_the_filters(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares, hash="#list=1&f.label=5")
    expect(page.get_by_role("heading", name="93 pictures", exact=True)).to_be_visible()
    cells = page.locator("tbody tr td:nth-child(4)").all_inner_texts()
    assert set(cells) == {"fern"}


def test_light_and_dark(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 22, 25)"
    button = page.get_by_role("button", name="Colours of the page")
    button.click()
    assert page.evaluate(ground) == "rgb(251, 250, 247)"


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (2560, 1440)])
def test_phones_and_walls(visitor: Visitor, squares: Path, size: tuple[int, int]) -> None:
    page = visitor.open(squares, size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("map.select(3, {fly: true})")
    settle(page)
    page.wait_for_timeout(100)
    settle(page)
    left, top = place_of(page, 3)
    box = page.locator(".side").bounding_box()
    assert box
    covered = left > box["x"] and top > box["y"]
    assert not covered
    assert view(page)["scale"] > 0
