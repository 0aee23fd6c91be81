"""The card as JSON: canonical, complete, and read without forgiving anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelfile_samples import make_card

from sortal.errors import ModelFileError
from sortal.modelfile.card_json import card_from_json, card_to_json

CARD = make_card(b"trunk", unknown_threshold=0.25, drift={"mean": [0.5, 1e-300]})
Json = dict[str, Any]


def test_there_and_back() -> None:
    for card in (CARD, replace(CARD, unknown_threshold=None, drift=None)):
        text = card_to_json(card)
        assert card_from_json(text) == card
        assert card_to_json(card_from_json(text)) == text
        assert text.isascii()
        assert " " not in text.replace("softmax regression", "").split('"classes"')[0]


def test_order_of_keys_does_not_matter_to_the_bytes() -> None:
    turned = replace(CARD, versions=dict(reversed(list(CARD.versions.items()))))
    assert card_to_json(turned) == card_to_json(CARD)


@given(
    st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=6, unique=True),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**60), 2**60)
        | st.text(max_size=9)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=9,
    ),
)
def test_any_names_and_any_json_survive(names: list[str], value: Any) -> None:
    data = replace(CARD.data, per_class=(1,) * len(names))
    card = replace(CARD, classes=tuple(names), data=data, recipe={"x": value})
    assert card_from_json(card_to_json(card)) == card


def test_a_name_that_utf_8_cannot_hold_survives() -> None:
    card = replace(CARD, classes=("\udcff", "b", "c"))
    assert card_from_json(card_to_json(card)).classes[0] == "\udcff"


Change = Callable[[Json], object]
REFUSALS: list[tuple[str, Change]] = [
    ("lacks the field 'seed'", lambda c: c.pop("seed")),
    ("unknown fields: 'note'", lambda c: c.update(note=1)),
    ("trunk has unknown fields: 'note'", lambda c: c["trunk"].update(note=1)),
    ("calibration lacks the field 'temperature'", lambda c: c["calibration"].pop("temperature")),
    ("does not say which version", lambda c: c.pop("schema")),
    ("does not say which version", lambda c: c.update(schema="1")),
    ("does not say which version", lambda c: c.update(schema=True)),
    ("follows schema 3; .* update Sortal", lambda c: c.update(schema=3)),
    ("schema 1, of before .* train the model again", lambda c: c.update(schema=1)),
    ("'classes' must be from 2 to", lambda c: c.update(classes=["a"])),
    ("'classes' must be names that differ", lambda c: c.update(classes=["a", "a", "b"])),
    ("'classes' must be a list of texts", lambda c: c.update(classes="abc")),
    ("'classes' must be a list of texts", lambda c: c.update(classes=["a", 1, "b"])),
    ("names of 1 to 255", lambda c: c.update(classes=["a", "", "b"])),
    ("names of 1 to 255", lambda c: c.update(classes=["a", "x" * 256, "b"])),
    ("'fit' must be one of pad, squash, crop, handwriting", lambda c: c.update(fit="stretch")),
    ("'size' must be a whole number from 8 to 1,024", lambda c: c.update(size=10**9)),
    ("'size' must be a whole number", lambda c: c.update(size=224.0)),
    ("'size' must be a whole number", lambda c: c.update(size=True)),
    ("'trunk' must|trunk must be a JSON object", lambda c: c.update(trunk=[])),
    ("64 hexadecimal digits", lambda c: c["trunk"].update(sha256="z" * 64)),
    (
        "'scale' must be a list of one or three numbers above 0",
        lambda c: c["trunk"].update(scale=[0]),
    ),
    ("'scale' must be a list of one or three", lambda c: c["trunk"].update(scale=1.0)),
    ("'mean' must be a list of one or three", lambda c: c["trunk"].update(mean=[1, 2])),
    ("'mean' must be a list of one or three", lambda c: c["trunk"].update(mean=[1, True, 2])),
    ("'mean' must be a list of one or three", lambda c: c["trunk"].update(mean=["1"])),
    ("'temperature' must be a number above 0", lambda c: c["calibration"].update(temperature=0)),
    ("'temperature' must be a number", lambda c: c["calibration"].update(temperature="hot")),
    ("3 numbers, one a class", lambda c: c["data"].update(per_class=[1, 2])),
    ("whole numbers from 0", lambda c: c["data"].update(per_class=[1, -2, 3])),
    ("'versions' must be texts", lambda c: c.update(versions={"numpy": 2})),
    ("'notices' must be a list of texts", lambda c: c.update(notices=[None])),
    ("'unknown_threshold' must be a number", lambda c: c.update(unknown_threshold="far")),
    ("lacks the field 'unknown_threshold'", lambda c: c.pop("unknown_threshold")),
    ("lacks the field 'drift'", lambda c: c.pop("drift")),
    ("'recipe' must be an object", lambda c: c.update(recipe=None)),
    ("'seed' must be a whole number", lambda c: c.update(seed=-1)),
]


@pytest.mark.parametrize(("reason", "change"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_a_card_that_is_not_as_it_must_be_is_refused(reason: str, change: Change) -> None:
    card = json.loads(card_to_json(CARD))
    change(card)
    with pytest.raises(ModelFileError, match=reason):
        card_from_json(json.dumps(card))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not sound JSON"),
        ("[]", "must be a JSON object, not a list"),
        ("null", "must be a JSON object, not null"),
        ('{"a": 1, "a": 2}', "the key 'a' is given twice"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1e999}', "the number 1e999 is too large"),
        ('{"a": ' + "9" * 5000 + "}", "not sound JSON"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "deeper than 32"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "not sound JSON"),
        ('{"a": 1} {"b": 2}', "not sound JSON"),
    ],
    ids=range(11),
)
def test_text_that_is_no_sound_object_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        card_from_json(text)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), object(), {1, 2}])
def test_a_card_that_json_cannot_hold_is_not_written(bad: object) -> None:
    with pytest.raises(ModelFileError):
        card_to_json(replace(CARD, recipe={"x": bad}))
