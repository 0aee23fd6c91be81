"""From a recipe to a model file: train, interrupt, resume, export, and the same answers."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import bars, learner  # noqa: E402

from sortal.network.build import build  # noqa: E402
from sortal.network.export import export  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.training.deep import (  # noqa: E402
    Learner,
    Pictures,
    Running,
    Stopped,
    normalisation,
    train,
)
from sortal.training.recipe_parts import Averaging, Optimiser  # noqa: E402
from sortal.training.recipe_toml import recipe  # noqa: E402

MNIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"


def exported_sums(subject: Learner, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The output layer's sums by the exported graph and head, for colour pictures."""
    scaling = subject.normalisation
    parts = export(
        subject.network,
        subject.result.state_dict(),
        mean=scaling.mean,
        scale=scaling.scale,
    )
    session = onnxruntime.InferenceSession(parts.trunk.SerializeToString())
    (embedding,) = session.run(["embedding"], {"image": images})
    sums: NDArray[np.float32] = embedding @ parts.weights.T + parts.bias
    return sums


@pytest.mark.parametrize("how", ["none", "ema"])
def test_the_exported_network_answers_as_the_learner_scores(how: str) -> None:
    subject = learner(
        epochs=8, averaging=Averaging(how, decay=0.9), optimiser=Optimiser("adam", rate=0.02)
    )
    list(train(subject, bars(180), bars(60, seed=1), running=Running(threads=1)))
    test = bars(60, seed=2)
    images = np.repeat(test.pixels, 3, axis=3)
    sums = exported_sums(subject, images)
    right = float((sums.argmax(axis=1) == test.labels).mean())
    assert right == subject.score(test).accuracy
    assert right > 0.7
    x = test.batch(np.arange(60), channels=1)
    np.testing.assert_allclose(sums, subject.sums(x).numpy(), atol=1e-4)


def mnist(kind: str, n: int) -> Pictures:
    """The first pictures of MNIST, read from its IDX files."""
    if not MNIST.is_dir():
        pytest.skip("needs the MNIST files beside the repository")
    raw = gzip.decompress((MNIST / f"{kind}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((MNIST / f"{kind}-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28, 1)[:n]
    return Pictures(pixels.copy(), np.frombuffer(labels, np.uint8, offset=8)[:n].astype(np.int64))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "at_least"),
    [("mnist-perceptron", 0.6), ("mnist-mlp-textbook", 0.7), ("mnist-cnn-textbook", 0.5)],
)
def test_two_epochs_of_the_textbooks_on_a_slice_of_mnist(name: str, at_least: float) -> None:
    chosen = recipe(name)
    pictures = mnist("train", 1_000)
    network = load_network(chosen.network, classes=10, size=chosen.size, channels=chosen.channels)
    subject = Learner(
        network,
        chosen,
        normalisation=normalisation(chosen.scaling, pictures, channels=network.channels),
    )
    for event in train(subject, pictures, running=Running(threads=1)):
        if getattr(event, "epoch", 0) == 3:
            break
    assert subject.score(mnist("t10k", 500)).accuracy > at_least


def test_vgg16_topped_up_freezes_builds_learns_and_leaves() -> None:
    """The recipe of the textbook on small pictures, with random weights for the published ones."""
    chosen = replace(recipe("bricks-vgg16"), size=32, batch=4, epochs=1)
    network = load_network(chosen.network, classes=16, size=chosen.size, channels=3, top=chosen.top)
    weights = build(network.linear, network.input_shape).state_dict()
    scaling = normalisation(chosen.scaling, bars(channels=3), channels=3)
    subject = Learner(network, chosen, normalisation=scaling, weights=weights)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, size=(4, 32, 32, 3), dtype=np.uint8)
    events = list(train(subject, Pictures(pixels, np.arange(4) * 5), running=Running(threads=2)))
    assert subject.frozen == 14  # all of the base but its last three convolutions and pool
    after = subject.result.state_dict()
    moved = {int(k.split(".")[0]) for k, v in after.items() if not torch.equal(v, weights[k])}
    assert moved == {14, 15, 16, 19, 21}
    assert isinstance(events[-1], Stopped)
    sums = exported_sums(subject, pixels)
    x = subject.sums(torch.from_numpy(pixels).permute(0, 3, 1, 2).float())
    np.testing.assert_allclose(sums, x.numpy(), atol=1e-4 * max(1.0, float(x.abs().max())))
