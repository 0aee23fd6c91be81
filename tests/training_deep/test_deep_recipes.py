"""Every recipe that comes with Sortal is built, learns from a batch, and leaves as a graph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import learner  # noqa: E402

from sortal.network.build import build  # noqa: E402
from sortal.network.export import export  # noqa: E402
from sortal.training.deep import Pictures, Running, network_of, new_learner, train_once  # noqa: E402
from sortal.training.recipe_toml import recipe, recipe_names  # noqa: E402

SMALL = {"bricks-alexnet": 64, "bricks-vgg16": 32}
"""Sides on which networks for 224 pixels still work, in pixels."""


def blots(n: int, side: int, channels: int) -> Pictures:
    """Noise with a bright corner for the kinds 1 and 3 and a dark one for 2 and 3."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(60, 180, size=(n, side, side, channels), dtype=np.uint8)
    labels = np.arange(n, dtype=np.int64) % 4
    pixels[labels % 2 == 1, : side // 2, : side // 2] = 255
    pixels[labels >= 2, side // 2 :, side // 2 :] = 0
    return Pictures(pixels, labels)


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_learns_a_step_and_leaves_as_a_graph(name: str) -> None:
    shipped = recipe(name)
    chosen = replace(
        shipped,
        size=SMALL.get(name, shipped.size),
        epochs=1,
        batch=8,
        schedule=replace(shipped.schedule, warmup=min(shipped.schedule.warmup, 0.5)),
    )
    network = network_of(chosen, classes=4)
    weights = None
    if chosen.regime != "scratch":  # random in place of the published ones, which are not here
        weights = build(network.linear, network.input_shape).state_dict()
    pictures = blots(8, network.size, network.channels)
    subject = new_learner(chosen, pictures, classes=4, weights=weights)
    before = {key: value.clone() for key, value in subject.module.state_dict().items()}
    outcome = train_once(subject, pictures, running=Running(threads=1))

    assert outcome.stopped.reason == "finished"
    assert outcome.begun.steps == 1
    after = subject.result.state_dict()
    assert any(not torch.equal(after[key], value) for key, value in before.items())
    scaling = subject.normalisation
    parts = export(network, after, mean=scaling.mean, scale=scaling.scale)
    session = onnxruntime.InferenceSession(parts.trunk.SerializeToString())
    images = np.ascontiguousarray(np.broadcast_to(pictures.pixels, (*pictures.pixels.shape[:3], 3)))
    (embedding,) = session.run(["embedding"], {"image": images})
    x = pictures.batch(np.arange(8), channels=network.channels)
    with torch.no_grad():
        wanted = subject.result.eval()(scaling.apply(x)).numpy()
    largest = max(1.0, float(np.abs(wanted).max()))
    np.testing.assert_allclose(
        embedding @ parts.weights.T + parts.bias, wanted, atol=1e-4 * largest
    )


@pytest.mark.parametrize("able", [False, True])
def test_precision_auto_is_what_the_processor_can(
    monkeypatch: pytest.MonkeyPatch, able: bool
) -> None:
    monkeypatch.setattr("sortal.training.deep.learner.has_bfloat16", lambda: able)
    found = []
    for precision in ("auto", "bfloat16" if able else "float32"):
        subject = learner(precision=precision)
        pictures = blots(8, subject.network.size, 1)
        pictures = Pictures(pictures.pixels, pictures.labels % 3)
        train_once(subject, pictures, running=Running(threads=1))
        found.append(subject.result.state_dict())
    assert all(torch.equal(found[0][key], found[1][key]) for key in found[0])
