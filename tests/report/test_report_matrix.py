from __future__ import annotations

from report_stories import evaluation_of, exhibit, training_story
from report_tree import Element, parse

from sortal.report import Gallery
from sortal.report.matrix import confused_list, matrix, most_confused, panels

KINDS = ("a", "b", "c")


def shelf() -> Gallery:
    return Gallery((exhibit(1, truth="a", answer="b", confidence=0.875),), total=7)


def rows_of(table: Element) -> list[list[str]]:
    body = table.one("tbody").all("tr")
    return [[cell.text.replace("\u00a0", " ") for cell in row.all("td")] for row in body]


def test_rows_are_truth_and_columns_are_answers() -> None:
    evaluation = evaluation_of(KINDS)
    table = parse(str(matrix(evaluation, {}))).one("table")
    assert [th.text for th in table.one("thead").all("th")] == ["a", "b", "c", "all"]
    assert [th.text for th in table.one("tbody").all("th")] == ["a", "b", "c"]
    for written, row in zip(rows_of(table), evaluation.confusion, strict=True):
        assert [cell.split()[0] for cell in written] == [f"{n:.0f}" for n in (*row, sum(row))]


def test_a_cell_opens_onto_its_pictures() -> None:
    evaluation = evaluation_of(KINDS)
    cells = {(0, 1): shelf()}
    button = parse(str(matrix(evaluation, cells))).one("button")
    panel = parse(str(panels(evaluation, cells))).one("section")
    assert button.attributes["popovertarget"] == panel.attributes["id"]
    assert button.text.endswith("show pictures")
    assert panel.one("h3").text == "a called b"
    assert panel.one("figcaption").text.startswith("88\u00a0% sure")
    assert panel.one("button").attributes["popovertargetaction"] == "hide"
    assert "First 1 of 7 shown." in panel.text


def test_the_commonest_confusions_come_first() -> None:
    evaluation = evaluation_of(KINDS)
    found = most_confused(evaluation, most=99)
    assert [c.n for c in found] == sorted((c.n for c in found), reverse=True)
    assert all(c.truth != c.answer for c in found)
    assert sum(c.n for c in found) == sum(
        n for i, row in enumerate(evaluation.confusion) for j, n in enumerate(row) if i != j
    )
    top = found[0]
    assert top.share == top.n / sum(evaluation.confusion[top.truth])


def test_the_list_of_confusions_is_in_words() -> None:
    evaluation = evaluation_of(KINDS)
    top = most_confused(evaluation, most=1)[0]
    listed = parse(str(confused_list(evaluation, {}, most=1))).text
    assert f"{KINDS[top.truth]} taken for {KINDS[top.answer]}: {top.n:.0f}\u00a0time" in listed


def test_cells_name_no_colour_alone() -> None:
    story = training_story()
    table = parse(str(matrix(story.evaluation, story.cells))).one("table")
    shaded = [td for td in table.all("td") if (td.attributes.get("class") or "")[:1] in {"r", "w"}]
    assert shaded
    assert all("%" in td.text for td in shaded)
