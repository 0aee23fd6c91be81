"""Neighbours of many pictures: the search of `sortal.map` beside usearch, time and recall.

    python benchmarks/map_neighbours.py VECTORS.npy [--k 15] [--only NAME]

Needs usearch, which Sortal does not use: this is why. VECTORS are embeddings, float32 (n, d), as
`map_layout.py embed` saves them. Recall is the share of the true nearest k of 1,000 pictures,
drawn by lot, that were found. Each line is one setting in a process of its own; the results go
to benchmarks/results/map_neighbours.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RESULT = Path(__file__).resolve().parent / "results" / "map_neighbours.json"
ASKED = 1_000
SETTINGS = {
    "sortal": {},
    "usearch f16": {"dtype": "f16", "expansion_add": 128, "expansion_search": 64},
    "usearch f16, wide": {"dtype": "f16", "expansion_add": 128, "expansion_search": 128},
    "usearch f16, narrow": {"dtype": "f16", "expansion_add": 48, "expansion_search": 24},
    "usearch i8": {"dtype": "i8", "expansion_add": 128, "expansion_search": 128},
    "usearch f16, 96 directions": {
        "dtype": "f16", "expansion_add": 128, "expansion_search": 64, "directions": 96,
    },
}  # fmt: skip


def usearch(vectors: NDArray[np.float32], *, k: int, setting: dict) -> NDArray[np.int64]:
    """Neighbours of each row among the others, by a graph of all."""
    from usearch.index import Index

    options = dict(setting)
    directions = options.pop("directions", None)
    rows = vectors
    if directions:
        from sortal.map._projection import projected
        from sortal.map._unit import row_lengths

        rows = projected(vectors, directions, lengths=row_lengths(vectors))
    index = Index(ndim=rows.shape[1], metric="l2sq" if directions else "cos", **options)
    keys = np.arange(len(rows))
    index.add(keys, rows, threads=2)
    found = index.search(rows, k + 1, threads=2).keys.astype(np.int64)
    others = found != keys[:, None]
    others[others.all(axis=1), -1] = False
    return found[others].reshape(len(rows), -1)


def ours(vectors: NDArray[np.float32], *, k: int) -> NDArray[np.int32]:
    from sortal.map import find_neighbours

    return find_neighbours(vectors, k=k).indices


def true_neighbours(vectors: NDArray[np.float32], asked: NDArray[np.int64], k: int):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = unit[asked] @ unit.T
    likeness[np.arange(len(asked)), asked] = -np.inf
    return np.argpartition(-likeness, k, axis=1)[:, :k]


def one(path: Path, name: str, k: int) -> None:
    """Time one setting; prints one JSON object."""
    vectors = np.load(path)
    began, worked = time.perf_counter(), time.process_time()
    setting = SETTINGS[name]
    found = usearch(vectors, k=k, setting=setting) if setting else ours(vectors, k=k)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asked = np.sort(np.random.default_rng(7).permutation(len(vectors))[:ASKED])
    true = true_neighbours(vectors, asked, k)
    recall = np.mean([np.isin(t, f).mean() for t, f in zip(true, found[asked], strict=True)])
    told = {"setting": name, "n": len(vectors), "d": vectors.shape[1], "k": k}
    told |= {"seconds": round(seconds, 1), "processor_seconds": round(worked, 1)}
    told |= {"recall": round(float(recall), 4)}
    print(json.dumps({**told, "peak_mb": peak // 1024}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--k", type=int, default=15)
    parser.add_argument("--only", help=", ".join(SETTINGS))
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    if options.here:
        one(options.vectors, options.only, options.k)
        return
    rows = []
    for name in [options.only] if options.only else SETTINGS:
        command = [sys.executable, __file__, str(options.vectors), "--here", "--only", name]
        command += ["--k", str(options.k)]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(ran.stdout.splitlines()[-1]))
        print(rows[-1], flush=True)
    if not options.only:
        told = {"command": "benchmarks/map_neighbours.py", "usearch": version("usearch")}
        RESULT.write_text(json.dumps({**told, "settings": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
