from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_tree import parse

from sortal.errors import UsageError
from sortal.report.markup import (
    brief,
    filename,
    fragment,
    named,
    number,
    picture,
    stylesheet,
    tag,
    visible,
)


def test_text_and_attributes_are_escaped() -> None:
    built = tag("p", "<b>&\"'", title="\"><script>'&")
    assert str(built) == ('<p title="&quot;&gt;&lt;script&gt;&#x27;&amp;">&lt;b&gt;&amp;"\'</p>')


@given(st.text())
def test_any_text_comes_back_as_text(text: str) -> None:
    built = parse(str(tag("p", tag("b", text), title=text)))
    paragraph = built.one("p")
    read = visible(text).replace("\r", "\n")
    assert paragraph.attributes["title"] == visible(text)
    assert paragraph.text == read
    assert [element.name for element in built] == ["p", "b"]


def test_python_words_become_attribute_names() -> None:
    built = tag("td", class_="a", aria_label="b", hidden=True, id=None, open_=False, x=1.5)
    assert str(built) == '<td class="a" aria-label="b" hidden x="1.5"></td>'


@pytest.mark.parametrize(
    "attributes",
    [
        {"onclick": "x"},
        {"style": "color:red"},
        {"src": "data:,"},
        {"href": "https://example.org"},
        {"href": "javascript:alert(1)"},
        {"formaction": "#x"},
        {"a b": "x"},
        {'a"': "x"},
    ],
)
def test_attributes_that_could_run_or_fetch_are_refused(attributes: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        tag("a", **attributes)


@pytest.mark.parametrize("name", ["", "p x", "p>", "1p", "<p"])
def test_odd_element_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        tag(name)


@pytest.mark.parametrize("css", ["a</style>", "a{background:url(x)}", "@import 'x'"])
def test_style_that_could_end_or_fetch_is_refused(css: str) -> None:
    with pytest.raises(UsageError):
        stylesheet(css)


def test_void_elements_are_not_closed() -> None:
    assert str(fragment("a", tag("br"), None, ["b", 3])) == "a<br>b3"


def test_control_characters_and_surrogates_become_visible() -> None:
    assert visible("a\x00b\x1b\x7f\udc80\t\n") == "a␀b␛\ufffd\ufffd\t\n"


def test_direction_overrides_are_spelled_out() -> None:
    assert visible("\u202egpj.exe") == "⟨U+202E⟩gpj.exe"
    assert visible("שלום") == "שלום"


def test_names_are_isolated_from_the_direction_of_their_neighbours() -> None:
    assert str(named("שלום")) == "<bdi>שלום</bdi>"


def test_paths_may_break_after_slashes() -> None:
    assert str(filename("a/b/c.jpg")) == "<bdi>a/<wbr>b/<wbr>c.jpg</bdi>"
    assert str(filename("c.jpg")) == "<bdi>c.jpg</bdi>"


def test_very_long_names_lose_their_middle() -> None:
    shortened = parse(str(brief("start" + 300 * "x" + "end"))).text
    assert len(shortened) == 61
    assert shortened.startswith("start")
    assert shortened.endswith("xend")
    assert parse(str(brief(80 * "x"))).text == 80 * "x"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, "1"), (0.0, "0"), (-0.001, "0"), (2.345678, "2.35"), (10.0, "10"), (-3.5, "-3.5")],
)
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written


def test_a_picture_carries_its_bytes() -> None:
    image = parse(str(picture(b"\xff\xd8x", alt='"a"'))).one("img")
    assert image.attributes["src"] == "data:image/jpeg;base64,/9h4"
    assert image.attributes["alt"] == '"a"'
