"""Whether a new batch of pictures looks like what was learned from.

A batch is held against a reference, measure by measure: the Kolmogorov-Smirnov distance of
the distributions, an exact binomial test of how many lie beyond the threshold of "I don't
know", and a chi-square test of the shares of the answers. Pictures of one group are alike, so
each side counts as the number of independent pictures it is worth (Rao and Scott, JASA 1981).
A difference is told only where it is beyond chance (Bonferroni over all tests) and large
enough to see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.evaluation.reference import Profile, Reference, step_cdf
from sortal.pictures.record import Fingerprint

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST: Final = 5
"""Below so many pictures nothing is said."""
CHANCE: Final = 0.05
"""How often a batch of the learned sort may be called different, over all tests together."""
VISIBLE: Final = 0.15
"""Smallest distance between two distributions (0-1) that is worth a sentence."""
FEWEST_EXPECTED: Final = 2.0
"""Classes of which fewer are to be expected are counted together."""

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "distance": ("nearer to what it learned on", "further from what it learned on", "distance"),
    "brightness": ("darker", "brighter", "mean grey level"),
    "contrast": ("flatter in contrast", "stronger in contrast", "spread of grey levels"),
    "sharpness": ("blurrier", "sharper", "sharpness"),
    "size": ("smaller", "larger", "longer side in pixels"),
    "confidence": ("answered less surely", "answered more surely", "confidence"),
}
"""For each measure: what lower is called, what higher is called, what is measured."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a batch differs.

    Attributes:
        measure: a key of WORDS, "unknown" or "kinds".
        then, now: the median (or share, 0-1) among the learned pictures and in the batch.
        size: distance of the two distributions, 0-1.
        chance: how probable so large a distance is for pictures of the learned sort, 0-1.
        sentence: the difference in words.
    """

    measure: str
    then: float
    now: float
    size: float
    chance: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Drift:
    """How a batch compares with what was learned.

    Attributes:
        n: pictures in the batch.
        told: whether there were enough pictures to say anything.
        differences: what differs, the largest first.
    """

    n: int
    told: bool
    differences: tuple[Difference, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the batch looks unlike what was learned from."""
        return bool(self.differences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The differences in words; empty where there are none or too few pictures."""
        return tuple(d.sentence for d in self.differences)


def measures(
    fingerprints: Sequence[Fingerprint],
    *,
    distances: NDArray[np.floating] | None = None,
    probabilities: NDArray[np.floating] | None = None,
) -> dict[str, Floats]:
    """Return the measures of a batch, each float64 (n,), under the keys of WORDS.

    Args:
        fingerprints: of the n pictures.
        distances: shape (n,); for the reference ``held_in_distances``.
        probabilities: shape (n, classes); for the reference from models that had not seen
            the pictures.
    """
    found: dict[str, Floats] = {
        "brightness": np.array([f.brightness for f in fingerprints], np.float64),
        "contrast": np.array([f.contrast for f in fingerprints], np.float64),
        "sharpness": np.array([f.sharpness for f in fingerprints], np.float64),
        "size": np.array([max(f.width, f.height) for f in fingerprints], np.float64),
    }
    if distances is not None:
        found["distance"] = np.asarray(distances, np.float64)
    if probabilities is not None:
        found["confidence"] = np.asarray(probabilities, np.float64).max(axis=-1)
    return found


def drift(
    reference: Reference, batch: Mapping[str, Floats], *, answers: Ints | None = None
) -> Drift:
    """Compare a batch with what was learned.

    Args:
        reference: of the learned pictures (``make_reference``).
        batch: as from ``measures``; what the reference does not know is left out.
        answers: int64, shape (n,): index of the answered class of each picture.

    Raises:
        UsageError: the measures are of different numbers of pictures.
    """
    lengths = {len(values) for values in batch.values()}
    if len(lengths) != 1:
        raise UsageError(
            "drift: measures of one batch, all of the same length, were expected; "
            f"lengths {sorted(lengths)} came."
        )
    n = lengths.pop()
    if n < FEWEST:
        return Drift(n, told=False)
    known = (p for p in reference.profiles if p.measure in WORDS and p.measure in batch)
    found = [_compare(p, batch[p.measure]) for p in known]
    if reference.threshold is not None and "distance" in batch:
        beyond = float((batch["distance"] > reference.threshold).mean())
        found.append(_beyond(reference, beyond, n=n))
    if answers is not None:
        found.append(_kinds(reference, answers))
    certain = [d for d in found if d.chance < CHANCE / len(found) and d.size >= VISIBLE]
    return Drift(n, told=True, differences=tuple(sorted(certain, key=lambda d: -d.size)))


def _compare(profile: Profile, values: Floats) -> Difference:
    from scipy.special import kolmogorov

    known = np.asarray(profile.quantiles)
    points = np.concatenate([known, values])
    size = float(np.abs(step_cdf(values, points) - step_cdf(known, points)).max())
    pairs = _pairs(profile.independent, len(values) * profile.worth) ** 0.5
    chance = float(kolmogorov((pairs + 0.12 + 0.11 / pairs) * size))
    then, now = float(np.median(known)), float(np.median(values))
    sentence = f"They are {_word(profile, now)}: {WORDS[profile.measure][2]} {_pair(now, then)}."
    return Difference(profile.measure, then, now, size, chance, sentence)


def _word(profile: Profile, now: float) -> str:
    lower, higher, what = WORDS[profile.measure]
    known = np.asarray(profile.quantiles)
    place = float(np.mean([np.mean(known < now), np.mean(known <= now)]))
    if abs(place - 0.5) < 0.1:
        return f"differently spread in {what}"
    return higher if place > 0.5 else lower


def _pair(now: float, then: float) -> str:
    digits = 0 if max(abs(now), abs(then)) >= 20 else 2
    return f"{now:z.{digits}f} in the middle, {then:z.{digits}f} among those it learned on"


def _pairs(one: float, other: float) -> float:
    """Return n m / (n + m), the number of pictures that two samples are worth together."""
    return one * other / (one + other)


def _beyond(reference: Reference, now: float, *, n: int) -> Difference:
    """Test whether more lie beyond the threshold, share ``now``, than of the learned pictures."""
    from scipy.special import bdtrc

    then, known = reference.beyond, reference.n * reference.beyond_worth
    usual = (then * known + 1.0) / (known + 2.0)
    independent = max(1, int(n * reference.beyond_worth))
    hits = int(now * independent)
    chance = float(bdtrc(hits - 1, independent, usual)) if hits > 0 else 1.0
    sentence = (
        f"{100 * now:.0f} % of them are unlike anything it learned on; "
        f"{100 * then:.1f} % would be usual."
    )
    return Difference("unknown", then, now, max(0.0, now - then), chance, sentence)


def _kinds(reference: Reference, answers: Ints) -> Difference:
    """Test whether the answers name the kinds in other shares."""
    from scipy.special import chdtrc

    then = np.asarray(reference.shares)
    now = np.bincount(answers, minlength=then.size) / answers.size
    known, new = reference.shares_independent, answers.size * reference.shares_worth
    pooled = (then * known + now * new) / (known + new)
    rare = pooled * min(known, new) < FEWEST_EXPECTED
    merged = [np.append(a[~rare], a[rare].sum()) for a in (then, now, pooled)]
    kept = merged[2] > 0
    difference, expected = (merged[1] - merged[0])[kept], merged[2][kept]
    statistic = _pairs(known, new) * float((difference**2 / expected).sum())
    freedom = int(kept.sum()) - 1
    chance = float(chdtrc(freedom, statistic)) if freedom > 0 else 1.0
    most = int(np.abs(now - then).argmax())
    size = float(np.abs(now - then).sum() / 2.0)
    sentence = (
        f"The kinds come in other shares: {reference.classes[most]} {100 * now[most]:.0f} % of "
        f"the answers, {100 * then[most]:.0f} % among those it learned on."
    )
    return Difference("kinds", float(then[most]), float(now[most]), size, chance, sentence)
