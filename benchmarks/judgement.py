"""Whether the judgements keep their promises on real pictures.

    python benchmarks/judgement.py [--data ../shared/data]

For trash, coins (grouped by photograph) and the bricks of the examples:

- sets and "I don't know": rules fitted on half of the groups, promises checked on the others;
- suspected labels: one label in twenty is made wrong, and found again from cross-validation;
- drift: how often one half of the groups, 30 pictures of it, or (coins) the pictures of one
  photograph are called unlike the other half; and how often 30 pictures that were darkened,
  blurred, made small, or taken from another collection are.

Writes ``benchmarks/results/judgement.csv``; about five minutes.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from sortal.backbones import Cache, Embedded, backbone, embed
from sortal.collection import read_collection, read_files
from sortal.evaluation import (
    DistanceModel,
    Reference,
    drift,
    fit_distance,
    fit_rules,
    held_in_distances,
    in_set,
    make_reference,
    measures,
    softmax,
    suspected_labels,
)
from sortal.evaluation.folds import deal
from sortal.evaluation.sets import fit_set_threshold
from sortal.split import Split
from sortal.training import HeadFit, fit_head

HERE = Path(__file__).parent
HALVES = 50
BATCH = 30
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Learned:
    """A collection with the out-of-fold answers and distances of all its pictures."""

    name: str
    embedded: Embedded
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    classes: tuple[str, ...]
    fit: HeadFit
    distances: NDArray[np.float32]

    @property
    def logits(self) -> NDArray[np.float32]:
        return self.fit.out_of_fold


def learn(name: str, folder: Path, *, group_by: str | None) -> Learned:
    embedded = embed(read_collection(folder, group_by=group_by), backbone("lite0"), cache=Cache())
    samples = embedded.collection.samples
    classes, labels = np.unique([s.label or "" for s in samples], return_inverse=True)
    names = [s.group or f"alone {i}" for i, s in enumerate(samples)]
    _, groups = np.unique(names, return_inverse=True)
    return Learned(
        name=name,
        embedded=embedded,
        labels=labels,
        groups=groups,
        classes=tuple(str(c) for c in classes),
        fit=crossed(embedded.vectors, labels, groups),
        distances=held_in_distances(embedded.vectors, labels, groups=groups),
    )


def crossed(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], groups: NDArray[np.int64]
) -> HeadFit:
    split = Split(
        scheme="cross-validation",
        seed=0,
        groups=groups,
        test=np.zeros(len(labels), np.bool_),
        folds=deal(groups, seed=0)[None].astype(np.int16),
    )
    return fit_head(vectors, labels, split=split, n_classes=int(labels.max()) + 1)


def halves(groups: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    names = np.unique(groups)
    for seed in range(HALVES):
        shuffled = np.random.default_rng(seed).permutation(names)
        yield np.isin(groups, shuffled[: len(names) // 2])


def promises(c: Learned) -> Iterator[Row]:
    found = []
    for half in halves(c.groups):
        rules = fit_rules(
            c.logits[:, half],
            c.labels[half],
            groups=c.groups[half],
            distances=c.distances[half],
        )
        shares = softmax(c.logits[0, ~half], temperature=rules.temperature)
        truth = c.labels[~half]
        row = [float(np.mean(c.distances[~half] <= rules.distance_threshold))]
        for threshold in (rules.set_threshold, rules.set_threshold_90):
            members = in_set(shares, threshold)
            row += [
                float(members[np.arange(len(truth)), truth].mean()),
                float(members.sum(1).mean()),
            ]
        adaptive = adaptive_scores(softmax(c.logits[0], temperature=rules.temperature))
        own = np.take_along_axis(adaptive, c.labels[:, None], axis=1)[:, 0]
        limit = fit_set_threshold(own[None, half], c.groups[half], coverage=0.95)
        row += [
            float((own[~half] <= limit).mean()),
            float((adaptive[~half] <= limit).sum(1).mean()),
        ]
        found.append(row)
    titles = ("accepted (97.5 %)", "covered (95 %)", "kinds in a set (95 %)")
    titles += ("covered (90 %)", "kinds in a set (90 %)")
    titles += ("adaptive sets: covered (95 %)", "adaptive sets: kinds in a set (95 %)")
    for title, mean, least in zip(titles, np.mean(found, 0), np.min(found, 0), strict=True):
        yield c.name, title, f"{mean:.3f} (worst half {least:.3f})"


def adaptive_scores(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of all likelier kinds and half of the kind's own.

    The rival to the sets of Sortal: adaptive prediction sets (Romano, Sesia and Candes,
    NeurIPS 2020) without their random part.
    """
    order = np.argsort(-shares, axis=1, kind="stable")
    ranked = np.take_along_axis(shares, order, axis=1)
    sums = ranked.cumsum(axis=1) - ranked / 2
    scores = np.empty_like(shares)
    np.put_along_axis(scores, order, sums, axis=1)
    return scores


