"""WebP: one RIFF chunk whose length is known from its first twelve bytes."""

from __future__ import annotations

from sortal.pictures.structure.result import Structure


def examine_webp(data: bytes) -> Structure:
    """Compare the announced length with the file's."""
    end = 8 + int.from_bytes(data[4:8], "little")
    return Structure(missing=f"its announced {end:,} bytes" if end > len(data) else None)
