"""How long short commands take, as whole processes.

    python benchmarks/startup.py MODEL PICTURE [--runs 11]

Medians go to benchmarks/results/startup.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent


def seconds(arguments: list[str]) -> float:
    """Wall-clock seconds of one process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    commands = {
        "python, nothing else": ["-c", "pass"],
        "import sortal": ["-c", "import sortal"],
        "sortal --help": ["-m", "sortal", "--help"],
        "sortal predict, one picture": [
            *("-m", "sortal", "predict", str(options.model), str(options.picture)),
        ],
    }
    result: dict[str, object] = {"runs": options.runs}
    for name, arguments in commands.items():
        seconds(arguments)  # the first run fills the disk's cache
        times = sorted(seconds(arguments) for _ in range(options.runs))
        result[name] = {
            "median": round(statistics.median(times), 3),
            "least": round(times[0], 3),
            "most": round(times[-1], 3),
        }
    result |= machine()
    (HERE / "results" / "startup.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
