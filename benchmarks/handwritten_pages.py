"""Digits written on paper and photographed, made from seeds: what a test of handwriting looks at.

A digit is enlarged to the size that it has on the page and made a sharp stroke with soft edges;
the page is a colour with a texture; ink covers paper; light falls unevenly; the camera blurs,
adds noise and writes a JPEG file. Each distortion is one change to ``Page``.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.uint8]
Plane = NDArray[np.float32]
Sides = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """How a digit is written and photographed.

    Attributes:
        width, height: of the photograph, pixels.
        least, most: height of a digit, relative to the photograph's height.
        texture: kind of paper: "smooth", "cloudy", "fibres".
        shadow: what a shadow takes of the light, 0-1.
        blur: standard deviation, pixels, for a photograph 400 pixels high.
        rotation: largest angle to either side, degrees.
        colours: whether paper and ink are coloured.
        pen: change of the stroke's width relative to the digit's height.
        inverted: chalk on a blackboard.
        ruled: "", "lines" or "squares".
        specks: pieces of dirt.
        at_edge: whether the digit touches the photograph's edge.
    """

    width: int = 480
    height: int = 400
    least: float = 0.35
    most: float = 0.65
    texture: str = "cloudy"
    shadow: float = 0.0
    blur: float = 0.6
    rotation: float = 0.0
    colours: bool = False
    pen: float = 0.0
    inverted: bool = False
    ruled: str = ""
    specks: int = 0
    at_edge: bool = False


PLAIN: Final = Page()
PAGES: Final[Mapping[str, Page]] = {
    "paper": PLAIN,
    "rough paper": replace(PLAIN, texture="fibres"),
    "shadow": replace(PLAIN, shadow=0.55),
    "blur": replace(PLAIN, blur=5.0),
    "rotation": replace(PLAIN, rotation=15.0),
    "colour": replace(PLAIN, colours=True),
    "thin pen": replace(PLAIN, pen=-0.045),
    "thick pen": replace(PLAIN, pen=0.05),
    "inverted": replace(PLAIN, inverted=True),
    "ruled": replace(PLAIN, ruled="lines"),
    "squared": replace(PLAIN, ruled="squares"),
    "specks": replace(PLAIN, specks=12),
    "at the edge": replace(PLAIN, at_edge=True),
    "small": replace(PLAIN, least=0.08, most=0.15),
    "all at once": replace(
        PLAIN,
        texture="fibres",
        shadow=0.4,
        blur=2.0,
        rotation=10.0,
        colours=True,
        ruled="lines",
        specks=5,
        least=0.2,
        most=0.5,
    ),
    "12 megapixels": replace(PLAIN, width=4000, height=3000, shadow=0.4, least=0.15, most=0.4),
}


def photograph(digit: Grey, page: Page, random: np.random.Generator) -> Grey:
    """Return one digit on a page, uint8 RGB (height, width, 3).

    Args:
        digit: uint8, shape (side, side), white on black.
        page: how it is written and photographed.
        random: where every choice comes from.
    """
    pixels, _ = sheet([digit], page, random)
    return pixels


def sheet(
    digits: Sequence[Grey], page: Page, random: np.random.Generator
) -> tuple[Grey, list[Sides]]:
    """Return digits in even rows on one page, and the box of each, in reading order."""
    strokes = [_stroke(digit, page, random, rows=_rows(len(digits))) for digit in digits]
    place = _one_place if len(digits) == 1 else _places
    places = place(strokes, page, random)
    written = np.zeros((page.height, page.width), np.float32)
    boxes = []
    for stroke, (top, left) in zip(strokes, places, strict=True):
        height, width = stroke.shape
        part = written[top : top + height, left : left + width]
        np.maximum(part, stroke[: part.shape[0], : part.shape[1]], out=part)
        boxes.append(_box_of(stroke, top, left))
    return _camera(_lit(_inked(written, page, random), page, random), page, random), boxes


def _rows(n: int) -> int:
    return 1 if n <= 5 else 2 if n <= 10 else 4


def _stroke(digit: Grey, page: Page, random: np.random.Generator, *, rows: int) -> Plane:
    """Return how much ink a digit leaves at each pixel, 0-1, cut to the ink."""
    tall = float(random.uniform(page.least, page.most)) * page.height / max(1.0, 0.75 * rows)
    ys, xs = np.nonzero(digit > 64)
    ink = digit[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    side = max(ink.shape)
    pad = max(2, side // 5)
    image = Image.fromarray(np.pad(ink, pad))
    scale = tall / side
    size = tuple(max(8, round(s * scale)) for s in image.size)
    image = image.resize((size[0], size[1]), Image.Resampling.BICUBIC)
    # The coarse pixels of the source become a smooth outline, and a change of the threshold
    # of its distance a thicker or thinner pen.
    is_coarse = len(digit) < 16
    image = image.filter(ImageFilter.GaussianBlur((0.4 if is_coarse else 0.55) * scale))
    image = _with_pen(image, page.pen * tall)
    if page.rotation:
        angle = float(random.uniform(-page.rotation, page.rotation))
        image = image.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    plane = np.asarray(image, np.float32) / 255
    if is_coarse:  # Strokes are grey and fill their holes: as much ink as there was grey.
        half = float(np.quantile(plane, 1 - plane.mean() / plane.max()))
    else:
        half = 0.5 * float(np.median(plane[plane > 0.4 * plane.max()]))
    plane = np.clip((plane - half) * max(1.0, 0.8 * scale) + 0.5, 0, 1)
    if not (plane > 0.5).any():
        raise ValueError("the pen was too thin for this digit")
    ys, xs = np.nonzero(plane > 0.02)
    return plane[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def _with_pen(image: Image.Image, change: float) -> Image.Image:
    """Thicken or thin a stroke by ``change`` pixels, which leaves some ink of every digit."""
    steps = round(abs(change) / 2)
    kind = ImageFilter.MaxFilter(3) if change > 0 else ImageFilter.MinFilter(3)
    for _ in range(steps):
        changed = image.filter(kind)
        if change < 0 and _ink(changed) < 0.45 * _ink(image):
            break
        image = changed
    return image


def _ink(image: Image.Image) -> int:
    return int((np.asarray(image) > 140).sum())


def _one_place(
    strokes: Sequence[Plane], page: Page, random: np.random.Generator
) -> list[tuple[int, int]]:
    height, width = strokes[0].shape
    free = max(0, page.height - height), max(0, page.width - width)
    margin = [min(f // 2, 12) for f in free]
    top, left = (int(random.integers(m, f - m + 1)) for m, f in zip(margin, free, strict=True))
    if page.at_edge:
        side = int(random.integers(4))
        top = 0 if side == 0 else free[0] if side == 1 else top
        left = 0 if side == 2 else free[1] if side == 3 else left
    return [(top, left)]


def _places(
    strokes: Sequence[Plane], page: Page, random: np.random.Generator
) -> list[tuple[int, int]]:
    """Return top and left of digits in even rows, each moved a little within its cell."""
    rows = _rows(len(strokes))
    columns = -(-len(strokes) // rows)
    cell_h, cell_w = page.height / rows, page.width / columns
    places = []
    for k, stroke in enumerate(strokes):
        row, column = divmod(k, columns)
        free = cell_h - stroke.shape[0], cell_w - stroke.shape[1]
        top = row * cell_h + max(0.0, free[0]) * random.uniform(0.35, 0.65)
        left = column * cell_w + max(0.0, free[1]) * random.uniform(0.15, 0.85)
        places.append((int(top), int(left)))
    return places


def _box_of(stroke: Plane, top: int, left: int) -> Sides:
    ys, xs = np.nonzero(stroke > 0.5)
    return (
        left + int(xs.min()),
        top + int(ys.min()),
        left + int(xs.max()) + 1,
        top + int(ys.max()) + 1,
    )


def _inked(written: Plane, page: Page, random: np.random.Generator) -> Plane:
    """Return the page's own colours, float32 (height, width, 3), 0-255."""
    paper, ink = _colours(page, random)
    base = np.ones((*written.shape, 3), np.float32) * paper
    base *= (1 + _texture(written.shape, page, random))[:, :, None]
    if page.ruled:
        base = _ruled(base, page, random)
    if page.specks:
        written = np.maximum(written, _dirt(written.shape, page.specks, random))
    # A pen presses unevenly.
    pressed = written * (1 - 0.15 * _clouds(written.shape, random, cells=9))
    return base * (1 - pressed[:, :, None]) + ink * pressed[:, :, None]


