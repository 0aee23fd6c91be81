"""Vectors to a finished map, beside umap-learn, openTSNE and PaCMAP: time and what was kept.

    python benchmarks/map_layout.py embed MNIST WORK     # once: the 70,000 digits as vectors
    python benchmarks/map_layout.py run WORK [--only sortal,umap,opentsne,pacmap] [--repeats 3]
    python benchmarks/map_layout.py judge WORK

`run` times each method in a process of its own: from vectors in memory to places, neighbours
included. The peers run in WORK/peers, an environment that is made where it is missing; they get
the vectors scaled to unit length, so that all look for the same neighbours. `judge` measures all
layouts in the same way and on the same 4,000 pictures, and writes
benchmarks/results/map_layout.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "map_layout.json"
PEERS = ("umap", "opentsne", "pacmap")
PACKAGES = ("umap-learn", "openTSNE", "pacmap")
ASKED = 4_000


def embed_once(pictures: Path, work: Path) -> None:
    """Save vectors and labels of the pictures."""
    from sortal.backbones import Cache, backbone, embed
    from sortal.collection import read_collection

    with Cache() as cache:
        embedded = embed(read_collection(pictures), backbone("lite0"), cache=cache)
    work.mkdir(parents=True, exist_ok=True)
    np.save(work / "vectors.npy", embedded.vectors)
    classes = embedded.collection.classes
    np.save(work / "labels.npy", embedded.collection.label_indices(classes))


def one_layout(work: Path) -> None:
    """Ours, in this process; prints one JSON object."""
    from sortal.map import find_neighbours, layout_similarity

    vectors = np.load(work / "vectors.npy")
    began = time.perf_counter()
    neighbours = find_neighbours(vectors)
    found = time.perf_counter()
    places = layout_similarity(vectors, neighbours)
    ended = time.perf_counter()
    np.save(work / "sortal.npy", places)
    times = {"neighbours": found - began, "layout": ended - found, "seconds": ended - began}
    print(json.dumps({**times, "recall": neighbours.recall}))


def peers(work: Path) -> Path:
    """The interpreter of an environment that has the peers."""
    python = work / "peers" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", work / "peers"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def run(work: Path, only: list[str], repeats: int) -> None:
    """Time each method; keep what it says beside its layout."""
    for name in only:
        if name == "sortal":
            command = [sys.executable, __file__, "once", str(work)]
        else:
            peer = str(HERE / "peer_layouts.py")
            command = [str(peers(work)), peer, str(work / "vectors.npy"), name]
            command.append(str(work / f"{name}.npy"))
        times = repeats if name == "sortal" else 1
        told = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(times)
        ]
        (work / f"{name}.json").write_text(json.dumps(told))
        print(name, told)


def judge(work: Path) -> None:
    """Measure all layouts and write the result."""
    from sortal.map import fidelity

    vectors, labels = np.load(work / "vectors.npy"), np.load(work / "labels.npy")
    methods = []
    for name in ("sortal", *PEERS):
        if not (work / f"{name}.json").exists():
            continue
        told = json.loads((work / f"{name}.json").read_text())
        found = fidelity(vectors, np.load(work / f"{name}.npy"), labels=labels, sample=ASKED)
        seconds = [run["seconds"] for run in told]
        methods.append(
            {
                "method": name,
                "seconds": round(statistics.median(seconds), 1),
                "runs": [{k: _short(v) for k, v in run.items()} for run in told],
                "preserved_10": round(found.preserved_10 or 0, 4),
                "preserved_50": round(found.preserved_50 or 0, 4),
                "trustworthiness": round(found.trustworthiness or 0, 4),
                "label_agreement": round(found.label_agreement or 0, 4),
                "label_agreement_vectors": round(found.label_agreement_vectors or 0, 4),
            }
        )
        print(methods[-1])
    result = {
        "command": "benchmarks/map_layout.py",
        "n": len(vectors),
        "asked": ASKED,
        "methods": methods,
        "machine": machine(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


def _short(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    embedding = verbs.add_parser("embed")
    embedding.add_argument("pictures", type=Path)
    for verb in (embedding, *(verbs.add_parser(name) for name in ("run", "once", "judge"))):
        verb.add_argument("work", type=Path)
    verbs.choices["run"].add_argument("--only", default="sortal,umap,opentsne,pacmap")
    verbs.choices["run"].add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    if options.verb == "embed":
        embed_once(options.pictures, options.work)
    elif options.verb == "once":
        one_layout(options.work)
    elif options.verb == "run":
        run(options.work, options.only.split(","), options.repeats)
    else:
        judge(options.work)


if __name__ == "__main__":
    main()
