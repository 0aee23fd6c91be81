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
    kind: str | None = None


class AddMessage(Struct, frozen=True, kw_only=True):
    """Kept pictures to add as one change; those of one burst of the camera are one group.

    ``kind`` is the id of the kind of all of them; where it is null, each has the kind that its
    own ``kind`` names, which is made where it is not there.
    """

    pictures: list[KeptMessage]
    kind: int | None
    origin: Literal["upload", "webcam"]
    group: str | None = None


class AddedMessage(Struct, frozen=True, kw_only=True):
    """Ids of the pictures that were added, and how many were there already."""

    project: ProjectMessage
    added: list[int]
    known: int


class FolderMessage(Struct, frozen=True, kw_only=True):
    """A folder of this machine; without a kind, its own folders say the kinds."""

    path: str
    kind: int | None = None


class FolderEntry(Struct, frozen=True, kw_only=True):
    """A folder in a list to choose from."""

    name: str
    path: str


class FoldersMessage(Struct, frozen=True, kw_only=True):
    """What lies in a folder of this machine: its folders, and how many pictures beside them.

    ``left_out`` folders are not listed, for there are too many.
    """

    path: str
    parent: str | None
    folders: list[FolderEntry]
    left_out: int
    pictures: int


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

    ``network`` or ``recipe`` ask for a network from parts, which needs ``sortal[deep]``; what
    follows them are fields of the recipe, written as on the command line (docs/recipes.md).
    """

    backbone: Literal["lite0", "lite2"] = "lite0"
    fit: Literal["pad", "squash", "crop", "handwriting"] | None = None
    seed: int = 0
    network: str | None = None
    recipe: str | None = None
    regime: Literal["scratch", "head", "last", "full", "auto"] | None = None
    top: str | None = None
    last: int | None = None
    size: int | None = None
    channels: Literal[1, 3] | None = None
    scaling: Literal["unit", "centred", "data", "imagenet"] | None = None
    initial: Literal["torch", "glorot", "he", "zero"] | None = None
    optimiser: str | None = None
    rate: float | None = None
    momentum: float | None = None
    nesterov: bool | None = None
    schedule: str | None = None
    batch: int | None = None
    epochs: int | None = None
    patience: int | None = None
    augment: str | None = None
    loss: str | None = None
    averaging: str | None = None
    precision: Literal["float32", "bfloat16"] | None = None
    validation: float | None = None
    threads: int | None = None


class ChoiceMessage(Struct, frozen=True, kw_only=True):
    """One of several; ``words`` say what it is."""

    name: str
    words: str


class ChoicesMessage(Struct, frozen=True, kw_only=True):
    """What may be chosen about training; networks and recipes need ``has_deep``."""

    backbones: list[ChoiceMessage]
    fits: list[ChoiceMessage]
    networks: list[ChoiceMessage]
    recipes: list[ChoiceMessage]
    regimes: list[ChoiceMessage]
    has_deep: bool


class EstimateMessage(Struct, frozen=True, kw_only=True):
    """How long training will take on this machine.

    ``seconds`` is null where nothing like it was measured yet. ``basis`` says what it rests on:
    earlier trainings, or a short trial of the network. ``new`` pictures must be looked at first.
    """

    seconds: float | None
    basis: Literal["training", "trial", "nothing"]
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
    seconds: float | None


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


class ScoreMessage(Struct, frozen=True, kw_only=True):
    """A number 0-1 with its 95 % interval, and how many pictures it rests on."""

    value: float
    low: float
    high: float
    n: int


class KindScoreMessage(Struct, frozen=True, kw_only=True):
    """How one kind fares: ``recall`` is the share of it that is found, ``precision`` the share
    of answers of it that are right; null where there was nothing to count."""

    kind: str
    n: int
    precision: ScoreMessage | None
    recall: ScoreMessage | None


class ReliabilityMessage(Struct, frozen=True, kw_only=True):
    """Answers of like confidence: how sure they were, and what share was right, both 0-1."""

    confidence: float
    accuracy: float
    n: int


class CalibrationMessage(Struct, frozen=True, kw_only=True):
    """Whether a stated confidence can be believed; ``error`` is the expected one, 0-1."""

    error: float
    error_before: float
    bins: list[ReliabilityMessage]


class JudgementMessage(Struct, frozen=True, kw_only=True):
    """How good a run is; ``confusion[i][j]`` counts pictures of kind i that were called j.

    ``claimed`` is what a split that ignores kin would have claimed, or null. ``has_heat`` says
    whether its model can tell where it looked. ``evaluation`` holds all numbers of the card.
    """

    run: RunMessage
    headline: str
    accuracy: float
    interval: list[float]
    baseline: float
    warnings: list[str]
    notes: list[str]
    classes: list[str]
    confusion: list[list[int]]
    per_kind: list[KindScoreMessage]
    calibration: CalibrationMessage
    claimed: float | None
    has_heat: bool
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


class ThresholdMessage(Struct, frozen=True, kw_only=True):
    """From which distance on a run's model answers "I don't know".

    ``found`` is what training found, ``threshold`` what holds: a person's own where ``is_own``.
    ``quantiles`` are 101 distances, evenly spaced in share: as far as learned pictures lay from
    the rest; null where the model measures no distance, which has no threshold either.
    """

    threshold: float | None
    found: float | None
    is_own: bool
    quantiles: list[float] | None


class SetThresholdMessage(Struct, frozen=True, kw_only=True):
    """A threshold above 0, or null for what training found."""

    threshold: float | None


class NextMessage(Struct, frozen=True, kw_only=True):
    """A picture that is worth labelling: what the model says of it, and how sure it is, 0-1."""

    picture: PictureMessage
    answer: str
    confidence: float


class NextsMessage(Struct, frozen=True, kw_only=True):
    """Which pictures to label next, the most useful first, of how many without a label.

    ``waiting`` are not looked at yet and come later. ``method`` says in words how they were
    chosen.
    """

    pictures: list[NextMessage]
    unlabelled: int
    waiting: int
    method: str


class MakeMapMessage(Struct, frozen=True, kw_only=True):
    """Make the map: ``run`` is whose answers it shows, null for the last that was done.

    What lies on the map stays where it is unless ``relayout`` lets all of it move.
    """

    run: int | None = None
    relayout: bool = False


class MapMessage(Struct, frozen=True, kw_only=True):
    """The map there is, at /map/; a point's path begins with its picture's id and a slash.

    ``run`` is whose answers it shows. ``stale`` says that something was said or trained since.
    """

    ready: bool
    run: int | None
    at: float | None
    pictures: int
    stale: bool
    notes: list[str]


class SortMessage(Struct, frozen=True, kw_only=True):
    """Copy pictures into folders, by the model's answer or by the label that they have.

    ``folder`` is the whole path of a folder of this machine; null makes a zip to download.
    """

    by: Literal["answer", "label"] = "answer"
    folder: str | None = None


class AppMessage(Struct, frozen=True, kw_only=True):
    """Where to write the page that runs the model; ``folder`` as in ``SortMessage``."""

    folder: str | None = None


class FileMessage(Struct, frozen=True, kw_only=True):
    """A file that was made to be taken away, at /api/files/NAME; ``size`` in bytes."""

    name: str
    size: int
    at: float