def suspects(c: Learned) -> Iterator[Row]:
    precision, recall, suggested = [], [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        wrong = rng.permutation(len(c.labels))[: len(c.labels) // 20]
        labels = c.labels.copy()
        labels[wrong] += rng.integers(1, len(c.classes), len(wrong))
        labels %= len(c.classes)
        logits = crossed(c.embedded.vectors, labels, c.groups).out_of_fold
        rules = fit_rules(logits, labels, groups=c.groups)
        found = suspected_labels(softmax(logits, temperature=rules.temperature), labels)
        hits = [s for s in found if s.index in set(wrong.tolist())]
        precision.append(len(hits) / len(found))
        recall.append(len(hits) / len(wrong))
        suggested.append(np.mean([s.suggested == c.labels[s.index] for s in hits]))
    yield c.name, "wrong among suspected labels", f"{np.mean(precision):.3f}"
    yield c.name, "suspected among wrong labels", f"{np.mean(recall):.3f}"
    yield c.name, "right label suggested", f"{np.mean(suggested):.3f}"


def batch_of(c: Learned, chosen: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    return measures(
        [c.embedded.fingerprints[i] for i in chosen],
        distances=c.distances[chosen],
        probabilities=softmax(c.logits[0, chosen]),
    )


def reference_of(c: Learned, chosen: NDArray[np.int64]) -> Reference:
    rules = fit_rules(
        c.logits[:, chosen],
        c.labels[chosen],
        groups=c.groups[chosen],
        distances=c.distances[chosen],
    )
    return make_reference(
        batch_of(c, chosen),
        answers=c.logits[0, chosen].argmax(axis=1),
        classes=c.classes,
        groups=c.groups[chosen],
        threshold=rules.distance_threshold,
    )


def false_alarms(c: Learned) -> Iterator[Row]:
    alarms: dict[str, list[bool]] = {"half": [], f"{BATCH} pictures": [], "one group": []}
    for seed, half in enumerate(halves(c.groups)):
        rng = np.random.default_rng(seed)
        known, new = np.flatnonzero(half), np.flatnonzero(~half)
        reference = reference_of(c, known)
        group = c.groups[rng.choice(new)]
        batches = {
            "half": new,
            f"{BATCH} pictures": rng.permutation(new)[:BATCH],
            "one group": new[c.groups[new] == group],
        }
        for title, chosen in batches.items():
            answers = c.logits[0, chosen].argmax(axis=1)
            found = drift(reference, batch_of(c, chosen), answers=answers)
            if found.told:
                alarms[title].append(found.differs)
    for title, told in alarms.items():
        if told:
            yield c.name, f"false alarm: {title}", f"{np.mean(told):.3f} (of {len(told)})"


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "darkened to half": lambda i: ImageEnhance.Brightness(i).enhance(0.5),
    "blurred by 3 px": lambda i: i.filter(ImageFilter.GaussianBlur(3)),
    "half the size": lambda i: i.resize((max(1, i.width // 2), max(1, i.height // 2))),
}


def alarms(c: Learned, data: Path) -> Iterator[Row]:
    """Yield which changes are noticed in ten batches of pictures that nobody learned from."""
    rng = np.random.default_rng(0)
    half = next(halves(c.groups))
    known, new = np.flatnonzero(half), np.flatnonzero(~half)
    reference = reference_of(c, known)
    memory = fit_distance(c.embedded.vectors[known], c.labels[known])
    files = [s.source.path for s in c.embedded.collection.samples]
    chosen = [[files[i] for i in rng.permutation(new)[:BATCH]] for _ in range(10)]
    for title, change in CHANGES.items():
        told = [noticed(reference, memory, c, changed(paths, change)) for paths in chosen]
        yield c.name, f"noticed: {title}", f"{np.mean(told):.1f}"
    grocery = sorted((data / "calibration").iterdir())
    strange = [[p for p in grocery if p.suffix == ".jpg"][i::3][:BATCH] for i in range(3)]
    told = [noticed(reference, memory, c, embed_files(paths)) for paths in strange]
    yield c.name, "noticed: groceries", f"{np.mean(told):.1f}"


def changed(paths: list[Path], change: Callable[[Image.Image], Image.Image]) -> Embedded:
    with tempfile.TemporaryDirectory() as folder:
        for k, path in enumerate(paths):
            with Image.open(path) as picture:
                change(picture.convert("RGB")).save(Path(folder) / f"{k:03}.png")
        return embed_files(sorted(Path(folder).iterdir()))


def embed_files(paths: list[Path]) -> Embedded:
    return embed(read_files(paths), backbone("lite0"), cache=None, workers=1)


def noticed(reference: Reference, memory: DistanceModel, c: Learned, new: Embedded) -> bool:
    logits = c.fit.head.logits(new.vectors)
    batch = measures(
        new.fingerprints,
        distances=memory.distance(new.vectors),
        probabilities=softmax(logits),
    )
    return drift(reference, batch, answers=logits.argmax(axis=1)).differs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    data = parser.parse_args().data
    places = (
        ("trash", data / "trash", None),
        ("coins", data / "coins", r"([^/_]+_[^_/]+)_[^/]*$"),
        ("bricks", HERE.parent / "examples" / "bricks", None),
    )
    rows: list[Row] = []
    for name, folder, group_by in places:
        c = learn(name, folder, group_by=group_by)
        for part in (promises(c), suspects(c), false_alarms(c), alarms(c, data)):
            for row in part:
                rows.append(row)
                print(*row, sep="\t", flush=True)
    with (HERE / "results" / "judgement.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("collection", "what", "found"), *rows])


if __name__ == "__main__":
    main()
