"""What comes out of each layer, what it holds and what it costs, without running anything.

Shapes are (height, width, channels) for a feature map and (units,) for a row of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from sortal.errors import UsageError
from sortal.network.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalAveragePool,
    InvertedResidual,
    Layer,
    MaxPool,
    Pair,
    Residual,
    Timm,
    pair,
)

Shape = tuple[int, int, int] | tuple[int]

RELU6 = Activation("relu6")

MAX_VALUES = 1 << 31
"""A feature map or weight table with more values than this is refused as a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a network's summary.

    Attributes:
        layer: the layer.
        output: shape of what comes out of it.
        parameters: numbers that training changes.
        multiply_adds: multiplications with addition for one picture.
    """

    layer: Layer
    output: Shape
    parameters: int
    multiply_adds: int


def summarise(layers: tuple[Layer, ...], input_shape: Shape) -> tuple[Row, ...]:
    """Follow ``input_shape`` through ``layers``; one row a layer.

    Raises:
        UsageError: a shape cannot work; the message names the layer, the shape that came
            and what the layer needs.
    """
    rows = []
    shape = input_shape
    for number, layer in enumerate(layers, start=1):
        row = _row(layer, shape, where=f"layer {number} ({layer})")
        rows.append(row)
        shape = row.output
    return tuple(rows)


def output_shape(layers: tuple[Layer, ...], input_shape: Shape) -> Shape:
    """The shape that comes out of the last layer; see ``summarise``."""
    rows = summarise(layers, input_shape)
    return rows[-1].output if rows else input_shape


def out_size(size: int, *, kernel: int, stride: int, before: int, after: int) -> int:
    """Positions of a window along one side, padding included."""
    return (size + before + after - kernel) // stride + 1


def same_padding(size: int, *, kernel: int, stride: int) -> Pair:
    """Zeros before and after so that the output has ceil(size / stride) positions."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _row(layer: Layer, shape: Shape, *, where: str) -> Row:  # noqa: PLR0911
    match layer:
        case Dense():
            return _dense(layer, shape, where)
        case Conv():
            return _conv(layer, shape, where)
        case MaxPool() | AvgPool():
            return _pool(layer, shape, where)
        case Flatten():
            return Row(layer, (_values(shape),), 0, 0)
        case GlobalAveragePool():
            return Row(layer, (_map(shape, where)[2],), 0, 0)
        case BatchNorm():
            return Row(layer, shape, 2 * shape[-1], _values(shape))
        case Residual():
            return _residual(layer, shape, where)
        case InvertedResidual():
            return _inverted(layer, shape, where)
        case Timm():
            return _timm(layer, shape, where)
        case _:
            return Row(layer, shape, 0, 0)


def _values(shape: Shape) -> int:
    n = 1
    for side in shape:
        n *= side
    return n


def _text(shape: Shape) -> str:
    return " x ".join(map(str, shape))


def _refuse(where: str, shape: Shape, needs: str) -> NoReturn:
    raise UsageError(f"Network, {where}: it needs {needs}, but a shape of {_text(shape)} came.")


def _map(shape: Shape, where: str) -> tuple[int, int, int]:
    if len(shape) != 3:
        _refuse(where, shape, "a feature map (height x width x channels), so before any flatten")
    return shape


def _checked(row: Row, shape: Shape, where: str) -> Row:
    if max(_values(row.output), row.parameters) > MAX_VALUES:
        _refuse(where, shape, f"at most {MAX_VALUES:,} output values and parameters")
    return row


def _dense(layer: Dense, shape: Shape, where: str) -> Row:
    if len(shape) != 1:
        _refuse(where, shape, "a row of values: put flatten or globalavgpool before it")
    weights = shape[0] * layer.units
    return _checked(Row(layer, (layer.units,), weights + layer.units, weights), shape, where)


def _sides(layer: Conv, shape: tuple[int, int, int]) -> Pair:
    sides = []
    for size, kernel in zip(shape[:2], pair(layer.kernel), strict=True):
        if layer.padding == "same":
            before, after = same_padding(size, kernel=kernel, stride=layer.stride)
        else:
            before = after = 0 if layer.padding == "valid" else layer.padding
        n = out_size(size, kernel=kernel, stride=layer.stride, before=before, after=after)
        sides.append(n)
    return sides[0], sides[1]


