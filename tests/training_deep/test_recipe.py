"""A recipe is checked on making, round-trips through TOML and JSON, and is fully documented."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortal.errors import UsageError
from sortal.training.recipe import Recipe
from sortal.training.recipe_fields import kind_of
from sortal.training.recipe_parts import (
    OPTIMISERS,
    Augmentation,
    Averaging,
    Loss,
    Optimiser,
    Schedule,
)
from sortal.training.recipe_toml import from_toml, recipe, recipe_names, to_toml

DOCS = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"
PARTS = {"optimiser", "schedule", "augmentation", "loss", "averaging", "tuning"}


@given(
    network=st.text(min_size=1, max_size=40).filter(lambda text: text.strip()),
    rate=st.floats(1e-9, 1000),
    shear=st.floats(0, 60),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=200, deadline=None)
def test_toml_and_json_give_the_recipe_back(
    network: str, rate: float, shear: float, seed: int
) -> None:
    made = Recipe(
        network,
        seed=seed,
        optimiser=Optimiser(rate=rate),
        schedule=Schedule("one-cycle", warmup=2.5),
        augmentation=Augmentation(shear=shear, horizontal_flip=True),
        loss=Loss(smoothing=0.1),
        averaging=Averaging("swa"),
    )
    if not re.search("[\ud800-\udfff]", network):
        assert from_toml(to_toml(made)) == made
    assert Recipe.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("name", recipe_names())
def test_the_recipes_that_come_with_it_are_sound(name: str) -> None:
    made = recipe(name)
    assert from_toml(to_toml(made)) == made
    assert f"`{name}`" in DOCS.read_text("utf-8")


def test_the_textbooks_are_what_they_say() -> None:
    mlp, cnn = recipe("mnist-mlp-textbook"), recipe("mnist-cnn-textbook")
    assert (mlp.network, mlp.batch, mlp.epochs, mlp.optimiser.name) == ("mlp", 128, 20, "rmsprop")
    assert (cnn.network, cnn.batch, cnn.epochs, cnn.optimiser.rate) == ("cnn", 128, 10, 1.0)
    alexnet, vgg = recipe("bricks-alexnet"), recipe("bricks-vgg16")
    assert alexnet.optimiser == Optimiser("sgd", rate=0.01, momentum=0.9, nesterov=True)
    assert (vgg.regime, vgg.last, vgg.optimiser.rate) == ("last", 4, 1e-4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("epochs = 3", "names no network"),
        ("network = 3", "network must be text; 3 came"),
        ("network = ' '", "network is empty"),
        ("network = 'mlp'\nepoch = 3", "Did you mean 'epochs'?"),
        ("network = 'mlp'\nzzz = 3", "Fields are: network, top"),
        ("network = 'mlp'\nepochs = 3.5", "epochs must be a whole number; 3.5 came"),
        ("network = 'mlp'\nepochs = true", "epochs must be a whole number; True came"),
        ("network = 'mlp'\nepochs = 0", "epochs must be from 1 to 100000; 0 came"),
        ("network = 'mlp'\nchannels = 2", "must be 1 (grey), 3 (colour)"),
        ("network = 'mlp'\noptimiser = 'sgd'", "optimiser must be a table of fields"),
        ("network = 'mlp'\n[optimiser]\nname = 'sdg'", "There are: sgd, rmsprop, adadelta"),
        ("network = 'mlp'\n[optimiser]\nrate = nan", "rate must be from"),
        ("network = 'mlp'\n[optimiser]\nrates = 1", "Recipe, optimiser has no field 'rates'"),
        ("network = 'mlp'\n[optimiser]\nnesterov = true", "nesterov needs sgd"),
        ("network = 'mlp'\n[optimiser]\nmomentum = 0.9", "adamw takes no momentum"),
        ("network = 'mlp'\n[schedule]\nname = 'one-cycle'", "climbs before it falls"),
        ("network = 'mlp'\n[schedule]\nwarmup = 11", "does not fit into 10"),
        ("network = 'mlp'\n[loss]\nname = 'perceptron'", "goes with optimiser sgd; adamw came"),
        ("network = 'mlp'\n[loss]\nname = 'perceptron'\nsmoothing = 0.1", "smoothing goes with"),
        ("network = 'mlp'\nchannels = 1\nscaling = 'imagenet'", "is for colour"),
        ("network = ", "is not TOML"),
    ],
)
def test_a_slip_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_toml(text, where="Recipe")
    assert says in str(caught.value)


def test_an_optimiser_that_does_not_exist_lists_those_that_do() -> None:
    with pytest.raises(UsageError) as caught:
        Optimiser("adm")
    assert all(name in str(caught.value) for name in OPTIMISERS)


def test_a_recipe_that_does_not_exist_lists_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mnist-mlp-textbook"):
        recipe("mnist-mpl-textbook")
    with pytest.raises(UsageError, match="cannot be read"):
        recipe(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        recipe(tmp_path / "binary.toml")


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    made = replace(recipe("bricks-alexnet"), seed=7)
    (tmp_path / "mine.toml").write_text(to_toml(made), "utf-8")
    assert recipe(tmp_path / "mine.toml") == made


def documented() -> dict[str, dict[str, str]]:
    """Table of the page ("" for the recipe itself) to its fields with their defaults."""
    found: dict[str, dict[str, str]] = {"": {}}
    table = ""
    for line in DOCS.read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"## (?:`\[(\w+)\]`|.*)", line):
            table = heading.group(1) or ""
            found.setdefault(table, {})
        elif row := re.match(r"\| `(\w+)` \| (?:`(.*?)`)? *\|", line):
            found[table][row.group(1)] = row.group(2) or ""
    return found


def test_the_page_has_every_field_with_its_default() -> None:
    plain = Recipe("mlp")
    wanted: dict[str, dict[str, str]] = {"": {}}
    for item in fields(Recipe):
        value: Any = getattr(plain, item.name)
        if is_dataclass(kind_of(item)):
            wanted[item.name] = {f.name: written(getattr(value, f.name)) for f in fields(value)}
        else:
            wanted[""][item.name] = "" if item.name == "network" else written(value)
    assert documented() == wanted
    assert set(wanted) == PARTS | {""}


def written(value: str | float | bool) -> str:
    return repr(value) if isinstance(value, float) else json.dumps(value)


def test_the_example_on_the_page_is_a_recipe() -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example is not None
    assert from_toml(example.group(1)).augmentation.rotation == 10
