"""Turns one cut-out render of a brick into pictures that look as if somebody had taken them.

Everything here is drawn from a generator that the caller seeds; nothing is copied from a
photograph. A scene is: a surface, the brick's shadow on it, the brick, sometimes something
that lies over a corner of it, then light and camera.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIDE: Final = 224
"""Pixels of a finished picture's side."""

SHARE: Final = (0.78, 0.88)
"""How much of the picture's side the largest part takes, from and to."""

NEARER: Final = 0.4
"""Small parts are photographed from nearer: shares grow with this power of a part's size."""

ROLL: Final = 10.0
"""Standard deviation of the camera's roll, degrees."""

OBSTACLES: Final = 0.15
"""Share of the pictures in which something lies over the brick."""

Rng = np.random.Generator
Plane = NDArray[np.float64]
"""Shape (height, width) or (height, width, 3); grey levels as 0-1."""

MATERIALS: Final = (
    (0.93, 0.92, 0.89), (0.80, 0.78, 0.74), (0.55, 0.55, 0.56), (0.30, 0.31, 0.33),
    (0.72, 0.56, 0.38), (0.50, 0.34, 0.21), (0.86, 0.76, 0.60), (0.36, 0.45, 0.58),
    (0.62, 0.70, 0.62), (0.76, 0.60, 0.58), (0.42, 0.36, 0.48), (0.88, 0.84, 0.70),
)  # fmt: skip
"""Colours that table tops, paper and cloth come in; RGB, 0-1."""


@dataclass(frozen=True, slots=True)
class CutOut:
    """A render without its surroundings.

    Attributes:
        rgba: the brick cropped to its outline.
        base: the brick's own colour, RGB, 0-1.
        size: how large the part is beside the largest, 0-1.
    """

    rgba: Image.Image
    base: tuple[float, float, float]
    size: float


def smooth_noise(rng: Rng, *, cells: tuple[int, int], side: int = SIDE) -> Plane:
    """Value noise: a coarse random grid, enlarged; shape (side, side), 0-1."""
    grid = Image.fromarray(rng.random(cells).astype(np.float32))
    return np.asarray(grid.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float64)


def tinted(rng: Rng, relief: Plane, *, depth: float) -> Plane:
    """A material colour, lighter and darker with ``relief`` (mean about 0.5)."""
    colour = np.array(MATERIALS[rng.integers(len(MATERIALS))]) * rng.uniform(0.85, 1.1)
    return colour * (1 + depth * (relief[..., None] - 0.5))


def wood(rng: Rng) -> Plane:
    """Boards with a grain: sine waves bent by noise, stretched along one direction."""
    across = np.linspace(0, 1, SIDE)[:, None] + 0.12 * smooth_noise(rng, cells=(5, 3))
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(4, 12) * across)
    relief = 0.6 * rings + 0.4 * smooth_noise(rng, cells=(90, 4))
    brown = np.array(MATERIALS[rng.integers(4, 7)]) * rng.uniform(0.8, 1.15)
    return brown * (1 + rng.uniform(0.15, 0.4) * (relief[..., None] - 0.5))


def paper(rng: Rng) -> Plane:
    """Nearly white, plain or ruled or squared."""
    page = np.full((SIDE, SIDE, 3), rng.uniform(0.84, 0.96)) * rng.uniform(0.96, 1.0, 3)
    step, ink = int(rng.integers(14, 30)), rng.uniform(0.75, 0.9, 3)
    rule = rng.integers(3)
    if rule >= 1:
        page[::step] *= ink
    if rule == 2:
        page[:, ::step] *= ink
    return page * (1 + 0.03 * (smooth_noise(rng, cells=(40, 40))[..., None] - 0.5))


def cloth(rng: Rng) -> Plane:
    """A plain weave, with folds."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] * (2 * np.pi / rng.uniform(4.5, 9))
    weave = 0.5 + 0.25 * (np.sin(x) + np.sin(y) * np.sign(np.sin(x / 2)))
    return tinted(rng, 0.35 * weave + 0.65 * smooth_noise(rng, cells=(4, 4)), depth=0.5)


def gradient(rng: Rng) -> Plane:
    """One smooth surface under a lamp to one side."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    return tinted(rng, 0.5 + np.cos(angle) * x + np.sin(angle) * y, depth=rng.uniform(0.1, 0.6))


def stone(rng: Rng) -> Plane:
    """Blotches of several sizes: concrete, carpet, stone."""
    layers = [smooth_noise(rng, cells=(n, n)) / k for k, n in enumerate((5, 14, 40), start=1)]
    return tinted(rng, np.sum(layers, axis=0) / 1.83, depth=rng.uniform(0.3, 0.8))


def clutter(rng: Rng) -> Plane:
    """Things on the table, out of focus."""
    image = Image.fromarray(to_bytes(gradient(rng)))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(5, 12)):
        centre, half = rng.uniform(0, SIDE, 2), rng.uniform(10, 45, 2)
        box = [*(centre - half), *(centre + half)]
        colour = tuple(int(c) for c in rng.integers(30, 235, 3))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(box, fill=colour)
    blurred = image.rotate(rng.uniform(0, 90), fillcolor=colour).filter(
        ImageFilter.GaussianBlur(rng.uniform(3, 8))
    )
    return np.asarray(blurred, dtype=np.float64) / 255


SURFACES: Final[tuple[Callable[[Rng], Plane], ...]] = (wood, paper, cloth, gradient, stone, clutter)
SURFACE_SHARES: Final = (0.18, 0.18, 0.18, 0.18, 0.18, 0.10)


