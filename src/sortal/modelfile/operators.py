"""The operators that a model may use, each with the rule for the shape of what it makes.

One literal table: what is not in it is refused, so control flow, random numbers, and whatever
makes much out of little (Expand, Tile, Resize, ...) never reaches the runtime. The rules let
the reader know what a graph will cost before anything runs.

Source: the operator specifications of ONNX, opsets 13 to 21.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sortal.modelfile.call import Call, Made, Shape, made
from sortal.modelfile.graph import FLOAT
from sortal.modelfile.limits import MAX_LENGTH, MAX_RANK

Rule = Callable[[Call], Made]


def same(call: Call) -> Made:
    """The shape of the first input; any others are parameters of one number or one a channel."""
    shape = call.shape(0)
    for index in range(1, len(call.shapes)):
        if call.shapes[index] is not None and len(call.shape(index)) > 1:
            call.refuse(f"input {index} has more than one dimension")
    return made(shape)


def cast(call: Call) -> Made:
    """As the input, in float32; other types are of no use between layers."""
    if call.whole("to", 0) != FLOAT:
        call.refuse("it makes another type than float32")
    return made(call.shape(0))


def broadcast(call: Call) -> Made:
    """Shapes aligned at the end, lengths equal or 1 (NumPy broadcasting)."""
    shape = call.shape(0)
    for index in range(1, len(call.shapes)):
        shape = _broadcast(call, shape, call.shape(index))
    return made(shape)


def _broadcast(call: Call, first: Shape, second: Shape) -> Shape:
    rank = max(len(first), len(second))
    pairs = zip(_padded(first, rank), _padded(second, rank), strict=True)
    out = []
    for a, b in pairs:
        if a != b and 1 not in (a, b):
            call.refuse(f"lengths {a} and {b} do not fit together")
        out.append(max(a, b))
    return tuple(out)


def _padded(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + shape


def slope(call: Call) -> Made:
    """As the first input, which the second is broadcast to."""
    shape = call.shape(0)
    if _broadcast(call, shape, call.shape(1)) != shape:
        call.refuse("the slopes do not fit")
    return made(shape)


def convolution(call: Call) -> Made:
    """(n, c, h, w) and weights (m, c / group, kh, kw) make (n, m, h', w')."""
    n, channels, *plane = call.shape(0, rank=4)
    filters, per_group, *kernel = call.shape(1, rank=4)
    groups = call.whole("group", 1)
    if groups < 1 or channels != per_group * groups or filters % groups:
        call.refuse(f"{channels} channels do not fit its weights in {groups} groups")
    if call.wholes("kernel_shape", tuple(kernel)) != tuple(kernel):
        call.refuse("kernel_shape is not that of the weights")
    if len(call.shapes) > 2 and call.shape(2) != (filters,):
        call.refuse("the bias does not fit the weights")
    out = _slide(call, plane, kernel)
    return made((n, filters, *out), times=per_group * math.prod(kernel))


def pool(call: Call) -> Made:
    """(n, c, h, w) makes (n, c, h', w')."""
    n, channels, *plane = call.shape(0, rank=4)
    kernel = call.wholes("kernel_shape", (0, 0))
    out = _slide(call, plane, list(kernel))
    return made((n, channels, *out), times=math.prod(kernel))


def _slide(call: Call, plane: list[int], kernel: list[int]) -> list[int]:
    """Return the places that a window takes along each side of a plane."""
    steps = call.wholes("strides", (1, 1))
    spread = call.wholes("dilations", (1, 1))
    pads = call.wholes("pads", (0, 0, 0, 0))
    ceil = call.flag("ceil_mode", 0)
    auto = call.attributes.get("auto_pad", "NOTSET")
    if auto not in ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"):
        call.refuse(f"auto_pad is {auto!r}")
    if min(steps) < 1 or min(spread) < 1 or min(kernel) < 1 or min(pads) < 0:
        call.refuse("a window, step or border is negative or nothing")
    if any(length > MAX_LENGTH for length in (*steps, *spread, *kernel, *pads)):
        call.refuse("a window, step or border is absurdly large")
    places = []
    for i, length in enumerate(plane):
        if str(auto).startswith("SAME"):
            places.append(-(-length // steps[i]))
            continue
        window = spread[i] * (kernel[i] - 1) + 1
        room = length + pads[i] + pads[i + 2] - window
        if room < 0 or max(pads[i], pads[i + 2]) >= max(window, 2):
            call.refuse("its window does not fit the plane and border")
        places.append((-(-room // steps[i]) if ceil else room // steps[i]) + 1)
    return places


def global_pool(call: Call) -> Made:
    """(n, c, h, w) makes (n, c, 1, 1)."""
    shape = call.shape(0, rank=4)
    return Made((*shape[:2], 1, 1), math.prod(shape))


def matmul(call: Call) -> Made:
    """(..., m, k) and (..., k, n) make (..., m, n)."""
    a, b = call.shape(0), call.shape(1)
    if len(a) < 2 or len(b) < 2 or a[-1] != b[-2]:
        call.refuse(f"shapes {a} and {b} do not fit together")
    return made((*_broadcast(call, a[:-2], b[:-2]), a[-2], b[-1]), times=a[-1])


def gemm(call: Call) -> Made:
    """(m, k) and (k, n), either of them transposed or not, make (m, n); a third is added."""
    a, b = call.shape(0, rank=2), call.shape(1, rank=2)
    a = a[::-1] if call.flag("transA", 0) else a
    b = b[::-1] if call.flag("transB", 0) else b
    shape = (a[0], b[1])
    if a[1] != b[0]:
        call.refuse(f"shapes {a} and {b} do not fit together")
    if len(call.shapes) > 2 and _broadcast(call, shape, call.shape(2)) != shape:
        call.refuse("what it adds does not fit")
    return made(shape, times=a[1])


def reduce(call: Call) -> Made:
    """The named axes become 1, or vanish with ``keepdims`` 0; without names, all do."""
    shape = call.shape(0)
    axes = call.axes(len(shape))
    if not axes:
        if call.flag("noop_with_empty_axes", 0):
            call.refuse("it names no axes")
        axes = tuple(range(len(shape)))
    if call.flag("keepdims", 1):
        out = tuple(1 if i in axes else length for i, length in enumerate(shape))
    else:
        out = tuple(length for i, length in enumerate(shape) if i not in axes)
    return Made(out, math.prod(shape))


def flatten(call: Call) -> Made:
    """All axes before ``axis`` become one, and all from it on."""
    shape = call.shape(0)
    axis = call.whole("axis", 1)
    axis = axis if axis == len(shape) else call.axis(axis, len(shape))
    return made((math.prod(shape[:axis]), math.prod(shape[axis:])))


def reshape(call: Call) -> Made:
    """The stored shape; 0 keeps a length, one -1 takes what is left."""
    shape = call.shape(0)
    wanted = call.values[1] if len(call.values) > 1 else None
    if wanted is None or len(wanted) > MAX_RANK:
        call.refuse("the new shape is not a few stored numbers")
    if call.flag("allowzero", 0) or min(wanted, default=1) < -1 or wanted.count(-1) > 1:
        call.refuse(f"the new shape is {wanted}")
    if any(length == 0 and i >= len(shape) for i, length in enumerate(wanted)):
        call.refuse(f"the new shape is {wanted}")
    out = [shape[i] if length == 0 else length for i, length in enumerate(wanted)]
    if -1 in out:
        rest = math.prod(length for length in out if length != -1)
        out[out.index(-1)] = math.prod(shape) // rest
    if math.prod(out) != math.prod(shape):
        call.refuse(f"{math.prod(shape)} numbers do not fit the new shape {wanted}")
    return made(tuple(out))


def transpose(call: Call) -> Made:
    """The axes in the order of ``perm``."""
    shape = call.shape(0)
    order = call.wholes("perm", tuple(reversed(range(len(shape)))))
    if sorted(order) != list(range(len(shape))):
        call.refuse(f"perm is {order}")
    return made(tuple(shape[axis] for axis in order))


def concat(call: Call) -> Made:
    """Equal in all axes but one, whose lengths add up."""
    first = call.shape(0)
    axis = call.axis(call.whole("axis", 0), len(first))
    total = 0
    for index in range(len(call.shapes)):
        shape = call.shape(index, rank=len(first))
        if shape[:axis] + shape[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            call.refuse(f"shapes {first} and {shape} do not fit together")
        total += shape[axis]
    return made((*first[:axis], total, *first[axis + 1 :]))


def squeeze(call: Call) -> Made:
    """The named axes, of length 1, vanish."""
    shape = call.shape(0)
    axes = call.axes(len(shape)) or ()
    if not axes or any(shape[axis] != 1 for axis in axes):
        call.refuse(f"axes {axes} of shape {shape} are not all of length 1")
    return made(tuple(length for i, length in enumerate(shape) if i not in axes))


def unsqueeze(call: Call) -> Made:
    """New axes of length 1 where they are named."""
    shape = list(call.shape(0))
    named = call.values[1] if len(call.values) > 1 else None
    if not named or len(shape) + len(named) > MAX_RANK:
        call.refuse("the axes are not a few stored numbers")
    for axis in sorted(call.axes(len(shape) + len(named)) or ()):
        shape.insert(axis, 1)
    return made(tuple(shape))


def per_axis(call: Call) -> Made:
    """As the input; scale and zero point are one number, or one for each place of an axis."""
    shape = call.shape(0)
    scale = call.shape(1)
    if scale and scale != (1,):
        axis = call.axis(call.whole("axis", 1), len(shape))
        if scale != (shape[axis],):
            call.refuse(f"scales {scale} do not fit axis {axis} of shape {shape}")
    if len(call.shapes) > 2 and call.shape(2) != scale:
        call.refuse("zero points and scales differ in number")
    if call.whole("block_size", 0):
        call.refuse("it works in blocks")
    return made(shape)


def normalise(call: Call) -> Made:
    """As the input (n, c, ...); each of the four parameters is one number a channel."""
    shape = call.shape(0)
    if len(shape) < 2 or any(call.shape(index) != shape[1:2] for index in range(1, 5)):
        call.refuse("its parameters do not fit the channels")
    if call.flag("training_mode", 0):
        call.refuse("it is set to training")
    return made(shape)


def top(call: Call) -> Made:
    """The largest along an axis, as many as the stored second input says, and their places."""
    shape = call.shape(0)
    axis = call.axis(call.whole("axis", -1), len(shape))
    count = call.values[1] if len(call.values) > 1 else None
    if count is None or len(count) != 1 or not 0 < count[0] <= shape[axis]:
        call.refuse("how many to take is no sensible stored number")
    return made((*shape[:axis], count[0], *shape[axis + 1 :]))


OPERATORS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("Conv",), convolution),
    **dict.fromkeys(("AveragePool", "MaxPool"), pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), global_pool),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"), broadcast),
    **dict.fromkeys(("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"), reduce),
    **dict.fromkeys(("ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"), reduce),
    **dict.fromkeys(("Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid"), same),
    **dict.fromkeys(("HardSwish", "Mish", "Gelu", "Softplus", "Tanh", "Erf"), same),
    **dict.fromkeys(("Exp", "Log", "Sqrt", "Neg", "Abs", "Reciprocal", "Identity"), same),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Clip", "LayerNormalization"), same),
    **dict.fromkeys(("QuantizeLinear", "DequantizeLinear"), per_axis),
    "BatchNormalization": normalise,
    "Cast": cast,
    "Concat": concat,
    "Flatten": flatten,
    "Gemm": gemm,
    "MatMul": matmul,
    "PRelu": slope,
    "Reshape": reshape,
    "Squeeze": squeeze,
    "TopK": top,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
"""Operator of ai.onnx to the rule for its shape."""

OUTPUTS: Final[dict[str, int]] = {"TopK": 2}
"""How many outputs an operator has, all of one shape; 1 where nothing is said."""
