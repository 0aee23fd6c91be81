"""The recipes for MNIST: accuracy on its test part, and seconds, beside the textbook in Keras.

    python benchmarks/mnist.py MNIST [--recipe NAME ...] [--seeds N] [--first SEED] [--threads N]
    python benchmarks/mnist.py MNIST --whole [--recipe NAME ...]
    python benchmarks/mnist.py MNIST --keras ENVIRONMENT
    python benchmarks/mnist.py --table

MNIST is the folder of the four IDX files. A run trains on all 60,000 pictures by a recipe and
asks the 10,000 of the test part once, at the end. ``seconds`` go from pictures in memory to
finished weights: making the network, every epoch, no judging. ``--whole`` times the command a
person types, from its start to its end: reading, dividing, training, judging, writing model and
report. ``--keras`` trains the textbook's network in Keras, as the textbook does, in an
environment of its own, which is made where it does not stand yet (TensorFlow for the CPU).
Every run adds a line to results/mnist.csv; ``--table`` prints what stands there.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from machine import machine, processor  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "mnist.csv"
KERAS_RESULTS = HERE / "results" / "mnist_keras.json"
SEEDS = {
    "mnist-mlp-textbook": 5,
    "mnist-cnn-textbook": 3,
    "mnist-mlp": 5,
    "mnist-cnn": 10,
    "mnist-cnn-long": 5,
    "mnist-cnn-best": 2,
}
FIELDS = (
    *("recipe", "what", "seed", "accuracy", "seconds", "epochs", "threads", "beside"),
    *("processor", "cores", "python", "torch", "date", "command"),
)
GOAL = 0.992
"""Accuracy that the textbook's network and ours are timed to."""

Row = dict[str, object]


def trained(folder: Path, name: str, seeds: Iterable[int], *, threads: int) -> Iterable[Row]:
    """Train by a recipe with each seed, from data that is read once."""
    from sortal.collection.idx import read_idx
    from sortal.training.deep import Pictures, Running, new_learner, train_once
    from sortal.training.recipe_toml import recipe

    def part(kind: str) -> Pictures:
        pixels = read_idx(folder / f"{kind}-images-idx3-ubyte.gz")
        labels = read_idx(folder / f"{kind}-labels-idx1-ubyte.gz")
        return Pictures(np.array(pixels)[..., None], np.array(labels, np.int64))

    pictures, test = part("train"), part("t10k")
    for seed in seeds:
        began = time.perf_counter()
        learner = new_learner(replace(recipe(name), seed=seed), pictures, classes=10)
        train_once(learner, pictures, running=Running(threads=threads))
        seconds = time.perf_counter() - began
        yield {
            "recipe": name,
            "what": "training",
            "seed": seed,
            "accuracy": round(learner.score(test).accuracy, 4),
            "seconds": round(seconds, 2),
            "epochs": learner.place.epoch,
            "threads": threads,
        }


