"""TIFF 6.0 and BigTIFF: every page's strips or tiles must lie inside the file."""

from __future__ import annotations

from typing import Final

import numpy as np

from sortal.pictures.structure.result import Structure
from sortal.pictures.tiff_tags import CutShort, Directory, TiffTags

_WHERE: Final = ((273, 279), (324, 325))  # offsets and byte counts of strips, of tiles


def examine_tiff(data: bytes) -> Structure:
    """Walk the chain of pages; each must be within the file with all its pixels.

    The first page is decoded afterwards, and its decoder knows better which of the announced
    bytes it needs; nobody else looks at the pixels of the later pages.
    """
    frames, first = 0, None
    try:
        tags = TiffTags(data)
        for page in tags.pages():
            frames += 1
            if any(entry.offset + entry.n_bytes > len(data) for entry in page.values()):
                raise CutShort("a field")
            if _ends_after(tags, page) <= len(data):
                continue
            if frames > 1:
                return Structure(missing=f"the pixels of page {frames}", frames=frames)
            first = "the pixels of its first page"
    except CutShort as short:
        return Structure(missing=f"{short} of page {max(frames, 1)}", frames=max(frames, 1))
    except ValueError:
        pass  # damaged: the decoder says how
    return Structure(doubtful=first, frames=max(frames, 1))


def _ends_after(tags: TiffTags, page: Directory) -> int:
    """Return where the last pixel byte of ``page`` ends."""
    ends = [0]
    for offsets_tag, counts_tag in _WHERE:
        offsets, counts = tags.numbers(page, offsets_tag), tags.numbers(page, counts_tag)
        if offsets.size and offsets.size == counts.size:
            # As floats a hostile pair near 2**64 cannot wrap around to a small sum.
            ends.append(int(np.max(offsets.astype(np.float64) + counts.astype(np.float64))))
    return max(ends)
