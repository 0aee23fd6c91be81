"""How right is the head, beside the heads that others use, on the same embeddings.

    python benchmarks/heads.py ../shared/data --bricks examples/bricks [--seeds 5]

Each data set is embedded once with the frozen lite0. For every seed about 80 % of the groups
train and the others test (coins: a group is the table photograph that a coin was cut from;
bricks: the scene that was rendered; otherwise every picture is its own). Heads learn from all
that trains, or from 10 or 50 pictures a class of it.

- ``softmax head``: SoftmaxHead as it comes; its strength is chosen inside the training part.
- ``dense-100``: what Teachable Machine trains (libraries/image, teachable-mobilenet.ts): dense
  100 with ReLU, dense softmax without bias, weights from a truncated normal of variance
  1 / inputs, Adam with 0.001, batches of 16, 50 epochs. It is given all of the training part
  (there 15 % is kept back) and a new order every epoch (there one order serves all).
- ``dense-100 dropout``: the same with half of the 100 dropped in training.
- ``logistic C=1``: LogisticRegression of scikit-learn on the raw embeddings.

``ahead`` is the mean over the seeds of softmax head minus that head, in points of accuracy,
``ahead_se`` the standard error of that mean. Test parts of different seeds overlap, so it is a
guide only. Writes results/heads.csv.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import statistics
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.model_selection import StratifiedGroupKFold

from machine import machine
from sortal.backbones import BATCH, FrozenNetwork, backbone, embed
from sortal.collection import read_collection
from sortal.training import SoftmaxHead

RESULTS = Path(__file__).parent / "results" / "heads.csv"
N_MNIST = 3000
PER_CLASS = (None, 10, 50)
OURS = "softmax head"

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Embeddings with labels and with groups that must not be divided."""

    name: str
    vectors: Vectors
    labels: Labels
    groups: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a head learns from and what it is asked afterwards."""

    vectors: Vectors
    labels: Labels
    groups: Labels
    questions: Vectors
    seed: int


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure heads on the same embeddings.")
    parser.add_argument("data", type=Path, help="folder that holds coins, trash and mnist")
    parser.add_argument("--bricks", type=Path, help="folder of rendered bricks")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    torch.set_num_threads(1)
    rows = []
    for data in read(options.data, options.bricks):
        for per_class in PER_CLASS:
            rows += measure(data, per_class, options.seeds)
    about = json.dumps(machine() | {"torch": torch.__version__})
    with RESULTS.open("w", newline="") as file:
        table = csv.DictWriter(file, [*rows[0], "machine"])
        table.writeheader()
        table.writerows(row | {"machine": about} for row in rows)


def read(data: Path, bricks: Path | None) -> Iterator[DataSet]:
    """Embed one data set after the other."""
    yield embedded("coins", data / "coins", r"/([^/_]+_[^/_]+)_")
    yield embedded("trash", data / "trash")
    yield digits(data / "mnist")
    if bricks is not None:
        yield embedded("bricks", bricks, r"/([^/]+-\d+)-[a-z]\.")


def embedded(name: str, folder: Path, group_by: str | None = None) -> DataSet:
    found = embed(read_collection(folder, group_by=group_by), backbone("lite0"))
    samples = found.collection.samples
    labels = np.unique([sample.label for sample in samples], return_inverse=True)[1]
    groups = np.unique([sample.group or sample.path for sample in samples], return_inverse=True)[1]
    return DataSet(name, found.vectors, labels, groups)


def digits(folder: Path) -> DataSet:
    """The first pictures of MNIST's training part, enlarged to the network's size."""
    size = backbone("lite0").size
    with gzip.open(next(folder.glob("train-images*")), "rb") as file:
        images = np.frombuffer(file.read(16 + N_MNIST * 784), np.uint8, offset=16)
    with gzip.open(next(folder.glob("train-labels*")), "rb") as file:
        labels = np.frombuffer(file.read(8 + N_MNIST), np.uint8, offset=8)
    network = FrozenNetwork(backbone("lite0"))
    squares = [
        np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))
        for image in images.reshape(-1, 28, 28)
    ]
    vectors = [
        network.embedding(np.repeat(np.stack(squares[at : at + BATCH])[..., None], 3, axis=3))
        for at in range(0, N_MNIST, BATCH)
    ]
    return DataSet("mnist", np.concatenate(vectors), labels.astype(np.int64), np.arange(N_MNIST))


def measure(data: DataSet, per_class: int | None, seeds: int) -> list[dict[str, object]]:
    """One row for each head."""
    accuracy: dict[str, list[float]] = {name: [] for name in HEADS}
    balanced: dict[str, list[float]] = {name: [] for name in HEADS}
    sizes = []
    for seed in range(seeds):
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        train, test = next(folds.split(data.vectors, data.labels, data.groups))
        train = some(train, data.labels, per_class, seed)
        sizes.append((len(train), len(test)))
        lesson = Lesson(
            data.vectors[train], data.labels[train], data.groups[train], data.vectors[test], seed
        )
        for name, head in HEADS.items():
            answers, truth = head(lesson), data.labels[test]
            accuracy[name].append(float((answers == truth).mean()))
            balanced[name].append(recall_score(truth, answers, average="macro", zero_division=0.0))
    rows = []
    for name, values in accuracy.items():
        ahead = np.subtract(accuracy[OURS], values)
        rows.append(
            {
                "data": data.name,
                "per_class": per_class or "all",
                "n_train": round(statistics.mean(n for n, _ in sizes)),
                "n_test": round(statistics.mean(n for _, n in sizes)),
                "head": name,
                "seeds": seeds,
                "accuracy": f"{statistics.mean(values):.4f}",
                "sd": f"{statistics.stdev(values):.4f}",
                "balanced": f"{statistics.mean(balanced[name]):.4f}",
                "ahead": f"{100 * ahead.mean():.2f}",
                "ahead_se": f"{100 * ahead.std(ddof=1) / seeds**0.5:.2f}",
            }
        )
        print(*rows[-1].values(), sep="\t", flush=True)
    return rows


def some(train: Labels, labels: Labels, per_class: int | None, seed: int) -> Labels:
    """At most ``per_class`` of ``train`` of each class, chosen at random."""
    if per_class is None:
        return train
    shuffled = np.random.default_rng(seed).permutation(train)
    kinds = np.unique(labels[train])
    chosen = [shuffled[labels[shuffled] == kind][:per_class] for kind in kinds]
    return np.sort(np.concatenate(chosen))


def softmax_head(lesson: Lesson) -> Labels:
    head = SoftmaxHead(seed=lesson.seed).fit(lesson.vectors, lesson.labels, lesson.groups)
    return head.predict(lesson.questions)


def logistic(lesson: Lesson) -> Labels:
    model = LogisticRegression(C=1.0, max_iter=2000).fit(lesson.vectors, lesson.labels)
    return model.predict(lesson.questions)


def dense(lesson: Lesson, dropout: float = 0.0) -> Labels:
    torch.manual_seed(lesson.seed)
    kinds, labels = np.unique(lesson.labels, return_inverse=True)
    x, y = torch.from_numpy(lesson.vectors), torch.from_numpy(labels)
    hidden = torch.nn.Linear(x.shape[1], 100)
    last = torch.nn.Linear(100, len(kinds), bias=False)
    torch.nn.init.zeros_(hidden.bias)
    for layer in (hidden, last):
        sd = layer.in_features**-0.5 / 0.8796  # the cut at 2 takes that much off the spread
        torch.nn.init.trunc_normal_(layer.weight, std=sd, a=-2 * sd, b=2 * sd)
    network = torch.nn.Sequential(hidden, torch.nn.ReLU(), torch.nn.Dropout(dropout), last)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-7)
    for _ in range(50):
        for batch in torch.randperm(len(y)).split(16):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimiser.step()
    network.eval()
    with torch.no_grad():
        return kinds[network(torch.from_numpy(lesson.questions)).argmax(dim=1).numpy()]


HEADS: dict[str, Callable[[Lesson], Labels]] = {
    OURS: softmax_head,
    "dense-100": dense,
    "dense-100 dropout": lambda lesson: dense(lesson, dropout=0.5),
    "logistic C=1": logistic,
}

if __name__ == "__main__":
    main()
