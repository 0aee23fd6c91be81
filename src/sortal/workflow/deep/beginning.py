"""How a training begins, or goes on: its recipe, what there is of it, and what it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sortal.errors import UsageError
from sortal.network.export import Weights
from sortal.network.whole import Network
from sortal.training.deep import Learner, load_checkpoint, network_of, published_weights
from sortal.training.deep.setting import check_regime
from sortal.training.recipe import Recipe
from sortal.workflow.deep.journal import read_journal
from sortal.workflow.deep.leaving import require_way_out
from sortal.workflow.deep.options import DeepOptions, chosen_recipe

SMALLEST = 8
"""Side in pixels below which a model file takes no picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """Where a training stands before its pictures are read.

    Attributes:
        recipe: the whole of it.
        threads: of the processor.
        learner: that goes on, of a recipe of one training; None where it begins anew.
        seconds: that finished trainings took, by their regime, of a recipe of several.
    """

    recipe: Recipe
    threads: int
    learner: Learner | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def begin(deep: DeepOptions) -> Beginning:
    """Return where the training that ``deep`` asks for begins, or goes on.

    Raises:
        UsageError: nothing says which network; there is no state to go on from, or one that
            was not asked for; the recipe is not that of the state.
        InputError: the state is damaged.
    """
    recipe = chosen_recipe(deep)
    if deep.resume:
        return _resumed(recipe, deep)
    if deep.checkpoint is not None and deep.checkpoint.exists():
        raise UsageError(
            f"{deep.checkpoint} holds the state of a training that was interrupted. Add "
            "--resume to go on with it, or delete the file to begin anew."
        )
    if recipe is None:
        raise UsageError("Nothing says which network is to be trained.")
    for left in deep.states:  # without the file above they are of no use
        left.unlink(missing_ok=True)
    return Beginning(recipe, deep.n_threads)


def _resumed(asked: Recipe | None, deep: DeepOptions) -> Beginning:
    path = deep.checkpoint
    if path is None:
        raise UsageError("To resume, say from which checkpoint.")
    if not path.exists():
        raise UsageError(
            f"{path}: there is no such checkpoint to go on from. Begin without "
            "resume; a training leaves one there when it is interrupted."
        )
    journal = read_journal(path)
    if journal is not None:
        _require_same(asked, journal.recipe, path)
        threads = deep.threads or journal.threads
        return Beginning(journal.recipe, threads, seconds=journal.seconds)
    learner, threads = load_checkpoint(path)
    _require_same(asked, learner.recipe, path)
    return Beginning(learner.recipe, deep.threads or threads, learner)


def _require_same(asked: Recipe | None, begun: Recipe, checkpoint: Path) -> None:
    """Refuse a recipe that is not the one a training began with."""
    if asked is None or asked == begun:
        return
    now, then = asked.to_json(), begun.to_json()
    name = next(key for key in now if now[key] != then[key])
    raise UsageError(
        f"{checkpoint} was begun by another recipe: its {name} is {then[name]!r}, not "
        f"{now[name]!r}. Resume without these options, or delete the file to begin anew."
    )


def ingredients(begun: Beginning, *, classes: int) -> tuple[Network, Weights | None]:
    """Return the network, and the pretrained weights of its base where the recipe wants them.

    Checked here, before any picture is read.

    Raises:
        UsageError: network, regime and weights do not go together.
        SortalError: the weights cannot be had.
    """
    if begun.learner is not None:
        return begun.learner.network, None
    network = network_of(begun.recipe, classes=classes)
    if network.size < SMALLEST:
        raise UsageError(
            f"Pictures must be at least {SMALLEST} pixels wide; a size of {network.size} came."
        )
    weights = published_weights(begun.recipe)
    check_regime(network, begun.recipe)
    require_way_out(network)
    return network, weights
