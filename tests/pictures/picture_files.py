"""Pictures made by the tests: one scene, in every format."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 92}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"quality": 90}),
    "gif": ("GIF", {}),
    "tiff": ("TIFF", {}),
    "bmp": ("BMP", {}),
    "avif": ("AVIF", {"quality": 90, "speed": 10}),
    "jp2": ("JPEG2000", {}),
    "ppm": ("PPM", {}),
}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "progressive.jpeg": ("JPEG", {"progressive": True}),
    "lossless.webp": ("WEBP", {"lossless": True}),
    "lzw.tiff": ("TIFF", {"compression": "tiff_lzw"}),
    "jpeg.tiff": ("TIFF", {"compression": "jpeg"}),
    "big.tiff": ("TIFF", {"big_tiff": True}),
    "naked.j2k": ("JPEG2000", {"no_jp2": True}),
}


def scene(width: int = 160, height: int = 120) -> NDArray[np.uint8]:
    """A picture without symmetry and without black: uint8 (height, width, 3)."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:, :, 0] = np.linspace(40, 250, width)[None, :]
    pixels[:, :, 1] = np.linspace(60, 200, height)[:, None]
    pixels[:, :, 2] = 90
    pixels[: height // 3, : width // 4] = (250, 240, 60)
    return pixels


def noisy(width: int = 160, height: int = 120) -> NDArray[np.uint8]:
    """The scene under noise, so that no format can make it small."""
    noise = np.random.default_rng(7).integers(-40, 41, (height, width, 3))
    pixels: NDArray[np.uint8] = np.clip(scene(width, height) + noise, 1, 255).astype(np.uint8)
    return pixels


def encode(image: Image.Image | NDArray[Any], name: str, **options: Any) -> bytes:
    """The bytes of a file in one of the formats or variants named above."""
    pillow, defaults = (FORMATS | VARIANTS)[name]
    target = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(target, pillow, **(defaults | options))
    return target.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Mean absolute difference in levels; the shapes must agree."""
    assert first.shape == second.shape
    return float(np.abs(first.astype(int) - second.astype(int)).mean())
