"""What a network made of one picture, stage by stage, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside.blocks import Block
from sortal.explanation.inside.stages import Kind, Stage
from sortal.explanation.inside.window import Sliding
from sortal.training.values import LinearHead

if TYPE_CHECKING:
    from sortal.modelfile.card import Card

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Stored numbers of a stage: answer = scale * (kernel · input + bias) + shift.

    Attributes:
        kernel: float32; of a convolution (filters, channels / groups, height, width), of a dense
            layer (units, inputs).
        bias: float32, shape (filters,) or (units,); zeros where there is none.
        scale, shift: float64, likewise: what batch normalisation does; None without it.
        groups: channels are divided into so many groups that do not see each other.
    """

    kernel: Floats
    bias: Floats
    scale: NDArray[np.float64] | None = None
    shift: NDArray[np.float64] | None = None
    groups: int = 1

    @property
    def count(self) -> int:
        """How many numbers were learned: kernel and bias, or kernel, scale and shift."""
        normalised = self.scale is not None
        return int(self.kernel.size + self.bias.size * (1 + normalised))

    def sums(self, products: NDArray[np.float64], unit: int) -> float:
        """Return the sum of products, the bias and the normalisation, before any activation."""
        total = float(products.sum()) + float(self.bias[unit])
        if self.scale is None or self.shift is None:
            return total
        return float(self.scale[unit] * total + self.shift[unit])


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One stage, as it went for this picture.

    Attributes:
        stage: the operations.
        values: float32, what came out: (channels, height, width), or (n,) for a row of values.
        weights: what it learned, or None where it has nothing learned, or nothing readable.
        sliding: how its window moves, or None where it has none.
    """

    stage: Stage
    values: Floats
    weights: Weights | None = None
    sliding: Sliding | None = None

    @property
    def kind(self) -> Kind:
        """What the stage does."""
        return self.stage.kind

    @property
    def is_map(self) -> bool:
        """Whether the values lie in planes that can be drawn."""
        return self.values.ndim == 3 and self.values[0].size > 1


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Everything that happened to one picture in one model.

    Attributes:
        card: of the model.
        sha256: of the model file.
        pixels: uint8 RGB, shape (size, size, 3): the square that the network takes.
        steps: in order; the first is the picture as the network sees it, scaled.
        blocks: which steps belong together.
        head: makes the logits of the embedding, the last step's values.
        logits: float32, shape (classes,).
        temperature: the logits are divided by it before the softmax.
        probabilities: float32, shape (classes,).
    """

    card: Card
    sha256: str
    pixels: NDArray[np.uint8]
    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]
    head: LinearHead
    logits: Floats
    temperature: float
    probabilities: Floats

    @property
    def planes(self) -> Floats:
        """The picture as the network sees it: float32 (channels, height, width)."""
        return self.steps[0].values

    @property
    def embedding(self) -> Floats:
        """float32 (width,): the row of values that the last layer takes."""
        return self.steps[-1].values.reshape(-1)

    @property
    def rounded(self) -> bool:
        """Whether the network calculates in int8, and values are those its codes stand for."""
        return any(step.stage.rounded for step in self.steps)

    def taken_by(self, step: Step) -> Floats:
        """What a step takes first: the values of the step that makes it, or the picture's."""
        makers = {maker.stage.output: maker for maker in self.steps}
        values: Floats = makers[step.stage.sources[0]].values
        return values


def spreads(maps: NDArray[Any]) -> NDArray[np.float64]:
    """How much each map varies over its places: the standard deviation, float64 (channels,)."""
    flat = maps.reshape(len(maps), -1).astype(np.float64)
    spread: NDArray[np.float64] = flat.std(axis=1)
    return spread


def strongest(values: NDArray[Any], most: int) -> list[int]:
    """Return the places of the largest values, the largest first, the earlier where equal."""
    order: list[int] = np.argsort(-values, kind="stable")[:most].tolist()
    return order
