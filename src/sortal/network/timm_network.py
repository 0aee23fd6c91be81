"""Networks of the library timm: looked up, built, measured, with what their records say of them.

timm (Wightman, PyTorch Image Models, 2019) is needed only where one of its networks is named. No
weights are fetched here and no file is opened; ``timm_weights`` does that.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sortal.errors import MissingExtraError, UsageError
from sortal.network.shapes import Shape

_SPDX: Final = {
    "apache-2.0": "Apache-2.0",
    "bsd-3-clause": "BSD-3-Clause",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "mit": "MIT",
}
"""Licences as timm's records write them, and their SPDX identifiers."""


@dataclass(frozen=True, slots=True)
class Record:
    """What timm records of a network and its published weights.

    Attributes:
        name: with its weights' tag, e.g. "resnet18.a1_in1k" for "resnet18".
        size: side of the square picture it was made for, pixels.
        any_size: whether it takes others.
        mean, scale: it takes (x - mean) / scale, x in 0-255; one number a channel.
        interpolation: by which pictures were brought to that size.
        repository: OWNER/NAME on the hub; "" where no weights are kept there.
        file: within it, safetensors.
        licence: SPDX identifier of the weights; NOASSERTION where the record says none.
    """

    name: str
    size: int
    any_size: bool
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    interpolation: str
    repository: str
    file: str
    licence: str

    @property
    def source(self) -> str:
        """What it is, for the card."""
        return (
            f"timm's {self.name.split('.', 1)[0]}, made for {self.size} x {self.size} pixels, "
            f"{self.interpolation} interpolation"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """A network of timm without its output layer, for pictures of one size.

    Attributes:
        output: shape of what comes out of it: (height, width, channels) of its last feature map
            where its own embedding is the mean of that, else (width,) of its embedding.
        parameters: numbers that training changes.
        multiply_adds: in convolutions and products of matrices, for one picture.
        places: name of each parameter to the place, from 0, of the layer that it is of: what timm
            counts as layers (stem, blocks, ...), which thaw one by one.
    """

    output: Shape
    parameters: int
    multiply_adds: int
    places: Mapping[str, int]

    @property
    def depth(self) -> int:
        """How many layers timm counts."""
        return 1 + max(self.places.values())


class TimmBody(nn.Module):
    """A network of timm up to its feature map or embedding.

    Args:
        net: timm's module.
        as_map: whether the map comes out.
    """

    def __init__(self, net: Any, *, as_map: bool) -> None:
        super().__init__()
        self.net = net
        self.as_map = as_map

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, size, size) to (n, width, grid, grid) or (n, width)."""
        found = self.net.forward_features(x)
        return self.as_planes(found) if self.as_map else self.embedded(found)

    def as_planes(self, found: Tensor) -> Tensor:
        """The feature map with its channels first."""
        last = str(getattr(self.net, "output_fmt", "")).endswith("NHWC")
        return found.permute(0, 3, 1, 2) if last else found

    def embedded(self, found: Tensor) -> Tensor:
        """What timm makes of the features before its output layer."""
        row: Tensor = self.net.forward_head(found, pre_logits=True)
        return row


def library() -> Any:
    """Return the library timm.

    Raises:
        MissingExtraError: it is not installed.
        UsageError: it is, and cannot be imported.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of one library to the other
            import timm
    except ModuleNotFoundError as error:
        if error.name not in ("timm", "torchvision"):
            raise UsageError(_does_not_fit(error)) from error
        raise MissingExtraError("A network of timm", extra="timm") from None
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise UsageError(_does_not_fit(error)) from error
    return timm


def _does_not_fit(error: Exception) -> str:
    return (
        f"timm is installed but cannot be imported ({error}). timm needs a torchvision that was "
        "built for the PyTorch at hand: install both from the same place, in versions that "
        "belong together."
    )


@lru_cache(maxsize=64)
def record(name: str) -> Record:
    """Return what timm records of a network.

    Raises:
        UsageError: timm knows none of that name; the message names those that are alike.
        MissingExtraError: timm is not installed.
    """
    timm = library()
    plain, tagged = timm.list_models(), timm.list_models(pretrained=True)
    if name not in plain and name not in tagged:
        raise UsageError(f"timm has no network called {name!r}. {_alike(name, plain, tagged)}")
    known = timm.models.get_pretrained_cfg(name)
    side = known.input_size[-1]
    tag = f".{known.tag}" if known.tag else ""
    file = known.hf_hub_filename or ""
    return Record(
        name=f"{known.architecture}{tag}",
        size=side,
        any_size=not known.fixed_input_size,
        mean=tuple(255 * value for value in known.mean),
        scale=tuple(255 * value for value in known.std),
        interpolation=known.interpolation,
        repository=known.hf_hub_id or "",
        file=file if file.endswith(".safetensors") else "model.safetensors",
        licence=_licence(known.license),
    )


