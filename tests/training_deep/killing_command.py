"""Kill ``sortal train`` again and again, resume it each time, and compare the models it writes.

The whole command is run: reading, training, judging, the model and the report. Run as a program,
so that the children it forks begin with everything loaded: loading it fifty times would take
minutes. Prints one JSON object.
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

from packed_files import write_stripes
from sortal.cli import main as run
from sortal.training.deep import load_checkpoint

SIDE = 12
OPTIONS = (
    "--network=conv 4 3x3 same nobias, batchnorm, relu, maxpool 2, dropout .1, flatten",
    f"--size={SIDE}",
    "--channels=1",
    "--epochs=20",
    "--batch=16",
    "--augment=shift .1, rotation 10",
    "--averaging=ema, decay .9",
    "--every=0",
    "--threads=1",
    "--workers=1",
    "--no-cache",
)

LOADED = (
    "sortal.cli.app",
    "sortal.cli.following",
    "sortal.workflow.jobs",
    "sortal.workflow.deep.train",
    "onnx",
    "onnxruntime",
    "scipy.special",
    "torch._dynamo",
)
"""What a training loads on its way. None of them starts a thread, which a fork would lose."""


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


def is_within_an_epoch(checkpoint: Path) -> bool:
    """Whether there is a state, and not that at the end of an epoch."""
    return checkpoint.exists() and load_checkpoint(checkpoint)[0].place.step > 0


def uninterrupted(data: Path, model: Path) -> tuple[bytes, float]:
    """The model of a training that nobody kills, and the seconds it takes."""
    began = time.monotonic()
    ended(child(data, model))
    return model.read_bytes(), time.monotonic() - began


def main(kills: int) -> None:
    for name in LOADED:
        importlib.import_module(name)
    draw = random.Random(0)
    report = {"kills": 0, "within_epochs": 0, "resumed": 0, "ends": 0, "different": 0}
    with tempfile.TemporaryDirectory() as name:
        data, whole, killed = (Path(name) / part for part in ("data", "whole", "killed"))
        write_stripes(data, side=SIDE, n=150)
        whole.mkdir()
        killed.mkdir()
        uninterrupted(data, whole / "first.onnx")  # slower: the disk's cache is cold
        reference, seconds = uninterrupted(data, whole / "m.onnx")
        model = killed / "m.onnx"
        while report["kills"] < kills or report["ends"] == 0:
            report["resumed"] += model.with_suffix(".checkpoint").exists()
            number = child(data, model)
            if report["kills"] < kills:
                time.sleep(draw.uniform(0, seconds))
                kill(number)
            if not ended(number):
                report["kills"] += 1
                report["within_epochs"] += is_within_an_epoch(model.with_suffix(".checkpoint"))
                continue
            report["ends"] += 1
            report["different"] += model.read_bytes() != reference
            for left in killed.iterdir():
                left.unlink()
    print(json.dumps(report))


if __name__ == "__main__":
    main(int(sys.argv[1]))
