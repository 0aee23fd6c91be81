"""The shipped networks are what their records say, and answer alike however they are asked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from sortal.backbones import (
    BACKBONES,
    BATCH,
    Backbone,
    FrozenNetwork,
    backbone,
    imagenet_names,
    read_weights,
    top_tags,
)
from sortal.errors import ModelFileError, UsageError
from sortal.pictures.record import Pixels

EVERY = pytest.mark.parametrize("record", BACKBONES.values(), ids=list(BACKBONES))


def pixels(record: Backbone, n: int) -> Pixels:
    """Smooth random colours: nearer to pictures than noise is."""
    random = np.random.default_rng(n)
    coarse = random.integers(0, 256, (n, 5, 5, 3)).astype(np.uint8)
    at = np.arange(record.size) * 5 // record.size
    return coarse[:, at][:, :, at]


@pytest.fixture(scope="module", params=list(BACKBONES))
def network(request: pytest.FixtureRequest) -> FrozenNetwork:
    return FrozenNetwork(backbone(request.param), threads=2)


def test_outputs_have_the_shapes_of_the_record(network: FrozenNetwork) -> None:
    record = network.backbone
    said = network.run(pixels(record, 3))
    assert said.embedding.shape == (3, record.width)
    assert said.features.shape == (3, record.width, record.grid, record.grid)
    assert said.logits.shape == (3, 1000)
    assert {part.dtype for part in said} == {np.dtype(np.float32)}


def test_the_embedding_is_the_mean_of_the_features(network: FrozenNetwork) -> None:
    said = network.run(pixels(network.backbone, 3))
    mean = said.features.astype(np.float64).mean((2, 3))
    assert np.abs(said.embedding - mean).max() < 2e-6
    assert said.features.min() >= 0
    assert said.features.max() <= 6 * (1 + 1e-6)


def test_the_batch_changes_nothing(network: FrozenNetwork) -> None:
    images = pixels(network.backbone, BATCH + 3)
    whole = network.run(images)
    alone = [network.run(image[None]) for image in images]
    for i, single in enumerate(alone):
        assert single.embedding.tobytes() == whole.embedding[i : i + 1].tobytes()
        assert single.features.tobytes() == whole.features[i : i + 1].tobytes()
        assert np.abs(single.logits - whole.logits[i]).max() < 1e-4


def test_threads_and_sessions_change_nothing(network: FrozenNetwork) -> None:
    images = pixels(network.backbone, 4)
    other = FrozenNetwork(network.backbone, threads=1)
    assert other.embedding(images).tobytes() == network.embedding(images).tobytes()


def test_only_what_is_asked_for_is_given(network: FrozenNetwork) -> None:
    images = pixels(network.backbone, 2)
    logits, embedding = network.outputs(images, ("logits", "embedding"))
    assert (embedding == network.embedding(images)).all()
    assert (logits == network.run(images).logits).all()


def test_no_pictures_give_no_rows(network: FrozenNetwork) -> None:
    record = network.backbone
    said = network.run(np.empty((0, record.size, record.size, 3), np.uint8))
    assert said.embedding.shape == (0, record.width)
    assert said.features.shape == (0, record.width, record.grid, record.grid)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 3, 224, 224), np.uint8),
        np.zeros((224, 224, 3), np.uint8),
        np.zeros((1, 224, 224, 3), np.float32),
        np.zeros((1, 225, 224, 3), np.uint8),
    ],
)
def test_other_images_are_refused_in_words(images: Pixels) -> None:
    with pytest.raises(UsageError, match=r"\(n, 224, 224, 3\)"):
        FrozenNetwork(backbone("lite0"), threads=1).run(images)


def test_an_unknown_backbone_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="lite0, lite2"):
        backbone("lite1")


def test_altered_or_missing_weights_are_refused() -> None:
    record = backbone("lite0")
    with pytest.raises(ModelFileError, match="SHA-256"):
        read_weights(replace(record, sha256="0" * 64))
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_weights(replace(record, file="absent.onnx"))


@EVERY
def test_the_graph_is_as_its_record_says(record: Backbone) -> None:
    model = onnx.load_model_from_string(read_weights(record))
    onnx.checker.check_model(model, full_check=True)
    assert {o.domain for o in model.opset_import} == {""}
    constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    assert constants["image.scale"] == np.float32(1 / record.scale)
    assert constants["image.zero"] == record.mean
    (given,) = model.graph.input
    sides = [d.dim_value for d in given.type.tensor_type.shape.dim]
    assert (given.name, sides[1:]) == ("image", [record.size, record.size, 3])


@EVERY
def test_no_sum_of_two_products_leaves_sixteen_bits(record: Backbone) -> None:
    """AVX2 without VNNI adds pairs of products in 16 bits; depthwise kernels do not pair."""
    model = onnx.load_model_from_string(read_weights(record))
    constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    paired = 0
    for node in model.graph.node:
        if node.op_type == "Conv" and {a.name: a.i for a in node.attribute}["group"] == 1:
            codes = constants[f"{node.input[1]}.codes"].astype(int)
            assert 2 * 255 * np.abs(codes).max() < 2**15
            paired += 1
    assert paired > 30


def test_class_names_are_a_thousand_and_distinct() -> None:
    names = imagenet_names()
    assert len(set(names)) == len(names) == 1000
    assert (names[0], names[207], names[999]) == ("tench", "golden retriever", "toilet tissue")


def test_tags_are_sorted_probabilities() -> None:
    logits = np.zeros((2, 1000), np.float32)
    logits[0, 207], logits[0, 1] = 1000.0, 999.0
    first, second = top_tags(logits, k=3)
    assert [tag.name for tag in first[:2]] == ["golden retriever", "goldfish"]
    assert first[0].probability == pytest.approx(1 / (1 + np.exp(-1)))
    assert [tag.name for tag in second] == list(imagenet_names()[:3])
    assert second[0].probability == pytest.approx(1e-3)


def test_names_of_backbones_cost_no_heavy_import() -> None:
    code = (
        "import sys, sortal.backbones\n"
        "assert not {'onnx', 'onnxruntime', 'scipy', 'sklearn', 'torch'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
