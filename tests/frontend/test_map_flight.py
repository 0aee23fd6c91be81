"""Flying: by wheel, drag, keys, fingers and buttons; dots, thumbnails, pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from map_browser import Visitor, pixels, place_of, settle, view


def test_dots_and_thumbnails_are_painted(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    painted, colours = pixels(page)
    assert painted > 20_000
    assert colours > 25
    progress = page.evaluate("map.map.progress")
    assert progress["loaded"] == 500
    assert progress["thumbnails"] > 20


def test_the_wheel_flies_to_what_is_under_it(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    left, top = place_of(page, 3)
    page.mouse.move(left, top)
    before = view(page)["scale"]
    for _ in range(4):
        page.mouse.wheel(0, -200)
        settle(page)
    assert view(page)["scale"] > before * 3
    assert place_of(page, 3) == pytest.approx((left, top), abs=1.5)


def test_near_pictures_are_the_pictures_themselves(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    page.evaluate("map.map.flyToPicture(3)")
    settle(page)
    page.evaluate("map.map.zoom(6, { fly: false })")
    settle(page)
    expect(page.locator("img.near.there").first).to_be_visible()
    assert any("/pictures/" in address for address in visitor.requests)


def test_dragging_moves_and_nobody_gets_lost(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    left, top = place_of(page, 3)
    page.mouse.move(640, 420)
    page.mouse.down()
    page.mouse.move(740, 470, steps=5)
    page.mouse.up()
    settle(page)
    moved = place_of(page, 3)
    assert moved[0] - left > 80
    assert moved[1] - top > 30
    for _ in range(12):
        page.mouse.move(340, 420)
        page.mouse.down()
        page.mouse.move(1240, 420, steps=3)
        page.mouse.up()
    settle(page)
    assert -0.1 <= view(page)["x"] <= 1.1


def test_keys_move_zoom_and_open(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    home = view(page)
    page.locator(".canvas canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    settle(page)
    there = view(page)
    assert (there["x"] > home["x"], there["y"] > home["y"]) == (True, True)
    page.keyboard.press("+")
    settle(page)
    assert view(page)["scale"] == pytest.approx(home["scale"] * 1.5, rel=1e-3)
    page.keyboard.press("0")
    settle(page)
    assert view(page) == pytest.approx(home)
    page.keyboard.press("Enter")
    expect(page.locator(".side .picture")).to_be_visible()


def test_two_fingers_zoom(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares, size=(390, 844), has_touch=True)
    before = view(page)["scale"]
    touch = page.context.new_cdp_session(page)
    for kind, apart in [("touchStart", 40), *(("touchMove", 40 + 10 * i) for i in range(1, 9))]:
        points = [{"x": 195 - apart, "y": 400, "id": 0}, {"x": 195 + apart, "y": 400, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert view(page)["scale"] == pytest.approx(before * 3, rel=0.15)


def test_buttons_for_those_without_a_wheel(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    home = view(page)
    page.get_by_role("button", name="Nearer").click()
    settle(page)
    assert view(page)["scale"] > home["scale"] * 1.5
    page.get_by_role("button", name="Show the whole map").click()
    settle(page)
    assert view(page) == pytest.approx(home)


def test_a_map_at_rest_draws_nothing(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    asked = page.evaluate(
        """() => new Promise(done => {
            let asked = 0;
            const before = globalThis.requestAnimationFrame;
            globalThis.requestAnimationFrame = (act) => { asked += 1; return before(act); };
            setTimeout(() => done(asked), 400);
        })"""
    )
    assert asked == 0


def test_fewer_movements_for_those_who_asked(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares, reduced_motion="reduce")
    page.evaluate("map.map.flyToPicture(3)")
    near = view(page)
    settle(page)
    assert view(page) == near  # there at once, without a flight


def test_thumbnails_come_though_nothing_fades(visitor: Visitor, squares: Path) -> None:
    """What the last frame of a move chooses is drawn, also when no fade brings another frame."""
    page = visitor.open(squares, reduced_motion="reduce")
    for there in ("zoom(4)", "showAll()", "flyToPicture(9)", "showAll()"):
        page.evaluate(f"map.map.{there}")
        settle(page)
    assert page.evaluate("map.map.progress.thumbnails") > 20


def test_home_from_far_in_and_a_hair_aside(visitor: Visitor, squares: Path) -> None:
    """A long zoom over a short way, where the paper's logarithm ends in ln 0."""
    page = visitor.open(squares)
    home = view(page)
    scale = home["scale"] * 60
    aside = home["x"] + 2e-6 * 1280 / scale
    page.evaluate("near => map.map.moveTo(near)", {**home, "x": aside, "scale": scale})
    settle(page)
    assert view(page) == pytest.approx({**home, "x": aside, "scale": scale}, rel=1e-9)
    page.evaluate("map.map.showAll()")
    settle(page)
    assert view(page) == pytest.approx(home)


def test_it_comes_back_after_the_graphics_were_taken(visitor: Visitor, squares: Path) -> None:
    page = visitor.open(squares)
    before = pixels(page)
    page.evaluate(
        "globalThis.taken = map.map.canvas.getContext('webgl2').getExtension('WEBGL_lose_context')"
    )
    page.evaluate("taken.loseContext()")
    expect(page.get_by_text("taken the graphics away")).to_be_visible()
    page.evaluate("taken.restoreContext()")
    expect(page.get_by_text("taken the graphics away")).to_have_count(0)
    settle(page)
    after = pixels(page)
    assert after[0] == pytest.approx(before[0], rel=0.05)
