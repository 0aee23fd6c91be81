"""Adding 100 pictures to a map of 10,000: time, embedding included, and that no other moves.

    python benchmarks/map_growth.py MNIST [--repeats 3]

Writes digits as PNG files into a temporary folder with a cache of its own, maps the first 10,000,
then adds 100 more and maps again, `--repeats` times. The result goes to
benchmarks/results/map_growth.json.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from machine import machine  # type: ignore[import-not-found]
from sortal.collection.idx import read_idx
from sortal.map.site import read_manifest

RESULT = Path(__file__).resolve().parent / "results" / "map_growth.json"
FIRST, MORE = 10_000, 100


def write_digits(pixels: np.ndarray, target: Path, *, first: int, count: int) -> None:
    for number in range(first, first + count):
        Image.fromarray(pixels[number]).save(target / f"{number:05d}.png", compress_level=1)


def lies(site: Path) -> dict[bytes, bytes]:
    """The place of each content, bit for bit."""
    manifest = read_manifest(site)
    assert manifest is not None
    content = (site / manifest["base"] / "state.npz").read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        hashes, places = kept["hashes"].reshape(-1, 32), kept["xy"]
    return {h.tobytes(): xy.tobytes() for h, xy in zip(hashes, places, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    pixels = read_idx(options.mnist / "train-images-idx3-ubyte.gz")
    with tempfile.TemporaryDirectory() as name:
        pictures, site = Path(name) / "pictures", Path(name) / "site"
        pictures.mkdir()
        write_digits(pixels, pictures, first=0, count=FIRST)
        command = [sys.executable, "-m", "sortal", "map", pictures, "-o", site, "--json"]
        environment = os.environ | {"SORTAL_CACHE": str(Path(name) / "cache")}

        def run() -> tuple[float, dict]:
            began = time.perf_counter()
            ran = subprocess.run(command, env=environment, check=True, capture_output=True)
            return time.perf_counter() - began, json.loads(ran.stdout)

        first, _ = run()
        times = []
        for repeat in range(options.repeats):
            before = lies(site)
            write_digits(pixels, pictures, first=FIRST + MORE * repeat, count=MORE)
            seconds, told = run()
            after = lies(site)
            assert told["n_new"] == MORE
            assert all(after[h] == place for h, place in before.items()), "an old point moved"
            times.append(round(seconds, 2))
    result = {
        "command": "benchmarks/map_growth.py",
        "n": FIRST,
        "added": MORE,
        "seconds": statistics.median(times),
        "runs": times,
        "moved": 0,
        "first_map_seconds": round(first, 1),
        "machine": machine(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
