"""Kill a small training again and again, resume it each time, and compare how it ends.

Run as a program, so that the children it forks begin with one thread and torch loaded: loading
it fifty times would take minutes. Prints one JSON object.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from training_deep_samples import PLAIN, bars, learner

from sortal.errors import OutputError
from sortal.training.deep import Running, load_checkpoint, train
from sortal.training.recipe_parts import Augmentation, Averaging

RECIPE = replace(
    PLAIN,
    epochs=10,
    augmentation=Augmentation(shift=0.1, rotation=10),
    averaging=Averaging("ema", decay=0.9),
)


def train_to_the_end(path: Path) -> None:
    """Begin, or go on from the file, saving after every step."""
    subject = load_checkpoint(path)[0] if path.exists() else learner(RECIPE)
    running = Running(checkpoint=path, every=0.0, threads=1)
    for _ in train(subject, bars(), bars(30, seed=1), running=running):
        pass


def child(path: Path) -> int:
    """Start a process that trains; return its number."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            train_to_the_end(path)
            code = 0
        finally:
            os._exit(code)
    return number


def ended(number: int) -> bool:
    """Wait for a child; return whether it came to its end rather than being killed."""
    _, status = os.waitpid(number, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit("a resumed training failed")
    return True


def full_disk(path: Path) -> str:
    """Train where files cannot grow as large as a checkpoint; the one there must stay."""
    subject = learner(RECIPE)
    steps = itertools.count(1)
    running = Running(checkpoint=path, threads=1, stop=lambda: next(steps) == 4)
    list(train(subject, bars(), bars(30, seed=1), running=running))
    before = path.read_bytes()
    number = os.fork()
    if number == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, len(before) // 2))
        try:
            train_to_the_end(path)
        except OutputError:
            os._exit(7)
        os._exit(1)
    _, status = os.waitpid(number, 0)
    refused = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7
    alone = [p.name for p in path.parent.iterdir()] == [path.name]
    return "kept" if refused and alone and path.read_bytes() == before else "lost"


def wait_for_writing(folder: Path, *, seconds: float) -> None:
    """Wait until a checkpoint is being written, so that some kills hit just that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not any(folder.glob(".sortal-*.tmp")):
        pass


def main(kills: int) -> None:
    draw = random.Random(0)
    report = {"kills": 0, "ends": 0, "different": 0, "while_writing": 0, "within_epochs": 0}
    for _ in train(learner(replace(RECIPE, epochs=1)), bars(), running=Running(threads=1)):
        pass  # what torch loads on first use is loaded here, once, and not by every child
    with tempfile.TemporaryDirectory() as folder:
        reference = Path(folder) / "reference"
        began = time.monotonic()
        ended(child(reference))
        whole = time.monotonic() - began
        path = Path(folder) / "killed" / "state"
        path.parent.mkdir()
        while report["kills"] < kills or report["ends"] == 0:
            number = child(path)
            if report["kills"] < kills:
                time.sleep(draw.uniform(0, whole / 4))
                if report["kills"] % 2:
                    wait_for_writing(path.parent, seconds=whole / 4)
                os.kill(number, signal.SIGKILL)
            if not ended(number):
                report["kills"] += 1
                left = [p for p in path.parent.iterdir() if p != path]
                report["while_writing"] += bool(left)
                report["within_epochs"] += path.exists() and load_checkpoint(path)[0].place.step > 0
                for temporary in left:
                    temporary.unlink()
                continue
            report["ends"] += 1
            report["different"] += path.read_bytes() != reference.read_bytes()
            path.unlink()
        disk = Path(folder) / "disk" / "state"
        disk.parent.mkdir()
        print(json.dumps({**report, "full_disk": full_disk(disk)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
