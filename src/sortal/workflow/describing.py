"""A network before it is trained: every layer with its shape, its parameters and its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sortal.errors import UsageError
from sortal.network.load import load_network
from sortal.network.shapes import Row, describe, summarise
from sortal.network.whole import Network
from sortal.training.recipe import Recipe
from sortal.training.recipe_changes import changed, first_recipe
from sortal.training.recipe_toml import recipe as known_recipe
from sortal.workflow.values import JsonObject

USUAL_KINDS: Final = 10


@dataclass(frozen=True, slots=True)
class Described:
    """A whole network, its output layer included.

    Attributes:
        network: what it is.
    """

    network: Network

    @property
    def rows(self) -> tuple[Row, ...]:
        """One a layer."""
        return summarise(self.network.layers, self.network.input_shape)

    @property
    def table(self) -> str:
        """All of it for people, in columns."""
        return describe(self.network.layers, self.network.input_shape)

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            "size": self.network.size,
            "channels": self.network.channels,
            "base": self.network.base,
            "layers": [
                {
                    "layer": str(row.layer),
                    "output": list(row.output),
                    "parameters": row.parameters,
                    "multiply_adds": row.multiply_adds,
                }
                for row in self.rows
            ],
            "parameters": sum(row.parameters for row in self.rows),
            "multiply_adds": sum(row.multiply_adds for row in self.rows),
        }


@dataclass(frozen=True, slots=True)
class DescribeOptions:
    """Which network.

    Attributes:
        network, recipe: as of a training; one of them at least.
        kinds: that it tells apart.
        changes: fields of the recipe: size, channels, top.
    """

    network: str | None = None
    recipe: str | None = None
    kinds: int = USUAL_KINDS
    changes: Mapping[str, Any] = field(default_factory=dict)


def describe_network(options: DescribeOptions) -> Described:
    """Follow a picture through a network that is named, said as layers or in a Python file.

    Raises:
        UsageError: it cannot be read, or a shape cannot work; the message names the layer, the
            shape that came and what it needs.
    """
    recipe = _recipe(options)
    return Described(
        load_network(
            recipe.network,
            classes=options.kinds,
            size=recipe.size,
            channels=recipe.channels,
            top=recipe.top,
        )
    )


def _recipe(options: DescribeOptions) -> Recipe:
    changes = dict(options.changes)
    if options.recipe is not None:
        if options.network is not None:
            changes["network"] = options.network
        return changed(known_recipe(options.recipe), changes)
    if options.network is None:
        raise UsageError("Say with network or recipe which network is to be shown.")
    return changed(first_recipe(options.network), changes)