def _colours(page: Page, random: np.random.Generator) -> tuple[Plane, Plane]:
    if page.inverted:
        board = random.uniform(25, 70) + random.uniform(-8, 12, 3)
        return np.float32(board), np.float32(random.uniform(190, 245) + random.uniform(-6, 6, 3))
    if not page.colours:
        paper = random.uniform(200, 248) + random.uniform(-5, 5, 3)
        return np.float32(paper), np.float32(random.uniform(15, 70) + random.uniform(-8, 8, 3))
    while True:
        paper, ink = random.uniform(90, 250, 3), random.uniform(0, 255, 3)
        # Somebody who writes sees the ink: 60 grey levels in one colour at least.
        if np.abs(paper - ink).max() > 110 and np.abs(paper - ink).sum() > 150:
            return np.float32(paper), np.float32(ink)


def _texture(shape: tuple[int, ...], page: Page, random: np.random.Generator) -> Plane:
    if page.texture == "smooth":
        return np.zeros(shape, np.float32)
    grain = random.normal(0, 0.010, shape).astype(np.float32)
    cloudy = 0.05 * (_clouds(shape, random, cells=4) - 0.5) + grain
    if page.texture == "cloudy":
        return cloudy
    fibres = np.zeros(shape, np.float32)
    for radii in ((9, 0.6), (0.6, 9)):
        noise = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8))
        fibres += np.asarray(noise.filter(ImageFilter.BoxBlur(radii)), np.float32)
    return cloudy + 0.035 * ((fibres - fibres.mean()) / fibres.std())


