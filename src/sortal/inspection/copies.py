"""Pictures that are there more than once: same bytes, nearly the same, or of one burst."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sortal.inspection.values import Burst, Copies, NearPair
from sortal.pictures.record import Fingerprint
from sortal.split.links import Kin, join

Labels = Sequence[str | None]


def exact_copies(fingerprints: Sequence[Fingerprint], labels: Labels) -> tuple[Copies, ...]:
    """Sets of files with the same hash; contradictions first, then the largest."""
    by_hash: dict[str, list[int]] = defaultdict(list)
    for i, fingerprint in enumerate(fingerprints):
        by_hash[fingerprint.sha256].append(i)
    sets = [Copies(tuple(s), _labels_of(s, labels)) for s in by_hash.values() if len(s) > 1]
    return tuple(sorted(sets, key=lambda c: (not c.across, -len(c.indices), c.indices)))


def near_pairs(kin: Kin, labels: Labels) -> tuple[NearPair, ...]:
    """The near-duplicates that kinship linked; contradictions first, then the most alike.

    Kinship gives enough links to connect a family, not every pair of it. A family with two
    labels has a link between the two somewhere, so no contradiction is missed.
    """
    pairs = [
        NearPair(k.first, k.second, k.score, len(_labels_of((k.first, k.second), labels)) > 1)
        for k in kin.links
        if k.why == "near"
    ]
    return tuple(sorted(pairs, key=lambda p: (not p.across, -p.score, p.first, p.second)))


def bursts(kin: Kin, fingerprints: Sequence[Fingerprint], labels: Labels) -> tuple[Burst, ...]:
    """Chains of burst links as sets, each in the order of taking; the largest first."""
    links = [k for k in kin.links if k.why == "burst"]
    members = sorted({i for k in links for i in (k.first, k.second)})
    families: dict[int, list[int]] = defaultdict(list)
    groups = join(len(fingerprints), links)
    for i in members:
        families[int(groups[i])].append(i)
    found = [_burst(family, fingerprints, labels) for family in families.values()]
    return tuple(sorted(found, key=lambda b: (-len(b.indices), b.indices)))


def _burst(family: list[int], fingerprints: Sequence[Fingerprint], labels: Labels) -> Burst:
    taken = {i: fingerprints[i].taken_at or 0.0 for i in family}
    ordered = sorted(family, key=lambda i: (taken[i], i))
    seconds = taken[ordered[-1]] - taken[ordered[0]]
    return Burst(tuple(ordered), seconds, _labels_of(ordered, labels))


def _labels_of(indices: Iterable[int], labels: Labels) -> tuple[str, ...]:
    """The labels that occur among ``indices``; where nobody said, there is none."""
    return tuple(sorted({label for i in indices if (label := labels[i]) is not None}))
