"""What one picture may cost: bytes, pixels, memory and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a single picture; beyond one of them it becomes a fault.

    Attributes:
        max_bytes: size of the file, or of an archive's member after unpacking.
        max_pixels: width times height as the file's header says, before any scaling. The
            default lets the largest phone sensors (200 megapixels) pass.
        max_memory: bytes of address space that a worker process may take while decoding,
            where the platform can limit it (Linux; ignored elsewhere and in-process).
        seconds: time for reading and decoding in a worker process; an in-process
            ``read_picture`` cannot be interrupted and ignores it.
    """

    max_bytes: int = 512 * MEBIBYTE
    max_pixels: int = 256_000_000
    max_memory: int = 3072 * MEBIBYTE
    seconds: float = 30.0


LIMITS: Final = Limits()
"""The limits that hold where nobody asks for others."""
