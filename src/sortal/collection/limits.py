"""How much an archive or a table may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEBI: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds that keep a hostile archive or table from filling memory or time.

    Attributes:
        members: entries of an archive, folders included.
        member_bytes: unpacked size of one picture.
        total_bytes: unpacked size of all members together.
        ratio: unpacked to packed size of one member; pictures hardly shrink (uncompressed
            bitmaps and flat drawings do, a zip bomb does far more).
        table_bytes: size of a metadata table.
    """

    members: int = 1_000_000
    member_bytes: int = 512 * MEBI
    total_bytes: int = 256 * 1024 * MEBI
    ratio: int = 1_000
    table_bytes: int = 256 * MEBI


LIMITS: Final = ArchiveLimits()
