"""Kill ``sortal train`` again and again, resume it each time, and compare the models it writes.

The whole command is run: reading, training, judging, the model and the report. Run as a program,
so that the children it forks begin with everything loaded. Prints one JSON object.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from packed_files import digits, write_idx
from sortal.cli import main as run

SIDE = 12
OPTIONS = (
    "--network=conv 4 3x3 same nobias, batchnorm, relu, maxpool 2, dropout .1, flatten",
    f"--size={SIDE}",
    "--channels=1",
    "--epochs=8",
    "--batch=16",
    "--augment=shift .1, rotation 10",
    "--averaging=ema, decay .9",
    "--every=0",
    "--threads=1",
    "--workers=1",
    "--no-cache",
)


def write_data(folder: Path) -> None:
    """Noise with a bright row at one of three heights."""
    for part, n in (("train", 150), ("t10k", 30)):
        pixels = digits(n, height=SIDE, width=SIDE, seed=n) // 3
        labels = np.arange(n, dtype=np.uint8) % 3
        for picture, label in zip(pixels, labels.tolist(), strict=True):
            picture[3 * label + 2] = 230
        write_idx(folder / f"{part}-images-idx3-ubyte", pixels)
        write_idx(folder / f"{part}-labels-idx1-ubyte", labels)


def child(data: Path, model: Path) -> int:
    """Start a process that begins, or goes on where there is a checkpoint; return its number."""
    resume = ["--resume"] if model.with_suffix(".checkpoint").exists() else []
    number = os.fork()
    if number == 0:
        os.setsid()  # a kill ends its workers too
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        try:
            run(["train", str(data), "-o", str(model), *OPTIONS, *resume])
        except SystemExit as left:
            os._exit(left.code if isinstance(left.code, int) else 1)
        os._exit(1)
    return number


def ended(number: int) -> bool:
    """Wait for a child; return whether it came to its end rather than being killed."""
    _, status = os.waitpid(number, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"sortal train left with {os.WEXITSTATUS(status)}")
    return True


def kill(number: int) -> None:
    """End a child and its workers at once, as a machine that loses power does."""
    try:
        os.killpg(number, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(number, signal.SIGKILL)


def main(kills: int) -> None:
    importlib.import_module("sortal.workflow.deep.train")  # once, and not in every child
    draw = random.Random(0)
    report = {"kills": 0, "resumed": 0, "ends": 0}
    with tempfile.TemporaryDirectory() as name:
        data, place = Path(name) / "data", Path(name) / "killed"
        data.mkdir()
        place.mkdir()
        write_data(data)
        reference = Path(name) / "whole" / "m.onnx"
        reference.parent.mkdir()
        models: set[bytes] = set()
        seconds = []
        for _ in range(3):
            began = time.monotonic()
            ended(child(data, reference))
            seconds.append(time.monotonic() - began)
            models.add(reference.read_bytes())
            reference.with_suffix(".log.csv").unlink()
        model = place / "m.onnx"
        while report["kills"] < kills or report["ends"] == 0:
            report["resumed"] += model.with_suffix(".checkpoint").exists()
            number = child(data, model)
            if report["kills"] < kills:
                time.sleep(draw.uniform(0, min(seconds)))
                kill(number)
            if not ended(number):
                report["kills"] += 1
                continue
            report["ends"] += 1
            models.add(model.read_bytes())
            for left in place.iterdir():
                left.unlink()
    print(json.dumps({**report, "models": len(models)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
