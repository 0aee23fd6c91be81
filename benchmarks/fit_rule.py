"""Which way of making a picture square serves best; and whether more views of it help.

    python benchmarks/fit_rule.py ../shared/data --bricks examples/bricks [--limit N]

For each data set: at most N pictures (a seeded choice), embedded once for each fit; a softmax
regression on standardised embeddings (scikit-learn, C = 0.01), trained on about 80 % of the
groups and judged on the rest, over several seeded divisions, the same for all variants. Then,
with the default fit: the embedding averaged over the picture and its mirror image, averaged
over the picture and four shifts by 4 % of its side, and training on mirror images as well.

Only ``trash`` is oblong (4:3). The other sets are square and tell nothing of the fit; of each a
second set is made, ending in ``-wide``, every picture cut to 3:2, 2:3, 16:9 or 9:16 around its
middle. Writes results/fit_rule.csv.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, recall_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sortal.backbones import BATCH, DEFAULT_FIT, FrozenNetwork, backbone
from sortal.pictures import FITS, Fit, PicturePool, Prepared, Source

RESULTS = Path(__file__).parent / "results" / "fit_rule.csv"
RATIOS = ((3, 2), (2, 3), (16, 9), (9, 16))
SHIFT = 0.04
OBLONG = ("trash", "trash-wide", "coins-wide", "bricks-wide")

Vectors = NDArray[np.float32]
Squares = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Pictures with labels and with groups that must not be divided."""

    name: str
    files: tuple[Path, ...]
    labels: NDArray[np.str_]
    groups: NDArray[np.str_]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure fits and views.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--bricks", type=Path)
    parser.add_argument("--limit", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--backbone", default="lite0")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for data in data_sets(options, Path(folder)):
            for row in compare(data, options):
                rows.append(row)
                print(*row.values(), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def data_sets(options: argparse.Namespace, folder: Path) -> Iterator[DataSet]:
    """Yield the data sets that there are, each also cut to oblong pictures."""
    known: dict[str, tuple[Path | None, Callable[[str], str]]] = {
        "trash": (options.data / "trash", str),
        "coins": (options.data / "coins", lambda stem: "_".join(stem.split("_")[:2])),
        "bricks": (options.bricks, lambda stem: stem.rpartition("-")[0]),
    }
    for name, (place, group) in known.items():
        if place is not None:
            data = read(name, place, group, limit=options.limit)
            yield data
            yield widened(data, folder / name)


def read(name: str, folder: Path, group: Callable[[str], str], *, limit: int) -> DataSet:
    """Return at most ``limit`` pictures of a folder of folders, chosen at random."""
    files = sorted(folder.glob("*/*.jpg"))
    chosen = np.sort(np.random.default_rng(0).permutation(len(files))[:limit])
    kept = tuple(files[i] for i in chosen)
    labels = np.array([f.parent.name for f in kept])
    return DataSet(name, kept, labels, np.array([f"{f.parent.name}/{group(f.stem)}" for f in kept]))


def widened(data: DataSet, folder: Path) -> DataSet:
    """Return the pictures cut to oblong ones around their middle."""
    random = np.random.default_rng(1)
    folder.mkdir()
    files = []
    for number, file in enumerate(data.files):
        ratio = RATIOS[random.integers(len(RATIOS))]
        with Image.open(file) as picture:
            scale = min(picture.width / ratio[0], picture.height / ratio[1])
            width, height = round(ratio[0] * scale), round(ratio[1] * scale)
            left, top = (picture.width - width) // 2, (picture.height - height) // 2
            files.append(folder / f"{number}.png")
            picture.crop((left, top, left + width, top + height)).save(files[-1])
    return DataSet(f"{data.name}-wide", tuple(files), data.labels, data.groups)


def compare(data: DataSet, options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Yield one row for each fit and each use of further views."""
    network = FrozenNetwork(backbone(options.backbone))
    plain: Views = [lambda squares: squares]
    fits = FITS if data.name in OBLONG else (DEFAULT_FIT,)
    by_fit = {fit: embed_views(data.files, network, fit, plain)[0] for fit in fits}
    for fit, vectors in by_fit.items():
        yield row_of(data, options, f"fit {fit}", judge(data, vectors, vectors, options.seeds))
    if data.name.endswith("-wide"):
        return
    mirrored, *shifted = embed_views(data.files, network, DEFAULT_FIT, [mirror, *SHIFTS])
    own = by_fit[DEFAULT_FIT]
    both = ((own + mirrored) / 2).astype(np.float32)
    five = np.mean([own, *shifted], axis=0, dtype=np.float32)
    trials = {
        "mean with mirror": judge(data, both, both, options.seeds),
        "mean over 5 shifts": judge(data, five, five, options.seeds),
        "mirror in training": judge(data, own, own, options.seeds, extra=mirrored),
        "mirror in training, mean": judge(data, own, both, options.seeds, extra=mirrored),
    }
    for name, scores in trials.items():
        yield row_of(data, options, name, scores)


Views = Sequence[Callable[[Squares], Squares]]


def mirror(squares: Squares) -> Squares:
    return np.ascontiguousarray(squares[:, :, ::-1])


def shift(squares: Squares, down: int, right: int) -> Squares:
    """Move pictures by a part of their side; the edge is repeated."""
    by = round(SHIFT * squares.shape[1])
    padded = np.pad(squares, ((0, 0), (by, by), (by, by), (0, 0)), mode="edge")
    top, left, size = by - down * by, by - right * by, squares.shape[1]
    return np.ascontiguousarray(padded[:, top : top + size, left : left + size])


SHIFTS: Views = [
    lambda squares: shift(squares, 1, 0),
    lambda squares: shift(squares, -1, 0),
    lambda squares: shift(squares, 0, 1),
    lambda squares: shift(squares, 0, -1),
]


def embed_views(
    files: Sequence[Path], network: FrozenNetwork, fit: Fit, views: Views
) -> list[Vectors]:
    """Return the embeddings of each view, float32 (n, width)."""
    found: list[list[Vectors]] = [[] for _ in views]
    with PicturePool(size=network.backbone.size, fit=fit, workers=1) as pool:
        batch: list[Squares] = []
        for number, answer in enumerate(pool.read((str(f), Source(f)) for f in files), 1):
            if not isinstance(answer, Prepared):
                raise SystemExit(f"{answer.path}: {answer.message}")
            batch.append(answer.square)
            if len(batch) == BATCH or number == len(files):
                for view, vectors in zip(views, found, strict=True):
                    vectors.append(network.embedding(view(np.stack(batch))))
                batch = []
    return [np.concatenate(vectors) for vectors in found]


def judge(
    data: DataSet, train: Vectors, test: Vectors, seeds: int, *, extra: Vectors | None = None
) -> NDArray[np.float64]:
    """Return accuracy, balanced accuracy and log loss, one row a seed."""
    divide = GroupShuffleSplit(seeds, test_size=0.2, random_state=0)
    scores = []
    for first, second in divide.split(train, data.labels, data.groups):
        x, y = train[first], data.labels[first]
        if extra is not None:
            x, y = np.concatenate([x, extra[first]]), np.concatenate([y, y])
        head = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=150, tol=1e-3))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            head.fit(x, y)
        probabilities, truth = head.predict_proba(test[second]), data.labels[second]
        answer = head.classes_[probabilities.argmax(1)]
        seen = np.isin(truth, head.classes_)
        loss = log_loss(truth[seen], probabilities[seen], labels=head.classes_)
        balanced = recall_score(truth, answer, labels=np.unique(truth), average="macro")
        scores.append(((answer == truth).mean(), balanced, loss))
    return np.array(scores)


def row_of(
    data: DataSet, options: argparse.Namespace, variant: str, scores: NDArray[np.float64]
) -> dict[str, object]:
    (accuracy, balanced, loss), deviation = scores.mean(0), scores.std(0, ddof=1)
    return {
        "data": data.name,
        "n": len(data.files),
        "groups": len(set(data.groups)),
        "backbone": options.backbone,
        "variant": variant,
        "seeds": len(scores),
        "accuracy": f"{accuracy:.4f}",
        "sd": f"{deviation[0]:.4f}",
        "balanced": f"{balanced:.4f}",
        "log_loss": f"{loss:.4f}",
    }


if __name__ == "__main__":
    main()
