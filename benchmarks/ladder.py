"""How far up the ladder is worth going on photographs of waste, at 10, 50 and all a class.

    python benchmarks/ladder.py ../shared/data/trash --sizes 10 50 --seeds 0 1 2
    python benchmarks/ladder.py ../shared/data/trash --sizes all --seeds 0

For each size and seed a fifth of every class is held out as the test, and so many pictures of
each class are drawn from the rest. On these: plain `sortal train` (the quantised backbone frozen,
its head fitted in closed form) and `--network efficientnet-lite0 --regime auto` with its defaults.
Each rung is then tried on the test too, which the ladder itself never does; rungs that it did not
reach are trained for that. A row a way is appended to results/ladder.csv: accuracy on the test
with its interval, accuracy on the validation pictures, seconds, and whether auto kept the rung.
Seconds of auto are of the whole call; those of a rung are of its training, the head's before it
not counted.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import sortal
from sortal.collection import Collection
from sortal.evaluation import Score
from sortal.evaluation.intervals import share
from sortal.training.deep import Pictures, answers, load_checkpoint
from sortal.workflow.deep.squares import Reading, read_squares

RESULT = Path(__file__).resolve().parent / "results" / "ladder.csv"
NETWORK = "efficientnet-lite0"
FIELDS = (
    *("size", "seed", "way", "learned_from", "looked_at", "n_test"),
    *("test", "test_low", "test_high", "validation", "kept", "seconds", "note"),
)
TEST_SHARE = 0.2


def drawn(whole: Collection, size: str, seed: int) -> tuple[Collection, Collection]:
    """Pictures to learn from and to be tested on, each class in the same way."""
    rng = np.random.default_rng(seed)
    learned, tested = [], []
    for kind in whole.classes:
        samples = [sample for sample in whole if sample.label == kind]
        order = rng.permutation(len(samples))
        n_test = round(TEST_SHARE * len(samples))
        tested += [samples[i] for i in order[:n_test]]
        rest = order[n_test:]
        learned += [samples[i] for i in (rest if size == "all" else rest[: int(size)])]
    return replace(whole, samples=tuple(learned)), replace(whole, samples=tuple(tested))


def test_pictures(trained: sortal.Trained, folder: Path) -> tuple[Pictures, np.ndarray]:
    """The test as the network sees it, with the groups of its pictures."""
    evidence = trained.evidence
    rows = np.flatnonzero(evidence.split.test)
    collection = evidence.material.collection
    part = replace(collection, samples=tuple(collection.samples[i] for i in rows), faults=())
    reading = Reading(
        size=trained.card.size,
        fit=trained.card.fit,
        channels=3,
        folder=folder,
        workers=1,
        cache=False,
        progress=lambda _: None,
    )
    squares = read_squares(part, reading)
    return Pictures(squares.pixels, evidence.material.labels[rows]), evidence.split.groups[rows]


def runs(whole: Collection, size: str, seed: int, threads: int) -> Iterator[dict[str, Any]]:
    """Every way of learning from one draw."""
    learned, tested = drawn(whole, size, seed)
    began = time.perf_counter()
    plain = sortal.train(learned, test=tested, workers=1)
    score = plain.evaluation.accuracy
    took = time.perf_counter() - began
    base = {"size": size, "seed": seed, "learned_from": len(learned), "n_test": score.n}
    yield row(base, "sortal train", score, seconds=took)
    with TemporaryDirectory() as name:
        state = Path(name) / "state"
        given = {"network": NETWORK, "checkpoint": state, "threads": threads, "workers": 1}
        began = time.perf_counter()
        climbed = sortal.train(learned, test=tested, regime="auto", **given)
        took = time.perf_counter() - began
        course = climbed.evidence.course
        assert course is not None
        assert course.ladder is not None
        ladder = course.ladder
        base |= {"learned_from": len(learned) - ladder.n, "looked_at": ladder.n}
        yield row(base, "auto", climbed.evaluation.accuracy, seconds=took, note=ladder.ended)
        pictures, groups = test_pictures(climbed, Path(name))
        for rung in ladder.rungs:
            learner, _ = load_checkpoint(state.with_name(f"state.{rung.regime}"))
            right = answers(learner, pictures).argmax(axis=1) == pictures.labels
            yield row(
                base,
                rung.regime,
                share(right[None], groups=groups),
                validation=rung.score.value,
                kept=rung.regime == ladder.kept.regime,
                seconds=rung.seconds,
            )
        for regime in {"last", "full"} - {rung.regime for rung in ladder.rungs}:
            other = {**given, "checkpoint": None, "regime": regime, "validation": 0.2}
            alone = sortal.train(learned, test=tested, **other)
            score, way = alone.evaluation.accuracy, alone.evidence.course
            assert way is not None
            yield row(
                base,
                regime,
                score,
                validation=way.history[-1][3],
                kept=False,
                seconds=way.seconds,
                note="not reached by auto; seconds with its head",
            )


def row(base: dict[str, Any], way: str, score: Score, **more: Any) -> dict[str, Any]:
    """One line of the table."""
    low, high = score.interval.low, score.interval.high
    return {**base, "way": way, "test": score.value, "test_low": low, "test_high": high, **more}


def written(value: Any) -> Any:
    """Numbers with as many digits as mean something."""
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--sizes", nargs="+", default=["10", "50"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--to", type=Path, default=RESULT)
    options = parser.parse_args()
    whole = sortal.read(options.pictures)
    for size in options.sizes:
        for seed in options.seeds:
            for found in runs(whole, size, seed, options.threads):
                new = not options.to.exists()
                with options.to.open("a", newline="") as file:
                    writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                    if new:
                        writer.writeheader()
                    writer.writerow({name: written(value) for name, value in found.items()})
                print(found, flush=True)


if __name__ == "__main__":
    main()
