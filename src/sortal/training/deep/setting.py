"""Putting a network and an optimiser together as a recipe says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adadelta, Adam, AdamW, Optimizer, RMSprop

from sortal.errors import UsageError
from sortal.network.build import build
from sortal.network.layers import Activation, Conv, Dense, InvertedResidual, Residual, Timm
from sortal.network.shapes import summarise
from sortal.network.whole import Network
from sortal.training.deep.data import number_for
from sortal.training.recipe import Recipe
from sortal.training.recipe_parts import Optimiser

if TYPE_CHECKING:
    from sortal.network.timm_network import Measured


def check_fit(network: Network, recipe: Recipe, *, has_weights: bool) -> None:
    """Check that a network can be trained as the recipe says.

    Raises:
        UsageError: it cannot.
    """
    if recipe.regime == "auto":
        raise UsageError(
            "Recipe: regime auto is a ladder of several trainings; one training is scratch, "
            "head, last or full."
        )
    check_regime(network, recipe)
    if (recipe.regime == "scratch") == has_weights:
        wants = "starts from random weights" if has_weights else "starts from pretrained weights"
        came = "some were given" if has_weights else "none were given"
        raise UsageError(f"Recipe: regime {recipe.regime} {wants}, but {came}.")
    if any(
        getattr(layer, "activation", None) == "step" or layer == Activation("step")
        for layer in network.trunk
    ):
        raise UsageError(
            "Network: a step before the last layer lets nothing below it learn, because its "
            "slope is 0 everywhere; use sigmoid, tanh or relu there."
        )
    _check_rule(network, recipe)


def check_regime(network: Network, recipe: Recipe) -> None:
    """Check that a network has the layers that a regime speaks of.

    Raises:
        UsageError: it has not.
    """
    if recipe.regime == "scratch":
        return
    if not network.base:
        raise UsageError(
            f"Recipe: regime {recipe.regime} keeps pretrained layers, but this network begins "
            f"with its top ({network.layers[0]}): take regime scratch, or a network of "
            "convolutions."
        )
    there = depth(network)
    if recipe.regime in ("last", "auto") and recipe.last > there:
        raise UsageError(
            f"Recipe: the last {recipe.last} layers below the top are to learn, but there are "
            f"only {there}: take last {there} or fewer, or regime full."
        )


def depth(network: Network) -> int:
    """How many layers the base has that thaw one by one: in a network of timm, those it counts."""
    found = _measured(network)
    return network.base if found is None else found.depth


def _measured(network: Network) -> Measured | None:
    """What is known of a network of timm; None of any other."""
    first = network.layers[0]
    if not isinstance(first, Timm):
        return None
    from sortal.network.timm_network import measured

    return measured(first.name, size=network.size, channels=network.channels)


def _places(network: Network) -> dict[str, int]:
    """Parameters of a network of timm, by their names in the module, to its layers; else empty."""
    found = _measured(network)
    return {} if found is None else {f"0.{name}": place for name, place in found.places.items()}


def _check_rule(network: Network, recipe: Recipe) -> None:
    steps = network.output.activation == "step"
    if steps != (recipe.loss.name == "perceptron"):
        raise UsageError(
            "The loss perceptron goes with a network that ends in step, and no other does: "
            f"the network ends in {network.output.activation}, the loss is {recipe.loss.name}."
        )
    if steps and any(row.parameters for row in summarise(network.trunk, network.input_shape)):
        raise UsageError(
            "The perceptron rule trains one layer: leave nothing but flatten before "
            f"{network.output}, or end in softmax."
        )
    several = sum(isinstance(layer, Dense | Conv) for layer in network.layers) > 1
    if recipe.initial == "zero" and (several or network.base):
        raise UsageError(
            "Recipe: with several layers, weights that are all 0 stay alike for ever; "
            "take initial glorot or he."
        )


def make_module(
    network: Network, recipe: Recipe, weights: Mapping[str, Tensor] | None
) -> nn.Sequential:
    """Return the module of ``network.linear`` with its first weights, channels last in memory.

    Raises:
        UsageError: the pretrained weights do not fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(number_for("initial", recipe.seed))
        module = build(network.linear, network.input_shape)
        if recipe.initial != "torch":
            module.apply(lambda part: _initialise(part, recipe.initial))
    if weights is not None:
        load_base(module, weights, base=network.base)
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module


def _initialise(part: nn.Module, how: str) -> None:
    if not isinstance(part, nn.Linear | nn.Conv2d):
        return
    if how == "zero":
        nn.init.zeros_(part.weight)
    elif how == "glorot":
        nn.init.xavier_uniform_(part.weight)
    else:
        nn.init.kaiming_normal_(part.weight)
    if part.bias is not None:
        nn.init.zeros_(part.bias)


