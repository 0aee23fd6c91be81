"""What a report tells, as plain values: whoever has done the work fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sortal.errors import Fault, UsageError
from sortal.evaluation.values import Evaluation, Interval, Score


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """One picture in a report, with what there is to say of it.

    Attributes:
        path: its name for people.
        thumbnail: JPEG bytes, longer side 100 to 320 pixels; None shows a blank frame.
        truth: the label it was given, or None.
        answer: what it was called, or, for a suspected label, what is suggested; or None.
        confidence: of that answer, 0-1, or None.
        heat: float32, shape (h, w) of any resolution, in the frame of the thumbnail: positive
            where the picture spoke for the answer, negative where it spoke against it; or None.
        group: the kin or user group it belongs to, or None.
        note: a short remark: "sharpness 2.1".

    Raises:
        UsageError: the thumbnail is no JPEG, or the heat is no finite plane.
    """

    path: str
    thumbnail: bytes | None = None
    truth: str | None = None
    answer: str | None = None
    confidence: float | None = None
    heat: NDArray[np.float32] | None = None
    group: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.thumbnail is not None and not self.thumbnail.startswith(b"\xff\xd8"):
            raise UsageError(f"{self.path}: the thumbnail of an exhibit must be JPEG bytes.")
        if self.heat is not None and (
            self.heat.ndim != 2 or not self.heat.size or not np.isfinite(self.heat).all()
        ):
            raise UsageError(
                f"{self.path}: the heat of an exhibit must be a finite plane of shape "
                f"(height, width); one of shape {self.heat.shape} came."
            )


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Pictures worth showing, the most telling first.

    Attributes:
        exhibits: those at hand.
        total: how many there are in truth; None where these are all.
    """

    exhibits: tuple[Exhibit, ...] = ()
    total: int | None = None

    def __len__(self) -> int:
        """How many there are in truth."""
        return max(len(self.exhibits), self.total or 0)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two pictures that are the same, or nearly so.

    Attributes:
        first, second: the pictures, with their labels as ``truth``.
        why: what makes them so, in words: "same bytes", "mirrored copy".
    """

    first: Exhibit
    second: Exhibit
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs worth showing; ``total`` as in Gallery."""

    pairs: tuple[Pair, ...] = ()
    total: int | None = None

    def __len__(self) -> int:
        """How many there are in truth."""
        return max(len(self.pairs), self.total or 0)


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates:
    """Pairs under one label (``within``) and, worse, under two labels (``across``)."""

    within: Pairs = field(default_factory=Pairs)
    across: Pairs = field(default_factory=Pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Burst:
    """Pictures taken by one camera within moments.

    Attributes:
        gallery: the pictures.
        seconds: from the first to the last, or None where unknown.
    """

    gallery: Gallery
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class KinSummary:
    """How many pictures had to stay together, and why.

    Attributes:
        groups: groups left in all, one for a picture without kin.
        exact, near: pairs of exact and of near duplicates.
        bursts: bursts by one camera.
        user_groups: groups named by the user.
    """

    groups: int
    exact: int = 0
    near: int = 0
    bursts: int = 0
    user_groups: int = 0


@dataclass(frozen=True, slots=True)
class RungStory:
    """One training of a ladder.

    Attributes:
        name: of its regime.
        words: what learned in it.
        learning: numbers in the network that changed.
        epochs: done.
        seconds: it took.
        score: on the validation pictures.
        gain: over the best rung before, -1 to 1, with its interval; None for the first.
        kept: whether it is the one that was kept in the end.
        message: what came of it, in a sentence.
    """

    name: str
    words: str
    learning: int
    epochs: int
    seconds: float
    score: Score
    gain: tuple[float, Interval] | None
    kept: bool
    message: str


@dataclass(frozen=True, slots=True)
class LadderStory:
    """How far it was worth letting more of a pretrained network learn.

    Attributes:
        rungs: from the lowest.
        ended: why it went no further, in a sentence.
        n, n_groups: validation pictures, and groups among them.
        level: of the intervals of gains, 0-1.
    """

    rungs: tuple[RungStory, ...]
    ended: str
    n: int
    n_groups: int
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainingStory:
    """Everything that the report on a trained, or re-examined, classifier tells.

    Attributes:
        title: what to call it: the collection's name.
        evaluation: the numbers. Scheme "new pictures" makes it the report of `evaluate`.
        n_given, n_used: files that were given; pictures that were used.
        cells: (true class, answer), indices into ``evaluation.classes``, to its pictures.
        mistakes: wrong answers, the most confident first, with heat where there is some.
        suspected: pictures whose label may be wrong, the most suspect first.
        faults: files that could not be used.
        notes: sentences about the reading of the collection.
        repairs: written rule that was applied in memory, to the number of pictures.
        kin: what had to stay together, or None where nobody looked.
        facts: about backbone and fit, in the order to be shown: {"backbone": "lite0, ..."}.
        drift: sentences on whether new pictures look like what it learned on.
        made: how it was made, in the order to be shown: command, versions, hashes, seconds.
        ladder: the trainings that were compared, or None.
    """

    title: str
    evaluation: Evaluation
    n_given: int
    n_used: int
    cells: Mapping[tuple[int, int], Gallery] = field(default_factory=dict)
    mistakes: Gallery = field(default_factory=Gallery)
    suspected: Gallery = field(default_factory=Gallery)
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)
    kin: KinSummary | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    drift: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)
    ladder: LadderStory | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CheckStory:
    """Everything that the report on a collection tells, before anything is trained.

    Attributes:
        title: the collection's name.
        n_given, n_used: files that were given; pictures that can be used.
        labels: label to number of pictures; empty where nobody labelled.
        exact, near: duplicates, within and across labels.
        bursts: pictures taken within moments.
        blurred, dark, bright, flat, tiny, odd: pictures to look at; ``note`` of each says by how
            much.
        shortcuts: sentences on what gives a label away beside what a picture shows.
        suspected: pictures whose label (``truth``) may be wrong; ``answer`` is suggested.
        faults, notes, repairs, made: as in TrainingStory.
    """

    title: str
    n_given: int
    n_used: int
    labels: Mapping[str, int] = field(default_factory=dict)
    exact: Duplicates = field(default_factory=Duplicates)
    near: Duplicates = field(default_factory=Duplicates)
    bursts: tuple[Burst, ...] = ()
    blurred: Gallery = field(default_factory=Gallery)
    dark: Gallery = field(default_factory=Gallery)
    bright: Gallery = field(default_factory=Gallery)
    flat: Gallery = field(default_factory=Gallery)
    tiny: Gallery = field(default_factory=Gallery)
    odd: Gallery = field(default_factory=Gallery)
    suspected: Gallery = field(default_factory=Gallery)
    shortcuts: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
