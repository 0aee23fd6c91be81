"""The values that an evaluation consists of; each turns into plain JSON types."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of confidence; ``low`` and ``high`` in the unit of the score."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """A number with its uncertainty.

    Attributes:
        value: the estimate, 0-1.
        interval: resampled by group.
        n: pictures it rests on.
        n_groups: independent groups among them: the resampling unit.
    """

    value: float
    interval: Interval
    n: int
    n_groups: int


@dataclass(frozen=True, slots=True)
class ClassReport:
    """How one class fares.

    Attributes:
        name: the class.
        n: pictures of it that were tested; n_groups: groups among them.
        precision: of those called so, the share that are; None where none was called so.
        recall: of those that are, the share called so; None where none was tested.
        f1: harmonic mean of the two point estimates, 0-1.
    """

    name: str
    n: int
    n_groups: int
    precision: Score | None
    recall: Score | None
    f1: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of similar confidence: how sure they were and how often they were right.

    Attributes:
        confidence: mean confidence, 0-1; accuracy: share that is right, 0-1.
        n: answers in the bin; under repeated cross-validation each picture gives several.
    """

    confidence: float
    accuracy: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether a stated confidence can be believed.

    Attributes:
        temperature: the logits are divided by this, > 0.
        error: expected calibration error after that, 0-1; error_before: without it.
        bins: the reliability diagram, equal-count bins by confidence.

    Under cross-validation the answers judged here were divided by temperatures that were
    fitted on other groups; ``temperature`` is the one for the model, fitted on all.
    """

    temperature: float
    error: float
    error_before: float
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class PredictionSets:
    """Sets of kinds that contain the truth at a stated rate (conformal prediction).

    Attributes:
        coverage: what was asked for, 0-1.
        observed: the share of tested pictures whose set contained the truth.
        mean_size: kinds per set on average.
        threshold: the most probable kind is in the set, and every kind with 1 - probability
            at most this; 1 puts every kind in.
    """

    coverage: float
    observed: Score
    mean_size: float
    threshold: float


@dataclass(frozen=True, slots=True)
class UnknownRule:
    """When the answer is "I don't know".

    Attributes:
        threshold: a picture whose distance is larger is called unknown.
        accepted: share of held-in, tested pictures that it keeps.
    """

    threshold: float
    accepted: Score


@dataclass(frozen=True, slots=True)
class Rules:
    """What turns logits into confidence, sets and "I don't know"; goes into the model.

    Attributes:
        temperature: the logits are divided by this, > 0.
        set_threshold: of the sets with coverage 95 %, see PredictionSets; set_threshold_90.
        distance_threshold: a picture whose distance is larger is unknown; None where
            distances were not measured.
    """

    temperature: float
    set_threshold: float
    set_threshold_90: float
    distance_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a classifier is, with uncertainty, on pictures it did not learn from.

    Attributes:
        classes: names, in the order of every per-class array.
        scheme: how the tested pictures were chosen: "cross-validation", "held-out",
            "named-test" or "new pictures".
        accuracy, balanced_accuracy, macro_f1: the scores.
        baseline: accuracy of always answering the commonest class.
        per_class: one report a class.
        confusion: row = true class, column = answer; counts (means over repeats under
            repeated cross-validation), shape (classes, classes).
        calibration, unknown: see there.
        sets: prediction sets that shall contain the truth 95 times in 100; sets_90: 90 times.
        random_split_accuracy: what a split that ignores kin would have claimed, or None
            where it was not measured.
        warnings: sentences a person should read before believing the scores.
    """

    classes: tuple[str, ...]
    scheme: str
    accuracy: Score
    balanced_accuracy: Score
    macro_f1: Score
    baseline: float
    per_class: tuple[ClassReport, ...]
    confusion: tuple[tuple[float, ...], ...]
    calibration: Calibration
    sets: PredictionSets
    unknown: UnknownRule | None
    random_split_accuracy: float | None = None
    warnings: tuple[str, ...] = ()
    sets_90: PredictionSets | None = None

    @property
    def headline(self) -> str:
        """The one sentence: how often it is right on pictures it has never seen."""
        a = self.accuracy
        of = f"{a.n:,} pictures" + (f" in {a.n_groups:,} groups" if a.n_groups < a.n else "")
        return (
            f"On pictures it has never seen it is right {100 * a.value:.0f} % of the time "
            f"({100 * a.interval.level:.0f} % interval {100 * a.interval.low:.0f} to "
            f"{100 * a.interval.high:.0f}, {of})."
        )

    @property
    def rules(self) -> Rules:
        """The rules that the model is given."""
        return Rules(
            temperature=self.calibration.temperature,
            set_threshold=self.sets.threshold,
            set_threshold_90=(self.sets_90 or self.sets).threshold,
            distance_threshold=None if self.unknown is None else self.unknown.threshold,
        )

    def to_dict(self) -> JsonObject:
        """Plain JSON types; ``headline`` included."""
        return {"headline": self.headline, **asdict(self)}