def surface(rng: Rng) -> Image.Image:
    """One of the surfaces, turned by a quarter turn or two."""
    plane = SURFACES[int(rng.choice(len(SURFACES), p=SURFACE_SHARES))](rng)
    return Image.fromarray(np.rot90(to_bytes(plane), int(rng.integers(4))).copy())


def to_bytes(plane: Plane) -> NDArray[np.uint8]:
    """Grey levels 0-1 to 0-255, clipped."""
    levels: NDArray[np.uint8] = np.rint(255 * plane.clip(0, 1)).astype(np.uint8)
    return levels


def relit(cut: CutOut, rng: Rng) -> Image.Image:
    """The brick under harder or softer light: its shading relative to its colour, to a power."""
    rgba = np.asarray(cut.rgba, dtype=np.float64) / 255
    base = np.array(cut.base).clip(0.06, 1)
    shading = (rgba[..., :3] / base).clip(1e-3, None) ** rng.uniform(0.6, 1.4)
    rgba[..., :3] = base * shading * rng.uniform(0.85, 1.15)
    return Image.fromarray(to_bytes(rgba))


def placed(cut: CutOut, rng: Rng) -> tuple[Image.Image, float]:
    """The brick on an empty picture-sized sheet, and the direction its shadow falls (radians).

    The renderer's lamp stands to the left of and behind the camera; mirroring (every type
    here is its own mirror image) and rolling the camera move it.
    """
    brick, towards = relit(cut, rng), np.pi / 5
    if rng.random() < 0.5:
        brick, towards = brick.transpose(Image.Transpose.FLIP_LEFT_RIGHT), np.pi - towards
    roll = rng.normal(0, ROLL)
    brick = brick.rotate(roll, Image.Resampling.BICUBIC, expand=True)
    brick = brick.crop(brick.getchannel("A").getbbox())
    share = rng.uniform(*SHARE) * cut.size**NEARER * SIDE / max(brick.size)
    brick = brick.resize(
        [max(1, round(share * s)) for s in brick.size],
        Image.Resampling.LANCZOS,
    )
    sheet = Image.new("RGBA", (SIDE, SIDE))
    room = (SIDE - brick.width, SIDE - brick.height)
    corner = [int(r * rng.beta(3, 3)) for r in room]
    sheet.paste(brick, (corner[0], corner[1]))
    return sheet, towards - np.radians(roll)


def shadow(sheet: Image.Image, towards: float, rng: Rng) -> Plane:
    """How much light reaches each pixel of the surface; shape (SIDE, SIDE, 1), 0-1."""
    outline = sheet.getchannel("A")
    light = np.ones((SIDE, SIDE))
    for reach, blur, dark in ((4, 3, 0.45), (rng.uniform(6, 20), rng.uniform(5, 12), 0.4)):
        step = (round(reach * np.cos(towards)), round(reach * np.sin(towards)))
        moved = Image.new("L", outline.size)
        moved.paste(outline, step)
        soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64) / 255
        light *= 1 - dark * rng.uniform(0.5, 1) * soft
    return light[..., None]


def obstacle(sheet: Image.Image, rng: Rng) -> Image.Image:
    """Something thick, like a pencil or a finger, that hides 3 to 15 % of the brick."""
    brick = np.asarray(sheet.getchannel("A")) > 127
    while True:
        mask = Image.new("L", sheet.size)
        start, end = rng.uniform(-20, SIDE + 20, (2, 2))
        width = int(rng.integers(12, 34))
        ImageDraw.Draw(mask).line([*start, *end], fill=255, width=width)
        hidden = (np.asarray(mask) > 0)[brick].mean()
        if 0.03 <= hidden <= 0.15:
            break
    colour = tuple(int(255 * c) for c in MATERIALS[rng.integers(len(MATERIALS))])
    stick = Image.new("RGBA", sheet.size, (*colour, 255))
    stick.putalpha(mask.filter(ImageFilter.GaussianBlur(1.2)))
    return stick


def photographed(scene: Plane, rng: Rng) -> Image.Image:
    """Lamp and camera: uneven light, colour cast, exposure, a little blur and noise."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    angle, slope = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.45)
    lamp = 1 + slope * (np.cos(angle) * x + np.sin(angle) * y)
    warmth = rng.normal(0, 0.06)
    cast = np.array([1 + warmth, 1 + rng.normal(0, 0.015), 1 - warmth])
    exposed = scene * lamp[..., None] * cast * rng.uniform(0.72, 1.15)
    image = Image.fromarray(to_bytes(exposed))
    image = image.filter(ImageFilter.GaussianBlur(float(rng.choice([0, 0, 0.5, 0.9, 1.3]))))
    noise = rng.normal(0, rng.choice([0, 0.008, 0.016]), (SIDE, SIDE, 1))
    return Image.fromarray(to_bytes(np.asarray(image, dtype=np.float64) / 255 + noise))


def picture(cut: CutOut, rng: Rng) -> Image.Image:
    """One finished picture of the brick; RGB, SIDE x SIDE pixels."""
    ground = surface(rng)
    sheet, towards = placed(cut, rng)
    lit = np.asarray(ground, dtype=np.float64) / 255 * shadow(sheet, towards, rng)
    scene = Image.fromarray(to_bytes(lit)).convert("RGBA")
    scene.alpha_composite(sheet)
    if rng.random() < OBSTACLES:
        scene.alpha_composite(obstacle(sheet, rng))
    return photographed(np.asarray(scene.convert("RGB"), dtype=np.float64) / 255, rng)
