"""Published weights of networks of timm, from the hub that their records name.

Only safetensors are fetched and opened, by Sortal's own means; timm gets the tensors and puts
them where they belong, as its own loader would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from sortal.errors import InputError, UsageError
from sortal.network.hub import HubWeights, hub_weights
from sortal.network.timm_network import Record, TimmBody, make_net, measured, record

_OUTPUT_LAYER: Final = 200_000_000
"""Bytes that a file may have beyond the network itself: an output layer of many kinds."""


def published(known: Record, *, parameters: int = 0) -> HubWeights:
    """Return where the weights of a network are kept.

    Args:
        known: of the network.
        parameters: of it, which bound the file's size.

    Raises:
        UsageError: they are on no hub.
    """
    if not known.repository:
        raise UsageError(
            f"timm:{known.name} has no weights on a hub: train it from scratch, or take another."
        )
    return HubWeights(
        repository=known.repository,
        sha256="",
        most=4 * parameters + _OUTPUT_LAYER,
        scaling="network",
        licence=known.licence,
        file=known.file,
    )


def timm_weights(name: str, *, size: int = 0, channels: int = 0) -> dict[str, Tensor]:
    """Return the published weights of a network, without its output layer.

    Args:
        name: as timm has it.
        size: side of the square picture, pixels; 0 is the network's own.
        channels: of the picture; for one, timm sums its first kernels over the colours; 0 is 3.

    Returns:
        Tensors by the names of the state of a module whose first layer is this network.

    Raises:
        UsageError: there is no such network, or its weights are on no hub.
        MissingExtraError: timm is not installed.
        DownloadError: the hub cannot be reached; the message says where to put the file.
        InputError: the file is damaged, or another network's.
    """
    known = record(name)
    size, channels = size or known.size, channels or 3
    file = published(known, parameters=measured(name, size=size, channels=channels).parameters)
    tensors = hub_weights(file)
    try:
        one, two = (
            _filled(name, tensors, size=size, channels=channels, seed=seed) for seed in (0, 1)
        )
    except UsageError as error:
        raise InputError(f"{file.place} is no file of {file.origin}: {error}") from error
    drawn = [key for key, value in one.items() if not torch.equal(value, two[key])]
    if drawn:  # timm itself says nothing of what a file lacks
        raise InputError(f"{file.place} is no file of {file.origin}: it lacks {drawn[0][6:]}.")
    return one


def _filled(
    name: str, tensors: Mapping[str, Tensor], *, size: int, channels: int, seed: int
) -> dict[str, Tensor]:
    """Return the state of a network with what a file holds; the rest of it is drawn."""
    given = {"state_dict": dict(tensors), "custom_load": False, "source": ""}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = make_net(
            name, size=size, channels=channels, pretrained=True, pretrained_cfg_overlay=given
        )
    return {f"0.{k}": v for k, v in TimmBody(net, as_map=False).state_dict().items()}
