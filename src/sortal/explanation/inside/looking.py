"""Running a model on one picture with every stage's values brought out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import ModelFileError, UsageError
from sortal.explanation.inside.blocks import find_blocks
from sortal.explanation.inside.stages import Stage, find_stages
from sortal.explanation.inside.values import Floats, Inside, Step
from sortal.explanation.inside.weights import read_weights
from sortal.explanation.inside.window import Sliding, sliding
from sortal.explanation.inside.wiring import Wiring, read_wiring
from sortal.modelfile.graph import read_graph
from sortal.modelfile.names import LOGITS, PROBABILITIES
from sortal.modelfile.runtime import Runtime

if TYPE_CHECKING:
    from sortal.modelfile import Model

_WINDOWED: Final = frozenset({"convolution", "maximum", "average"})


def look_inside(model: Model, pixels: NDArray[np.uint8]) -> Inside:
    """Run a model on one picture and keep what every stage makes of it.

    The graph of the file runs as it does in any prediction; the values of its stages become
    further outputs. Networks in int8 calculate with codes of one byte: their values here are
    the numbers that the codes stand for.

    Args:
        model: any model that ``load_model`` read.
        pixels: uint8 RGB, shape (size, size, 3), of the size that the card names.

    Raises:
        UsageError: the picture has another shape or type.
        ModelFileError: the runtime cannot run the graph, or it makes numbers beyond all bounds.
    """
    side = model.card.size
    if pixels.dtype != np.uint8 or pixels.shape != (side, side, 3):
        raise UsageError(
            f"look_inside needs the uint8 square of shape ({side}, {side}, 3) that the model "
            f"takes; {pixels.dtype} of shape {pixels.shape} came. Use sortal.pictures.fit_square."
        )
    wiring = read_wiring(read_graph(model.data))
    stages = find_stages(wiring)
    ends = [stage.output for stage in stages]
    found = _run(model.data, pixels, (*ends, LOGITS, PROBABILITIES))
    _check(found, stages)
    steps = _steps(stages, found, wiring)
    return Inside(
        card=model.card,
        sha256=model.sha256,
        pixels=pixels,
        steps=steps,
        blocks=find_blocks(stages),
        head=model.head,
        logits=found[LOGITS],
        temperature=model.card.calibration.temperature,
        probabilities=found[PROBABILITIES],
    )


def with_outputs(data: bytes, names: Iterable[str]) -> bytes:
    """Return an ONNX file that also gives the named values.

    A message of Protocol Buffers that follows another of its kind is merged into it: repeated
    fields are joined ("Merging", protobuf.dev). So the file itself stays as it is, byte for
    byte, and is not parsed.
    """
    from onnx import GraphProto, ModelProto, ValueInfoProto

    ports = [ValueInfoProto(name=name) for name in names]
    return data + bytes(ModelProto(graph=GraphProto(output=ports)).SerializeToString())


def _run(data: bytes, pixels: NDArray[np.uint8], names: Iterable[str]) -> dict[str, Floats]:
    """Return each named value for one picture, without the axis of pictures."""
    wanted = list(dict.fromkeys(names))
    given = {port.name for port in read_graph(data).outputs}
    more = with_outputs(data, (name for name in wanted if name not in given))
    values = Runtime(more, threads=None).run(pixels[None], names=wanted)
    return {name: value[0] for name, value in zip(wanted, values, strict=True)}


def _check(found: dict[str, Floats], stages: tuple[Stage, ...]) -> None:
    """Refuse values that are no numbers: nothing could be drawn or compared."""
    for number, stage in enumerate(stages):
        if not np.isfinite(found[stage.output]).all():
            raise ModelFileError(
                f"Stage {number} of the model ({stage.first.op}) makes values of this picture "
                "that are not finite numbers. Its weights are damaged, or it was trained at too "
                "high a rate: train it again."
            )


def _steps(stages: tuple[Stage, ...], found: dict[str, Floats], wiring: Wiring) -> tuple[Step, ...]:
    steps = []
    for stage in stages:
        weights = read_weights(stage, wiring.stored)
        source: Any = found.get(stage.sources[0]) if stage.sources else None
        how = None if source is None else _window(stage, source.shape, wiring)
        steps.append(Step(stage, found[stage.output], weights=weights, sliding=how))
    return tuple(steps)


def _window(stage: Stage, shape: tuple[int, ...], wiring: Wiring) -> Sliding | None:
    """Return how the stage's window moves; its size stands in the weights or with the node."""
    if stage.kind not in _WINDOWED or len(shape) != 3:
        return None
    kernel = stage.first.attributes.get("kernel_shape")
    if not isinstance(kernel, tuple):
        kernel = wiring.stored[stage.first.inputs[1]].shape[-2:]
    return sliding(stage.first, (shape[1], shape[2]), (kernel[0], kernel[1]))
