"""Is the file all there? One small walker for each container, none of which decodes a pixel.

Decoders are lenient about endings: a JPEG without its end marker, a PNG without its last
chunk or a GIF without its trailer decodes without a word. These walkers find what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sortal.pictures.signature import (
    AVIF,
    BMP,
    GIF,
    HEIC,
    JPEG,
    JPEG2000,
    JXL,
    NETPBM,
    PNG,
    TIFF,
    WEBP,
    Format,
)
from sortal.pictures.structure.bmp import examine_bmp
from sortal.pictures.structure.boxes import examine_boxes
from sortal.pictures.structure.gif import examine_gif
from sortal.pictures.structure.jpeg import examine_jpeg
from sortal.pictures.structure.jpeg2000 import examine_jpeg2000
from sortal.pictures.structure.netpbm import examine_netpbm
from sortal.pictures.structure.png import examine_png
from sortal.pictures.structure.result import Structure
from sortal.pictures.structure.tiff import examine_tiff
from sortal.pictures.structure.webp import examine_webp

__all__ = ["Structure", "examine"]

_WALKERS: Final[dict[str, Callable[[bytes], Structure]]] = {
    JPEG.name: examine_jpeg,
    PNG.name: examine_png,
    WEBP.name: examine_webp,
    GIF.name: examine_gif,
    TIFF.name: examine_tiff,
    BMP.name: examine_bmp,
    AVIF.name: examine_boxes,
    JPEG2000.name: examine_jpeg2000,
    NETPBM.name: examine_netpbm,
    HEIC.name: examine_boxes,
    JXL.name: examine_boxes,
}


def examine(data: bytes, kind: Format) -> Structure:
    """Walk the container of ``data``, whose format is ``kind``; never raises on its content."""
    return _WALKERS[kind.name](data)
