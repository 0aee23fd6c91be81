"""Intervals for scores of pictures that come in groups.

Pictures of one group are right or wrong together, so the group is the unit of chance. Two
methods are laid over each other, and the wider bound counts:

- the bootstrap by groups (Field and Welsh, JRSS B 2007): percentiles of the score over
  resampled groups. It follows any score's own shape, and collapses where nearly all is right;
- a beta interval (Jeffreys; Brown, Cai and DasGupta, Statistical Science 2001) at the
  effective number of pictures (Korn and Graubard, Survey Methodology 1998): the number whose
  independent answers would vary as much as the bootstrap does, with Student's t for few
  groups. Where errors are too few to show how much groups vary, the design effect is drawn
  (as a geometric mean) towards that of a correlation of PRIOR_CORRELATION inside groups.

``benchmarks/intervals.py`` measures how often the result contains the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sortal.evaluation.tallies import (
    HIT,
    TRUE,
    Floats,
    GroupTallies,
    Ints,
    accuracy,
    group_tallies,
)
from sortal.evaluation.values import Interval, Score

RESAMPLES: Final = 2000
FEWEST_RESAMPLES: Final = 500
_MOST_DRAWN: Final = 8_000_000
PRIOR_CORRELATION: Final = 0.5
"""Correlation of the answers inside a group that is assumed until the data speak."""
PRIOR_GROUPS: Final = 8.0
"""How many groups with errors (and with hits) weigh as much as that assumption."""
_LEAST_DESIGN: Final = 0.05
_BLOCK_BYTES: Final = 1 << 26


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a score rests on.

    Attributes:
        pictures: how many, > 0; for a mean over classes, the number that would estimate it
            as well if all were drawn alike.
        groups: independent groups among them, likewise.
        mates: size of the group in which the average picture stands, >= 1.
        telling: groups that show errors or groups that show hits, whichever are fewer.
    """

    pictures: float
    groups: float
    mates: float
    telling: float


def resample(tallies: GroupTallies, *, seed: int) -> Floats:
    """Draw groups with replacement, as many as there are, again and again.

    Returns:
        float64, shape (resamples, 3, classes): the tallies of each draw; RESAMPLES of them,
        fewer, down to FEWEST_RESAMPLES, where there are many thousand different groups.
    """
    rng = np.random.default_rng(seed)
    rows, _, n_classes = tallies.counts.shape
    flat = tallies.counts.reshape(rows, 3 * n_classes)
    shares = tallies.times / tallies.n_groups
    resamples = max(FEWEST_RESAMPLES, min(RESAMPLES, _MOST_DRAWN // rows))
    block = max(1, min(resamples, _BLOCK_BYTES // (16 * rows)))
    drawn = np.empty((resamples, 3 * n_classes))
    for start in range(0, resamples, block):
        stop = min(start + block, resamples)
        times = rng.multinomial(tallies.n_groups, shares, size=stop - start)
        np.matmul(times.astype(np.float64), flat, out=drawn[start:stop])
    return drawn.reshape(resamples, 3, n_classes)


def interval(value: float, drawn: Floats, evidence: Evidence, *, level: float = 0.95) -> Interval:
    """Return the interval of a score in 0-1.

    Args:
        value: the score itself.
        drawn: float64, shape (resamples,): the score of each draw; NaN where undefined.
        evidence: what it rests on.
        level: how often such intervals shall contain the truth, 0-1.
    """
    if evidence.groups < 2.0:
        return Interval(0.0, 1.0, level)
    drawn = drawn[~np.isnan(drawn)]
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail]) if drawn.size else (value, value)
    beta_low, beta_high = _beta(value, _effective(value, drawn, evidence, tail), tail)
    return Interval(float(min(low, beta_low)), float(max(high, beta_high)), level)


def _effective(value: float, drawn: Floats, evidence: Evidence, tail: float) -> float:
    """Return the effective number of pictures, > 0."""
    from scipy.special import ndtri, stdtrit

    prior = 1.0 + (evidence.mates - 1.0) * PRIOR_CORRELATION
    alone = value * (1.0 - value) / evidence.pictures
    seen, weight = prior, 0.0
    if alone > 0 and drawn.size:
        inflation = evidence.groups / (evidence.groups - 1.0)
        seen, weight = float(drawn.var()) * inflation / alone, evidence.telling
    logs = weight * np.log(max(seen, _LEAST_DESIGN)) + PRIOR_GROUPS * np.log(prior)
    design = max(1.0, float(np.exp(logs / (weight + PRIOR_GROUPS))))
    few_groups = float(ndtri(tail) / stdtrit(evidence.groups - 1.0, tail))
    return evidence.pictures / design * few_groups**2


def _beta(value: float, n: float, tail: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    hits, misses = value * n, (1.0 - value) * n
    low = float(betaincinv(hits + 0.5, misses + 0.5, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 0.5, misses + 0.5, 1.0 - tail)) if misses > 0 else 1.0
    return min(low, value), max(high, value)


def evidence_of(part: Floats, whole: Floats, tallies: GroupTallies) -> Evidence:
    """Return the evidence for the ratio of two columns of counts, each of shape (rows,)."""
    times, pictures = tallies.times, whole / tallies.repeats
    total = float((times * pictures).sum())
    wrong = float(times[(whole - part) > 0].sum())
    right = float(times[part > 0].sum())
    return Evidence(
        pictures=total,
        groups=float(times[whole > 0].sum()),
        mates=max(1.0, float((times * pictures**2).sum()) / total),
        telling=min(wrong, right),
    )


def evidence_of_mean(tallies: GroupTallies) -> Evidence:
    """Return the evidence for a mean over classes: the harmonic one, ruled by the rarest."""
    counts, times = tallies.counts, tallies.times
    overall = evidence_of(counts[:, HIT].sum(-1), counts[:, TRUE].sum(-1), tallies)
    pictures = (times @ counts[:, TRUE]) / tallies.repeats
    occurs = pictures > 0
    groups = times @ (counts[:, TRUE] > 0)
    return Evidence(
        pictures=min(overall.pictures, _harmonic(pictures[occurs])),
        groups=min(overall.groups, _harmonic(groups[occurs].astype(np.float64))),
        mates=overall.mates,
        telling=overall.telling,
    )


def _harmonic(counts: Floats) -> float:
    return float(counts.size**2 / (1.0 / counts).sum())


def share(
    hits: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, groups: Ints, seed: int = 0
) -> Score:
    """Return how often something holds, with its interval.

    Args:
        hits: bool, shape (repeats, n): whether it holds for each picture.
        groups: int64, shape (n,).
        seed: of the resampling.
    """
    n = hits.shape[1]
    truth = np.zeros(n, np.int64)
    tallies = group_tallies(truth, (~hits).astype(np.int64), groups=groups, n_classes=2)
    value = float(accuracy(tallies.total))
    counts = tallies.counts
    evidence = evidence_of(counts[:, HIT].sum(-1), counts[:, TRUE].sum(-1), tallies)
    drawn = accuracy(resample(tallies, seed=seed))
    return Score(value, interval(value, drawn, evidence), n=n, n_groups=tallies.n_groups)
