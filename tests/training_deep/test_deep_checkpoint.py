"""A training that is interrupted anywhere and resumed ends as if it had never been."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import PLAIN, bars, learner  # noqa: E402

from sortal.errors import InputError, OutputError, UsageError  # noqa: E402
from sortal.training.deep import (  # noqa: E402
    Batch,
    Epoch,
    Learner,
    Running,
    load_checkpoint,
    save_checkpoint,
    train,
)
from sortal.training.recipe import Recipe  # noqa: E402
from sortal.training.recipe_parts import (  # noqa: E402
    OPTIMISERS,
    Augmentation,
    Averaging,
    Optimiser,
    Schedule,
)

RICH = replace(
    PLAIN,
    epochs=4,
    patience=3,
    schedule=Schedule("one-cycle", warmup=1.5),
    augmentation=Augmentation(shift=0.1, elastic=1, erasing=0.3, horizontal_flip=True),
    averaging=Averaging("ema", decay=0.9),
)


def told(events: list[Any]) -> list[Any]:
    """The epochs that events tell of, without the times they took."""
    return [
        replace(e, seconds=0.0, pictures_per_second=0.0) for e in events if isinstance(e, Epoch)
    ]


def whole(recipe: Recipe, path: Path) -> tuple[bytes, list[Any]]:
    """The last checkpoint of a training without interruption, and its epochs."""
    running = Running(checkpoint=path, threads=1)
    events = list(train(learner(recipe), bars(), bars(40, seed=1), running=running))
    return path.read_bytes(), told(events)


def at_step(number: int) -> Callable[[], bool]:
    """Say yes when asked for the so manyth time."""
    asked = itertools.count(1)
    return lambda: next(asked) == number


def interrupted(recipe: Recipe, path: Path, *, after: int) -> tuple[bytes, list[Any]]:
    """The same, stopped after every so many steps and resumed from the file by a new learner."""
    subject: Learner = learner(recipe)
    events: list[Any] = []
    while True:
        running = Running(checkpoint=path, threads=1, stop=at_step(after))
        came: list[Any] = list(train(subject, bars(), bars(40, seed=1), running=running))
        events += came
        if came[-1].reason != "interrupted":
            return path.read_bytes(), told(events)
        torch.rand(7)  # the state of torch's own generator is of no consequence
        subject, threads = load_checkpoint(path)
        assert threads == 1


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_is_resumed_to_the_bit(name: str, tmp_path: Path) -> None:
    momentum = 0.9 if name in ("sgd", "rmsprop") else 0.0
    optimiser = Optimiser(
        name, rate=0.01, momentum=momentum, nesterov=name == "sgd", weight_decay=0.01, decay=0.001
    )
    recipe = replace(RICH, optimiser=optimiser, epochs=3)
    assert interrupted(recipe, tmp_path / "b", after=4) == whole(recipe, tmp_path / "a")


@pytest.mark.parametrize("after", [1, 5, 6, 7])
def test_wherever_it_is_interrupted(after: int, tmp_path: Path) -> None:
    assert interrupted(RICH, tmp_path / "b", after=after) == whole(RICH, tmp_path / "a")


@pytest.mark.parametrize("how", ["none", "swa"])
def test_every_average_is_resumed(how: str, tmp_path: Path) -> None:
    recipe = replace(RICH, averaging=Averaging(how, start=0.4))
    assert interrupted(recipe, tmp_path / "b", after=4) == whole(recipe, tmp_path / "a")


def test_a_frozen_base_is_resumed(tmp_path: Path) -> None:
    recipe = replace(PLAIN, regime="last", last=3)
    plain = learner()
    state = plain.module.state_dict()

    def begin() -> Learner:
        return Learner(plain.network, recipe, normalisation=plain.normalisation, weights=state)

    first, second = begin(), begin()
    list(train(first, bars(), running=Running(threads=1, checkpoint=tmp_path / "a")))
    halt = Running(threads=1, checkpoint=tmp_path / "b", stop=at_step(8))
    list(train(second, bars(), running=halt))
    third, _ = load_checkpoint(tmp_path / "b")
    list(train(third, bars(), running=Running(threads=1, checkpoint=tmp_path / "b")))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_finished_training_is_resumed_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "state"
    whole(RICH, path)
    subject, _ = load_checkpoint(path)
    kinds = [type(e).__name__ for e in train(subject, bars(), bars(40, seed=1))]
    assert kinds[0] == "Begun"
    assert kinds[-1] == "Stopped"
    assert "Epoch" not in kinds


def test_it_is_tensors_and_json_and_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "state"
    whole(RICH, path)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            head = archive.read(name)
            assert head.startswith(b"\x93NUMPY"), name
            assert b"|O" not in head[:128]
    with np.load(path, allow_pickle=False) as stored:
        document = json.loads(stored["document"].tobytes())
    assert document["recipe"] == RICH.to_json()
    assert document["place"]["epoch"] == 4


def test_other_pictures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    whole(PLAIN, path)
    subject, _ = load_checkpoint(path)
    with pytest.raises(UsageError, match="not the pictures that the training began with"):
        next(train(subject, bars(seed=9), bars(40, seed=1)))


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state"
    data, _ = whole(PLAIN, path)
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(150):
        broken = bytearray(data)
        broken[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
        path.write_bytes(broken[: rng.integers(1, len(data))] if rng.random() < 0.3 else broken)
        try:
            load_checkpoint(path)
        except InputError as error:
            found += 1
            assert str(path) in str(error)
    assert found > 100  # the rest hit bytes of the container that mean nothing


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with pytest.raises(InputError, match="cannot be read"):
        load_checkpoint(path)
    path.write_bytes(b"hello")
    with pytest.raises(InputError, match="damaged or no checkpoint"):
        load_checkpoint(path)
    np.savez_compressed(path.with_suffix(".npz"), a=np.zeros(9))
    with pytest.raises(InputError, match="compressed"):
        load_checkpoint(path.with_suffix(".npz"))
    np.savez(path.with_suffix(".npz"), a=np.zeros(9))
    with pytest.raises(InputError, match="no sound checkpoint"):
        load_checkpoint(path.with_suffix(".npz"))
    np.savez(path.with_suffix(".npz"), a=np.array([{}], dtype=object))
    with pytest.raises(InputError, match="damaged or no checkpoint"):
        load_checkpoint(path.with_suffix(".npz"))


def test_a_missing_folder_is_a_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        save_checkpoint(tmp_path / "none" / "state", learner(), threads=1)


def test_with_no_seconds_between_every_step_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "state"
    running = Running(checkpoint=path, every=0.0, threads=1)
    kept = []
    for event in train(learner(RICH), bars(), bars(40, seed=1), running=running):
        if isinstance(event, Batch) and path.exists():  # the state before this step
            place = load_checkpoint(path)[0].place
            kept.append((place.epoch + 1, place.step + 1) == (event.epoch, event.step))
    assert len(kept) > 10
    assert all(kept)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_at_fifty_random_moments_it_ends_the_same() -> None:
    """See ``killing.py``: kill -9, and a full disk, at random moments of a small training."""
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, str(script), "50"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)
    assert report["kills"] == 50
    assert report["ends"] >= 1
    assert report["different"] == 0
    assert report["while_writing"] >= 1
    assert report["within_epochs"] >= 10
    assert report["full_disk"] == "kept"
