"""How a fingerprint is written in the cache, and the checksums that guard what is stored."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Final

from sortal.pictures.fit import Fit
from sortal.pictures.record import FINGERPRINT_VERSION, Fingerprint

_THUMB_BYTES: Final = 32 * 32
_PLAIN_FIELDS: Final = (
    "format",
    "width",
    "height",
    "phash",
    "sharpness",
    "brightness",
    "contrast",
    "taken_at",
    "camera",
    "repairs",
)


@dataclass(frozen=True, slots=True)
class Space:
    """What must be equal for two embeddings to be comparable.

    Attributes:
        weights: SHA-256 of the network's file.
        fit: how a picture becomes a square.
        size: side of that square, pixels.
        width: length of the embedding.
        version: version of the decoding rules.
    """

    weights: str
    fit: Fit
    size: int
    width: int
    version: int = FINGERPRINT_VERSION


def checksum(kind: str, sha256: str, content: bytes) -> int:
    """Return a CRC-32 over a record and what it is stored under."""
    return zlib.crc32(content, zlib.crc32(f"{kind} {sha256}".encode()))


def pack(fingerprint: Fingerprint) -> bytes:
    """Return the thumbnail's 1,024 bytes followed by all else as JSON; exact for floats."""
    plain = {name: getattr(fingerprint, name) for name in _PLAIN_FIELDS}
    return fingerprint.thumb + json.dumps(plain).encode()


def unpack(sha256: str, content: bytes) -> Fingerprint:
    """Return what ``pack`` wrote; the caller has compared the checksum."""
    plain = json.loads(content[_THUMB_BYTES:])
    plain["repairs"] = tuple(plain["repairs"])
    return Fingerprint(sha256=sha256, thumb=content[:_THUMB_BYTES], **plain)
