"""From the bytes of a file to an upright RGB picture: one decoder, run once, in strict mode."""

from __future__ import annotations

import importlib
import io
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from PIL import Image, ImageChops, ImageFile, UnidentifiedImageError

from sortal.pictures.exif import Exif, parse_exif
from sortal.pictures.limits import Limits
from sortal.pictures.modes import to_rgb
from sortal.pictures.refusal import Refusal
from sortal.pictures.signature import FORMATS, GIF, JPEG, PNG, TIFF, Format, describe, sniff
from sortal.pictures.structure import Structure, examine
from sortal.pictures.structure.png import pixels_are_missing

WORKING_SIDE: Final = 640
"""A picture is decoded at a half, quarter or eighth while its shorter side keeps this many
pixels: far more than any backbone takes, whichever is asked for later."""

_SCALES: Final = (8, 4, 2)

# What decoders raise on damaged contents, besides MemoryError. Listed rather than caught with
# one broad word, so that a mistake in this room still shows itself as what it is.
_DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_MOST_REMARKS: Final = 5
_QUOTED: Final = 120  # characters of a decoder's own words

_pillow = threading.Lock()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file.

    Attributes:
        image: mode RGB, upright, perhaps at reduced scale.
        format: its format.
        size: width and height of the file itself, upright, pixels.
        exif: what the camera wrote.
        repairs: what was done to it, in words.
    """

    image: Image.Image
    format: Format
    size: tuple[int, int]
    exif: Exif
    repairs: tuple[str, ...]


def decode(data: bytes, limits: Limits) -> Decoded:
    """Decode the first picture of ``data``, all of it.

    Raises:
        Refusal: "not-a-picture", "missing-codec", "truncated", "damaged" or "too-large".
    """
    kind = sniff(data)
    if kind is None:
        raise Refusal(
            "not-a-picture",
            f"Its contents are {describe(data)}; "
            f"{', '.join(each.name for each in FORMATS)} can be read.",
        )
    _load_decoder(kind)
    structure = examine(data, kind)
    if structure.missing is not None:
        raise _truncated(kind, structure.missing)
    with _strict_pillow() as remarks:
        try:
            decoded = _decode(data, kind, structure, limits)
        except MemoryError as error:
            raise Refusal(
                "too-large", "Decoding it takes more memory than one picture may."
            ) from error
        except _DECODER_ERRORS as error:
            if structure.doubtful is not None:
                raise _truncated(kind, structure.doubtful) from error
            raise _as_refusal(error, kind) from error
    said = tuple(f"the decoder remarked: {text}" for text in remarks)
    return Decoded(decoded.image, kind, decoded.size, decoded.exif, decoded.repairs + said)


def _load_decoder(kind: Format) -> None:
    """Import the module that teaches Pillow the format."""
    try:
        module = importlib.import_module(kind.module)
    except ImportError as error:
        remedy = (
            f"run  pip install 'sortal[{kind.extra}]'"
            if kind.extra
            else "install a Pillow that was built with it"
        )
        raise Refusal(
            "missing-codec", f"Reading {kind.name} needs a decoder that is not installed: {remedy}"
        ) from error
    if kind.pillow not in Image.OPEN and hasattr(module, "register_heif_opener"):
        module.register_heif_opener()


@contextmanager
def _strict_pillow() -> Iterator[list[str]]:
    """Hold Pillow to our rules while one picture is decoded; yield what it warns of.

    Pillow keeps its switches, and Python its warnings, in global variables: whatever the
    surrounding program set there must neither loosen the reading of a picture nor turn a
    warning into an error, and is put back afterwards. One picture at a time, hence the lock;
    work in parallel goes through worker processes.
    """
    remarks: list[str] = []
    with _pillow, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        Image.MAX_IMAGE_PIXELS = None  # ours are checked before any pixel is decoded
        try:
            yield remarks
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = before
            texts = (" ".join(str(warning.message).split())[:_QUOTED] for warning in caught)
            remarks.extend(islice(dict.fromkeys(texts), _MOST_REMARKS))


def _decode(data: bytes, kind: Format, structure: Structure, limits: Limits) -> Decoded:
    with Image.open(io.BytesIO(data[: structure.end]), formats=[kind.pillow]) as image:
        size = image.size
        _check_pixels(size, limits)
        repairs = _frames_repair(image, kind, structure)
        scale = _scale(size)
        if kind is JPEG and scale > 1:
            image.draft(None, (size[0] // scale, size[1] // scale))
        image.load()
        if kind is PNG and _ends_in_black(image) and pixels_are_missing(data):
            raise Refusal("truncated", "The PNG file's pixels end before its last row.")
        exif = parse_exif(_exif_block(image, kind, data=data, structure=structure))
        rgb, how = to_rgb(_polarity(image, kind))
    repairs += how
    if kind is not JPEG and scale > 1:
        rgb = rgb.reduce(scale)
    if exif.orientation > 1:
        repairs += ("turned upright as EXIF says",)
    if not exif.legible:
        repairs += ("illegible EXIF ignored",)
    if exif.orientation > 1 and kind is not TIFF:  # Pillow turns a TIFF while loading
        rgb = rgb.transpose(_UPRIGHT[exif.orientation])
        size = size[::-1] if exif.orientation > 4 else size
    return Decoded(rgb, kind, size, exif, repairs)


def _check_pixels(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise Refusal(
            "too-large",
            f"The picture has {width} x {height} pixels; "
            f"at most {limits.max_pixels:,} in all are decoded.",
        )
    if width < 1 or height < 1:
        raise Refusal("damaged", f"The picture has no area: {width} x {height} pixels.")


def _frames_repair(image: Image.Image, kind: Format, structure: Structure) -> tuple[str, ...]:
    """Say so where only the first of several pictures in the file is taken."""
    # For these two Pillow would have to read the whole chain again to count.
    counted = kind in {GIF, TIFF}
    frames = structure.frames if counted else getattr(image, "n_frames", 1)
    if frames < 2:
        return ()
    return (f"first of {frames} {'pages' if kind is TIFF else 'frames'} taken",)


def _scale(size: tuple[int, int]) -> int:
    return next((scale for scale in _SCALES if min(size) // scale >= WORKING_SIDE), 1)


def _ends_in_black(image: Image.Image) -> bool:
    """Tell whether one of the last two rows (two, for the sake of interlacing) is all zeros."""
    width, height = image.size
    rows = range(max(0, height - 2), height)
    return any(not any(image.crop((0, row, width, row + 1)).tobytes()) for row in rows)


def _exif_block(
    image: Image.Image, kind: Format, *, data: bytes, structure: Structure
) -> bytes | None:
    """Return the EXIF block, wherever this format keeps it."""
    if kind is TIFF:
        return data  # a TIFF file is laid out as an EXIF block is
    block = image.info.get("exif", structure.exif)
    text = image.info.get("Raw profile type exif")  # ImageMagick's way in PNG, hexadecimal
    if block is None and isinstance(text, str):
        try:
            block = bytes.fromhex("".join(text.split("\n")[3:]))
        except ValueError:
            block = b"illegible"
    return block if isinstance(block, bytes) else None


def _polarity(image: Image.Image, kind: Format) -> Image.Image:
    """Undo Pillow's inversion of a CMYK JPEG that carries no Adobe marker.

    Adobe's programs store CMYK upside down and say so with their marker; Pillow takes every
    CMYK JPEG to be one of theirs.
    """
    if kind is JPEG and image.mode == "CMYK" and "adobe" not in image.info:
        return ImageChops.invert(image)
    return image


def _truncated(kind: Format, missing: str) -> Refusal:
    return Refusal(
        "truncated",
        f"The {kind.name} file ends before {missing}; copy or download it again.",
    )


def _as_refusal(error: Exception, kind: Format) -> Refusal:
    """Turn what a decoder raised into a reason and a sentence."""
    said = " ".join(str(error).split())[:_QUOTED]
    if isinstance(error, UnidentifiedImageError):
        # Pillow's own words would name an object in memory.
        return Refusal("damaged", f"It begins like {kind.name} but cannot be read as such.")
    if "truncated" in said.lower():
        return Refusal("truncated", f"The {kind.name} file's pixels end too early ({said}).")
    return Refusal("damaged", f"The {kind.name} file is damaged ({said or type(error).__name__}).")
