"""Peak memory and time of `sortal train` on many pictures.

    python benchmarks/memory.py IDX_FOLDER [--count 50000]

Writes digits of MNIST (IDX files, gzip) as PNG files, a folder for each kind, into a temporary
folder, trains on them with an empty cache, and adds up the resident memory of the command and
its worker processes four times a second. The result goes to benchmarks/results/memory.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
PAGE = os.sysconf("SC_PAGE_SIZE")


def write_digits(idx: Path, target: Path, *, count: int) -> None:
    """The first ``count`` training digits as PNG files."""
    pixels = gzip.decompress((idx / "train-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((idx / "train-labels-idx1-ubyte.gz").read_bytes())
    digits = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 28, 28)[:count]
    kinds = np.frombuffer(labels, np.uint8, offset=8)[:count]
    for kind in range(10):
        (target / str(kind)).mkdir(parents=True)
    for number, (digit, kind) in enumerate(zip(digits, kinds, strict=True)):
        Image.fromarray(digit).save(target / str(kind) / f"{number:05d}.png", compress_level=1)


def resident(pid: int) -> tuple[int, int]:
    """Bytes of a process, and of it with all its children."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = {c for t in tasks for c in (t / "children").read_text().split()}
    except (OSError, IndexError):
        return 0, 0
    return own, own + sum(resident(int(child))[1] for child in children)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("idx", type=Path)
    parser.add_argument("--count", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_digits(options.idx, work / "digits", count=options.count)
        command = [
            *(sys.executable, "-m", "sortal", "train", str(work / "digits"), "--json"),
            *("-o", str(work / "model.onnx")),
        ]
        environment = {**os.environ, "SORTAL_CACHE": str(work / "cache")}
        began = time.perf_counter()
        peak = peak_all = 0
        with (work / "said.json").open("w") as said:
            process = subprocess.Popen(command, stdout=said, env=environment)
            while process.poll() is None:
                own, everything = resident(process.pid)
                peak, peak_all = max(peak, own), max(peak_all, everything)
                time.sleep(0.25)
        if process.returncode:
            sys.exit(f"sortal train ended with {process.returncode}")
        answer = json.loads((work / "said.json").read_text())
    result = {
        "pictures": options.count,
        "seconds": round(time.perf_counter() - began, 1),
        "peak_mb_command": round(peak / 2**20),
        "peak_mb_with_workers": round(peak_all / 2**20),
        "embeddings_mb": round(answer["n_used"] * 1280 * 4 / 2**20),
        "accuracy": answer["accuracy"],
        "n_groups": answer["n_groups"],
        **machine(),
    }
    (HERE / "results" / "memory.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
