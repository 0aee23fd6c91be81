"""Recipes as TOML files: strict reading, complete writing, and those that come with Sortal."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from sortal.errors import UsageError
from sortal.training.recipe import Recipe

FOLDER: Final = Path(__file__).parent / "recipes"
MAX_BYTES: Final = 1_000_000


def recipe(name_or_path: str | Path) -> Recipe:
    """Return a recipe that comes with Sortal by its name, or one from a ``.toml`` file.

    Raises:
        UsageError: there is none, or it cannot be read; the message says which are there.
    """
    text = str(name_or_path)
    if text.endswith(".toml"):
        return from_toml(_read(Path(name_or_path)), where=text)
    known = recipe_names()
    if text not in known:
        close = get_close_matches(text, known, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        raise UsageError(
            f"There is no recipe called {text!r}. {hint}Known are: {', '.join(known)}; "
            "a file of your own ends in .toml."
        )
    return from_toml(_read(FOLDER / f"{text}.toml"), where=text)


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that come with Sortal, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def from_toml(text: str, *, where: str = "recipe") -> Recipe:
    """Return the recipe that ``text`` says; fields left out have their defaults.

    Raises:
        UsageError: it is no TOML, has an unknown field, or a field holds what it cannot.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where} is not TOML: {error}.") from None
    return Recipe.from_json(values, where=where)


def to_toml(recipe: Recipe) -> str:
    """Return ``recipe`` as TOML with every field; ``from_toml`` gives it back."""
    return "\n".join(_lines(recipe.to_json())) + "\n"


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if not isinstance(value, Mapping):
            yield f"{key} = {_written(value)}"
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield ""
            yield f"[{key}]"
            yield from _lines(value)


def _written(value: str | float | bool) -> str:
    """Write one value; JSON's strings, numbers and truth are TOML's but for the delete sign."""
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{path} is no recipe: it has more than {MAX_BYTES:,} bytes.")
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no recipe: it is not UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
