"""AlexNet from scratch on the example bricks, and the shipped backbone topped up beside it.

    python benchmarks/bricks.py scratch       # the textbook's run; hours on a busy laptop
    python benchmarks/bricks.py shipped       # `sortal train`, nothing cached
    python benchmarks/bricks.py auto          # the ladder from EfficientNet-Lite0's weights
    python benchmarks/bricks.py speed         # seconds of one epoch of AlexNet; run it alone

Every call is a whole command with an empty cache. `scratch` divides the pictures; the others
learn from the same pictures and are tested on the same ones, which the script makes sure of.
Groups are the four pictures of one render. Each writes its part of results/bricks.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "examples" / "bricks"
RESULT = HERE / "results" / "bricks.json"
GROUPS = r"([^/]+)-\w\.jpg"

RECIPES = {
    "scratch": ["--recipe", "bricks-alexnet"],
    "speed": ["--recipe", "bricks-alexnet", "--epochs", "1"],
    "shipped": [],
    "auto": ["--network", "efficientnet-lite0", "--regime", "auto"],
}
"""What is added to `sortal train PICTURES --group-by GROUPS`."""


def divided() -> tuple[list[str], list[str]]:
    """Names of the pictures that AlexNet learns from or looks at, and of those it is tested on."""
    from sortal.backbones import backbone
    from sortal.collection import read_collection
    from sortal.split import hold_out
    from sortal.workflow.material import gather

    collection = read_collection(PICTURES, group_by=GROUPS)
    material = gather(
        collection,
        backbone("lite0"),
        fit="squash",
        cache=None,
        workers=None,
        progress=lambda _: None,
    )
    split = hold_out(material.labels, material.kin.groups, order=material.hashes)
    parts: tuple[list[str], list[str]] = [], []
    for sample, tested in zip(material.collection, split.test.tolist(), strict=True):
        parts[tested].append(sample.path)
    return parts


def laid_out(work: Path) -> tuple[Path, Path, str]:
    """Lay the two parts out as folders; return them and a fingerprint of the test."""
    folders = work / "bricks", work / "test"
    learned, tested = divided()
    for folder, names in zip(folders, (learned, tested), strict=True):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PICTURES / name, folder / name)
    return *folders, fingerprint(tested)


def fingerprint(names: list[str]) -> str:
    """One text for a set of names."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def run(kind: str, work: Path) -> dict[str, Any]:
    """Run a whole command; return what it said and how long it took."""
    given, test = [str(PICTURES)], fingerprint(divided()[1])
    if kind in ("shipped", "auto"):
        learned, tested, test = laid_out(work)
        given = [str(learned), "--test", str(tested)]
    command = [
        *(sys.executable, "-m", "sortal", "train", *given, "--group-by", GROUPS),
        *(*RECIPES[kind], "--json", "-o", str(work / "model.onnx")),
    ]
    environment = {**os.environ, "SORTAL_CACHE": str(work / "cache")}
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    kept = ("accuracy", "interval", "balanced_accuracy", "n_test", "n_groups", "headline")
    typed = " ".join(["sortal train PICTURES --group-by", f"'{GROUPS}'", *RECIPES[kind]])
    return {
        "command": typed,
        **{name: said[name] for name in kept},
        "seconds": round(seconds, 1),
        "test": test,
        **_course(said.get("training")),
        "machine": machine(),
    }


def _course(training: dict[str, Any] | None) -> dict[str, Any]:
    """How a training by backpropagation went."""
    if training is None:
        return {}
    return {
        "epochs": len(training["epochs"]),
        "kept_epoch": training["kept_epoch"],
        "seconds_learning": training["seconds_learning"],
        "last_epoch": training["epochs"][-1],
        **({"ladder": training["ladder"]} if "ladder" in training else {}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=list(RECIPES))
    parser.add_argument("--note", default="", help="what else was running")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = run(options.kind, Path(name))
    if options.note:
        found["note"] = options.note
    results = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    tests = {part["test"] for part in (*results.values(), found)}
    if len(tests) > 1:
        sys.exit("These runs were not tested on the same pictures; delete the results first.")
    RESULT.write_text(json.dumps({**results, options.kind: found}, indent=2) + "\n")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
