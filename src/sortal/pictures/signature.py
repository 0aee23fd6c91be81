"""Which format a file is in, by its first bytes and never by its name.

Pillow is afterwards told to try that one decoder only, so the rarely used and less tested
decoders among its forty-odd formats are out of reach of a hostile file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Format:
    """One picture format that Sortal reads.

    Attributes:
        name: as shown to people and kept in ``Fingerprint.format``.
        pillow: the name under which Pillow's decoder is registered.
        module: the module whose import registers it.
        suffixes: file name endings that are right for it, lower case.
        extra: the optional extra that brings the decoder, None where Pillow has it.
    """

    name: str
    pillow: str
    module: str
    suffixes: tuple[str, ...]
    extra: str | None = None


JPEG: Final = Format(
    "JPEG", "JPEG", "PIL.JpegImagePlugin", (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo")
)
PNG: Final = Format("PNG", "PNG", "PIL.PngImagePlugin", (".png", ".apng"))
WEBP: Final = Format("WebP", "WEBP", "PIL.WebPImagePlugin", (".webp",))
GIF: Final = Format("GIF", "GIF", "PIL.GifImagePlugin", (".gif",))
TIFF: Final = Format("TIFF", "TIFF", "PIL.TiffImagePlugin", (".tif", ".tiff"))
BMP: Final = Format("BMP", "BMP", "PIL.BmpImagePlugin", (".bmp", ".dib"))
AVIF: Final = Format("AVIF", "AVIF", "PIL.AvifImagePlugin", (".avif", ".avifs"))
JPEG2000: Final = Format(
    "JPEG 2000",
    "JPEG2000",
    "PIL.Jpeg2KImagePlugin",
    (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
)
NETPBM: Final = Format("Netpbm", "PPM", "PIL.PpmImagePlugin", (".pgm", ".ppm", ".pnm"))
HEIC: Final = Format("HEIC", "HEIF", "pillow_heif", (".heic", ".heif", ".hif"), extra="heic")
JXL: Final = Format("JPEG XL", "JXL", "pillow_jxl", (".jxl",), extra="jxl")

FORMATS: Final = (JPEG, PNG, WEBP, GIF, TIFF, BMP, AVIF, JPEG2000, NETPBM, HEIC, JXL)
"""Every format that Sortal reads; the last two need an extra."""

SUFFIXES: Final = frozenset(suffix for each in FORMATS for suffix in each.suffixes)
"""File name endings of pictures, lower case, with the dot."""

_PREFIXES: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"BM", BMP),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x0a", JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL),
)

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})

_RAW_NETPBM: Final = frozenset({b"P5", b"P6"})  # grey and colour; the written-out kinds are rare
_AFTER_NETPBM: Final = frozenset({b" ", b"\t", b"\n", b"\r", b"#"})

_OTHERS: Final = (
    (b"%PDF", "a PDF document"),
    (b"8BPS", "a Photoshop file"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML or SVG file"),
    (b"<!doctype html", "a web page, perhaps a download that failed"),
    (b"<html", "a web page, perhaps a download that failed"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"%!PS", "a PostScript file"),
    (b"DDS ", "a DirectDraw texture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"qoif", "a QOI picture"),
    (b"fujifilmccd-raw", "a camera raw file"),
    (b"iiu\x00", "a camera raw file"),
    (b"\x1aE\xdf\xa3", "a video"),
)


def sniff(data: bytes) -> Format | None:
    """Return the format whose signature ``data`` begins with, or None for no known picture."""
    for prefix, found in _PREFIXES:
        if data.startswith(prefix):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    if data[:2] in _RAW_NETPBM and data[2:3] in _AFTER_NETPBM:
        return NETPBM
    return None


def _by_brand(data: bytes) -> Format | None:
    """Tell AVIF from HEIC by the brands of an ISO base media file (ISO/IEC 14496-12)."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[at : at + 4] for at in (8, *range(16, end - 3, 4))}
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIC if brands & _HEIC_BRANDS else None


def describe(data: bytes) -> str:
    """Say in words what ``data``, which is no picture that Sortal reads, seems to be."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefix, words in _OTHERS:
        if start.startswith(prefix.lower()):
            return words
    if data[4:8] == b"ftyp":
        return "a video"
    return "of no known kind"
