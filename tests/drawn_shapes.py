"""A tiny collection of drawn shapes: three kinds that any network tells apart at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

KINDS = ("cross", "disc", "square")
SIDE = 96


def draw(kind: str, seed: int) -> Image.Image:
    """One shape of its own size, place and colour on a ground of soft blots."""
    rng = np.random.default_rng([seed, *kind.encode()])
    blots = rng.integers(90, 255, (4, 4, 3)).astype(np.uint8)
    image = Image.fromarray(blots).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    red, green, blue = (int(v) for v in rng.integers(0, 90, 3))
    half = int(rng.integers(SIDE // 6, SIDE // 3))
    x, y = (int(v) for v in rng.integers(half + 2, SIDE - half - 2, 2))
    box = (x - half, y - half, x + half, y + half)
    if kind == "disc":
        pen.ellipse(box, fill=(red, green, blue))
    elif kind == "square":
        pen.rectangle(box, fill=(red, green, blue))
    else:
        pen.line((x - half, y, x + half, y), fill=(red, green, blue), width=7)
        pen.line((x, y - half, x, y + half), fill=(red, green, blue), width=7)
    return image


def draw_folder(
    root: Path, *, each: int, kinds: Iterable[str] = KINDS, first: int = 0, as_: str = "{kind}"
) -> Path:
    """Draw ``each`` pictures of every kind into ``root/KIND``; return ``root``."""
    for kind in kinds:
        folder = root / as_.format(kind=kind)
        folder.mkdir(parents=True, exist_ok=True)
        for seed in range(first, first + each):
            draw(kind, seed).save(folder / f"{kind}-{seed:02d}.png")
    return root