def _alike(name: str, plain: list[str], tagged: list[str]) -> str:
    base = name.split(".", 1)[0]
    close = [full for full in tagged if full.split(".", 1)[0] == base][:5]
    close = close or get_close_matches(name, plain, n=5) or get_close_matches(base, plain, n=5)
    if close:
        return f"Alike are: {', '.join(close)}."
    return "timm.list_models() lists those there are."


def _licence(known: str | None) -> str:
    if not known:
        return "NOASSERTION"
    return _SPDX.get(known.lower(), f"LicenseRef-{known}")


def make_net(name: str, *, size: int, channels: int, **others: Any) -> Any:
    """Return timm's module without its output layer, its weights random where nothing is said.

    Args:
        name: as timm has it.
        size: side of the square picture, pixels.
        channels: of the picture.
        others: further arguments of ``timm.create_model``.

    Raises:
        UsageError: it does not take such pictures.
    """
    known = record(name)
    if size != known.size and not known.any_size:
        raise UsageError(
            f"timm:{name} takes pictures of {known.size} x {known.size} pixels alone; a size of "
            f"{size} came. Leave the size out."
        )
    try:
        net = library().create_model(name, num_classes=0, in_chans=channels, **others)
    except (TypeError, ValueError, AssertionError, RuntimeError) as error:
        raise UsageError(f"timm cannot build {name} for such pictures: {error}") from error
    return net


def make_body(name: str, *, size: int, channels: int) -> TimmBody:
    """Return a network with random weights, from torch's global generator."""
    as_map = len(measured(name, size=size, channels=channels).output) == 3
    return TimmBody(make_net(name, size=size, channels=channels), as_map=as_map)


@lru_cache(maxsize=64)
def measured(name: str, *, size: int, channels: int) -> Measured:
    """Build a network once, with numbers drawn for the purpose, and see what comes out.

    Whether timm's embedding is the mean of the last map is seen with every scale, shift and
    statistic drawn at random too: a norm between them, which does nothing when it is new, shows.

    Raises:
        UsageError: there is no such network, or it does not take such pictures.
        MissingExtraError: timm is not installed.
    """
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        body = TimmBody(make_net(name, size=size, channels=channels), as_map=False).eval()
        for numbers in body.state_dict().values():
            if numbers.dim() == 1 and numbers.is_floating_point():
                numbers.uniform_(0.5, 1.5)
        with FlopCounterMode(display=False) as counter:
            found, row = _asked(body, torch.randn(1, channels, size, size), name)
    planes = body.as_planes(found) if found.dim() == 4 else None
    is_map = (
        planes is not None
        and planes.shape[1] == row.shape[1]
        and torch.allclose(planes.mean(dim=(2, 3)), row, rtol=1e-3, atol=1e-5)
    )
    shape = tuple(planes.shape) if is_map and planes is not None else ()
    return Measured(
        output=(shape[2], shape[3], shape[1]) if shape else (row.shape[1],),
        parameters=sum(parameter.numel() for parameter in body.parameters()),
        multiply_adds=counter.get_total_flops() // 2,
        places=_places(body.net),
    )


def _places(net: Any) -> dict[str, int]:
    """Parameters of ``TimmBody(net)`` to the layers that timm's own optimisers count."""
    from timm.models import group_parameters

    found: Mapping[str, int] = group_parameters(net, net.group_matcher(coarse=False), reverse=True)
    order = {number: place for place, number in enumerate(sorted(set(found.values())))}
    return {f"net.{name}": order[number] for name, number in found.items()}


def _asked(body: TimmBody, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
    """Features and embedding of a picture."""
    try:
        found = body.net.forward_features(x)
        row = body.embedded(found)
    except (RuntimeError, AssertionError, AttributeError, ValueError) as error:
        raise UsageError(
            f"timm:{name} does not take pictures of {x.shape[-1]} pixels with {x.shape[1]} "
            f"channels: {error}"
        ) from error
    if not isinstance(found, Tensor) or row.dim() != 2:
        raise UsageError(f"timm:{name} makes no embedding of a picture, one row of values.")
    return found, row
