"""The whole flow in a browser: from an empty project to what is taken away."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from studio_visitor import EACH, KINDS, PATIENCE, Guest, drop, gather, go, rest, train

import sortal


def test_from_nothing_to_a_model_and_round_the_loop(
    guest: Guest, studio: str, bricks: Path, tmp_path: Path
) -> None:
    page = guest.open(studio)
    expect(page.get_by_role("heading", name="Drop folders of pictures here")).to_be_visible()
    gather(page, bricks)
    gathered_what_was_dropped(page)
    train(page)
    expect(page.locator(".result .headline")).to_contain_text("On pictures it has never seen")
    page.get_by_role("link", name="See how good it is", exact=True).click()
    judged(page)
    mended(page)
    train(page)
    page.get_by_role("link", name="See how good it is", exact=True).click()
    compared(page)
    tried_live(page)
    tried_by_dropping(page, bricks / "bush")
    taken_away(page, tmp_path)


def gathered_what_was_dropped(page: Page) -> None:
    for kind in KINDS:
        wanted = EACH + (kind == "pin")
        card = page.locator(".card", has=page.get_by_text(kind, exact=True))
        expect(card).to_contain_text(f"{wanted} pictures")
    # The clutter of the system is named, the file that is no picture has its reason.
    expect(page.locator(".report")).to_contain_text("1 file of the system left out")
    page.locator(".card.faulty a").click()
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("no known kind")
    go(page, "Gather")


def judged(page: Page) -> None:
    expect(page.locator(".big")).to_contain_text(re.compile(r"Right \d+ % of the time"))
    expect(page.locator(".judge-words")).to_contain_text(re.compile(r"95 % interval: \d+ % to"))
    expect(page.locator(".kinds tbody tr")).to_have_count(len(KINDS))
    expect(page.get_by_role("img", name=re.compile("sure: right"))).to_be_visible()


def mended(page: Page) -> None:
    """The stray bush among the pins is found by its cell and put right; all of it can be undone."""
    page.locator(".matrix button[aria-label^='pin, called bush']").click()
    opened = page.locator(".opened")
    options = opened.get_by_role("option")
    expect(options.first).to_contain_text("is pin")
    stray = opened.get_by_role("option", name=re.compile("stray"))
    stray.click()
    expect(stray).to_have_attribute("aria-selected", "true")
    opened.get_by_role("combobox", name="Label as").select_option("bush")
    expect(page.locator(".notice")).to_contain_text("1 picture labelled bush")
    expect(stray).to_contain_text("pin → bush")
    page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(stray).to_contain_text("is pin")
    page.get_by_role("button", name="Redo").click()
    expect(stray).to_contain_text("pin → bush")
    expect(page.locator(".loop")).to_contain_text("1 change since this training")
    page.get_by_role("button", name="History").click()
    expect(page.locator(".changes li").first).to_contain_text("1 picture labelled bush")
    page.keyboard.press("Escape")


def compared(page: Page) -> None:
    """The stray, that was wrong by its label, is right now."""
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    page.get_by_role("button", name=re.compile("Now right")).click()
    became = page.get_by_role("listbox", name="Now right").get_by_role("option", name="stray")
    expect(became).to_contain_text("bush → bush")


def tried_live(page: Page) -> None:
    go(page, "Try")
    page.get_by_role("button", name="Start the camera").click()
    word = page.locator(".live .answer-word")
    expect(word).to_have_text(re.compile("|".join([*KINDS, "I don't know"])), timeout=PATIENCE)
    expect(page.locator(".rate")).to_contain_text("answers a second")
    page.get_by_role("button", name="Show where it looks").click()
    page.locator(".live-heat").wait_for()
    slider = page.get_by_role("slider", name="When to say")
    slider.fill("1")
    expect(word).to_have_text("I don't know")
    expect(slider).to_have_attribute("aria-valuetext", "accepts 1 % of what it learned")
    page.get_by_role("button", name="As measured").click()
    expect(page.get_by_role("button", name="As measured")).to_have_count(0)
    page.get_by_role("button", name="Stop the camera").click()


def tried_by_dropping(page: Page, folder: Path) -> None:
    page.locator(".try-drop").scroll_into_view_if_needed()
    box = page.locator(".try-drop").bounding_box()
    assert box
    drop(page, *sorted(folder.glob("*.jpg"))[:2], at=(box["x"] + 50, box["y"] + 20))
    expect(page.locator(".tried-one .answer-word")).to_have_count(2)
    # They were only asked about: the project has not grown.
    go(page, "Gather")
    expect(page.locator(".lead")).to_contain_text(f"{EACH * 3 + 1} pictures of 3 kinds")


def taken_away(page: Page, folder: Path) -> None:
    go(page, "Take away")
    with page.expect_download() as model:
        page.get_by_role("link", name="Download: The model").click()
    model.value.save_as(folder / "bricks.onnx")
    assert set(sortal.load(folder / "bricks.onnx").classes) == set(KINDS)
    with page.expect_download() as card:
        page.get_by_role("link", name="Download: The card").click()
    assert json.loads(card.value.path().read_text("utf-8"))["classes"] == list(KINDS)
    page.get_by_role("button", name="By your labels").click()
    made = page.locator(".made a", has_text="sorted")
    made.wait_for(timeout=PATIENCE)
    with page.expect_download() as sorted_pictures:
        made.click()
    with zipfile.ZipFile(sorted_pictures.value.path()) as archive:
        folders = {Path(name).parts[-2] for name in archive.namelist() if name.endswith(".jpg")}
    assert folders == set(KINDS)


def test_a_burst_of_the_camera_is_one_group(guest: Guest, studio: str) -> None:
    page = guest.open(studio)
    page.get_by_role("button", name="New kind").click()
    page.get_by_role("textbox", name="Name").fill("pin")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Camera for pin").click()
    page.locator(".viewfinder video").wait_for()
    hold = page.get_by_role("button", name="Hold to record")
    hold.hover()
    page.mouse.down()
    expect(page.locator(".burst img").nth(3)).to_be_visible()
    page.mouse.up()
    page.wait_for_timeout(400)
    taken = page.locator(".burst img").count()
    page.get_by_role("button", name="Delete picture 1", exact=True).click()
    expect(page.locator(".burst img")).to_have_count(taken - 1)
    hold.focus()
    page.keyboard.down(" ")
    expect(page.locator(".burst").nth(1).locator("img").first).to_be_visible()
    page.keyboard.up(" ")
    page.wait_for_timeout(400)
    total = page.locator(".burst img").count()
    page.get_by_role("button", name=f"Add {total} pictures").click()
    rest(page)
    # A busy machine may have been shown the same frame twice: content counts once.
    expect(page.locator(".card[data-kind]")).to_contain_text(re.compile(r"\d pictures"))
    page.locator(".card-open").first.click()
    groups = page.evaluate(
        "fetch('/api/pictures').then(r => r.json()).then(p => p.pictures.map(one => one.group))"
    )
    assert 2 <= len(groups) <= total
    assert len(set(groups)) == 2
    assert all(group.startswith("burst ") for group in groups)


def test_kinds_are_renamed_merged_and_deleted(guest: Guest, studio: str, bricks: Path) -> None:
    page = guest.open(studio)
    gather(page, bricks)
    page.get_by_label("More for bush").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Büchse")
    page.keyboard.press("Enter")
    expect(page.locator(".card-name", has_text="Büchse")).to_be_visible()
    page.get_by_label("More for pin").click()
    page.get_by_role("button", name="Merge into another").click()
    page.get_by_role("combobox", name="Into").select_option("Büchse")
    page.get_by_role("button", name="Merge", exact=True).click()
    merged = page.locator(".card", has=page.get_by_text("Büchse", exact=True))
    expect(merged).to_contain_text(f"{2 * EACH + 1} pictures")
    expect(page.locator(".card[data-kind]")).to_have_count(2)
    page.get_by_label("More for brick-2x2").click()
    page.get_by_role("button", name="Delete this kind").click()
    expect(page.locator(".card.unlabelled")).to_contain_text(f"{EACH} pictures")
    for _ in range(4):
        page.get_by_role("button", name="Undo").first.click()
        page.wait_for_timeout(150)
    expect(page.locator(".card[data-kind]")).to_have_count(3)
    expect(page.locator(".card-name", has_text="bush")).to_be_visible()


def test_a_folder_of_the_machine_stays_where_it_is(guest: Guest, studio: str, bricks: Path) -> None:
    page = guest.open(studio)
    page.get_by_role("button", name="Folder in place").click()
    field = page.get_by_role("textbox", name="Whole path of the folder")
    field.fill("nowhere/at/all")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("alert").filter(has_text="whole path")).to_be_visible()
    field.fill(str(bricks.parent))
    page.keyboard.press("Tab")
    page.get_by_role("list", name="Folders").get_by_role("button", name="bricks").click()
    expect(field).to_have_value(str(bricks))
    page.get_by_role("button", name="Add them").click()
    expect(page.locator(".card[data-kind]")).to_have_count(3)
    rest(page)
    assert len(list((bricks / "bush").iterdir())) == EACH
    guest.expected = ("400 (Bad Request)", "422 (Unprocessable")


@pytest.mark.parametrize("late", [False, True], ids=["answered first", "answered late"])
def test_a_typed_folder_is_not_mixed_with_the_answer_of_where_one_is(
    guest: Guest, studio: str, bricks: Path, *, late: bool
) -> None:
    page = guest.open(studio)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/folders*", hold)
    field = page.get_by_role("textbox", name="Whole path of the folder")
    page.get_by_role("button", name="Folder in place").click()
    page.keyboard.press("Control+a")
    if late:
        page.keyboard.type(str(bricks))
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()
    page.get_by_role("list", name="Folders").wait_for()
    if not late:
        page.keyboard.type(str(bricks))
    expect(field).to_have_value(str(bricks))
    page.unroute_all(behavior="ignoreErrors")
