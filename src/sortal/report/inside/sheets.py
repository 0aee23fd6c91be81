"""Maps and filters as small PNG files: a few in a row, every value one square of colour."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sortal.explanation.palette import colours

Floats = NDArray[np.float32]

LEVELS: Final = 31
"""Steps of colour on each side of nothing; more cannot be told apart and cost bytes."""

ABOVE: Final = (214, 106, 0)
BELOW: Final = (38, 104, 224)
"""sRGB of what is above and below nothing in maps of both signs; nothing itself is clear, so
that it takes the colour of the page, light or dark."""

EMPTY: Final = 2 * LEVELS + 1
"""Place in the palette of what is no value."""

MAP_GAP, FILTER_GAP = 0.05, 0.14
"""Of what is drawn in a row, as shares of its width."""

_LEAST_SIDE: Final = 64  # a drawn map is at least so wide, pixels
_MOST_SIDE: Final = 112  # and at most; larger ones are drawn by the means of squares


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours of a sheet mean.

    Attributes:
        most: the value that is drawn strongest.
        signed: whether values below nothing have a colour of their own.
    """

    most: float
    signed: bool

    def levels(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the place of each value in the palette; ``LEVELS`` is nothing where signed."""
        share = np.asarray(values, np.float64) / (self.most or 1.0)
        steps = LEVELS if self.signed else 2 * LEVELS
        return (np.rint(share * steps) + LEVELS * self.signed).clip(0, 2 * LEVELS).astype(np.uint8)


def scale_of(values: NDArray[np.floating]) -> Scale:
    """Return the scale that uses the whole range of ``values``."""
    return Scale(float(np.abs(values).max()), signed=bool(values.min() < 0))


def robust_scale(values: NDArray[np.floating]) -> Scale:
    """Return a scale that a few outliers do not make pale: 99.9 % of the values lie within.

    The whole range where so few values differ from nothing that the rest would be it.
    """
    most = float(np.quantile(np.abs(values), 0.999))
    whole = scale_of(values)
    return Scale(most, signed=whole.signed) if most > 0.3 * whole.most else whole


def smaller(values: Floats) -> tuple[Floats, int]:
    """Return planes (n, h, w) of at most 112 places a side, by means of squares, and their side."""
    side = -(-max(values.shape[1:]) // _MOST_SIDE)
    if side == 1:
        return values, 1
    n, height, width = values.shape
    padded = np.pad(values, ((0, 0), (0, -height % side), (0, -width % side)), mode="edge")
    cells = padded.reshape(n, padded.shape[1] // side, side, padded.shape[2] // side, side)
    return cells.mean(axis=(2, 4)), side


def map_row(values: Floats, scale: Scale, *, places: int) -> bytes:
    """Draw maps, (n, height, width) with n up to ``places``, in one row, as a PNG file."""
    sheet = _laid(scale.levels(values), places, gap=MAP_GAP)
    return _painted(sheet, scale)


def line_block(values: Floats, scale: Scale, *, across: int) -> bytes:
    """Draw values, (n,), in lines of ``across``, the last of them open, as a PNG file."""
    codes = np.full(-(-values.size // across) * across, EMPTY, np.uint8)
    codes[: values.size] = scale.levels(values)
    return _painted(codes.reshape(-1, across).repeat(4, axis=0).repeat(4, axis=1), scale)


def colour_row(kernels: Floats, *, places: int) -> bytes:
    """Draw RGB kernels, (n, 3, height, width), in one row as a PNG file.

    Each is drawn by a scale of its own: grey is 0, its largest weight of either sign the end.
    """
    most = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True)
    share = kernels / np.where(most > 0, most, 1)
    codes = np.rint(127.5 + 127.5 * share).clip(0, 255).astype(np.uint8)
    planes = [_laid(codes[:, channel], places, gap=FILTER_GAP) for channel in range(3)]
    seen = _laid(np.full(codes[:, 0].shape, 255, np.uint8), places, gap=FILTER_GAP, empty=0)
    return _png(Image.fromarray(np.stack([*planes, seen], axis=-1)))


def picture_png(pixels: NDArray[np.uint8]) -> bytes:
    """Draw uint8 pixels, (height, width) grey or (height, width, 3), each a sharp square."""
    times = _enlarged(pixels.shape[0], pixels.shape[1])
    return _png(Image.fromarray(pixels.repeat(times, axis=0).repeat(times, axis=1)))


def sign_row(kernels: Floats, *, places: int) -> bytes:
    """Draw kernels of one plane, (n, height, width), in one row, each by a scale of its own."""
    most = np.abs(kernels).max(axis=(1, 2), keepdims=True)
    scale = Scale(1, signed=True)
    codes = scale.levels(kernels / np.where(most > 0, most, 1))
    return _painted(_laid(codes, places, gap=FILTER_GAP), scale)


def _painted(codes: NDArray[np.uint8], scale: Scale) -> bytes:
    image = Image.fromarray(codes)
    image.putpalette(_palette(signed=scale.signed).tobytes(), "RGBA")
    return _png(image)


def _laid(
    codes: NDArray[np.uint8], places: int, *, gap: float, empty: int = EMPTY
) -> NDArray[np.uint8]:
    """Lay planes side by side with a gap between them; places without a plane stay empty."""
    n, height, width = codes.shape
    times = _enlarged(height, width)
    space = max(1, round(gap * times * width))
    sheet = np.full((height * times, places * (width * times + space) - space), empty, np.uint8)
    for index in range(n):
        left = index * (width * times + space)
        drawn = codes[index].repeat(times, axis=0).repeat(times, axis=1)
        sheet[:, left : left + width * times] = drawn
    return sheet


def _enlarged(height: int, width: int) -> int:
    return max(1, -(-_LEAST_SIDE // max(height, width)))


def _palette(*, signed: bool) -> NDArray[np.uint8]:
    """RGBA of every level, and of the empty place behind them."""
    table = np.zeros((2 * LEVELS + 2, 4), np.uint8)
    steps = 2 * LEVELS + 1
    if signed:
        share = np.arange(-LEVELS, LEVELS + 1) / LEVELS
        strength = np.abs(share)[:, None]
        hue = np.where(share[:, None] > 0, ABOVE, BELOW)
        mixed = np.minimum(1, 4 * strength)  # close to nothing all is grey
        table[:steps, :3] = np.rint(mixed * hue + (1 - mixed) * 128)
        table[:steps, 3] = np.rint(255 * (0.1 + 0.9 * strength[:, 0] ** 0.7))
    else:
        table[:steps, :3] = colours(np.linspace(0, 1, steps)).round()
        table[:steps, 3] = 255
    return table


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
