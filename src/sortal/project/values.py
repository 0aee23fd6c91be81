"""What a project tells: kinds, pictures, changes; plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["folder", "upload", "webcam"]
"""Where a picture came from: a folder of the machine (it stays there), a drop, the camera."""

Shelf = Literal["all", "labelled", "unlabelled", "excluded", "faulty"]
"""Which pictures a page shows; "all" leaves the excluded and the faulty in."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing to tell apart.

    Attributes:
        id: of this project, for ever.
        name: what people call it.
        pictures: usable pictures that bear it.
    """

    id: int
    name: str
    pictures: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a project.

    Attributes:
        id: of this project, for ever; in the order of adding.
        sha256: of its content, 64 hexadecimal digits.
        path: its name for people.
        kind: id of its kind, or None.
        group: what it must not be separated from: a burst, a pot; or None.
        excluded: set aside: it neither trains nor tests.
        origin: where it came from.
        fault: why it cannot be used, in a sentence; None where it can.
    """

    id: int
    sha256: str
    path: str
    kind: int | None
    group: str | None
    excluded: bool
    origin: Origin
    fault: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the pictures that were asked for.

    Attributes:
        pictures: of this page.
        total: of all pages together.
    """

    pictures: tuple[Picture, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """Something a person did, which can be undone.

    Attributes:
        id: in the order of doing.
        at: seconds since 1970, UTC.
        words: what was done, for people.
        touched: how many things it changed.
        undone: whether it was taken back.
        can_redo: whether it can be done again: nothing else was done since it was taken back.
    """

    id: int
    at: float
    words: str
    touched: int
    undone: bool
    can_redo: bool
