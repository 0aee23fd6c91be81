"""The messages between the studio's page and its server; the one source of their types.

OpenAPI is made from these, and the page's TypeScript types from OpenAPI, so that the two sides
cannot drift apart unnoticed. Names travel in camelCase.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Struct(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A message; nothing unknown may be in it. Subclasses are frozen, with all fields named."""


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request could not be fulfilled; ``message`` is for people."""

    kind: str
    message: str


class KindMessage(Struct, frozen=True, kw_only=True):
    """A kind with the number of its usable pictures."""

    id: int
    name: str
    pictures: int


class PictureMessage(Struct, frozen=True, kw_only=True):
    """One picture; its thumbnail is at /api/pictures/ID/thumbnail."""

    id: int
    sha256: str
    path: str
    kind: int | None
    group: str | None
    excluded: bool
    origin: Literal["folder", "upload", "webcam"]
    fault: str | None


class PageMessage(Struct, frozen=True, kw_only=True):
    """A part of the pictures that were asked for, and how many there are in all."""

    pictures: list[PictureMessage]
    total: int


class ChangeMessage(Struct, frozen=True, kw_only=True):
    """An entry of the history; ``at`` is in seconds since 1970, UTC."""

    id: int
    at: float
    words: str
    touched: int
    undone: bool
    can_redo: bool


class ProjectMessage(Struct, frozen=True, kw_only=True):
    """The project as a whole."""

    name: str
    folder: str
    revision: int
    kinds: list[KindMessage]
    unlabelled: int
    excluded: int
    faulty: int
    can_undo: str | None
    can_redo: str | None
    has_deep: bool


class NameMessage(Struct, frozen=True, kw_only=True):
    """A name for a kind or a group."""

    name: str


class LabelMessage(Struct, frozen=True, kw_only=True):
    """Pictures and the kind that they are; None for nobody knows."""

    pictures: list[int]
    kind: int | None


class GroupMessage(Struct, frozen=True, kw_only=True):
    """Pictures that belong together, or None for no longer."""

    pictures: list[int]
    group: str | None


class ExcludeMessage(Struct, frozen=True, kw_only=True):
    """Pictures to set aside, or to take back in."""

    pictures: list[int]
    excluded: bool


class IdsMessage(Struct, frozen=True, kw_only=True):
    """Pictures."""

    pictures: list[int]