def _conv(layer: Conv, shape: Shape, where: str) -> Row:
    came = _map(shape, where)
    channels = came[2]
    if channels % layer.groups or layer.filters % layer.groups:
        _refuse(where, shape, f"channels and filters that {layer.groups} groups divide evenly")
    height, width = _sides(layer, came)
    if height < 1 or width < 1:
        kernel = pair(layer.kernel)
        _refuse(where, shape, f"a map of at least {kernel[0]} x {kernel[1]}, or padding")
    kernel_height, kernel_width = pair(layer.kernel)
    weights = kernel_height * kernel_width * (channels // layer.groups) * layer.filters
    parameters = weights + (layer.filters if layer.bias else 0)
    row = Row(layer, (height, width, layer.filters), parameters, weights * height * width)
    return _checked(row, shape, where)


def _pool(layer: MaxPool | AvgPool, shape: Shape, where: str) -> Row:
    came = _map(shape, where)
    if layer.padding * 2 > layer.size:
        _refuse(where, shape, f"padding of at most half the window, {layer.size // 2}")
    stride = layer.stride or layer.size
    pad = layer.padding
    height, width = (
        out_size(size, kernel=layer.size, stride=stride, before=pad, after=pad) for size in came[:2]
    )
    if height < 1 or width < 1:
        _refuse(where, shape, f"a map of at least {layer.size} x {layer.size}")
    return Row(layer, (height, width, came[2]), 0, 0)


def _inside(layers: tuple[Layer, ...], shape: Shape, where: str) -> tuple[Shape, int, int]:
    parameters = multiply_adds = 0
    for inner in layers:
        row = _row(inner, shape, where=f"{where}, in it {inner}")
        shape, parameters = row.output, parameters + row.parameters
        multiply_adds += row.multiply_adds
    return shape, parameters, multiply_adds


def _residual(layer: Residual, shape: Shape, where: str) -> Row:
    body, parameters, multiply_adds = _inside(layer.body, shape, where)
    shortcut, more_parameters, more_adds = _inside(layer.shortcut, shape, where)
    if body != shortcut:
        _refuse(
            where,
            shape,
            f"a body and a shortcut of one shape; they give {_text(body)} and {_text(shortcut)}",
        )
    return Row(layer, body, parameters + more_parameters, multiply_adds + more_adds)


def expand_inverted(layer: InvertedResidual, channels: int) -> tuple[Layer, ...]:
    """The plain layers that an inverted residual block stands for, without its addition."""
    wide = channels * layer.expand
    widen: tuple[Layer, ...] = ()
    if layer.expand != 1:
        widen = (Conv(wide, 1, bias=False), BatchNorm(), RELU6)
    return (
        *widen,
        Conv(wide, layer.kernel, layer.stride, "same", groups=wide, bias=False),
        BatchNorm(),
        RELU6,
        Conv(layer.filters, 1, bias=False),
        BatchNorm(),
    )


def adds_input(layer: InvertedResidual, channels: int) -> bool:
    """Whether an inverted residual block adds its input to its output."""
    return layer.stride == 1 and layer.filters == channels


def _inverted(layer: InvertedResidual, shape: Shape, where: str) -> Row:
    came = _map(shape, where)
    output, parameters, multiply_adds = _inside(expand_inverted(layer, came[2]), shape, where)
    return Row(layer, output, parameters, multiply_adds)


def _timm(layer: Timm, shape: Shape, where: str) -> Row:
    from sortal.network.timm_network import measured

    height, _, channels = _map(shape, where)
    found = measured(layer.name, size=height, channels=channels)
    return _checked(Row(layer, found.output, found.parameters, found.multiply_adds), shape, where)


def describe(layers: tuple[Layer, ...], input_shape: Shape) -> str:
    """A table for people: layer, output shape, parameters, multiply-adds, and the sums."""
    rows = summarise(layers, input_shape)
    lines = [("layer", "output", "parameters", "multiply-adds")]
    lines += [
        (str(r.layer), _text(r.output), f"{r.parameters:,}", f"{r.multiply_adds:,}") for r in rows
    ]
    total = (sum(r.parameters for r in rows), sum(r.multiply_adds for r in rows))
    lines.append(("total", "", f"{total[0]:,}", f"{total[1]:,}"))
    widths = [max(len(line[k]) for line in lines) for k in range(4)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}"
        for a, b, c, d in lines
    )
