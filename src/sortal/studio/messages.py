"""The messages between the studio's page and its server; the one source of their types.

OpenAPI is made from these, and the page's TypeScript types from OpenAPI, so that the two sides
cannot drift apart unnoticed. Names travel in camelCase.
"""

from __future__ import annotations

from typing import Any, Literal

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


class StoredMessage(Struct, frozen=True, kw_only=True):
    """Under which hash the bytes of a picture were kept."""

    sha256: str


class KeptMessage(Struct, frozen=True, kw_only=True):
    """A picture whose bytes were kept, and its name for people."""

    sha256: str
    path: str


class AddMessage(Struct, frozen=True, kw_only=True):
    """Kept pictures to add as one change; those of one burst of the camera are one group."""

    pictures: list[KeptMessage]
    kind: int | None
    origin: Literal["upload", "webcam"]
    group: str | None = None


class FolderMessage(Struct, frozen=True, kw_only=True):
    """A folder of this machine; without a kind, its own folders say the kinds."""

    path: str
    kind: int | None = None


class StepMessage(Struct, frozen=True, kw_only=True):
    """How far a stage is; ``total`` is null where nobody knows."""

    stage: str
    done: int
    total: int | None
    unit: str


class JobMessage(Struct, frozen=True, kw_only=True):
    """A piece of long work."""

    id: int
    name: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    step: StepMessage | None
    told: dict[str, Any] | None
    result: dict[str, Any] | None
    message: str | None
    began: float


class JobsMessage(Struct, frozen=True, kw_only=True):
    """All known work, and the number of the last event, from which to follow on."""

    jobs: list[JobMessage]
    last_event: int


class EventMessage(Struct, frozen=True, kw_only=True):
    """What is sent on the stream of events."""

    kind: Literal["job", "project"]
    job: JobMessage | None
    told: dict[str, Any] | None
