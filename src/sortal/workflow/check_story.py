"""Which pictures the report of a check shows, and the lines a terminal prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from sortal.backbones import Cache, Embedded
from sortal.collection.names import counted, listed
from sortal.inspection import Copies, Findings, Flag, NearPair, Suspect
from sortal.report import Burst, CheckStory, Duplicates, Exhibit, Gallery, Pair, Pairs
from sortal.workflow.exhibits import thumbnails

MOST: Final = 24
"""Pictures, or pairs, shown of each sort."""

MEASURES: Final = {
    "blurred": "sharpness {value:.1f} (log2 over contrast), usual is above {limit:.1f}",
    "dark": "brightest grey level {value:.0f} of 255",
    "bright": "darkest grey level {value:.0f} of 255",
    "flat": "grey levels within {value:.0f} of each other",
    "tiny": "shorter side {value:.0f} pixels",
    "odd": "{value:.1f} deviations further away than usual",
}


def check_story(
    embedded: Embedded,
    findings: Findings,
    *,
    made: dict[str, str],
    cache: Cache | None,
    workers: int | None,
) -> CheckStory:
    """What the report of a check tells."""
    show = _Exhibitor(embedded, findings, cache=cache, workers=workers)
    collection = embedded.collection
    per_label = Counter(s.label for s in collection if s.label is not None)
    return CheckStory(
        title=collection.name,
        n_given=len(collection) + len(collection.faults),
        n_used=len(collection),
        labels=dict(sorted(per_label.items())),
        exact=Duplicates(
            show.copies([c for c in findings.duplicates if not c.across]),
            show.copies([c for c in findings.duplicates if c.across]),
        ),
        near=Duplicates(
            show.near([p for p in findings.near if not p.across]),
            show.near([p for p in findings.near if p.across]),
        ),
        bursts=tuple(
            Burst(show.gallery(burst.indices), burst.seconds) for burst in findings.bursts[:MOST]
        ),
        blurred=show.flagged("blurred", findings.blurred),
        dark=show.flagged("dark", findings.dark),
        bright=show.flagged("bright", findings.bright),
        flat=show.flagged("flat", findings.flat),
        tiny=show.flagged("tiny", findings.tiny),
        odd=show.flagged("odd", findings.odd),
        suspected=show.suspects(findings.suspected),
        shortcuts=tuple(shortcut.sentence for shortcut in findings.shortcuts),
        faults=collection.faults,
        notes=(*collection.notes, *small_labels(findings), *findings.notes),
        repairs=dict(Counter(r for f in embedded.fingerprints for r in f.repairs).most_common()),
        made=made,
    )


def small_labels(findings: Findings) -> tuple[str, ...]:
    """A sentence on the labels that are too small to be learned or judged, if there are any."""
    small = [
        f"{s.label} ({counted(s.n, 'picture')} in {counted(s.n_groups, 'group')})"
        for s in findings.small_labels
    ]
    return (f"Too few to learn from, or to judge by: {listed(small)}.",) if small else ()


def summary(embedded: Embedded, findings: Findings) -> Iterator[str]:
    """The lines that a terminal prints, what matters most first."""
    collection = embedded.collection
    paths = findings.paths
    n_faults = len(collection.faults)
    yield f"{counted(len(collection), 'picture')} can be used, {counted(n_faults, 'file')} cannot."
    yield from _listed("not usable", [f"{f.path}: {f.message}" for f in collection.faults])
    yield from _listed(
        "suspected labels",
        [
            f"{paths[s.index]}: said to be {s.label}, looks like {s.suggested} "
            f"({100 * s.other:.0f} % against {100 * s.own:.0f} %)"
            for s in findings.suspected
        ],
    )
    for across, where in ((True, "under different labels"), (False, "under one label")):
        copies = [c for c in findings.duplicates if c.across == across]
        near = [p for p in findings.near if p.across == across]
        yield from _listed(
            f"exact duplicates {where}", [", ".join(paths[i] for i in c.indices) for c in copies]
        )
        yield from _listed(
            f"near-duplicates {where}", [f"{paths[p.first]}, {paths[p.second]}" for p in near]
        )
    yield from _listed(
        "bursts",
        [
            f"{len(b.indices)} pictures in {b.seconds:.0f} s, from {paths[b.indices[0]]}"
            for b in findings.bursts
        ],
    )
    for name, words in MEASURES.items():
        flags: tuple[Flag, ...] = getattr(findings, name)
        yield from _listed(
            f"suspected {name}",
            [f"{paths[f.index]}: {words.format(value=f.value, limit=f.limit)}" for f in flags],
        )
    for shortcut in findings.shortcuts:
        yield f"shortcut: {shortcut.sentence}"
    for note in (*collection.notes, *small_labels(findings), *findings.notes):
        yield f"note: {note}"


def _listed(title: str, lines: Sequence[str], *, most: int = 10) -> Iterator[str]:
    """A heading with its count and the first few lines; nothing where there are none."""
    if not lines:
        return
    yield f"{title}: {len(lines):,}"
    yield from (f"  {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"  ... and {len(lines) - most:,} more (--json lists all, --report shows them)"


class _Exhibitor:
    """Turns findings into exhibits, fetching each thumbnail once."""

    def __init__(
        self, embedded: Embedded, findings: Findings, *, cache: Cache | None, workers: int | None
    ) -> None:
        self._samples = embedded.collection.samples
        self._thumbnails = thumbnails(embedded, _shown(findings), cache=cache, workers=workers)

    def exhibit(self, index: int, *, note: str = "") -> Exhibit:
        """One picture with its label."""
        sample = self._samples[index]
        return Exhibit(
            path=sample.path,
            thumbnail=self._thumbnails.get(index),
            truth=sample.label,
            group=sample.group,
            note=note,
        )

    def gallery(self, indices: Sequence[int]) -> Gallery:
        """Some pictures."""
        return Gallery(tuple(self.exhibit(i) for i in indices[:MOST]), len(indices))

    def copies(self, copies: Sequence[Copies]) -> Pairs:
        """Each set of copies as a pair of its first two."""
        pairs = tuple(
            Pair(
                self.exhibit(c.indices[0]),
                self.exhibit(c.indices[1]),
                "same bytes" + (f", {len(c.indices)} files" if len(c.indices) > 2 else ""),
            )
            for c in copies[:MOST]
        )
        return Pairs(pairs, len(copies))

    def near(self, near: Sequence[NearPair]) -> Pairs:
        """Pairs that are nearly the same."""
        pairs = tuple(
            Pair(self.exhibit(p.first), self.exhibit(p.second), f"alike to {100 * p.score:.0f} %")
            for p in near[:MOST]
        )
        return Pairs(pairs, len(near))

    def flagged(self, name: str, flags: Sequence[Flag]) -> Gallery:
        """Pictures that stand out by one measure."""
        exhibits = tuple(
            self.exhibit(f.index, note=MEASURES[name].format(value=f.value, limit=f.limit))
            for f in flags[:MOST]
        )
        return Gallery(exhibits, len(flags))

    def suspects(self, suspects: Sequence[Suspect]) -> Gallery:
        """Labels that models which had not seen the picture do not believe."""
        exhibits = tuple(
            Exhibit(
                path=self._samples[s.index].path,
                thumbnail=self._thumbnails.get(s.index),
                truth=s.label,
                answer=s.suggested,
                confidence=s.other,
            )
            for s in suspects[:MOST]
        )
        return Gallery(exhibits, len(suspects))


def _shown(findings: Findings) -> list[int]:
    """Indices of all pictures that the report may show."""
    shown: list[int] = []
    for across in (False, True):
        copies = [c for c in findings.duplicates if c.across == across]
        near = [p for p in findings.near if p.across == across]
        shown += [i for c in copies[:MOST] for i in c.indices[:2]]
        shown += [i for p in near[:MOST] for i in (p.first, p.second)]
    shown += [i for b in findings.bursts[:MOST] for i in b.indices[:MOST]]
    for name in MEASURES:
        flags: tuple[Flag, ...] = getattr(findings, name)
        shown += [f.index for f in flags[:MOST]]
    return shown + [s.index for s in findings.suspected[:MOST]]
