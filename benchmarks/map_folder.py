"""From pictures whose embeddings are in the cache to a finished site: time and peak memory.

    SORTAL_CACHE=WARM python benchmarks/map_folder.py PICTURES

Runs `sortal map` on a copy of the cache, in which no neighbours and no layouts of these pictures
may be kept yet, and adds up the resident memory of the command and its worker processes four times
a second. The result goes to benchmarks/results/map_folder.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import machine  # type: ignore[import-not-found]
from memory import resident  # type: ignore[import-not-found]

RESULT = Path(__file__).resolve().parent / "results" / "map_folder.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--keep", type=Path, help="where to leave the site")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cache, site = Path(name) / "cache", options.keep or Path(name) / "site"
        shutil.copytree(os.environ["SORTAL_CACHE"], cache)
        command = [sys.executable, "-m", "sortal", "map", options.pictures, "-o", site, "--json"]
        log = Path(name) / "progress"
        began, peak = time.perf_counter(), 0
        with log.open("w") as progress:
            process = subprocess.Popen(
                command,
                env=os.environ | {"SORTAL_CACHE": str(cache)},
                stdout=subprocess.PIPE,
                stderr=progress,
            )
            while process.poll() is None:
                peak = max(peak, resident(process.pid)[1])
                time.sleep(0.25)
        seconds = time.perf_counter() - began
        assert process.stdout is not None
        told = json.loads(process.stdout.read())
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    result = {
        "command": "benchmarks/map_folder.py",
        "n": told["n_used"],
        "seconds": round(seconds, 1),
        "runs": 1,
        "peak_mb": peak // 2**20,
        "site_mb": size // 2**20,
        "layouts": [layout["title"] for layout in told["layouts"]],
        "fidelity": told["layouts"][0]["fidelity"],
        "machine": machine(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
