"""The page that shows what augmentation makes of pictures before a network sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.pictures import thumbnail_jpeg
from sortal.report.inside.sheets import picture_png
from sortal.report.markup import Markup, brief, filename, fragment, picture, tag
from sortal.report.material import made, notes
from sortal.report.page import Section, page
from sortal.report.wording import many

Planes = NDArray[np.uint8]

_SHARP_UP_TO: Final = 96  # pixels a side; smaller pictures are drawn square by square
_JPEG_SIDE: Final = 320

_STYLE: Final = """
.sheet{list-style:none;display:grid;gap:1.5rem}
.sheet>li{display:grid;gap:.5rem 1rem;align-items:start;padding-top:1.25rem;
border-top:1px solid var(--line)}
.versions{list-style:none;display:grid;gap:.4rem;
grid-template-columns:repeat(auto-fill,minmax(clamp(4.25rem,19vw,6.5rem),1fr))}
.sheet figure{max-width:9.5rem}
.sheet h3{margin:0}
.sheet p{margin:0;color:var(--muted);font-size:.9375rem}
.sharp img{image-rendering:pixelated}
@media (min-width:46rem){.sheet>li{grid-template-columns:9.5rem minmax(0,1fr)}}
@media print{.sheet>li{break-inside:avoid}}
"""


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """One picture with what was made of it.

    Attributes:
        path: its name.
        label: its kind, or None.
        original: uint8 (side, side, 1 or 3), as it enters the network where nothing is changed.
        versions: uint8 (k, side, side, 1 or 3).
    """

    path: str
    label: str | None
    original: Planes
    versions: Planes


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """What one option does by itself to one picture.

    Attributes:
        option: as it is written: "shear 12".
        meaning: in words.
        versions: uint8 (k, side, side, 1 or 3).
    """

    option: str
    meaning: str
    versions: Planes


@dataclass(frozen=True, slots=True, eq=False)
class PreviewStory:
    """All that the page shows.

    Attributes:
        title: the collection's name.
        options: the augmentation in one line; "" where there is none.
        rows: pictures with all options at once.
        alone: each option by itself, on the picture of the first row.
        made: term to value: how to get the same again.
        notes: sentences about the reading.
    """

    title: str
    options: str
    rows: tuple[Changed, ...]
    alone: tuple[Alone, ...]
    made: Mapping[str, str]
    notes: tuple[str, ...] = ()


def preview_page(story: PreviewStory) -> str:
    """Return the page, one self-contained HTML file."""
    sections = [Section("together", "As the network sees them", _together(story))]
    if story.alone:
        sections.append(Section("alone", "Each option by itself", _alone(story)))
    sections.append(Section("made", "How to get the same again", made(story.made)))
    if story.notes:
        sections.append(Section("reading", "The reading", notes(story.notes)))
    return page(
        kind="Augmentation", title=story.title, hero=_hero(story), sections=sections, style=_STYLE
    )


def _hero(story: PreviewStory) -> Markup:
    side = story.rows[0].original.shape[0]
    grey = story.rows[0].original.shape[2] == 1
    said: Markup | str = "nothing: every epoch sees them alike"
    if story.options:
        said = tag("code", story.options)
    words = tag(
        "div",
        tag("p", "What the network will see", class_="headline"),
        tag("p", f"{side} x {side} pixels, {'grey' if grey else 'colour'}.", class_="rest"),
        tag("p", "Changed at random each time by ", said, ".", class_="rest"),
    )
    return tag("div", words, class_="hero")


def _together(story: PreviewStory) -> Markup:
    n = len(story.rows[0].versions)
    lead = (
        f"Each row: the picture as it is, then the same one in {many(n, 'epoch')}, drawn by the "
        "code that trains."
        if n
        else "No option is given, so that pictures stay as they are."
    )
    items = [
        tag("li", _original(row), _versions(row.versions, f"{row.path} in epoch"))
        for row in story.rows
    ]
    return fragment(tag("p", lead), tag("ul", items, class_=_class(story)))


def _original(row: Changed) -> Markup:
    label = None if row.label is None else tag("span", brief(row.label), class_="kind")
    name = tag("span", filename(row.path), class_="file", title=row.path)
    return tag(
        "figure",
        picture(drawn(row.original), alt=f"{row.path} as it is"),
        tag("figcaption", label, name),
    )


def _versions(versions: Planes, of: str) -> Markup:
    items = [
        tag("li", picture(drawn(each), alt=f"{of} {number}"))
        for number, each in enumerate(versions, start=1)
    ]
    return tag("ul", items, class_="versions")


def _alone(story: PreviewStory) -> Markup:
    lead = tag("p", "On ", filename(story.rows[0].path), ", the picture of the first row.")
    items = [
        tag(
            "li",
            tag("div", tag("h3", each.option), tag("p", each.meaning)),
            _versions(each.versions, f"{each.option}, version"),
        )
        for each in story.alone
    ]
    return fragment(lead, tag("ul", items, class_=_class(story)))


def _class(story: PreviewStory) -> str:
    return "sheet sharp" if story.rows[0].original.shape[0] <= _SHARP_UP_TO else "sheet"


def drawn(pixels: Planes) -> bytes:
    """Return a picture as a file: PNG, bit for bit, where it is small, else JPEG.

    Args:
        pixels: uint8 (side, side, 1 or 3).
    """
    if pixels.shape[0] <= _SHARP_UP_TO:
        return picture_png(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    colour = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    return thumbnail_jpeg(np.ascontiguousarray(colour), min(pixels.shape[0], _JPEG_SIDE))
