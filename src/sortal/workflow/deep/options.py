"""What a person may choose about a training by backpropagation, beside its recipe."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sortal.errors import MissingExtraError, UsageError
from sortal.pictures.cores import usable_cores
from sortal.split import VALIDATION_SHARE
from sortal.training.recipe import REGIMES, Recipe
from sortal.training.recipe_changes import changed, first_recipe
from sortal.training.recipe_toml import recipe as known_recipe
from sortal.workflow.arguments import require_number

if TYPE_CHECKING:
    from sortal.training.deep import Event

COMPARING_SHARE = 0.2
"""Share of the pictures outside the test that the rungs of regime auto are compared on."""
EVERY = 30.0
"""Seconds between checkpoints within an epoch."""


def ignore(_: Event) -> None:
    """Take an event and do nothing."""


@dataclass(frozen=True, slots=True)
class DeepOptions:
    """What is asked for; at least one of ``network``, ``recipe`` and ``resume``.

    Attributes:
        network: its name, ``timm:NAME``, layers as text, or ``FILE.py:NAME``; None takes the
            recipe's.
        recipe: the value, the name of one that comes with Sortal, or a ``.toml`` file; None
            begins from a plain one for ``network``.
        changes: fields of the recipe that are to be others; see ``changed``.
        resume: go on from the checkpoint, by the recipe that it holds.
        checkpoint: file for the state while it trains; None keeps none.
        every: seconds between checkpoints within an epoch.
        threads: of the processor; None for one a core. Another number changes the last bits.
        validation: share of the pictures outside the test that is only looked at; None takes
            a tenth, and a fifth for regime auto, whose rungs are compared on them.
        log: ``.csv`` or ``.jsonl`` file that gets a line an epoch; None for none.
        tensorboard: folder for TensorBoard; None for none.
        write_recipe: ``.toml`` file to write the whole recipe to; None for none.
        watch: told of every event of the training.
        stop: asked after every step; when it says yes, the state is saved and training ends.
        again: what to type to go on, for the message after that; "" where nobody typed.
    """

    network: str | None = None
    recipe: Recipe | str | Path | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = False
    checkpoint: Path | None = None
    every: float = EVERY
    threads: int | None = None
    validation: float | None = None
    log: Path | None = None
    tensorboard: Path | None = None
    write_recipe: Path | None = None
    watch: Callable[[Event], None] = ignore
    stop: Callable[[], bool] = lambda: False
    again: str = ""

    def __post_init__(self) -> None:
        """Check what can be checked before anything is read.

        Raises:
            UsageError: an option cannot work.
        """
        if self.threads is not None:
            require_number(self.threads, "threads", least=1)
        if not (math.isfinite(self.every) and self.every >= 0):
            raise UsageError(f"every must be seconds from 0 up; {self.every:g} came.")
        if self.validation is not None and not 0 <= self.validation <= 0.9:
            raise UsageError(f"validation must be a share from 0 to 0.9; {self.validation:g} came.")
        if self.log is not None and self.log.suffix not in (".csv", ".jsonl"):
            raise UsageError(f"{self.log}: a log ends in .csv or .jsonl.")

    def share_looked_at(self, regime: str) -> float:
        """Share for validation that was asked for, or that suits a regime.

        Raises:
            UsageError: regime auto would have nothing to compare its rungs on.
        """
        if self.validation is None:
            return COMPARING_SHARE if regime == "auto" else VALIDATION_SHARE
        if regime == "auto" and not self.validation:
            raise UsageError(
                "Regime auto compares its rungs on validation pictures: give a share for "
                "validation above 0, or name the regime."
            )
        return self.validation

    def state_of(self, regime: str) -> Path | None:
        """File for the state of one training of several; None where none is kept."""
        path = self.checkpoint
        return None if path is None else path.with_name(f"{path.name}.{regime}")

    @property
    def states(self) -> tuple[Path, ...]:
        """Files that the states of several trainings may be in, beside the checkpoint."""
        named = [self.state_of(regime) for regime in ("head", "last", "full")]
        return tuple(path for path in named if path is not None)

    def how_to_go_on(self) -> str:
        """Where the state is and what resumes it; empty where there is none."""
        if self.checkpoint is None or not self.checkpoint.exists():
            return ""
        command = f": {self.again}" if self.again else ", resuming."
        return f"The state is in {self.checkpoint}. Go on with it{command}"

    def forget(self) -> None:
        """Take the state away, for it has done its work."""
        if self.checkpoint is None:
            return
        for path in (*self.states, self.checkpoint):
            path.unlink(missing_ok=True)

    @property
    def n_threads(self) -> int:
        """Threads asked for, or one a core."""
        return self.threads or usable_cores()


def require_deep() -> None:
    """Refuse to go on without PyTorch.

    Raises:
        MissingExtraError: it is not installed.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("Training a network by backpropagation", extra="deep")


def chosen_recipe(options: DeepOptions) -> Recipe | None:
    """Return the recipe that the options say; None where they leave it to the checkpoint.

    Raises:
        UsageError: there is no such recipe, or a field cannot hold what it is to hold.
        MissingExtraError: PyTorch is not installed.
    """
    changes = dict(options.changes)
    if options.network is not None:
        changes["network"] = options.network
    if options.recipe is not None:
        given = options.recipe
        return changed(given if isinstance(given, Recipe) else known_recipe(given), changes)
    if options.network is not None:
        regime = str(changes.get("regime", "scratch"))
        return changed(_plain(options.network, regime), changes)
    if options.resume and not changes:
        return None
    raise UsageError(
        f"{', '.join(changes) or 'Training by backpropagation'}: say with network or recipe which "
        "network is to be trained."
    )


def _plain(network: str, regime: str) -> Recipe:
    """The recipe of a network where none is named."""
    from sortal.network.load import timm_name
    from sortal.network.pretrained import known_origin

    published = None if regime == "scratch" else known_origin(network)
    scaling = None if published is None else published.scaling
    if regime not in REGIMES:
        regime = "scratch"  # the error that names the known ones comes when it is set
    first = first_recipe(network, regime=regime, scaling=scaling)
    return replace(first, scaling="network") if timm_name(network) else first


def deep_options(given: Mapping[str, Any], *, seed: int | None) -> DeepOptions:
    """Return options from keywords: those that are not options are changes of the recipe.

    Raises:
        UsageError: an option cannot work.
    """
    known = {item.name for item in fields(DeepOptions)} - {"changes"}
    options = {key: value for key, value in given.items() if key in known}
    changes = {key: value for key, value in given.items() if key not in known}
    if seed is not None:
        changes["seed"] = seed
    for key in ("checkpoint", "log", "tensorboard", "write_recipe"):
        if isinstance(options.get(key), str):
            options[key] = Path(options[key])
    return DeepOptions(**options, changes=changes)