def load_base(module: nn.Sequential, weights: Mapping[str, Tensor], *, base: int) -> None:
    """Copy pretrained weights into the first ``base`` layers of ``module``.

    Args:
        module: of ``make_module``.
        weights: by the names of ``module.state_dict()``; those of later layers are left out.
        base: how many layers.

    Raises:
        UsageError: one is missing or has another shape; the message shows both shapes.
    """
    wanted = {k: v for k, v in module.state_dict().items() if int(k.split(".", 1)[0]) < base}
    for name, there in wanted.items():
        came = weights.get(name)
        if came is None and name.endswith("num_batches_tracked"):
            continue
        if came is None or came.shape != there.shape:
            shape = "nothing" if came is None else f"shape {tuple(came.shape)}"
            raise UsageError(
                f"Pretrained weights, {name}: the network has shape {tuple(there.shape)}, "
                f"{shape} came."
            )
        there.copy_(came)  # the state's tensors are the module's own


def freeze(module: nn.Sequential, network: Network, recipe: Recipe) -> int:
    """Fix the layers that do not learn; return how many of the first they are.

    Of a network of timm, one layer here, parts may be fixed; they are not counted.
    """
    places = _places(network)
    if recipe.regime == "last" and places:
        fixed = depth(network) - recipe.last
        for name, place in places.items():
            module.get_parameter(name).requires_grad_(place >= fixed)
        return 0
    frozen = {"head": network.base, "last": network.base - recipe.last}.get(recipe.regime, 0)
    for child in list(module)[:frozen]:
        child.requires_grad_(False)
    return frozen


def fixed_parts(module: nn.Module) -> tuple[nn.Module, ...]:
    """Parts with numbers of their own none of which learns: norms among them stay as they are."""
    return tuple(
        part
        for part in module.modules()
        if (own := list(part.parameters(recurse=False)))
        and not any(parameter.requires_grad for parameter in own)
    )


def kept_norms(module: nn.Sequential, network: Network, recipe: Recipe) -> tuple[nn.Module, ...]:
    """Batch norms of pretrained layers that go on with the statistics they came with."""
    if recipe.regime == "scratch" or recipe.tuning.norms != "kept":
        return ()
    norms = (nn.BatchNorm1d, nn.BatchNorm2d)
    return tuple(
        part
        for child in list(module)[: network.base]
        for part in child.modules()
        if isinstance(part, norms)
    )


def rate_shares(network: Network, decay: float) -> dict[str, float]:
    """Return the share of the rate at which each layer learns, by its name in the module.

    Of a network of timm, by the full name of each of its parameters.

    One in top and output; ``decay`` times as much for each layer with kernels on the way down
    (Howard and Ruder, 2018, divide by 2.6). What follows a layer with kernels, such as its
    batch norm, learns as it does.
    """
    if places := _places(network):
        n = depth(network)
        return {name: decay ** (n - place) for name, place in places.items()}
    kernels = [
        isinstance(layer, Conv | Dense | InvertedResidual | Residual)
        for layer in network.layers[: network.base]
    ]
    n = sum(kernels)
    return {
        str(index): decay ** (n - max(sum(kernels[: index + 1]), 1) + 1)
        for index in range(network.base)
    }


def make_optimiser(
    module: nn.Module, how: Optimiser, *, shares: Mapping[str, float] | None = None
) -> Optimizer:
    """Return PyTorch's optimiser over what learns; weight decay on matrices and kernels alone.

    Args:
        module: the whole network.
        how: which optimiser.
        shares: of the rate, for each layer or parameter by its name in ``module``; None gives
            all the same.
            A group's own is in its ``share``.
    """
    groups = _groups(module, how, shares or {})
    betas = (how.beta1, how.beta2)
    match how.name:
        case "sgd":
            return SGD(
                groups, lr=how.rate, momentum=how.momentum, nesterov=how.nesterov, fused=True
            )
        case "rmsprop":
            return RMSprop(
                groups, lr=how.rate, alpha=how.rho, eps=how.epsilon, momentum=how.momentum
            )
        case "adadelta":
            return Adadelta(groups, lr=how.rate, rho=how.rho, eps=how.epsilon)
        case "adam":
            return Adam(groups, lr=how.rate, betas=betas, eps=how.epsilon, fused=True)
        case _:
            return AdamW(groups, lr=how.rate, betas=betas, eps=how.epsilon, fused=True)


def _groups(module: nn.Module, how: Optimiser, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    """Parameters that share a rate and a weight decay, those that learn fastest last."""
    alike: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            share = shares.get(name, shares.get(name.split(".", 1)[0], 1.0))
            alike.setdefault((share, parameter.dim() <= 1), []).append(parameter)
    return [
        {"params": alike[key], "weight_decay": 0.0 if key[1] else how.weight_decay, "share": key[0]}
        for key in sorted(alike)
    ]
