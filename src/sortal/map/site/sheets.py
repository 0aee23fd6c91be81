"""Thumbnails of many pictures in one picture: what a graphics card likes to be given."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from sortal.map.site.script import Json, array, data_url

SHEET: Final = 64
"""Thumbnails of a sheet."""
COLUMNS: Final = 8
SIDE: Final = 64
"""Longer side of a thumbnail, pixels."""

_QUALITY: Final = 70
_EFFORT: Final = 2  # of WebP's 0-6; more gains 5 % in size for twice the time
_GROUND: Final = (127, 127, 127)


def sheet(thumbnails: Sequence[bytes | None]) -> Json:
    """Lay out up to 64 thumbnails as a sheet; docs/map-site.md has the form.

    Args:
        thumbnails: JPEG files, or None for an empty cell.
    """
    rows = -(-len(thumbnails) // COLUMNS)
    canvas = Image.new("RGB", (COLUMNS * SIDE, rows * SIDE), _GROUND)
    sizes = np.zeros((len(thumbnails), 2), np.uint8)
    for cell, content in enumerate(thumbnails):
        if content is not None:
            small = _reduced(content)
            canvas.paste(small, (cell % COLUMNS * SIDE, cell // COLUMNS * SIDE))
            sizes[cell] = small.size
    target = io.BytesIO()
    canvas.save(target, "WEBP", quality=_QUALITY, method=_EFFORT)
    return {"image": data_url("webp", target.getvalue()), "sizes": array(sizes)}


def _reduced(content: bytes) -> Image.Image:
    """Decode a JPEG file at a longer side of at most 64 pixels; never enlarged."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        image.draft("RGB", (SIDE, SIDE))
        longer = max(image.size)
        if longer <= SIDE:
            return image.convert("RGB")
        width, height = (max(1, round(side * SIDE / longer)) for side in image.size)
        return image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