def _clouds(shape: tuple[int, ...], random: np.random.Generator, *, cells: int) -> Plane:
    """Return smooth noise, 0-1."""
    coarse = Image.fromarray(random.random((cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC))


def _ruled(base: Plane, page: Page, random: np.random.Generator) -> Plane:
    """Rule the page in a pale blue or grey, a little aslant."""
    step = page.height * random.uniform(0.055, 0.12)
    colour = np.float32([0.80, 0.87, 0.97] if random.random() < 0.5 else [0.84] * 3)
    y, x = np.mgrid[: page.height, : page.width].astype(np.float32)
    slope = float(random.uniform(-0.05, 0.05))
    thickness = max(1.2, 0.004 * page.height)
    ways = [y + slope * x] if page.ruled == "lines" else [y + slope * x, x - slope * y]
    for way in ways:
        line = np.clip(thickness - np.abs((way % step) - step / 2), 0, 1)[:, :, None]
        base = base * (1 - line) + base * colour * line
    return base


def _dirt(shape: tuple[int, ...], n: int, random: np.random.Generator) -> Plane:
    specks = np.zeros(shape, np.float32)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    for _ in range(n):
        radius = shape[0] * random.uniform(0.002, 0.009)
        top, left = random.uniform(0, shape[0]), random.uniform(0, shape[1])
        spot = np.clip(radius - np.hypot(y - top, x - left) + 0.5, 0, 1)
        specks = np.maximum(specks, spot * random.uniform(0.5, 1.0))
    return specks


def _lit(base: Plane, page: Page, random: np.random.Generator) -> Plane:
    """Let light fall from one side, and the shadow of a hand across."""
    height, width = base.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    across = np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)
    light = 1 + 0.12 * across
    if page.shadow:
        edge = random.uniform(-0.25, 0.25)
        softness = random.uniform(0.02, 0.12)
        bent = across + 0.06 * (_clouds((height, width), random, cells=4) - 0.5)
        light *= 1 - page.shadow * random.uniform(0.6, 1.0) / (
            1 + np.exp(-(bent - edge) / softness)
        )
    return base * light[:, :, None]


def _camera(light: Plane, page: Page, random: np.random.Generator) -> Grey:
    image = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(page.blur * page.height / 400))
    noisy = np.asarray(image, np.float32) + random.normal(0, 2.5, light.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    with Image.open(file) as photo:
        return np.asarray(photo.convert("RGB"))
