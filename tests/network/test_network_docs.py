"""The page on networks is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sortal.network import layers as words
from sortal.network.layers import ACTIVATIONS
from sortal.network.named import NAMED
from sortal.network.parse import parse
from sortal.training.recipe_toml import from_toml

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "networks.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_named_network_stands_on_the_page_with_its_size() -> None:
    said = {row[0].strip("`"): row[1].split(";")[0] for row in rows("Named networks")}
    colours = {1: "grey", 3: "colour"}
    made = {
        name: "{}x{} ".format(*network.input_shape) + colours[network.input_shape[-1]]
        for name, network in NAMED.items()
    }
    assert said == made


@pytest.mark.parametrize("row", rows("Layers"), ids=lambda row: row[0])
def test_text_and_value_of_a_layer_are_the_same(row: list[str]) -> None:
    texts = [t.replace("...", "relu") for t in re.findall(r"`(.+?)`", row[0])]
    parsed = [parse(text)[0] for text in texts]
    value = row[1].strip("`")
    if "body" in value:
        assert {type(layer).__name__ for layer in parsed} == {"Residual"}
    else:
        names = {name: getattr(words, name) for name in dir(words) if name[0].isupper()}
        assert eval(value, names) in parsed


def test_every_layer_and_activation_stands_on_the_page() -> None:
    values = " ".join(row[1] for row in rows("Layers"))
    for layer in words.Layer.__args__:
        assert f"{layer.__name__}(" in values
    texts = " ".join(row[0] for row in rows("Layers"))
    assert all(f"`{name}`" in texts for name in ACTIVATIONS)


def test_the_examples_are_understood() -> None:
    (text,) = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    assert len(parse(text)) == 7
    (toml,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert parse(from_toml(toml).top)
