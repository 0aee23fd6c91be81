"""A grid without overlap for 65,000 points: time, and how near neighbours stay.

    python benchmarks/map_grid.py [PLACES.npy]

PLACES, float32 (n, 2), such as `map_layout.py` leaves in its folder; without it, crowds drawn by
lot. The result goes to benchmarks/results/map_grid.json.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from machine import machine  # type: ignore[import-not-found]
from sortal.map import layout_grid

RESULT = Path(__file__).resolve().parent / "results" / "map_grid.json"
N, REPEATS = 65_000, 5


def crowds() -> np.ndarray:
    lot = np.random.default_rng(0)
    return (lot.uniform(0, 10, (24, 2))[lot.integers(0, 24, N)] + lot.normal(size=(N, 2))).astype(
        np.float32
    )


def main() -> None:
    given = sys.argv[1:]
    places = np.load(given[0])[:N] if given else crowds()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        cells = layout_grid(places)
        times.append(round(time.perf_counter() - began, 3))
    assert len(np.unique(cells, axis=0)) == len(places)
    near = cKDTree(places).query(places, 11)[1][:, 1:]
    around = cKDTree(cells).query(cells, 11)[1][:, 1:]
    kept = np.mean([np.isin(a, b).mean() for a, b in zip(near[::13], around[::13], strict=True)])
    result = {
        "command": "benchmarks/map_grid.py",
        "n": len(places),
        "points": "a layout of MNIST" if given else "crowds drawn by lot",
        "seconds": statistics.median(times),
        "runs": times,
        "kept_of_10_nearest_on_the_map": round(float(kept), 3),
        "machine": machine(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