def whole(folder: Path, name: str, seed: int) -> Row:
    """Time the command a person types; its accuracy is the one in the report."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "sortal", "train", str(folder), "--recipe", name]
        command += ["--seed", str(seed), "--validation", "0", "--json", "-o", f"{work}/mnist.onnx"]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - began
    said = json.loads(done.stdout)
    return {
        "recipe": name,
        "what": "whole command",
        "seed": seed,
        "accuracy": round(said["accuracy"], 4),
        "seconds": round(seconds, 2),
        "epochs": len(said["training"]["epochs"]),
        "threads": said["training"]["threads"],
    }


def keras(folder: Path, environment: Path, *, epochs: int) -> None:
    """Train the textbook's network in Keras until it reaches ``GOAL``; write the course of it."""
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "tensorflow-cpu"], check=True)
    command = [str(python), str(HERE / "peer_keras_mnist.py"), str(folder), str(epochs), str(GOAL)]
    known = {"command": "python benchmarks/mnist.py MNIST --keras ENVIRONMENT", **machine()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():  # one an epoch, so that an interrupted run keeps those
            text = json.dumps({**json.loads(line), **known}, indent=1)
            KERAS_RESULTS.write_text(text + "\n", encoding="utf-8")
            print(line, end="", flush=True)


def note(row: Row, *, beside: str, command: str) -> None:
    """Add a line to the results at once, so that what was interrupted keeps what it has."""
    known = machine()
    place = {
        "processor": processor(),
        "cores": known["cores"],
        "python": known["python"],
        "torch": version("torch"),
        "date": known["date"],
    }
    is_new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if is_new:
            table.writeheader()
        table.writerow({**row, **place, "beside": beside, "command": command})
    print(*(f"{key} {value}" for key, value in row.items()), flush=True)


def show() -> None:
    """Print mean, deviation and range by recipe, and how many times faster than Keras."""
    runs: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    with RESULTS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            runs[row["recipe"], row["what"]].append((float(row["accuracy"]), float(row["seconds"])))
    print("| recipe | what | n | accuracy, mean (sd; least to most) | seconds, mean (most) |")
    print("|---|---|---|---|---|")
    for (name, what), found in runs.items():
        right, seconds = ([run[i] for run in found] for i in (0, 1))
        spread = statistics.stdev(right) if len(right) > 1 else 0.0
        print(
            f"| {name} | {what} | {len(found)} | {statistics.fmean(right):.2%} "
            f"({spread:.2%}; {min(right):.2%} to {max(right):.2%}) "
            f"| {statistics.fmean(seconds):.1f} ({max(seconds):.1f}) |"
        )
    ours = runs.get(("mnist-cnn", "training"))
    if ours and KERAS_RESULTS.exists():
        compare(ours, json.loads(KERAS_RESULTS.read_text(encoding="utf-8")))


def compare(ours: list[tuple[float, float]], peer: dict[str, list[float]]) -> None:
    """Print the ratio of times to ``GOAL``."""
    accuracies, seconds = peer["test_accuracy"], peer["epoch_seconds"]
    reached = next((i for i, right in enumerate(accuracies) if right >= GOAL), None)
    until = sum(seconds if reached is None else seconds[: reached + 1])
    mine = statistics.fmean(run[1] for run in ours)
    said = f"first at {GOAL:.1%} after" if reached is not None else "not there within"
    print(
        f"Keras, textbook: {said} {len(seconds) if reached is None else reached + 1} epochs, "
        f"{until:.0f} s. mnist-cnn: {statistics.fmean(run[0] for run in ours):.2%} in {mine:.1f} s."
        f" Ratio {until / mine:.1f}{' at least' if reached is None else ''}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mnist", type=Path, nargs="?")
    parser.add_argument("--recipe", action="append", choices=SEEDS)
    parser.add_argument("--seeds", type=int, help="how many; default: as in docs/recipes.md")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--keras", type=Path)
    parser.add_argument("--epochs", type=int, default=10, help="of Keras, at most")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--beside", default="nothing", help="what else the machine was doing")
    options = parser.parse_args()
    if options.table:
        show()
        return
    if options.mnist is None:
        parser.error("say where MNIST is")
    if options.keras is not None:
        keras(options.mnist, options.keras, epochs=options.epochs)
        return
    command = "python benchmarks/mnist.py MNIST" + (" --whole" if options.whole else "")
    for name in options.recipe or SEEDS:
        n = options.seeds or (1 if options.whole else SEEDS[name])
        seeds = range(options.first, options.first + n)
        rows: Iterable[Row] = (
            (whole(options.mnist, name, seed) for seed in seeds)
            if options.whole
            else trained(options.mnist, name, seeds, threads=options.threads)
        )
        for row in rows:
            note(row, beside=options.beside, command=f"{command} --recipe {name}")


if __name__ == "__main__":
    main()
