"""A network in the course of its training: weights, optimiser, average, and where it stands."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
import torch
from torch import Tensor, nn

from sortal.errors import UsageError
from sortal.network.whole import Network
from sortal.training.deep.augment import augment
from sortal.training.deep.data import Material, Normalisation, Pictures, number_for
from sortal.training.deep.events import Score
from sortal.training.deep.losses import loss_of
from sortal.training.deep.setting import (
    check_fit,
    fixed_parts,
    freeze,
    kept_norms,
    make_module,
    make_optimiser,
    rate_shares,
)
from sortal.training.recipe import Recipe
from sortal.training.recipe_parts import Loss

EXPLODED = 1_000
"""A loss so many times the first one (or 1, whichever is more) will not come back."""

_TESTED_AT_ONCE = 256


@dataclass(slots=True)
class Place:
    """Where a training stands; with the seed, all randomness follows from it.

    Attributes:
        epoch: epochs done; ``step``: steps done in the one after them.
        loss, right, seen: sums over the pictures of the epoch so far.
        first_loss: of the very first batch; NaN before it.
        kept_epoch: the epoch whose end is kept to go back to, 0 for the beginning.
        kept_loss: its validation loss; infinite before any.
        averaged: how many weights the average is made of.
        history: (loss, accuracy, validation loss or None, its accuracy or None) an epoch.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    right: int = 0
    seen: int = 0
    first_loss: float = math.nan
    kept_epoch: int = 0
    kept_loss: float = math.inf
    averaged: int = 0
    history: list[tuple[float, float, float | None, float | None]] = field(default_factory=list)


