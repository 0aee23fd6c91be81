"""The class activation map is exact: its mean plus the bias is the logit."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sortal.backbones import BACKBONES, FrozenNetwork
from sortal.errors import UsageError
from sortal.explanation import class_activation, occlusion
from sortal.training.values import LinearHead


def test_by_hand() -> None:
    """Two features on a grid of 1 x 2; class 1 likes the first and dislikes the second."""
    features = np.array([[[[1, 2]], [[4, 0]]]], np.float32)
    head = LinearHead(np.array([[5, 5], [3, -1]], np.float32), np.array([0.5, 2], np.float32))
    heat = class_activation(features, head, np.array([1]))
    np.testing.assert_array_equal(heat, [[[3 * 1 - 4, 3 * 2 - 0]]])
    assert heat.dtype == np.float32
    assert heat.mean() + 2 == 4.5 == head.logits(features.mean(axis=(2, 3)))[0, 1]


@pytest.mark.parametrize("name", sorted(BACKBONES))
def test_mean_of_map_plus_bias_is_the_logit_on_the_real_networks(name: str) -> None:
    backbone = BACKBONES[name]
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    side = (backbone.size, backbone.size)
    images = np.stack([np.asarray(Image.fromarray(c).resize(side)) for c in coarse])
    outputs = FrozenNetwork(backbone, threads=1).run(images)
    head = LinearHead(
        rng.normal(size=(4, backbone.width)).astype(np.float32),
        rng.normal(size=4).astype(np.float32),
    )
    classes = np.array([0, 1, 2, 3, 0, 1])
    heat = class_activation(outputs.features, head, classes)
    assert heat.shape == (6, backbone.grid, backbone.grid)
    logits = head.logits(outputs.embedding)[np.arange(6), classes]
    assert np.abs(logits).max() > 1
    np.testing.assert_allclose(
        heat.mean(axis=(1, 2)) + head.bias[classes], logits, rtol=0, atol=1e-4
    )


def test_explaining_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2, 3, 4, 4)).astype(np.float32)
    head = LinearHead(rng.normal(size=(2, 3)).astype(np.float32), np.zeros(2, np.float32))
    kept = [features.copy(), head.weights.copy(), head.bias.copy()]
    class_activation(features, head, np.array([0, 1]))
    for now, before in zip((features, head.weights, head.bias), kept, strict=True):
        np.testing.assert_array_equal(now, before)


def test_the_network_answers_the_same_after_it_was_explained() -> None:
    network = FrozenNetwork(BACKBONES["lite0"], threads=1)
    images = np.random.default_rng(1).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)
    before = network.run(images)
    head = LinearHead(np.ones((2, 1280), np.float32), np.zeros(2, np.float32))
    class_activation(before.features, head, np.array([0, 1]))
    occlusion(images[0], lambda some: network.embedding(some)[:, 0], patch=112, stride=112)
    after = network.run(images)
    np.testing.assert_array_equal(before.embedding, after.embedding)
    np.testing.assert_array_equal(before.features, after.features)


def test_no_pictures_give_no_maps() -> None:
    head = LinearHead(np.ones((2, 3), np.float32), np.zeros(2, np.float32))
    heat = class_activation(np.empty((0, 3, 4, 5), np.float32), head, np.empty(0, np.int64))
    assert heat.shape == (0, 4, 5)


@pytest.mark.parametrize("classes", [[0], [0, 2], [-1, 0], [0.0, 1.0], [[0, 1]]])
def test_classes_that_make_no_sense_are_refused(classes: list[float]) -> None:
    head = LinearHead(np.ones((2, 3), np.float32), np.zeros(2, np.float32))
    with pytest.raises(UsageError):
        class_activation(np.ones((2, 3, 4, 4), np.float32), head, np.array(classes))
    with pytest.raises(UsageError, match=r"\(n, 3, h, w\)"):
        class_activation(np.ones((2, 4, 4, 4), np.float32), head, np.array([0, 1]))
