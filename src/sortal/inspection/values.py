"""What an inspection finds; everything names pictures by their index in the collection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copies:
    """Files with the same bytes.

    Attributes:
        indices: two or more samples, ascending.
        labels: the labels they carry, sorted; two or more is a contradiction.
    """

    indices: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def across(self) -> bool:
        """Whether the same bytes carry different labels."""
        return len(self.labels) > 1


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two pictures that show nearly the same: flipped, resized, re-encoded or cropped.

    Attributes:
        first, second: samples, first < second.
        score: how alike they are, 0-1, as kinship found it.
        across: whether they carry different labels.
    """

    first: int
    second: int
    score: float
    across: bool


@dataclass(frozen=True, slots=True)
class Burst:
    """Pictures that one camera took within moments.

    Attributes:
        indices: two or more samples, in the order in which they were taken.
        seconds: from the first to the last.
        labels: the labels they carry, sorted.
    """

    indices: tuple[int, ...]
    seconds: float
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """One picture that stands out by one measure.

    Attributes:
        index: the sample.
        value: what was measured; the unit is that of the list it stands in.
        limit: what was allowed in this collection.
    """

    index: int
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that models which never saw the picture do not believe.

    Attributes:
        index: the sample.
        label: what it is said to be.
        suggested: what it looks like.
        own, other: cross-validated probabilities of ``label`` and of ``suggested``, 0-1.
    """

    index: int
    label: str
    suggested: str
    own: float
    other: float


@dataclass(frozen=True, slots=True)
class SmallLabel:
    """A label with too few pictures, or too few independent groups of them, to be learned.

    Attributes:
        label: its name.
        n: pictures; n_groups: groups of kin among them.
    """

    label: str
    n: int
    n_groups: int


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Something beside what a picture shows that gives its label away.

    Attributes:
        name: what gives it away: "brightness", "camera", a metadata column.
        label: the one label that is given away, or None where it is labels in general.
        accuracy: how often a guess from it alone is right, 0-1, on pictures left out; for one
            label against all others the mean of the two rates of being right.
        baseline: how often always guessing the commonest label is right, 0-1; 0.5 for one
            label.
        p_value: share of random relabellings that do as well, 0-1.
        n: independent pictures that this rests on.
        sentence: the same in words.
    """

    name: str
    label: str | None
    accuracy: float
    baseline: float
    p_value: float
    n: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a person should look at before believing a model; nothing was changed.

    Every list has the most conspicuous first. Flags are suspicions: a picture may be dark
    on purpose.

    Attributes:
        paths: the samples' names, in the collection's order.
        duplicates: files with the same bytes.
        near: pictures that are nearly the same.
        bursts: pictures taken within moments.
        blurred: value is log2 of sharpness over contrast.
        dark: value is the 95th percentile of the grey levels, 0-255.
        bright: value is the 5th percentile of the grey levels, 0-255.
        flat: value is the distance of the two, 0-255.
        tiny: value is the shorter side, pixels.
        odd: value is how many robust deviations further than usual it lies from everything.
        suspected: labels suspected to be wrong; empty where no probabilities were given.
        small_labels: labels with few pictures or groups.
        shortcuts: what gives the label away without looking at what is shown.
        notes: sentences on what holds for much of the collection and is therefore not listed
            picture by picture.
    """

    paths: tuple[str, ...]
    duplicates: tuple[Copies, ...] = ()
    near: tuple[NearPair, ...] = ()
    bursts: tuple[Burst, ...] = ()
    blurred: tuple[Flag, ...] = ()
    dark: tuple[Flag, ...] = ()
    bright: tuple[Flag, ...] = ()
    flat: tuple[Flag, ...] = ()
    tiny: tuple[Flag, ...] = ()
    odd: tuple[Flag, ...] = ()
    suspected: tuple[Suspect, ...] = ()
    small_labels: tuple[SmallLabel, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def contradictions(self) -> int:
        """Sets of copies and pairs of near-duplicates under different labels."""
        return sum(c.across for c in self.duplicates) + sum(p.across for p in self.near)

    def to_dict(self) -> JsonObject:
        """Plain JSON types; every sample is named by its path."""
        return {
            "duplicates": [
                {"paths": self._named(c.indices), "labels": list(c.labels), "across": c.across}
                for c in self.duplicates
            ],
            "near_duplicates": [
                {
                    "paths": self._named((p.first, p.second)),
                    "score": p.score,
                    "across": p.across,
                }
                for p in self.near
            ],
            "bursts": [
                {"paths": self._named(b.indices), "seconds": b.seconds, "labels": list(b.labels)}
                for b in self.bursts
            ],
            "blurred": self._flags(self.blurred),
            "dark": self._flags(self.dark),
            "bright": self._flags(self.bright),
            "flat": self._flags(self.flat),
            "tiny": self._flags(self.tiny),
            "odd": self._flags(self.odd),
            "suspected_labels": [self._suspect(s) for s in self.suspected],
            "small_labels": [asdict(s) for s in self.small_labels],
            "shortcuts": [asdict(s) for s in self.shortcuts],
            "notes": list(self.notes),
        }

    def _named(self, indices: tuple[int, ...]) -> list[str]:
        return [self.paths[i] for i in indices]

    def _flags(self, flags: tuple[Flag, ...]) -> list[JsonObject]:
        return [{"path": self.paths[f.index], "value": f.value, "limit": f.limit} for f in flags]

    def _suspect(self, suspect: Suspect) -> JsonObject:
        record = asdict(suspect)
        return {"path": self.paths[record.pop("index")], **record}
