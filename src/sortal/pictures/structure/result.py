"""What a walk through a container finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Structure:
    """What the container of a picture says.

    Attributes:
        missing: what the file ends before, in words ("the end-of-image marker"); None where
            nothing is missing. Other damage is left for the decoder to find.
        doubtful: likewise, by numbers that whole files often have wrong: to be believed only
            where the decoder fails.
        frames: pictures in the file, for GIF and TIFF, where counting them needs a walk.
        exif: an EXIF block that Pillow does not hand out; None otherwise.
        end: where bytes begin that somebody appended and that would trip the decoder; None
            where there are none or they do no harm.
    """

    missing: str | None = None
    doubtful: str | None = None
    frames: int = 1
    exif: bytes | None = None
    end: int | None = None
