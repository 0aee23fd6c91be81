"""How long the head takes, and how much memory beyond the embeddings.

    python benchmarks/head_speed.py

Made-up features of the width of the embeddings, with a spectrum that falls as theirs does. Each
size runs in a process of its own, ``--repeat`` times; the median counts. ``peak`` is the largest
resident size of the process less what it had with the features in place, in units of the
features' own size. Writes results/head_speed.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from machine import machine
from sortal.split import Split
from sortal.training import fit_head

RESULTS = Path(__file__).parent / "results" / "head_speed.csv"
WIDTH = 1280
SIZES = ((3_000, 6, 1), (2_000, 16, 3), (50_000, 20, 1))  # pictures, classes, repeats


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the speed of fit_head.")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", nargs=3, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    rows = []
    for size in SIZES:
        command = [sys.executable, __file__, "--one", *map(str, size)]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(options.repeat)]
        seconds = [run["seconds"] for run in runs]
        row = dict(zip(("pictures", "classes", "repeats"), size, strict=True))
        row |= {"n": options.repeat, "seconds": round(statistics.median(seconds), 2)}
        row |= {"least": min(seconds), "most": max(seconds), "peak": runs[0]["peak"]}
        row |= {"strengths": runs[0]["strengths"], "machine": json.dumps(machine())}
        print(row, flush=True)
        rows.append(row)
    with RESULTS.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)


def measure(n: int, n_classes: int, repeats: int) -> dict[str, float]:
    """Fit once; seconds, peak memory in sizes of the features, strengths tried."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, n_classes, n)
    spread = (np.arange(1, WIDTH + 1) ** -0.6).astype(np.float32)
    vectors = rng.normal(size=(n_classes, WIDTH)).astype(np.float32)[labels]
    vectors *= np.float32(0.15)
    for at in range(n):  # row by row, so that making them up takes no more room than they do
        vectors[at] += rng.standard_normal(WIDTH, np.float32)
    vectors *= spread
    folds = np.stack([rng.integers(0, 5, n) for _ in range(repeats)]).astype(np.int16)
    split = Split("cross-validation", 0, np.arange(n), np.zeros(n, np.bool_), folds)
    before, start = resident(), time.perf_counter()
    fit = fit_head(vectors, labels, split=split, n_classes=n_classes)
    seconds = time.perf_counter() - start
    peak = (resident() - before) / vectors.nbytes
    return {"seconds": round(seconds, 2), "peak": round(peak, 2), "strengths": len(fit.strengths)}


def resident() -> int:
    """Largest resident size of this process so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
