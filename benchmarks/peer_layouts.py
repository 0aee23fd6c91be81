"""One layout of some vectors by another library, timed; runs in an environment of its own.

    python benchmarks/peer_layouts.py VECTORS.npy NAME OUT.npy

NAME is umap, opentsne or pacmap, each called plainly, with two threads where it does not take
all cores by itself. A layout of 2,000 of the vectors comes first, so that the time of numba's
compiling does not count. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

PACKAGES = {"umap": "umap-learn", "opentsne": "openTSNE", "pacmap": "pacmap"}


def lay_out(name: str, vectors: np.ndarray) -> np.ndarray:
    if name == "umap":
        from umap import UMAP

        return np.asarray(UMAP().fit_transform(vectors))
    if name == "opentsne":
        from openTSNE import TSNE

        return np.asarray(TSNE(n_jobs=2).fit(vectors))
    from pacmap import PaCMAP

    return np.asarray(PaCMAP().fit_transform(vectors))


def main(vectors: str, name: str, out: str) -> None:
    warnings.simplefilter("ignore")
    rows = np.load(vectors)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    lay_out(name, rows[:2_000].copy())
    began = time.perf_counter()
    places = lay_out(name, rows)
    seconds = time.perf_counter() - began
    np.save(out, places.astype(np.float32))
    package = PACKAGES[name]
    print(json.dumps({"seconds": seconds, "version": f"{package} {version(package)}"}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
