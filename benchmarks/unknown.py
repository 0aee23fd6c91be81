"""Which distance tells pictures of another sort best: "I don't know", measured.

    python benchmarks/unknown.py [--data ../shared/data]

For each collection (trash, coins by photograph, bricks of the examples) and each distance:
held-in distances by folds of groups, a threshold that keeps 97.5 % of them, and then how many
strange pictures lie beyond it. Strange are the pictures of every other collection, handwritten
digits and photographs of a grocery ("far"), and each kind of the collection itself when it is
left out of the learning ("near"). Writes ``benchmarks/results/unknown.csv``: AUROC of strange
against held-in, and the share beyond the threshold. About ten minutes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from sortal.backbones import Cache, FrozenNetwork, backbone, embed
from sortal.collection import read_collection, read_files
from sortal.evaluation import fit_distance, fit_distance_threshold
from sortal.evaluation import unknown as own
from sortal.evaluation.folds import deal

HERE = Path(__file__).parent
DIGITS = 800
Vectors = NDArray[np.float32]
Distance = Callable[[Vectors], NDArray[np.floating]]
Method = Callable[[Vectors, NDArray[np.int64]], Distance]


@dataclass(frozen=True)
class Pictures:
    """Embeddings with labels and groups."""

    vectors: Vectors
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    classes: tuple[str, ...] = ()


def unit(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def nearest(queries: NDArray[np.floating], known: NDArray[np.floating]) -> NDArray[np.floating]:
    return 1.0 - (queries @ known.T).max(axis=1)


def shortened(width: int) -> Method:
    """Return Sortal's distance with embeddings shortened to ``width``."""

    def fit(vectors: Vectors, labels: NDArray[np.int64]) -> Distance:
        kept, own.WIDTH = own.WIDTH, width  # type: ignore[misc]
        try:
            return fit_distance(vectors, labels).distance
        finally:
            own.WIDTH = kept  # type: ignore[misc]

    return fit


def whole_embedding(vectors: Vectors, _: NDArray[np.int64]) -> Distance:
    """Nearest neighbour by cosine over all 1,280 numbers: too large for a model file."""
    known = unit(vectors)
    return lambda new: nearest(unit(new), known)


def principal(vectors: Vectors, width: int) -> tuple[Vectors, NDArray[np.floating]]:
    units = unit(vectors)
    centre = units.mean(axis=0)
    return centre, own._principal(units - centre, width, seed=0)


def projected_cosine(vectors: Vectors, _: NDArray[np.int64]) -> Distance:
    """Cosine inside 128 principal directions, the rest of the picture forgotten."""
    centre, basis = principal(vectors, 128)
    known = unit((unit(vectors) - centre) @ basis)
    return lambda new: nearest(unit((unit(new) - centre) @ basis), known)


def residual(vectors: Vectors, _: NDArray[np.int64]) -> Distance:
    """Length outside 64 principal directions (the residual of ViM)."""
    centre, basis = principal(vectors, 64)

    def distance(new: Vectors) -> NDArray[np.floating]:
        rest = unit(new) - centre
        return np.linalg.norm(rest - (rest @ basis) @ basis.T, axis=1)

    return distance


def mahalanobis(*, relative: bool) -> Method:
    """Return distance to the nearest class mean under a shrunk covariance (Lee et al. 2018).

    Relative: less the distance to the mean of all (Ren et al. 2021).
    """

    def fit(vectors: Vectors, labels: NDArray[np.int64]) -> Distance:
        centre, basis = principal(vectors, 128)
        short = (unit(vectors) - centre) @ basis
        means = np.stack([short[labels == k].mean(axis=0) for k in np.unique(labels)])
        within = inverse(short - means[np.searchsorted(np.unique(labels), labels)])
        overall = inverse(short)

        def distance(new: Vectors) -> NDArray[np.floating]:
            z = (unit(new) - centre) @ basis
            away = np.min([squared(z - mean, within) for mean in means], axis=0)
            return away - squared(z, overall) if relative else away

        return distance

    return fit


def inverse(centred: NDArray[np.floating]) -> NDArray[np.floating]:
    covariance = centred.T @ centred / len(centred)
    shrunk = 0.9 * covariance + 0.1 * np.trace(covariance) / len(covariance) * np.eye(
        len(covariance)
    )
    return np.linalg.inv(shrunk)


