"""What stages are called, and what each of them does, in a sentence."""

from __future__ import annotations

from typing import Final

from sortal.explanation.inside import Block, Inside, Step, Weights
from sortal.report.inside.numbers import by
from sortal.report.wording import many

ENDINGS: Final = {
    "ReLU": "ReLU then sets every value below 0 to 0.",
    "ReLU6": "ReLU6 then sets every value below 0 to 0 and every value above 6 to 6.",
    "SiLU": "SiLU then lets large values through and holds small and negative ones near 0.",
    "tanh": "Tanh then presses every value between \N{MINUS SIGN}1 and 1.",
    "sigmoid": "The sigmoid then presses every value between 0 and 1.",
    "softmax": "Softmax then makes shares of them that add up to 1.",
    "step": "The step then fires, 1, where the sum is at least 0, and else stays 0.",
}
"""Activation to what it does."""


def ending(step: Step) -> str:
    """Say what is done to every value at the end of a stage; "" for nothing."""
    name = step.stage.activation
    normalised = step.weights is not None and step.weights.scale is not None
    first = "Batch normalisation brings every map to a common scale. " if normalised else ""
    return first + (ENDINGS.get(name, f"{name} is then applied to every value.") if name else "")


def shape(step: Step) -> str:
    """Say what came out: "32 maps of 26 x 26", "128 values"."""
    if step.values.ndim != 3:
        return many(step.values.size, "value")
    channels, height, width = step.values.shape
    return f"{many(channels, 'map')} of {by(height, width)}"


def name(step: Step) -> str:
    """Say what a stage is."""
    return {
        "picture": "The picture, scaled",
        "convolution": _convolution(step.weights),
        "maximum": _pooling("Max pooling", step),
        "average": _pooling("Average pooling", step),
        "mean": "Global average pooling",
        "row": "Flatten",
        "dense": f"Dense layer of {many(step.values.size, 'unit')}",
        "sum": "Sum of both ways",
        "other": " and ".join(dict.fromkeys(node.op for node in step.stage.nodes)),
    }[step.kind]


def _convolution(weights: Weights | None) -> str:
    if weights is None or weights.kernel.ndim != 4:
        return "Convolution"
    filters, channels, height, width = weights.kernel.shape
    if weights.groups > 1 and channels == 1:
        return f"Each map alone, {by(height, width)}"
    if (height, width) == (1, 1):
        return f"Mixing into {many(filters, 'map')}"
    return f"Convolution, {many(filters, 'filter')} of {by(height, width)}"


def _pooling(what: str, step: Step) -> str:
    return what if step.sliding is None else f"{what}, {by(*step.sliding.kernel)}"


def explained(step: Step) -> str:
    """Say in a sentence or two what a stage does, and what for."""
    sentence = {
        "picture": "The numbers the first layer gets in place of the pixels.",
        "convolution": _explained_convolution(step.weights),
        "maximum": "Of every window only the largest value stays. The maps shrink, and where "
        "exactly a pattern lies matters less.",
        "average": "Of every window the mean stays. The maps shrink, and where exactly a "
        "pattern lies matters less.",
        "mean": "Every map becomes one number, its mean: how much of its pattern the picture "
        "holds, wherever it is.",
        "row": "All values are laid into one row, because a dense layer knows no above and "
        "below, no left and right.",
        "dense": "Every unit weighs all values of the row below by weights of its own, adds "
        "them up and adds its bias.",
        "sum": "What went around the block is added to what came through it, value by value.",
        "other": "A further operation of ONNX.",
    }[step.kind]
    return f"{sentence} {ending(step)}".strip()


def _explained_convolution(weights: Weights | None) -> str:
    if weights is None or weights.kernel.ndim != 4:
        return "Filters slide over the maps below."
    channels, height, width = weights.kernel.shape[1:]
    if weights.groups > 1 and channels == 1:
        return "Every map has one filter of its own, which slides over it and over no other."
    if (height, width) == (1, 1):
        return "Every new map is a weighted sum of all maps below, place by place."
    return (
        f"Every filter slides over {_below(channels)} and makes one map: "
        "strong where its pattern is."
    )


def _below(channels: int) -> str:
    if channels == 1:
        return "the one map below"
    return f"all {channels:,} maps below at once"


def block_name(inside: Inside, block: Block, number: int) -> str:
    """Say what a block of several stages is."""
    steps = inside.steps[block.first : block.last + 1]
    around = any(step.kind == "sum" for step in steps)
    if block.inverted:
        widen = "widen, " if len(steps) - around == 3 else ""
        return f"Block {number}: {widen}filter, narrow{', add' if around else ''}"
    return f"Block {number}: {len(steps)} stages{' with a way around' if around else ''}"


def block_explained(inside: Inside, block: Block) -> str:
    """Say what a block of several stages does."""
    steps = inside.steps[block.first : block.last + 1]
    parts = []
    if block.inverted:
        wide = max(len(step.values) for step in steps)
        parts.append(
            f"Inside, {wide:,} maps are each filtered alone; then they are mixed "
            f"into {len(steps[-1].values):,}."
        )
    if any(step.kind == "sum" for step in steps):
        parts.append(
            "At the end the maps that came in are added, so the block only has to learn what to "
            "change."
        )
    return " ".join(parts)
