"""What a stage has learned, read from the graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.explanation.inside.stages import Stage
from sortal.explanation.inside.values import Weights
from sortal.modelfile.graph import Node

Stored = Mapping[str, NDArray[Any]]

_EPSILON: Final = 1e-5  # of BatchNormalization, where the node names none (ONNX)


def read_weights(stage: Stage, stored: Stored) -> Weights | None:
    """Return kernel, bias and batch normalisation of a stage; None where there is no kernel.

    Weights that the graph works out in ways of its own, which no exporter of Sortal's writes,
    are not read either.
    """
    if stage.kind not in ("convolution", "dense"):
        return None
    kernel = _kernel(stage.first, stored)
    if kernel is None or kernel.ndim not in (2, 4):
        return None
    bias = _bias(stage, stored)
    scale, shift = _normalisation(stage, stored)
    groups = stage.first.attributes.get("group", 1)
    return Weights(
        kernel=kernel.astype(np.float32, copy=False),
        bias=np.zeros(len(kernel), np.float32) if bias is None else bias.astype(np.float32),
        scale=scale,
        shift=shift,
        groups=groups if isinstance(groups, int) else 1,
    )


def _kernel(node: Node, stored: Stored) -> NDArray[Any] | None:
    """Return (filters, channels, height, width) or (units, inputs)."""
    found = stored.get(node.inputs[1])
    if found is None or node.op == "Conv":
        return found
    plain = all(node.attributes.get(name, 1) == 1 for name in ("alpha", "beta"))
    if not plain or node.attributes.get("transA"):
        return None
    return found if node.attributes.get("transB") else found.T


def _bias(stage: Stage, stored: Stored) -> NDArray[Any] | None:
    if len(stage.first.inputs) > 2:
        return stored.get(stage.first.inputs[2])
    adding = [node for node in stage.nodes if node.op == "Add"]
    names = [name for node in adding for name in node.inputs if name in stored]
    return stored[names[0]].reshape(-1) if names else None


def _normalisation(
    stage: Stage, stored: Stored
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Return what batch normalisation multiplies by and adds (Ioffe and Szegedy, 2015)."""
    for node in stage.nodes:
        if node.op == "BatchNormalization":
            gamma, beta, mean, variance = (
                stored[name].astype(np.float64) for name in node.inputs[1:5]
            )
            given = node.attributes.get("epsilon")
            epsilon = given if isinstance(given, float) else _EPSILON
            scale = gamma / np.sqrt(variance + epsilon)
            return scale, beta - mean * scale
    return None, None
