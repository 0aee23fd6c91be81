"""What must hold for every report: it stands alone, is well-formed, accessible and repeatable."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections import Counter
from itertools import pairwise

import pytest
from report_stories import SHAPES, check_story, drawn, exhibit, training_story
from report_tree import Element, parse

from sortal.report import (
    CheckStory,
    Exhibit,
    Gallery,
    Pair,
    Pairs,
    TrainingStory,
    check_report,
    training_report,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "'><img src=x onerror=alert(1)>",
    "\u202egpj.exe",
    "name " * 60,
    "n" * 300,
    "&lt;b&gt; &amp;",
    "שלום عليكم",
    "</style></title></textarea>",
    "a\x00b\udcff\ufffe",
    "]]>--><!--",
    "${{7*7}}%s{0}",
)

PAGES = {
    "training": training_report(training_story()),
    "evaluation": training_report(training_story(scheme="new pictures")),
    "hostile": training_report(training_story(HOSTILE)),
    "many": training_report(training_story(tuple(f"kind {i}" for i in range(40)), per_cell=1)),
    "check": check_report(check_story()),
    "hostile check": check_report(check_story(HOSTILE)),
}
ELEMENTS = """
html head meta title style body a header h1 h2 h3 p div section nav ol ul li main footer figure
figcaption img svg path line circle rect polyline text table caption thead tbody tr th td b small
strong span bdi wbr button details summary dl dt dd code
"""
ALLOWED = frozenset(ELEMENTS.split())


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> Element:
    return parse(PAGES[request.param])


def test_it_asks_for_nothing_from_elsewhere(page: Element) -> None:
    for element in page:
        assert element.name in ALLOWED
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name == "src":
                assert (value or "").startswith("data:image/jpeg;base64,")
            if name in {"href", "popovertarget"}:
                assert (value or "").lstrip("#")
    css = page.one("style").text
    assert not re.search(r"url\(|@import|https?:", css)


def test_the_policy_admits_the_style_and_nothing_else(page: Element) -> None:
    policies = [
        e.attributes["content"] or ""
        for e in page.all("meta")
        if e.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = hashlib.sha256(page.one("style").text.encode()).digest()
    assert policies == [
        "default-src 'none'; img-src data:; "
        f"style-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "base-uri 'none'; form-action 'none'"
    ]


def test_language_title_and_landmarks(page: Element) -> None:
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("title").text.strip()
    body = page.one("body")
    assert [c.name for c in body.children if isinstance(c, Element)] == [
        "a",
        "header",
        "div",
        "footer",
    ]
    main = page.one("main")
    assert page.all("a")[0].attributes["href"] == f"#{main.attributes['id']}"
    assert page.one("nav").attributes["aria-label"]


def test_headings_descend_one_step_at_a_time(page: Element) -> None:
    levels = [int(e.name[1]) for e in page if e.name in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(e.text.strip() for e in page if e.name in {"h1", "h2", "h3"})


def test_ids_are_unique_and_every_reference_has_its_goal(page: Element) -> None:
    ids = Counter(e.attributes["id"] for e in page if "id" in e.attributes)
    assert max(ids.values()) == 1
    for element in page:
        for name in ("href", "popovertarget", "aria-labelledby"):
            goal = element.attributes.get(name)
            assert goal is None or goal.removeprefix("#") in ids


def test_pictures_and_drawings_have_words(page: Element) -> None:
    for image in page.all("img"):
        assert (image.attributes["alt"] or "").strip()
    for drawing in page.all("svg"):
        hidden = drawing.attributes.get("aria-hidden") == "true"
        told = drawing.attributes.get("role") == "img" and drawing.attributes.get("aria-label")
        assert hidden or told


def test_tables_say_what_their_headers_head(page: Element) -> None:
    for table in page.all("table"):
        assert table.one("caption").text.strip()
        assert all(th.attributes.get("scope") == "col" for th in table.one("thead").all("th"))
        for row in table.one("tbody").all("tr"):
            assert row.all("th")[0].attributes["scope"] == "row"


def test_buttons_and_links_have_names(page: Element) -> None:
    for element in [*page.all("a"), *page.all("button"), *page.all("summary")]:
        assert element.text.strip()
    for button in page.all("button"):
        assert button.attributes["type"] == "button"


def test_parts_that_scroll_can_be_reached_by_keyboard(page: Element) -> None:
    scrolling = [e for e in page if e.attributes.get("class") == "scroll"]
    for element in scrolling:
        assert element.attributes["tabindex"] == "0"
        assert element.attributes["role"] == "region"
        assert element.attributes["aria-label"]
    assert len(scrolling) >= len([t for t in page.all("table") if t.attributes["class"] != "plain"])


def test_the_same_story_gives_the_same_bytes() -> None:
    assert training_report(training_story()) == PAGES["training"]
    assert check_report(check_story()) == PAGES["check"]


def test_it_is_encodable_whatever_the_names() -> None:
    for html in PAGES.values():
        html.encode("utf-8")
        assert "\x00" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    story = dataclasses.replace(
        training_story((name, "other")),
        title=name,
        notes=(name,),
        facts={name: name},
        made={name: name},
        repairs={name: 1},
        drift=(name,),
    )
    elements = Counter(e.name for e in parse(training_report(story)))
    harmless = dataclasses.replace(
        training_story(("kind", "other")),
        title="kind",
        notes=("kind",),
        facts={"kind": "kind"},
        made={"kind": "kind"},
        repairs={"kind": 1},
        drift=("kind",),
    )
    expected = Counter(e.name for e in parse(training_report(harmless)))
    del elements["wbr"], expected["wbr"]
    assert elements == expected


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", parse(html).one("body").text.replace("\u00a0", " "))


def test_the_training_report_tells_the_whole_story() -> None:
    story = training_story()
    text = text_of(PAGES["training"])
    for words in (
        "On pictures it has never seen it is right",
        "95 % interval",
        "always answering the commonest kind",
        "Warning: The kind “lamp” has 14 pictures",
        "Every picture was judged by a model that had seen neither it nor its kin",
        "A split at random",
        "Found is recall, trusted is precision",
        "Its stated confidence is off by 2.1 points",
        "holds the right one 95 % of the time, it names 1.4 kinds",
        "holds the right one 90 % of the time, it names 1.3 kinds",
        "gets no name",
        "suspected to be wrong",
        "First 6 of 19 shown.",
        "The file ends after 41 % of the picture.",
        "Put right in memory",
        "9 bursts by one camera",
        "never split between learning and testing",
        "sortal train pottery -o pottery.onnx --seed 0",
    ):
        assert words in text
    assert all(name in text for name in story.evaluation.classes)


def test_the_report_on_new_pictures_says_so() -> None:
    text = text_of(PAGES["evaluation"])
    assert "Evaluation report" in text
    assert "These pictures look like those it learned on." in text
    assert "without them" in text
    assert "between learning and testing" not in text


def test_the_check_shows_what_was_found_and_says_what_was_not() -> None:
    text = text_of(PAGES["check"])
    for words in (
        "428 pictures of 6 kinds can be used.",
        "3 files cannot.",
        "Labels suspected to be wrong",
        "Exact duplicates under different labels",
        "The brightness alone gives the label away",
        "same bytes",
        "mirrored copy",
        "Burst 1: 5 pictures in 3 seconds",
        "First 5 of 9 shown.",
    ):
        assert words in text
    assert (
        "Looked for and not found: near-duplicates under different labels, without contrast, tiny."
        in text
    )


def test_heat_maps_say_where() -> None:
    alts = [e.attributes["alt"] or "" for e in parse(PAGES["training"]).all("img")]
    told = [alt for alt in alts if alt.startswith("Heat map: what spoke for bowl lies in the ")]
    assert len(told) == 1


def test_many_kinds_put_the_list_before_the_table() -> None:
    page = parse(PAGES["many"])
    inside = list(page.by_id("confusion"))
    order = [e.attributes.get("class") for e in inside if e.name in {"ol", "table"}]
    assert order == ["confused", "matrix small"]
    assert "12 of 40 kinds shown." in page.text
    assert "The 10 kinds it finds least" in page.text


def full_cells(n: int, thumbnail: bytes) -> TrainingStory:
    story = training_story(tuple(f"kind {i}" for i in range(n)), per_cell=0)
    pictures = tuple(Exhibit(f"p{k}.jpg", thumbnail, "a", "b", 0.9) for k in range(12))
    cells = {(i, j): Gallery(pictures, total=40) for i in range(n) for j in range(i, n, 3)}
    return dataclasses.replace(story, cells=cells)


def test_a_hundred_kinds_with_a_thousand_pictures_stay_below_six_megabytes() -> None:
    html = training_report(full_cells(100, drawn(1) + bytes(6000)))
    assert 4_000_000 < len(html.encode()) < 6_000_000
    assert re.search(r"First \d+ of 40 shown", html)


def test_a_check_with_too_many_pictures_is_cut_and_says_so() -> None:
    heavy = Exhibit("p.jpg", drawn(1) + bytes(300_000), truth="a")
    story = CheckStory(
        title="t",
        n_given=100,
        n_used=100,
        odd=Gallery((heavy,) * 30, total=77),
    )
    story = dataclasses.replace(
        story,
        exact=dataclasses.replace(
            story.exact, within=Pairs((Pair(heavy, heavy, "same bytes"),) * 30)
        ),
    )
    html = check_report(story)
    assert len(html) < 6_000_000
    assert "of 30 shown." in html
    assert "77" in html


def test_stories_without_anything_are_still_told() -> None:
    bare = training_story()
    story = TrainingStory(title="t", evaluation=bare.evaluation, n_given=3, n_used=3)
    text = text_of(training_report(story))
    assert "No picture of a mistake is at hand." in text
    assert "No label is suspected to be wrong." in text
    assert "Every file that was given could be used." in text
    assert "can be used." in text_of(check_report(CheckStory(title="t", n_given=0, n_used=0)))


def test_a_flawless_classifier_is_said_to_have_made_no_mistake() -> None:
    right = dataclasses.replace(training_story().evaluation, confusion=((3.0, 0.0), (0.0, 4.0)))
    right = dataclasses.replace(right, classes=SHAPES[:2], per_class=right.per_class[:2])
    text = text_of(training_report(TrainingStory("t", right, n_given=7, n_used=7)))
    assert "every tested picture was named rightly" in text
    assert "It mistook no kind for another." in text


def test_an_exhibit_without_a_thumbnail_keeps_its_place() -> None:
    story = dataclasses.replace(
        training_story(),
        suspected=Gallery((Exhibit("lost.jpg", None, "bowl", "jug", 0.8), exhibit(1, truth="jug"))),
    )
    assert "not shown" in parse(training_report(story)).by_id("suspected").text
