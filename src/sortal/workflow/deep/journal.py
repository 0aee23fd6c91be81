"""What is kept of a recipe of several trainings beside the state of each: a small JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sortal.atomic import write_atomically
from sortal.errors import InputError, UsageError
from sortal.training.recipe import Recipe

FORMAT: Final = 1
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Journal:
    """How far a recipe of several trainings has come.

    Attributes:
        recipe: the whole of it.
        threads: of the processor.
        seconds: that finished trainings took, by their regime.
    """

    recipe: Recipe
    threads: int
    seconds: Mapping[str, float]

    def write(self, path: Path) -> None:
        """Write it whole.

        Raises:
            OutputError: it cannot be written; what was there is kept.
        """
        document = {
            "format": FORMAT,
            "recipe": self.recipe.to_json(),
            "threads": self.threads,
            "seconds": dict(self.seconds),
        }
        write_atomically(path, json.dumps(document, indent=1).encode())


def read_journal(path: Path) -> Journal | None:
    """Return the journal in a file, or None where it is the state of a single training.

    Raises:
        InputError: it cannot be read, or is damaged.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not data.startswith(b"{"):
        return None
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise InputError(f"{path} is a checkpoint of another version of Sortal.")
        seconds = {str(name): float(value) for name, value in document["seconds"].items()}
        return Journal(Recipe.from_json(document["recipe"]), int(document["threads"]), seconds)
    except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
        raise InputError(f"{path} is no sound checkpoint of Sortal's: {error}") from error
