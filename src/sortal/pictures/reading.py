"""One file in; out comes one checked picture with its fingerprint, or a named fault."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePath
from typing import Final

import numpy as np
from PIL import Image

from sortal.pictures.decode import Decoded, decode
from sortal.pictures.limits import LIMITS, Limits
from sortal.pictures.measures import measure
from sortal.pictures.record import Fingerprint, Picture, Source
from sortal.pictures.refusal import Refusal
from sortal.pictures.signature import FORMATS
from sortal.pictures.source import name_of, read_bytes

RENAMED: Final = "named "
"""How the one repair begins that follows from the name of a file, not from its contents."""

_SUFFIXES: Final = {known.name: known.suffixes for known in FORMATS}


def read_picture(
    source: Source | Path | bytes, *, path: str | None = None, limits: Limits = LIMITS
) -> Picture:
    """Read, check and decode one picture in this process.

    The whole picture is decoded, once. Nothing here can stop a decoder that crashes or never
    ends: for many pictures, or pictures from strangers, use ``PicturePool``.

    Args:
        source: a file, a member of a zip archive, or the bytes themselves.
        path: the name by which the user knows the picture; default: that of ``source``. Its
            ending is compared with the contents.
        limits: what the picture may cost; ``seconds`` and ``max_memory`` have no effect here.

    Returns:
        The picture: uint8 RGB, upright; a file whose shorter side exceeds 1,280 pixels is
        decoded at a half, quarter or eighth, keeping at least 640.

    Raises:
        PictureError: the picture cannot be used; its ``fault`` says why.
    """
    name = name_of(source) if path is None else path
    try:
        data = source if isinstance(source, bytes) else read_bytes(_as_source(source), limits)
        image, fingerprint = read_image(data, name=name, limits=limits)
    except Refusal as refusal:
        raise refusal.error(name) from refusal
    return Picture(pixels=np.array(image), fingerprint=fingerprint)


def read_image(data: bytes, *, name: str, limits: Limits) -> tuple[Image.Image, Fingerprint]:
    """Decode ``data`` to a Pillow image of mode RGB and take its fingerprint.

    Raises:
        Refusal: the picture cannot be used.
    """
    if not data:
        raise Refusal("empty", "The file has no content (zero bytes).")
    if len(data) > limits.max_bytes:
        raise Refusal("too-large", f"{len(data):,} bytes; at most {limits.max_bytes:,} are read.")
    decoded = decode(data, limits)
    return decoded.image, _fingerprint(data, decoded, name=name)


def _as_source(source: Source | Path) -> Source:
    return source if isinstance(source, Source) else Source(source)


def _fingerprint(data: bytes, decoded: Decoded, *, name: str) -> Fingerprint:
    measures = measure(decoded.image)
    return Fingerprint(
        sha256=hashlib.sha256(data).hexdigest(),
        format=decoded.format.name,
        width=decoded.size[0],
        height=decoded.size[1],
        phash=measures.phash,
        thumb=measures.thumb,
        sharpness=measures.sharpness,
        brightness=measures.brightness,
        contrast=measures.contrast,
        taken_at=decoded.exif.taken_at,
        camera=decoded.exif.camera,
        repairs=name_repair(name, decoded.format.name) + decoded.repairs,
    )


def name_repair(name: str, format_name: str) -> tuple[str, ...]:
    """Say so where a file's name promises another format than its contents are.

    Args:
        name: of the file.
        format_name: as in ``Fingerprint.format``.
    """
    suffix = PurePath(name).suffix.lower()
    if not suffix or suffix in _SUFFIXES.get(format_name, (suffix,)):
        return ()
    return (f"{RENAMED}{suffix} but read as the {format_name} it is",)