def squared(rows: NDArray[np.floating], metric: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.einsum("ij,jk,ik->i", rows, metric, rows)


METHODS: dict[str, Method] = {
    "shortened to 64 (Sortal)": shortened(64),
    "shortened to 32": shortened(32),
    "shortened to 128": shortened(128),
    "shortened to 256": shortened(256),
    "nearest, whole embedding": whole_embedding,
    "nearest, projected cosine": projected_cosine,
    "residual": residual,
    "Mahalanobis": mahalanobis(relative=False),
    "relative Mahalanobis": mahalanobis(relative=True),
}


def held_in(method: Method, pictures: Pictures) -> NDArray[np.floating]:
    folds = deal(pictures.groups, seed=0)
    distances = np.empty(len(folds))
    for fold in range(int(folds.max()) + 1):
        others = folds != fold
        distance = method(pictures.vectors[others], pictures.labels[others])
        distances[~others] = distance(pictures.vectors[~others])
    return distances


def part(pictures: Pictures, chosen: NDArray[np.bool_]) -> Pictures:
    return Pictures(pictures.vectors[chosen], pictures.labels[chosen], pictures.groups[chosen])


def trials(name: str, all_of: dict[str, Pictures]) -> Iterator[tuple[str, str, Pictures, Vectors]]:
    """Yield near or far, what is strange, what is learned, and the strange pictures."""
    learned = all_of[name]
    for other, strange in all_of.items():
        if other != name:
            yield "far", other, learned, strange.vectors[:: max(1, len(strange.vectors) // 800)]
    for k, kind in enumerate(learned.classes):
        known = learned.labels != k
        yield "near", kind, part(learned, known), learned.vectors[~known]


def judge(method: Method, learned: Pictures, strange: Vectors) -> tuple[float, float]:
    """Return AUROC and the share of strange pictures beyond the threshold."""
    inside = held_in(method, learned)
    outside = method(learned.vectors, learned.labels)(strange)
    truth = np.repeat([0, 1], [len(inside), len(outside)])
    threshold = fit_distance_threshold(inside, learned.groups)
    area = roc_auc_score(truth, np.concatenate([inside, outside]))
    return float(area), float((outside > threshold).mean())


def read(data: Path) -> dict[str, Pictures]:
    photograph = r"([^/_]+_[^_/]+)_[^/]*$"
    folders = {
        "trash": (data / "trash", None),
        "coins": (data / "coins", photograph),
        "bricks": (HERE.parent / "examples" / "bricks", None),
    }
    found = {}
    for name, (folder, group_by) in folders.items():
        if folder.is_dir():
            collection = read_collection(folder, group_by=group_by)
            embedded = embed(collection, backbone("lite0"), cache=Cache())
            samples = embedded.collection.samples
            classes, labels = np.unique([s.label for s in samples], return_inverse=True)
            _, groups = np.unique(
                [s.group or f"alone {i}" for i, s in enumerate(samples)], return_inverse=True
            )
            found[name] = Pictures(embedded.vectors, labels, groups, tuple(classes))
    grocery = embed(read_files([data / "calibration"]), backbone("lite0"), cache=Cache()).vectors
    for name, vectors in (("grocery", grocery), ("digits", digits(data))):
        nothing = np.zeros(len(vectors), np.int64)
        found[name] = Pictures(vectors, nothing, np.arange(len(vectors)))
    return found


def digits(data: Path) -> Vectors:
    from PIL import Image

    raw = gzip.decompress((data / "mnist" / "t10k-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)[:DIGITS]
    network = FrozenNetwork(backbone("lite0"))
    side = backbone("lite0").size
    large = [np.asarray(Image.fromarray(i).resize((side, side))) for i in images]
    return network.embedding(np.repeat(np.stack(large)[..., None], 3, axis=3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    all_of = read(parser.parse_args().data)
    rows = []
    for title, method in METHODS.items():
        for name in [n for n, p in all_of.items() if p.classes]:
            for how, strange, learned, vectors in trials(name, all_of):
                area, beyond = judge(method, learned, vectors)
                rows.append([title, name, how, strange, f"{area:.4f}", f"{beyond:.3f}"])
        for how in ("far", "near"):
            mine = [[float(r[4]), float(r[5])] for r in rows if r[0] == title and r[2] == how]
            area, beyond = np.mean(mine, axis=0)
            print(f"{title:28s} {how:4s} AUROC {area:.4f} beyond {beyond:.3f}", flush=True)
    target = HERE / "results" / "unknown.csv"
    target.parent.mkdir(exist_ok=True)
    with target.open("w", newline="") as file:
        header = ["method", "learned", "distance", "strange", "auroc", "beyond_threshold"]
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main()
