"""The page on pictures says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from sortal import pictures
from sortal.pictures import FITS, FORMATS, LIMITS, FaultReason
from sortal.pictures.decode import WORKING_SIDE
from sortal.pictures.fit import BORDER

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pictures.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())


def rows_under(heading: str) -> list[str]:
    """First cells of the table under a heading, without code marks."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    return [cell.strip("`") for cell in cells[1:] if not set(cell) <= set("-: ")]


def test_every_fault_reason_is_explained() -> None:
    assert rows_under("Faults") == list(get_args(FaultReason))


def test_every_format_is_listed_with_its_extra() -> None:
    assert rows_under("Formats") == [each.name for each in FORMATS]
    for each in FORMATS:
        if each.extra:
            assert f"sortal[{each.extra}]" in PAGE


def test_every_fit_is_explained() -> None:
    assert rows_under("Squares") == list(FITS)


def test_numbers_are_those_of_the_code() -> None:
    assert f"keeps at least {WORKING_SIDE} pixels" in PROSE
    assert f"grey {BORDER[0]}" in PROSE
    assert f"{LIMITS.max_bytes >> 20} MiB" in PROSE
    assert f"{LIMITS.max_pixels // 10**6} million pixels" in PROSE
    assert f"{LIMITS.max_memory >> 30} GiB" in PROSE
    assert f"{LIMITS.seconds:g} seconds" in PROSE


PUBLIC = """
    FINGERPRINT_VERSION FITS FORMATS LIMITS SUFFIXES Box Digit Fault FaultReason Fingerprint
    Fit Limits Picture PicturePool Pixels Prepared Progress Source Step content_hash
    find_digits fit_square is_prepared picture_bytes read_picture silent thumbnail_jpeg
"""


def test_the_public_names_are_pinned() -> None:
    assert pictures.__all__ == PUBLIC.split()
    assert all(hasattr(pictures, name) for name in pictures.__all__)
