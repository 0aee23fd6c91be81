"""The networks of the textbooks, each written in the layer language, with its source.

The output layer, ``dense CLASSES softmax``, is not written here: it is added for the number
of classes at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sortal.errors import UsageError
from sortal.network.layers import Layer
from sortal.network.parse import parse
from sortal.network.shapes import Shape


@dataclass(frozen=True, slots=True)
class NamedNetwork:
    """A network that is known by name.

    Attributes:
        name: how a user calls it.
        text: its layers without the output layer.
        input_shape: (height, width, channels) it was made for.
        output: activation of the output layer: "softmax", or "step" for the perceptron.
        source: where it was published.
    """

    name: str
    text: str
    input_shape: Shape
    source: str
    output: Literal["softmax", "step"] = "softmax"

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers without the output layer."""
        return parse(self.text)


def _vgg(*widths: tuple[int, int]) -> str:
    stages = (
        ", ".join([f"conv {filters} 3x3 same relu"] * repeats + ["maxpool 2"])
        for filters, repeats in widths
    )
    return ", ".join(stages)


def _lite(*blocks: tuple[int, int, int, int, int], stem: int, top: int) -> str:
    """EfficientNet-Lite: per stage (filters, kernel, stride, expand, repeats)."""
    parts = [f"conv {stem} 3x3/2 same nobias, batchnorm, relu6"]
    for filters, kernel, stride, expand, repeats in blocks:
        for index in range(repeats):
            step = f"/{stride}" if stride != 1 and index == 0 else ""
            parts.append(f"inverted {filters} {kernel}x{kernel}{step} expand {expand}")
    parts.append(f"conv {top} 1x1 nobias, batchnorm, relu6, globalavgpool")
    return ", ".join(parts)


_FULLY_CONNECTED: Final = "flatten, dense 4096 relu, dropout 0.5, dense 4096 relu, dropout 0.5"

NAMED: Final[dict[str, NamedNetwork]] = {
    network.name: network
    for network in (
        NamedNetwork(
            name="perceptron",
            text="flatten",
            input_shape=(28, 28, 1),
            output="step",
            source="Rosenblatt, The Perceptron, Psychological Review 65, 1958",
        ),
        NamedNetwork(
            name="mlp",
            text="flatten, dense 512 relu, dropout 0.2, dense 512 relu, dropout 0.2",
            input_shape=(28, 28, 1),
            source="Keras examples, mnist_mlp, 2015",
        ),
        NamedNetwork(
            name="cnn",
            text="conv 32 3x3 relu, conv 64 3x3 relu, maxpool 2, dropout 0.25, flatten, "
            "dense 128 relu, dropout 0.5",
            input_shape=(28, 28, 1),
            source="Keras examples, mnist_cnn, 2015",
        ),
        NamedNetwork(
            name="lenet",
            text="conv 6 5x5 pad 2 tanh, avgpool 2, conv 16 5x5 tanh, avgpool 2, flatten, "
            "dense 120 tanh, dense 84 tanh",
            input_shape=(28, 28, 1),
            source="LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998",
        ),
        NamedNetwork(
            name="alexnet",
            text="conv 96 11x11/4 pad 2 relu, maxpool 3/2, conv 256 5x5 same relu, maxpool 3/2, "
            "conv 384 3x3 same relu, conv 384 3x3 same relu, conv 256 3x3 same relu, "
            f"maxpool 3/2, {_FULLY_CONNECTED}",
            input_shape=(224, 224, 3),
            source="Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep CNNs, 2012",
        ),
        NamedNetwork(
            name="vgg16",
            text=f"{_vgg((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))}, {_FULLY_CONNECTED}",
            input_shape=(224, 224, 3),
            source="Simonyan and Zisserman, Very Deep Convolutional Networks, 2015",
        ),
        NamedNetwork(
            name="efficientnet-lite0",
            text=_lite(
                (16, 3, 1, 1, 1),
                (24, 3, 2, 6, 2),
                (40, 5, 2, 6, 2),
                (80, 3, 2, 6, 3),
                (112, 5, 1, 6, 3),
                (192, 5, 2, 6, 4),
                (320, 3, 1, 6, 1),
                stem=32,
                top=1280,
            ),
            input_shape=(224, 224, 3),
            source="Tan and Le, EfficientNet, ICML 2019; EfficientNet-Lite, 2020",
        ),
        NamedNetwork(
            name="efficientnet-lite2",
            text=_lite(
                (16, 3, 1, 1, 1),
                (24, 3, 2, 6, 3),
                (48, 5, 2, 6, 3),
                (88, 3, 2, 6, 4),
                (120, 5, 1, 6, 4),
                (208, 5, 2, 6, 5),
                (352, 3, 1, 6, 1),
                stem=32,
                top=1280,
            ),
            input_shape=(260, 260, 3),
            source="Tan and Le, EfficientNet, ICML 2019; EfficientNet-Lite, 2020",
        ),
    )
}


def named(name: str) -> NamedNetwork:
    """Return the network called ``name``.

    Raises:
        UsageError: there is none of that name; the message lists those there are.
    """
    try:
        return NAMED[name]
    except KeyError:
        known = ", ".join(NAMED)
        raise UsageError(f"There is no network called {name!r}. Known are: {known}.") from None
