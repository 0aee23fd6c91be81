"""Odd sites: from disk, moved, hostile words, few pictures or none, damaged, no graphics."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from made_site import HOSTILE, MadeSite, write_site
from map_browser import Visitor, place_of, settle


def test_from_disk_in_a_moved_folder(visitor: Visitor, own_copy: Path) -> None:
    page = visitor.open(own_copy)
    assert page.evaluate("map.map.progress.thumbnails") > 20
    assert all(address.startswith(("file:", "data:", "blob:")) for address in visitor.requests)


def test_from_a_plain_host(visitor: Visitor, hosted: str) -> None:
    page = visitor.open(hosted)
    page.evaluate("map.select(3, {fly: true})")
    settle(page)
    expect(page.locator(".side img")).to_have_js_property("naturalWidth", 256)
    assert all(address.startswith((hosted, "data:", "blob:")) for address in visitor.requests)


def test_the_policy_forbids_what_the_page_does_not_need(visitor: Visitor, hosted: str) -> None:
    page = visitor.open(hosted)
    visitor.expected = ("Content Security Policy", "violates")
    assert (
        page.evaluate("fetch('/data/manifest.js').then(() => 'fetched', () => 'refused')")
        == "refused"
    )
    page.evaluate(
        "const one = document.createElement('script'); one.text = 'globalThis.made = 1';"
        "document.head.append(one)"
    )
    page.evaluate("setTimeout('globalThis.made = 2')")
    page.wait_for_timeout(50)
    assert page.evaluate("globalThis.made ?? 'refused'") == "refused"


def test_hostile_words_stay_words(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.evaluate("map.select(0)")
    expect(page.locator(".side dd", has_text=HOSTILE)).to_be_visible()
    assert page.title() == "Coloured squares · map"
    assert page.locator("img[src='x']").count() == 0
    page.get_by_role("searchbox").fill("<img")
    expect(page.get_by_text("1 picture by name or text")).to_be_visible()


def test_hostile_names_of_kinds_groups_and_layouts(visitor: Visitor, tmp_path: Path) -> None:
    write_site(tmp_path / "site", MadeSite(count=60, labels=(HOSTILE, "__proto__", "constructor")))
    page = visitor.open(tmp_path / "site")
    expect(page.get_by_role("list", name="Colours of Label")).to_contain_text(HOSTILE)
    expect(page.locator(".map-name", has_text="__proto__ ring")).to_have_count(1)
    page.evaluate("map.showList(true)")
    expect(page.locator("td", has_text=HOSTILE).first).to_be_visible()
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_few_pictures(visitor: Visitor, tmp_path: Path, count: int) -> None:
    write_site(tmp_path / "site", MadeSite(count=count))
    page = visitor.open(tmp_path / "site")
    assert page.evaluate("map.map.progress.thumbnails") >= (count + 1) // 2
    page.mouse.click(*place_of(page, 0))
    expect(page.locator(".side .picture h2")).to_have_text("0000000.png")
    page.keyboard.press("t")
    expect(page.get_by_role("row")).to_have_count(count + 1)


def test_no_picture(visitor: Visitor, tmp_path: Path) -> None:
    write_site(tmp_path / "site", MadeSite(count=0))
    page = visitor.open(tmp_path / "site")
    expect(page.get_by_text("There is no picture in this collection.")).to_be_visible()
    expect(page.get_by_text("1 file could not be used")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="0 pictures", exact=True)).to_be_visible()


def test_all_in_the_same_place(visitor: Visitor, tmp_path: Path) -> None:
    write_site(tmp_path / "site", MadeSite(count=300))
    for path in (tmp_path / "site/data/g1/xy/similarity").iterdir():
        page_text = path.read_text("ascii")
        start = page_text.index('"data":"') + 8
        end = page_text.index('"', start)
        path.write_text(page_text[:start] + "A" * (end - start) + page_text[end:], "ascii")
    page = visitor.open(tmp_path / "site")
    assert page.evaluate("map.map.progress.thumbnails") >= 1
    assert page.evaluate("map.map.inSight().length") in (0, 300)


def test_without_webgl_the_list_takes_its_place(visitor: Visitor, squares: Path) -> None:
    context = visitor.browser.new_context()
    visitor._contexts.append(context)
    page = context.new_page()
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };"
    )
    page.goto(f"{squares.as_uri()}/index.html")
    expect(page.get_by_role("row")).to_have_count(51)
    expect(page.locator(".list").get_by_text("no WebGL2")).to_be_visible()


def test_a_missing_sheet_leaves_dots(visitor: Visitor, own_copy: Path) -> None:
    visitor.expected = ("ERR_FILE_NOT_FOUND",)
    (own_copy / "data/g1/sheet/0.js").unlink()
    page = visitor.open(own_copy)
    assert page.evaluate("map.map.progress.thumbnails") > 10
    page.mouse.click(*place_of(page, 3))
    expect(page.get_by_role("heading", name="0000003.png")).to_be_visible()


def test_a_missing_layout_is_told(visitor: Visitor, own_copy: Path) -> None:
    visitor.expected = ("ERR_FILE_NOT_FOUND",)
    (own_copy / "data/g1/xy/grid/0.js").unlink()
    page = visitor.open(own_copy)
    page.get_by_role("radio", name="On a grid").click()
    expect(page.get_by_text("a file of this map is missing or damaged")).to_have_count(1)
    assert page.evaluate("map.layout") == "similarity"


def test_a_missing_or_newer_manifest_is_told(visitor: Visitor, own_copy: Path) -> None:
    visitor.expected = ("ERR_FILE_NOT_FOUND",)
    manifest = own_copy / "data/manifest.js"
    text = manifest.read_text("ascii")
    manifest.write_text(text.replace('"format":1', '"format":2'), "ascii")
    page = visitor.browser.new_page()
    page.goto(f"{own_copy.as_uri()}/index.html")
    expect(page.get_by_role("alert")).to_contain_text("format 2")
    manifest.unlink()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("missing or damaged")
    page.close()
