"""Which operations of a graph are looked at as one stage, and which stages as one block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="needs sortal[deep]")

from inside_models import TEXTS, Sample, sample

from sortal.errors import UsageError
from sortal.explanation.inside import Inside, look_inside

EXPECTED = {
    "cnn": "picture convolution:ReLU convolution:ReLU maximum row dense:ReLU",
    "lenet": "picture convolution:tanh average convolution:tanh average row dense:tanh",
    "strided": "picture convolution:SiLU convolution:sigmoid mean",
    "blocks": "picture convolution:ReLU6 convolution:ReLU6 convolution sum convolution:ReLU6 "
    "convolution:ReLU6 convolution convolution:SiLU convolution sum convolution:ReLU6 mean",
    "mlp": "picture row dense:ReLU dense:sigmoid",
    "one layer": "picture row",
    "pool first": "picture maximum convolution:ReLU6 row dense:step dense",
}


def inside_of(given: Sample) -> Inside:
    return look_inside(given.model, given.pixels)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", TEXTS)
def test_operations_become_the_stages_of_the_network(name: str, channels: int) -> None:
    if name == "pool first" and channels == 1:
        pytest.skip("its groups need three channels")
    steps = inside_of(sample(TEXTS[name], channels=channels)).steps
    said = [f"{s.kind}:{s.stage.activation}".rstrip(":") for s in steps]
    assert said == EXPECTED[name].split()
    assert steps[0].values.shape == (channels, 19, 19)


def test_a_sum_within_a_block_goes_with_it() -> None:
    blocks = inside_of(sample(TEXTS["blocks"], channels=3)).blocks
    assert [(block.first, block.last) for block in blocks] == [
        (0, 0),
        (1, 1),
        (2, 4),  # of the stride 1 and as many maps as came: it adds its input
        (5, 7),
        (8, 10),
        (11, 11),
        (12, 12),
    ]
    assert [block.inverted for block in blocks] == [False, False, True, True, False, False, False]


def test_an_inverted_block_that_adds_its_input_is_one_block() -> None:
    text = "conv 6 3x3 relu6, inverted 6 3x3 expand 2, globalavgpool"
    blocks = inside_of(sample(text)).blocks
    assert [(block.first, block.last, block.inverted) for block in blocks] == [
        (0, 0, False),
        (1, 1, False),
        (2, 5, True),
        (6, 6, False),
    ]


def test_a_first_convolution_of_one_filter_is_not_taken_for_grey() -> None:
    inside = inside_of(sample("conv 1 1x1 nobias, flatten, dense 4 relu", channels=3))
    assert [step.kind for step in inside.steps] == ["picture", "convolution", "row", "dense"]


def test_batch_norm_and_weights_are_read() -> None:
    inside = inside_of(sample(TEXTS["strided"], channels=3))
    weights = inside.steps[1].weights
    assert weights is not None
    assert weights.scale is not None
    assert weights.kernel.shape == (7, 3, 4, 5)
    assert weights.count == 7 * 3 * 4 * 5 + 2 * 7
    plain = inside.steps[2].weights
    assert plain is not None
    assert plain.scale is None
    assert plain.count == 5 * 7 * 9 + 5


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((19, 19), np.uint8),
        np.zeros((20, 19, 3), np.uint8),
        np.zeros((19, 19, 3), np.float32),
        np.zeros((1, 19, 19, 3), np.uint8),
    ],
)
def test_a_picture_of_another_form_is_refused_in_a_sentence(
    pixels: NDArray[Any],
) -> None:
    model = sample(TEXTS["cnn"]).model
    with pytest.raises(UsageError, match=r"shape \(19, 19, 3\).*Use sortal.pictures.fit_square"):
        look_inside(model, pixels)


def test_looking_changes_no_answer() -> None:
    for name in ("cnn", "blocks"):
        given = sample(TEXTS[name], channels=3)
        inside = inside_of(given)
        answers = given.model.run(given.pixels[None])
        np.testing.assert_allclose(inside.probabilities, answers.probabilities[0], atol=1e-6)
        np.testing.assert_allclose(inside.embedding, answers.embedding[0], rtol=1e-5, atol=1e-6)