class Learner:
    """A network that learns by a recipe, one batch at a time.

    Args:
        network: what to train.
        recipe: how.
        normalisation: what is done to pixels before the first layer.
        weights: pretrained, by the names of the module's state; for the base.

    Attributes:
        module: layers of ``network.linear``; takes float32 (n, channels, size, size).
        optimiser: PyTorch's.
        average: the module of averaged weights, or None where the recipe has none.
        kept: the state to go back to.
        place: where the training stands.
        data: fingerprint of the pictures it learns from; "" before it has seen any.

    Raises:
        UsageError: network, recipe and weights do not go together.
    """

    def __init__(
        self,
        network: Network,
        recipe: Recipe,
        *,
        normalisation: Normalisation,
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        check_fit(network, recipe, has_weights=weights is not None)
        if recipe.precision == "bfloat16" and not has_bfloat16():
            raise UsageError(
                "Recipe: this processor cannot compute in bfloat16; take precision float32, "
                "or auto."
            )
        self.network = network
        self.recipe = recipe
        self._short = recipe.precision == "bfloat16" or (
            recipe.precision == "auto" and has_bfloat16()
        )
        self.normalisation = normalisation
        self.module = make_module(network, recipe, weights)
        norms = (nn.BatchNorm1d, nn.BatchNorm2d)
        if recipe.batch == 1 and any(isinstance(part, norms) for part in self.module.modules()):
            raise UsageError("Recipe: batch norm needs more than one picture a step; raise batch.")
        self.frozen = freeze(self.module, network, recipe)
        self._norms = kept_norms(self.module, network, recipe)
        self._fixed = fixed_parts(self.module)
        decay = 1.0 if recipe.regime == "scratch" else recipe.tuning.layer_decay
        self.optimiser = make_optimiser(
            self.module, recipe.optimiser, shares=rate_shares(network, decay)
        )
        averages = recipe.averaging.name != "none"
        self.average = copy.deepcopy(self.module).eval() if averages else None
        self.place = Place()
        self.data = ""
        self.kept = self._copy_of(self.result)

    @property
    def result(self) -> nn.Sequential:
        """The module whose weights count: the average where there is one, else the module."""
        if self.average is None or not self.place.averaged:
            return self.module
        return self.average

    @property
    def is_over(self) -> bool:
        """Whether every epoch is done."""
        return self.place.epoch >= self.recipe.epochs

    @property
    def has_lost_patience(self) -> bool:
        """Whether validation has not become better for too long."""
        waited = self.place.epoch - self.place.kept_epoch
        return 0 < self.recipe.patience <= waited

    def bind(self, pictures: Pictures, validation: Pictures | None) -> None:
        """Note which pictures it learns from.

        Raises:
            UsageError: it has begun to learn from others.
        """
        data = pictures.fingerprint() + (validation.fingerprint() if validation else "")
        if self.data not in ("", data):
            raise UsageError(
                "These are not the pictures that the training began with: resume with the same "
                "ones, in the same order and split, or begin anew."
            )
        self.data = data

    def start_from(self, state: Mapping[str, Tensor]) -> None:
        """Take up all weights of another training of the same network, before the first step.

        Args:
            state: of that learner's ``result``, top and output included.
        """
        self.module.load_state_dict(state)
        if self.average is not None:
            self.average.load_state_dict(state)
        self.kept = self._copy_of(self.result)

    def start_learning(self) -> None:
        """Set dropout and batch norm to learning, in the layers that learn."""
        self.module.train()
        for child in (*list(self.module)[: self.frozen], *self._norms):
            child.eval()
        for part in self._fixed:
            part.training = False

    def learn(self, x: Tensor, answers: Tensor, *, rate: float, cut: int = 0) -> float:
        """Take one step; return the loss before it. A loss that has exploded changes nothing.

        Args:
            x: float32 (n, channels, size, size), 0-255; or what ``through`` made of it.
            answers: int64 (n,).
            rate: learning rate of the top and output.
            cut: layers that ``x`` has been through.
        """
        place, seed = self.place, self.recipe.seed
        if not cut:
            x = augment(x, self.recipe.augmentation, seed=seed, epoch=place.epoch, step=place.step)
        with torch.random.fork_rng(devices=[]):
            # torch.manual_seed would also queue a call for each absent accelerator, every step.
            torch.default_generator.manual_seed(
                number_for("dropout", seed, place.epoch, place.step)
            )
            sums = self._sums(self.module, x, cut)
        loss = loss_of(sums, answers, self.recipe.loss)
        value = float(loss.detach())
        if math.isnan(place.first_loss):
            place.first_loss = value
        if self.has_exploded(value):
            return value
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        self.optimiser.step()
        place.step += 1
        place.loss += value * len(answers)
        place.right += int((sums.detach().argmax(dim=1) == answers).sum())
        place.seen += len(answers)
        if self.recipe.averaging.name == "ema":
            decay = self.recipe.averaging.decay
            self._mix(max(1 - decay, 9 / (10 + place.averaged)))
        return value

    def has_exploded(self, loss: float) -> bool:
        """Whether a loss is no number, or so large that training will not recover."""
        if self.recipe.loss.name == "perceptron":
            return not math.isfinite(loss)
        return not loss <= EXPLODED * max(self.place.first_loss, 1.0)

    def end_epoch(self, validation: Material | None) -> Score | None:
        """Note an epoch as done: average, validate, keep the best; return the validation score."""
        place, recipe = self.place, self.recipe
        place.epoch += 1
        averaging = recipe.averaging
        if averaging.name == "swa" and place.epoch > averaging.start * recipe.epochs:
            self._mix(1 / (1 + place.averaged))
        score = self.score(validation) if validation is not None else None
        place.history.append(
            (
                place.loss / place.seen,
                place.right / place.seen,
                score.loss if score else None,
                score.accuracy if score else None,
            )
        )
        if score is None or score.loss < place.kept_loss:
            place.kept_epoch = place.epoch
            place.kept_loss = score.loss if score else math.inf
            self.kept = self._copy_of(self.result)
        place.step, place.loss, place.right, place.seen = 0, 0.0, 0, 0
        return score

    def go_back(self) -> None:
        """Take up the kept weights again."""
        self.average = None
        self.module.load_state_dict(self.kept)

    def score(self, pictures: Material) -> Score:
        """Return loss (without smoothing) and accuracy of the result on ``pictures``."""
        loss, right = 0.0, 0
        for start in range(0, len(pictures), _TESTED_AT_ONCE):
            rows = np.arange(start, min(start + _TESTED_AT_ONCE, len(pictures)))
            answers = pictures.answers(rows)
            x = pictures.batch(rows, channels=self.network.channels)
            sums = self.sums(x, cut=pictures.cut)
            loss += float(loss_of(sums, answers, Loss(self.recipe.loss.name))) * len(rows)
            right += int((sums.argmax(dim=1) == answers).sum())
        return Score(loss / len(pictures), right / len(pictures))

    @torch.no_grad()
    def sums(self, x: Tensor, *, cut: int = 0) -> Tensor:
        """Return the output layer's sums, float32 (n, classes), for pictures 0-255.

        Args:
            x: as of ``learn``.
            cut: layers that ``x`` has been through.
        """
        return self._sums(self.result.eval(), x, cut)

    @torch.no_grad()
    def through(self, x: Tensor, cut: int) -> Tensor:
        """Return what the first ``cut`` layers make of pictures 0-255, float32."""
        below = nn.Sequential(*list(self.module.eval())[:cut])
        return self._sums(below, x, 0)

    def _sums(self, module: nn.Sequential, x: Tensor, cut: int) -> Tensor:
        if cut:
            module = nn.Sequential(*list(module)[cut:])
        else:
            x = self.normalisation.apply(x).contiguous(memory_format=torch.channels_last)
        if not self._short:
            return module(x)  # type: ignore[no-any-return]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return module(x).float()  # type: ignore[no-any-return]

    @torch.no_grad()
    def _mix(self, share: float) -> None:
        """Move the average by ``share`` of the way to the module's weights."""
        if self.average is None:
            return
        self.place.averaged += 1
        now, mean = (list(part.state_dict().values()) for part in (self.module, self.average))
        real = [tensor.is_floating_point() for tensor in mean]
        torch._foreach_lerp_(list(compress(mean, real)), list(compress(now, real)), share)
        for count, is_real in enumerate(real):
            if not is_real:
                mean[count].copy_(now[count])

    @staticmethod
    def _copy_of(module: nn.Module) -> dict[str, Tensor]:
        return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def has_bfloat16() -> bool:
    """Whether the processor multiplies 16-bit brain floats itself (AVX-512 BF16, AMX or ARM)."""
    if not hasattr(torch.cpu, "get_capabilities"):
        return True  # an older PyTorch does not say; it computes them on any processor
    able = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))
