"""How often the 95 % intervals of ``sortal.evaluation`` contain the truth.

    python benchmarks/intervals.py [--trials 1000]

Draws collections whose groups have each its own chance of being answered rightly (a beta
distribution with the stated accuracy as mean and the stated correlation inside groups) and
geometric sizes, judges each, and counts. Beside it: the plain bootstrap by groups, and a
Wilson interval that takes every picture as independent. Writes
``benchmarks/results/intervals.csv``; about two minutes.
"""

from __future__ import annotations

import argparse
import csv
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.evaluation import tallies as tl
from sortal.evaluation.intervals import evidence_of, interval, resample

RESULTS = Path(__file__).parent / "results" / "intervals.csv"
GROUPS = (5, 10, 20, 60)
MATES = (3, 20)
CORRELATIONS = (0.0, 0.2, 0.5)
ACCURACIES = (0.8, 0.95, 0.99)
LARGEST = 60
"""Pictures in a group at most."""


def collection(
    rng: np.random.Generator, *, n_groups: int, mates: int, correlation: float, accuracy: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return whether each picture is answered wrongly (0 or 1), and its group."""
    sizes = np.minimum(rng.geometric(1.0 / mates, n_groups), LARGEST)
    odds = np.full(n_groups, accuracy)
    if correlation > 0:
        scale = 1.0 / correlation - 1.0
        odds = rng.beta(accuracy * scale, (1.0 - accuracy) * scale, n_groups)
    groups = np.repeat(np.arange(n_groups), sizes)
    wrong = rng.random(groups.size) >= odds[groups]
    return wrong.astype(np.int64), groups


def bounds(wrong: NDArray[np.int64], groups: NDArray[np.int64], *, seed: int) -> list[list[float]]:
    """Return low and high of: Sortal's interval, the bootstrap, Wilson by pictures."""
    truth = np.zeros_like(wrong)
    counted = tl.group_tallies(truth, wrong[None], groups=groups, n_classes=2)
    drawn = tl.accuracy(resample(counted, seed=seed))
    value = float(tl.accuracy(counted.total))
    counts = counted.counts
    evidence = evidence_of(counts[:, tl.HIT].sum(-1), counts[:, tl.TRUE].sum(-1), counted)
    ours = interval(value, drawn, evidence)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [[ours.low, ours.high], [low, high], wilson(value, wrong.size)]


def wilson(value: float, n: int) -> list[float]:
    z = 1.959964
    middle = (value + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)) ** 0.5
    return [middle - reach, middle + reach]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    trials = parser.parse_args().trials
    methods = ("sortal", "bootstrap", "ungrouped")
    kinds = ("coverage", "width")
    header = ["groups", "mates", "correlation", "accuracy", "trials"]
    header += [f"{kind}_{method}" for method, kind in product(methods, kinds)]
    rows = []
    for n_groups, mates, correlation, accuracy in product(GROUPS, MATES, CORRELATIONS, ACCURACIES):
        rng = np.random.default_rng(0)
        found = np.array(
            [
                bounds(
                    *collection(
                        rng,
                        n_groups=n_groups,
                        mates=mates,
                        correlation=correlation,
                        accuracy=accuracy,
                    ),
                    seed=trial,
                )
                for trial in range(trials)
            ]
        )
        held = (found[..., 0] <= accuracy + 1e-9) & (accuracy - 1e-9 <= found[..., 1])
        width = found[..., 1] - found[..., 0]
        cells = np.column_stack([held.mean(axis=0), width.mean(axis=0)]).ravel()
        rows.append([n_groups, mates, correlation, accuracy, trials, *(f"{c:.3f}" for c in cells)])
        print(*rows[-1], flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main()
