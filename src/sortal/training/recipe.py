"""A recipe: everything that is chosen about training a network, as one frozen value.

It is written to the model's card, read from and written to TOML (``recipe_toml``); the same
recipe, data, versions and number of threads give the same network, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any

from sortal.errors import UsageError
from sortal.training.recipe_fields import check_fields, choice, kind_of, number, unknown_key
from sortal.training.recipe_parts import (
    Augmentation,
    Averaging,
    Loss,
    Optimiser,
    Schedule,
    Tuning,
)

REGIMES = ("scratch", "head", "last", "full", "auto")
SCALINGS = ("unit", "centred", "data", "imagenet", "network")
INITIALS = ("torch", "glorot", "he", "zero")
PRECISIONS = ("float32", "bfloat16", "auto")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train which network.

    Attributes:
        network: its layers as text, a name, or ``FILE.py:NAME``.
        top: layers as text that replace the network's own from its first flatten or
            globalavgpool on; "" keeps its own. The output layer is added in any case.
        regime: "scratch" learns all from random weights; "head" starts from pretrained
            weights and learns the top and output alone, "last" also the last layers below
            them, "full" everything; "auto" goes up these in turn, as far as it pays.
        last: of regime "last": how many layers below the top learn.
        size: side of the square pictures, pixels; 0 is the network's own.
        channels: 1 for grey, 3 for colour; 0 is the network's own.
        scaling: of pixels 0-255: "unit" divides by 255; "centred" is (x - 127) / 128;
            "data" takes mean and deviation from the pictures it learns from; "imagenet"
            the published ones a channel; "network" those that timm records of its network.
        initial: random weights: "glorot" (uniform, biases 0, as Keras; Glorot and Bengio,
            2010), "he" (normal, biases 0; He et al., 2015), "torch" (PyTorch's own), "zero"
            (for networks of one layer).
        epochs: passes over the pictures.
        batch: pictures a step.
        patience: stop when the validation loss has not fallen for so many epochs, and go
            back to its lowest; 0 never stops early.
        optimiser, schedule, augmentation, loss, averaging, tuning: see their classes.
        precision: "float32"; "bfloat16" for the layers where rounding does little harm; "auto"
            is bfloat16 on a processor that multiplies it itself, else float32.
        seed: all that is random follows from it.
    """

    network: str
    top: str = ""
    regime: str = choice("scratch", REGIMES)
    last: int = number(4, 1, 1_000)
    size: int = number(0, 0, 1_024)
    channels: int = number(0, 0, 3)
    scaling: str = choice("unit", SCALINGS)
    initial: str = choice("torch", INITIALS)
    epochs: int = number(10, 1, 100_000)
    batch: int = number(128, 1, 65_536)
    patience: int = number(0, 0, 100_000)
    precision: str = choice("float32", PRECISIONS)
    seed: int = number(0, 0, 2**32 - 1)
    optimiser: Optimiser = field(default_factory=Optimiser)
    schedule: Schedule = field(default_factory=Schedule)
    augmentation: Augmentation = field(default_factory=Augmentation)
    loss: Loss = field(default_factory=Loss)
    averaging: Averaging = field(default_factory=Averaging)
    tuning: Tuning = field(default_factory=Tuning)

    def __post_init__(self) -> None:
        check_fields(self, "Recipe")
        if not self.network.strip():
            raise UsageError("Recipe: network is empty; give a name or layers.")
        if self.channels == 2:
            raise UsageError("Recipe: channels must be 1 (grey), 3 (colour) or 0; 2 came.")
        if self.schedule.warmup > self.epochs:
            raise UsageError(
                f"Recipe, schedule: a warmup of {self.schedule.warmup:g} epochs does not fit "
                f"into {self.epochs}."
            )
        if self.scaling == "imagenet" and self.channels == 1:
            raise UsageError("Recipe: the imagenet scaling is for colour; take unit or data.")
        if self.regime == "auto" and not self.tuning.head_epochs:
            raise UsageError(
                "Recipe, tuning: regime auto begins with the head alone, so it needs "
                "head_epochs of 1 or more; 0 came."
            )
        if self.loss.name == "perceptron":
            self._check_perceptron()

    def _check_perceptron(self) -> None:
        wanted = {"optimiser": "sgd", "momentum": 0, "precision": "float32"}
        came = {
            "optimiser": self.optimiser.name,
            "momentum": self.optimiser.momentum,
            "precision": self.precision,
        }
        wrong = [name for name in wanted if wanted[name] != came[name]]
        if wrong:
            raise UsageError(
                f"Recipe: the perceptron rule goes with {wrong[0]} {wanted[wrong[0]]}; "
                f"{came[wrong[0]]} came."
            )

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values, every field written out."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, where: str = "Recipe") -> Recipe:
        """Return the recipe of plain values; fields left out have their defaults.

        Raises:
            UsageError: a field is unknown, or holds what it cannot.
        """
        if "network" not in values:
            raise UsageError(f'{where} names no network: add  network = "NAME or layers"')
        made: Recipe = _from_plain(cls, values, where)
        return made


def _from_plain(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    known = {item.name: item for item in fields(kind)}
    made: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise unknown_key(key, list(known), where)
        wanted = kind_of(known[key])
        if is_dataclass(wanted):
            if not isinstance(value, Mapping):
                raise UsageError(f"{where}: {key} must be a table of fields; {value!r} came.")
            made[key] = _from_plain(wanted, value, f"{where}, {key}")
        else:
            made[key] = value
    return kind(**made)
