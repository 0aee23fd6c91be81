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


class TrainMessage(Struct, frozen=True, kw_only=True):
    """What to train; everything has a measured default.

    ``network`` and what follows it ask for a network from parts, which needs ``sortal[deep]``.
    """

    backbone: Literal["lite0", "lite2"] = "lite0"
    fit: Literal["pad", "squash", "crop"] | None = None
    seed: int = 0
    network: str | None = None
    recipe: str | None = None
    regime: Literal["scratch", "head", "last", "full", "auto"] | None = None
    epochs: int | None = None


class EstimateMessage(Struct, frozen=True, kw_only=True):
    """How long training will take on this machine; null where nothing was measured yet."""

    seconds: float | None
    pictures: int
    new: int


class RunMessage(Struct, frozen=True, kw_only=True):
    """A training of the project; ``at`` in seconds since 1970, UTC."""

    id: int
    at: float
    state: Literal["running", "done", "failed", "cancelled", "lost"]
    options: dict[str, Any]
    headline: str | None
    message: str | None


class SuspectMessage(Struct, frozen=True, kw_only=True):
    """A label that may be wrong; the score is 0-1."""

    picture: int
    given: str
    suggested: str
    score: float


class KinMessage(Struct, frozen=True, kw_only=True):
    """Pictures that belong together, and were kept on one side of the split."""

    pictures: list[int]
    why: list[str]


class JudgementMessage(Struct, frozen=True, kw_only=True):
    """How good a run is; ``confusion[i][j]`` counts pictures of kind i that were called j."""

    run: RunMessage
    headline: str
    accuracy: float
    interval: list[float]
    baseline: float
    warnings: list[str]
    notes: list[str]
    classes: list[str]
    confusion: list[list[int]]
    evaluation: dict[str, Any]
    suspects: list[SuspectMessage]
    kin: list[KinMessage]
    seconds: float


class AnswerMessage(Struct, frozen=True, kw_only=True):
    """What a run said of a picture that it had not learned from; confidence is 0-1."""

    picture: PictureMessage
    truth: str
    answer: str
    confidence: float


class AnswersMessage(Struct, frozen=True, kw_only=True):
    """A part of the answers that were asked for, and how many there are in all."""

    answers: list[AnswerMessage]
    total: int


class DifferenceMessage(Struct, frozen=True, kw_only=True):
    """A picture on which two runs differ."""

    picture: PictureMessage
    became: Literal["right", "wrong", "other", "new", "gone"]
    before: str | None
    after: str | None
    truth: str


class DifferencesMessage(Struct, frozen=True, kw_only=True):
    """How many pictures changed in which way, and some of each."""

    counts: dict[str, int]
    differences: list[DifferenceMessage]


class LikelyMessage(Struct, frozen=True, kw_only=True):
    """A kind with its calibrated probability, 0-1."""

    kind: str
    probability: float


class PredictionMessage(Struct, frozen=True, kw_only=True):
    """What a model says of a picture; ``heat`` is a data URL, or null where it has none."""

    kinds: list[LikelyMessage]
    unknown: bool
    distance: float | None
    threshold: float | None
    likely: list[str]
    notes: list[str]
    heat: str | None
    seconds: float
