"""Training as a whole: repeatable to the byte, computing nothing twice, honest about kin."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sortal
from drawn_shapes import KINDS, draw, draw_folder
from sortal.backbones import Embedded
from sortal.pictures import Step
from sortal.split import Kin
from sortal.workflow import TrainingDone
from sortal.workflow.ordering import in_order_of_content


def train(folder: Path, *, seed: int = 0, cache: bool = True) -> sortal.Trained:
    return sortal.train(sortal.read(folder), seed=seed, cache=cache, workers=1)


def n_decoded(trained: sortal.Trained) -> int:
    """How many pictures were decoded and embedded, rather than recalled."""
    embedded = trained.evidence.material.embedded
    return len(embedded.collection) - embedded.n_cached


def renamed(shapes: Path, to: Path) -> Path:
    """The same pictures and kinds under other names, in the opposite order."""
    for kind in KINDS:
        (to / kind).mkdir(parents=True)
        for place, path in enumerate(sorted((shapes / kind).iterdir())):
            shutil.copy(path, to / kind / f"z{99 - place}.png")
    return to


def test_the_same_pictures_and_seed_give_the_same_bytes(
    done: TrainingDone, shapes: Path, tmp_path: Path
) -> None:
    first = done.trained.model.data
    warm = train(shapes)
    cold = train(renamed(shapes, tmp_path / "shapes"), cache=False)
    assert n_decoded(warm) == 0
    assert n_decoded(cold) == 36
    assert warm.model.data == first
    assert cold.model.data == first


def test_another_seed_is_another_training(done: TrainingDone, shapes: Path) -> None:
    other = train(shapes, seed=1)
    assert other.card.seed == 1
    assert other.card.split.sha256 != done.trained.card.split.sha256


def test_nothing_is_embedded_twice(done: TrainingDone, shapes: Path, tmp_path: Path) -> None:
    given = renamed(shapes, tmp_path / "given")
    (given / "disc").rename(given / "circle")
    (given / "cross" / "z99.png").rename(given / "square" / "moved.png")
    shutil.copy(given / "square" / "z98.png", given / "square" / "copy.png")
    for seed in (90, 91):
        draw("cross", seed).save(given / "cross" / f"{seed}.png")
    grown = train(given)
    assert grown.n_used == 39
    assert n_decoded(grown) == 2
    steps: list[Step] = []
    again = sortal.train(sortal.read(given), progress=steps.append)
    assert n_decoded(again) == 0
    embedding = [step for step in steps if step.stage == "Embedding pictures"]
    assert [(step.done, step.total) for step in embedding] == [(39, 39)]


def test_progress_goes_through_the_stages_in_order(shapes: Path, done: TrainingDone) -> None:
    steps: list[Step] = []
    sortal.train(sortal.read(shapes), progress=steps.append)
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages == [
        "Reading files",
        "Embedding pictures",
        "Looking for kin",
        "Fitting the head",
        "Judging",
    ]
    for stage in stages:
        counts = [step.done for step in steps if step.stage == stage]
        assert counts == sorted(counts)


def test_what_comes_out_hangs_together(done: TrainingDone, model: Path) -> None:
    trained = done.trained
    loaded = sortal.load(model)
    assert loaded.model.sha256 == trained.model.sha256
    assert loaded.evaluation.to_dict() == trained.evaluation.to_dict()
    assert loaded.evaluation.warnings == trained.evaluation.warnings
    assert trained.card.data.per_class == (12, 12, 12)
    assert trained.n_used + trained.n_faults == 36
    assert trained.evaluation.accuracy.n == 36
    assert "model" not in repr(trained)


def test_equal_pictures_on_both_sides_of_a_named_test_do_not_train(
    shapes: Path, done: TrainingDone, tmp_path: Path
) -> None:
    test = draw_folder(tmp_path / "test", each=1)  # each is in `shapes` too
    draw("disc", 80).save(test / "disc" / "new.png")
    trained = sortal.train(sortal.read(shapes), test=sortal.read(test), workers=1)
    split = trained.evidence.split
    assert split.scheme == "named-test"
    assert (split.test.sum(), split.excluded.sum(), split.train.sum()) == (4, 3, 33)
    hashes = np.array(trained.evidence.material.hashes)
    assert not set(hashes[split.train]) & set(hashes[split.test])
    assert trained.notes[-1] == "3 pictures are kin of pictures in the test: not trained on."


def test_a_name_may_occur_in_the_training_and_in_the_test(
    shapes: Path, done: TrainingDone, tmp_path: Path
) -> None:
    test = draw_folder(tmp_path / "shapes", each=2, first=70)
    for path in list(test.rglob("*.png")):
        path.rename(path.with_name(path.name.replace("-7", "-0")))
    trained = sortal.train(sortal.read(shapes), test=sortal.read(test), workers=1)
    assert trained.evidence.split.test.sum() == 6
    assert trained.evidence.split.excluded.sum() == 0


def test_order_is_that_of_the_contents(done: TrainingDone) -> None:
    embedded = done.trained.evidence.material.embedded
    shuffled = np.random.default_rng(0).permutation(36)
    mixed = Embedded(
        collection=sortal.Collection(
            name="mixed", samples=tuple(embedded.collection.samples[i] for i in shuffled)
        ),
        fingerprints=tuple(embedded.fingerprints[i] for i in shuffled),
        vectors=embedded.vectors[shuffled],
        n_cached=0,
    )
    back = in_order_of_content(mixed)
    assert [f.sha256 for f in back.fingerprints] == sorted(f.sha256 for f in back.fingerprints)
    assert back.collection.samples == embedded.collection.samples
    assert np.array_equal(back.vectors, embedded.vectors)


@pytest.mark.parametrize(
    "shrink",
    [
        lambda _: 1,
        lambda _: 2,
        lambda _: 3,
        lambda kind: {"cross": 1}.get(kind, 12),
        lambda kind: {"cross": 12}.get(kind, 2),
    ],
    ids=["one each", "two each", "three each", "one of one kind", "two of most"],
)
def test_tiny_collections_are_trained_on_with_warnings(
    shrink: Callable[[str], int], shapes: Path, done: TrainingDone, tmp_path: Path
) -> None:
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        for path in sorted((shapes / kind).iterdir())[: shrink(kind)]:
            shutil.copy(path, tmp_path / kind)
    trained = train(tmp_path)
    evaluation = trained.evaluation
    assert 0 <= evaluation.accuracy.interval.low <= evaluation.accuracy.interval.high <= 1
    assert any(warning.startswith("Fewer than 20 pictures") for warning in evaluation.warnings)
    answer = trained.predict(next((tmp_path / "disc").iterdir()), top=3)
    assert sum(share for _, share in answer.kinds) == pytest.approx(1, abs=1e-5)
    assert "</html>" in _report(trained, tmp_path / "report.html")


def _report(trained: sortal.Trained, path: Path) -> str:
    trained.write_report(path)
    return path.read_text("utf-8")


def test_kin_is_remembered_and_the_same(done: TrainingDone, shapes: Path) -> None:
    kin: Kin = done.trained.evidence.material.kin
    again = train(shapes).evidence.material.kin
    assert again.links == kin.links
    assert np.array_equal(again.groups, kin.groups)
