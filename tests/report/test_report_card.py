from __future__ import annotations

import dataclasses

from report_stories import SHAPES, evaluation_of
from report_tree import parse

from sortal.report import evaluation_card, facts_card


def test_a_card_is_a_fragment_whose_style_stays_inside() -> None:
    root = parse(evaluation_card(evaluation_of(SHAPES)))
    (card,) = [e for e in root.children if not isinstance(e, str)]
    assert card.attributes["class"] == "sortal-card"
    rules = [rule for rule in card.one("style").text.split("}") if rule]
    assert all(rule.startswith(".sortal-card") for rule in rules)
    assert not card.all("html")


def test_a_card_tells_headline_warnings_and_kinds() -> None:
    evaluation = evaluation_of(SHAPES)
    text = parse(evaluation_card(evaluation)).text.replace("\u00a0", " ")
    assert evaluation.headline in text
    assert f"Warning: {evaluation.warnings[0]}" in text
    assert all(f"{name}: found" in text for name in SHAPES)


def test_a_card_of_many_kinds_is_cut_and_says_so() -> None:
    text = parse(evaluation_card(evaluation_of(tuple(f"k{i}" for i in range(25))))).text
    assert "First 20 of 25 kinds shown." in text


def test_names_on_cards_are_escaped() -> None:
    evaluation = evaluation_of(("<script>", "b"))
    calm = dataclasses.replace(evaluation, warnings=("<b>",))
    assert not parse(evaluation_card(calm)).all("script")
    assert not parse(facts_card("<script>", {"<b>": "<i>"})).all("i")


def test_facts_become_a_table() -> None:
    root = parse(facts_card("Pots", {"Pictures": "412"}))
    assert root.one("th").text == "Pictures"
    assert root.one("td").text == "412"
