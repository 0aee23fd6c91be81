"""What may be chosen about training: the same as on the command line, but no files."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

from sortal.backbones import BACKBONES
from sortal.errors import UsageError
from sortal.studio.messages import ChoiceMessage, ChoicesMessage, TrainMessage

_FITS: Final = {
    "squash": "The whole picture, its sides made equal; the measured best.",
    "pad": "The whole picture, with a border where it is not square.",
    "crop": "The square in the middle.",
    "handwriting": "Each written digit, drawn as the pictures of MNIST were.",
}
_REGIMES: Final = {
    "scratch": "All of it learns, from random weights.",
    "head": "From pretrained weights, the top alone learns.",
    "last": "From pretrained weights, the last layers learn too.",
    "full": "From pretrained weights, everything learns.",
    "auto": "These are tried in turn, and the best is kept.",
}
_FROZEN: Final = frozenset({"backbone", "fit", "seed"})
_RENAMED: Final = {
    "rate": "optimiser.rate",
    "momentum": "optimiser.momentum",
    "nesterov": "optimiser.nesterov",
    "augment": "augmentation",
}
"""Fields of the message whose name is not that of the field of the recipe."""


def choices() -> ChoicesMessage:
    """Return what may be chosen, with a sentence on each."""
    from sortal.network.named import NAMED
    from sortal.training.recipe_toml import recipe, recipe_names

    networks = {n.name: f"{n.text[:120]} ({n.source})" for n in NAMED.values()}
    recipes = {
        name: f"{recipe(name).network}, {recipe(name).epochs} epochs" for name in recipe_names()
    }
    return ChoicesMessage(
        backbones=[
            ChoiceMessage(name=b.name, words=f"{b.size} pixels; {b.source}")
            for b in BACKBONES.values()
        ],
        fits=_listed(_FITS),
        networks=_listed(networks),
        recipes=_listed(recipes),
        regimes=_listed(_REGIMES),
        has_deep=find_spec("torch") is not None,
    )


def is_deep(asked: TrainMessage) -> bool:
    """Whether a message asks for a training by backpropagation."""
    return bool(options_of(asked))


def options_of(asked: TrainMessage) -> dict[str, Any]:
    """Return what a message asks for beyond the frozen network, as ``train`` takes it."""
    named = {name: getattr(asked, name) for name in asked.__struct_fields__ if name not in _FROZEN}
    return {_RENAMED.get(name, name): v for name, v in named.items() if v is not None}


def require_names(asked: TrainMessage) -> None:
    """Refuse files where the command line would take them: a Python file is run when read.

    Raises:
        UsageError: the network or the recipe is a file.
    """
    if asked.network is not None and ".py" in asked.network:
        raise UsageError(
            "In the studio a network is a name or its layers. A Python file is run when it is "
            "read, so it is taken by  sortal train --network  alone."
        )
    if asked.recipe is not None and asked.recipe.endswith(".toml"):
        raise UsageError("In the studio a recipe is one of those that come with Sortal.")


def _listed(words: dict[str, str]) -> list[ChoiceMessage]:
    return [ChoiceMessage(name=name, words=text) for name, text in words.items()]
