"""One training from its recipe to its end: what the jobs call, and a ladder of regimes too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from sortal.errors import UsageError
from sortal.network.layers import Timm
from sortal.network.load import load_network, timm_name
from sortal.network.pretrained import PUBLISHED, pretrained
from sortal.network.whole import Network
from sortal.training.deep.data import Normalisation, Pictures, normalisation
from sortal.training.deep.events import (
    Begun,
    Epoch,
    Event,
    Overfitted,
    Stopped,
)
from sortal.training.deep.learner import Learner
from sortal.training.deep.loop import Running, train
from sortal.training.recipe import Recipe

Watch = Callable[[Event], None]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of a training.

    Attributes:
        learner: in the state in which it ended; ``learner.result`` is the trained network.
        begun: how it began, or went on.
        epochs: those of this run; ``learner.place.history`` has those before a resume, too.
        overfitted: when validation loss turned, or None.
        stopped: how it ended.
    """

    learner: Learner
    begun: Begun
    epochs: tuple[Epoch, ...]
    overfitted: Overfitted | None
    stopped: Stopped


def network_of(recipe: Recipe, *, classes: int) -> Network:
    """Return the network that a recipe names, for so many kinds.

    Raises:
        UsageError: as ``load_network``.
    """
    return load_network(
        recipe.network,
        classes=classes,
        size=recipe.size,
        channels=recipe.channels,
        top=recipe.top,
    )


def published_weights(recipe: Recipe) -> dict[str, Tensor] | None:
    """Return the pretrained weights that a recipe starts from; None for regime scratch.

    Raises:
        UsageError: none are known for its network.
        SortalError: as ``pretrained``.
    """
    if recipe.regime == "scratch":
        return None
    if "," in recipe.network or " " in recipe.network.strip() or ".py:" in recipe.network:
        raise UsageError(
            f"Recipe: regime {recipe.regime} starts from pretrained weights, and there are none "
            "for layers of your own: take regime scratch, or a network by its name "
            f"({', '.join(PUBLISHED)}, timm:NAME)."
        )
    if name := timm_name(recipe.network):
        from sortal.network.timm_weights import timm_weights

        return timm_weights(name, size=recipe.size, channels=recipe.channels)
    return pretrained(recipe.network)


def new_learner(
    recipe: Recipe,
    pictures: Pictures,
    *,
    classes: int,
    weights: Mapping[str, Tensor] | None = None,
) -> Learner:
    """Return a learner that has learned nothing yet.

    Args:
        recipe: of any regime but "auto".
        pictures: what it will learn from, for scaling "data".
        classes: number of kinds.
        weights: to begin from, for every regime but "scratch"; None takes the published ones.

    Raises:
        UsageError: network, recipe and weights do not go together.
        SortalError: as ``pretrained``.
    """
    network = network_of(recipe, classes=classes)
    if weights is None:
        weights = published_weights(recipe)
    if recipe.scaling == "network":
        scaling = own_scaling(network)
    else:
        scaling = normalisation(recipe.scaling, pictures, channels=network.channels)
    return Learner(network, recipe, normalisation=scaling, weights=weights)


def own_scaling(network: Network) -> Normalisation:
    """Return the scaling that timm records of its network.

    Raises:
        UsageError: the network is none of timm's.
    """
    first = network.layers[0]
    if not isinstance(first, Timm):
        raise UsageError(
            "Recipe: scaling network is what timm records of its networks, and this network is "
            "none of them; take unit, centred, data or imagenet."
        )
    from sortal.network.timm_network import record

    known = record(first.name)
    if network.channels == len(known.mean):
        return Normalisation(known.mean, known.scale)
    mean, scale = (sum(values) / len(values) for values in (known.mean, known.scale))
    return Normalisation((mean,), (scale,))


def train_once(
    learner: Learner,
    pictures: Pictures,
    validation: Pictures | None = None,
    *,
    running: Running | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Train ``learner`` to the end of its recipe, or until it is stopped.

    Args:
        learner: new, or from a checkpoint.
        pictures: to learn from.
        validation: only looked at; None for none.
        running: checkpoints, threads, and when to stop.
        watch: told of every event as it comes.

    Raises:
        SortalError: as ``train``.
    """
    seen: list[Begun | Epoch | Overfitted | Stopped] = []
    for event in train(learner, pictures, validation, running=running):
        if watch is not None:
            watch(event)
        if isinstance(event, Begun | Epoch | Overfitted | Stopped):
            seen.append(event)
    return Outcome(
        learner=learner,
        begun=next(event for event in seen if isinstance(event, Begun)),
        epochs=tuple(event for event in seen if isinstance(event, Epoch)),
        overfitted=next((event for event in seen if isinstance(event, Overfitted)), None),
        stopped=next(event for event in seen if isinstance(event, Stopped)),
    )
