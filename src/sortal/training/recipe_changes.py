"""A recipe changed by what a person types: fields by name, parts as one line of text.

A part is its name, if it has one, and its fields: ``"sgd, momentum 0.9, nesterov"``,
``"step, factor 0.1, every 5"``, ``"shear 12, horizontal_flip, zoom .2"``. A field without a
number is a switch that is turned on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final, get_type_hints

from sortal.errors import UsageError
from sortal.training.recipe import Recipe
from sortal.training.recipe_fields import kind_of, unknown_key
from sortal.training.recipe_parts import (
    Augmentation,
    Averaging,
    Loss,
    Optimiser,
    Schedule,
    Tuning,
)
from sortal.training.recipe_toml import recipe

PARTS: Final[dict[str, type[Any]]] = {
    "optimiser": Optimiser,
    "schedule": Schedule,
    "augmentation": Augmentation,
    "loss": Loss,
    "averaging": Averaging,
    "tuning": Tuning,
}

_PERCEPTRON: Final = "mnist-perceptron"
_GENTLE: Final = 3e-4
"""Rate at which pretrained layers learn on without forgetting what they know."""
_HEAD_EPOCHS: Final = 40
_THAWED_EPOCHS: Final = 6
_SMALL: Final = 32
"""Pictures a step where there are pretrained layers, whose collections are small."""


def first_recipe(network: str, *, regime: str = "scratch", scaling: str | None = None) -> Recipe:
    """Return the recipe that a network is trained by where nothing more is said.

    Args:
        network: as of a recipe.
        regime: as of a recipe.
        scaling: that its pretrained weights were made with; None where there are none.
    """
    if network == "perceptron":  # its rule goes with one kind of optimiser alone
        return replace(recipe(_PERCEPTRON), size=0, channels=0)
    if regime == "scratch" or scaling is None:
        return Recipe(network, regime=regime)
    alone = regime == "head"
    return Recipe(
        network,
        regime=regime,
        scaling=scaling,
        batch=_SMALL,
        epochs=_HEAD_EPOCHS if alone else _THAWED_EPOCHS,
        optimiser=Optimiser() if alone else Optimiser(rate=_GENTLE),
        schedule=Schedule("cosine", warmup=0.0 if alone else 1.0),
        tuning=Tuning(head_epochs=_HEAD_EPOCHS),
    )


def changed(base: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """Return ``base`` with some fields changed.

    Args:
        base: what is kept where nothing else is said.
        changes: name of a field to its value, or "part.field" to its value, or the name of a
            part to text. A part that is given another name begins from its defaults.

    Raises:
        UsageError: a field does not exist or cannot hold its value.
    """
    plain = {key: value for key, value in changes.items() if "." not in key and key not in PARTS}
    parts = {
        name: _part(name, getattr(base, name), changes)
        for name in PARTS
        if name in changes or any(key.startswith(f"{name}.") for key in changes)
    }
    known = {item.name for item in fields(Recipe)}
    for key in plain:
        if key not in known:
            raise unknown_key(key, sorted(known), "Recipe")
    return replace(base, **plain, **parts)


def _part(name: str, base: Any, changes: Mapping[str, Any]) -> Any:
    """Return one part, changed by its text and then by single fields."""
    part = _from_text(name, base, changes[name]) if name in changes else base
    cut = len(name) + 1
    single = {key[cut:]: value for key, value in changes.items() if key.startswith(f"{name}.")}
    return replace(part, **single) if single else part


def _from_text(name: str, base: Any, given: object) -> Any:
    """Return a part as a text says it; a value of the part's own class stands for itself."""
    kind = PARTS[name]
    if isinstance(given, kind):
        return given
    if not isinstance(given, str):
        raise UsageError(f"Recipe: {name} must be text or {kind.__name__}; {given!r:.60} came.")
    known = get_type_hints(kind)
    words = [" ".join(word.split()) for word in given.split(",") if word.strip()]
    values: dict[str, Any] = {}
    for place, word in enumerate(words):
        key, _, value = word.partition(" ")
        if place == 0 and "name" in known and not value and key not in known:
            values["name"] = key
        elif key not in known:
            raise unknown_key(key, list(known), f"Recipe, {name}")
        else:
            values[key] = _value(kind, key, value, where=f"Recipe, {name}")
    if name == "augmentation" or values.get("name", _name(base)) != _name(base):
        base = kind()
    return replace(base, **values)


def _name(part: Any) -> str:
    return str(getattr(part, "name", ""))


def _value(kind: type[Any], key: str, text: str, *, where: str) -> Any:
    """Read a field's value: a number, a switch or a word, as the field's default is one."""
    wanted = kind_of(next(item for item in fields(kind) if item.name == key))
    if wanted is bool:
        switches = {"": True, "true": True, "on": True, "false": False, "off": False}
        if text.lower() in switches:
            return switches[text.lower()]
        raise UsageError(f"{where}: {key} is a switch, on or off; {text!r} came.")
    if wanted is str:
        return text
    try:
        return wanted(text)
    except ValueError:
        raise UsageError(f"{where}: {key} must be followed by a number; {text!r} came.") from None
