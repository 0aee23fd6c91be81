"""The layer language: text and values convert to each other; shapes and sums are right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortal.errors import UsageError
from sortal.network.layers import (
    ACTIVATIONS,
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    InvertedResidual,
    Layer,
    MaxPool,
    Residual,
    join,
)
from sortal.network.named import NAMED, named
from sortal.network.parse import parse
from sortal.network.shapes import describe, output_shape, summarise

CNN = "conv 32 3x3 relu, conv 64 3x3 relu, maxpool 2, dropout .25, flatten, dense 128 relu"

whole = st.integers(1, 999)
activations = st.sampled_from([None, *ACTIVATIONS])
simple = st.one_of(
    st.just(Flatten()),
    st.just(GlobalAveragePool()),
    st.just(BatchNorm()),
    st.builds(Dense, whole, activations),
    st.builds(
        Conv,
        whole,
        st.one_of(whole, st.tuples(st.just(3), st.just(5))),
        st.integers(1, 9),
        st.one_of(st.sampled_from(["same", "valid"]), st.integers(1, 9)),
        st.integers(1, 8),
        st.booleans(),
        activations,
    ),
    st.builds(MaxPool, whole, st.one_of(st.none(), whole), st.integers(0, 9)),
    st.builds(AvgPool, whole, st.one_of(st.none(), whole), st.integers(0, 9)),
    st.builds(Dropout, st.floats(0, 0.999)),
    st.builds(Activation, st.sampled_from(ACTIVATIONS)),
    st.builds(InvertedResidual, whole, whole, st.integers(1, 9), st.integers(1, 9)),
)
rows = st.lists(simple, min_size=1, max_size=4).map(tuple)
layers = st.lists(
    st.one_of(simple, st.builds(Residual, rows, st.one_of(st.just(()), rows))),
    min_size=1,
    max_size=6,
).map(tuple)


@given(layers)
@settings(max_examples=200, deadline=None)
def test_text_and_values_convert_to_each_other(network: tuple[Layer, ...]) -> None:
    assert parse(join(network)) == network


def test_the_textbook_line_is_what_it_says() -> None:
    assert parse(CNN) == (
        Conv(32, 3, activation="relu"),
        Conv(64, 3, activation="relu"),
        MaxPool(2),
        Dropout(0.25),
        Flatten(),
        Dense(128, "relu"),
    )


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_understood_or_refused_in_a_sentence(text: str) -> None:
    try:
        network = parse(text)
    except UsageError as error:
        assert str(error).startswith("Network text")
    else:
        assert parse(join(network)) == network


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cnov 3 3x3", "Did you mean 'conv'?"),
        ("conv x 3", "the number of filters"),
        ("residual(dense 3", "a comma or a closing bracket"),
        ("dense 3 foo", "came 'foo'"),
        ("dropout 1", "from 0 to below 1"),
        ("conv 3 3x3/0", "a size such as 3x3"),
        ("maxpool 2x3", "a square size"),
        ("", "a layer"),
        ("residual(" * 20, "blocks inside each other"),
        ("dense 99999999999999999999", "a whole number"),
    ],
)
def test_a_slip_is_shown_where_it_stands(text: str, says: str) -> None:
    with pytest.raises(UsageError, match="Network text") as caught:
        parse(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "classes", "parameters"),
    [
        ("perceptron", 10, 7_850),
        ("mlp", 10, 669_706),  # as Keras prints it
        ("cnn", 10, 1_199_882),  # as Keras prints it
        ("lenet", 10, 61_706),  # the usual count for LeNet-5 with full connections
        ("alexnet", 1000, 62_378_344),  # one tower, as published summaries give it
        ("vgg16", 1000, 138_357_544),  # Simonyan and Zisserman, table 2: 138 million
        ("efficientnet-lite0", 1000, 4_652_008),  # TensorFlow's page: 4.7 million
        ("efficientnet-lite2", 1000, 6_092_072),  # TensorFlow's page: 6.1 million
    ],
)
def test_named_networks_have_their_published_size(name: str, classes: int, parameters: int) -> None:
    network = named(name)
    head = parse(f"dense {classes} softmax")
    summary = summarise(network.layers + head, network.input_shape)
    assert sum(row.parameters for row in summary) == parameters
    assert network.source
    assert parse(join(network.layers)) == network.layers


def test_no_such_network_lists_those_there_are() -> None:
    with pytest.raises(UsageError, match="vgg16") as caught:
        named("vgg61")
    assert all(name in str(caught.value) for name in NAMED)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("conv 8 3x3", (26, 26, 8)),
        ("conv 8 3x3/2", (13, 13, 8)),
        ("conv 8 3x3/2 same", (14, 14, 8)),
        ("conv 8 5x3 pad 1", (26, 28, 8)),
        ("conv 8 3x3 same, maxpool 3/2", (13, 13, 8)),
        ("maxpool 3/2 pad 1", (14, 14, 1)),
        ("flatten, dense 7", (7,)),
        ("globalavgpool", (1,)),
        ("inverted 4 3x3/2", (14, 14, 4)),
        ("residual(conv 1 3x3 same)", (28, 28, 1)),
    ],
)
def test_shapes_by_hand(text: str, shape: tuple[int, ...]) -> None:
    assert output_shape(parse(text), (28, 28, 1)) == shape


def test_costs_by_hand() -> None:
    conv, dense = summarise(parse("conv 4 3x3 groups 2, flatten, dense 3"), (5, 5, 2))[::2]
    assert (conv.parameters, conv.multiply_adds) == (3 * 3 * 1 * 4 + 4, 3 * 3 * 4 * 3 * 3)
    assert (dense.parameters, dense.multiply_adds) == (36 * 3 + 3, 36 * 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dense 3", "layer 1 (dense 3): it needs a row of values"),
        ("conv 3 5x5, maxpool 40", "layer 2 (maxpool 40): it needs a map of at least 40 x 40"),
        ("flatten, conv 3 3x3", "a shape of 784 came"),
        ("conv 3 3x3 groups 2", "groups divide evenly"),
        ("residual(conv 3 3x3)", "26 x 26 x 3 and 28 x 28 x 1"),
        ("maxpool 2 pad 2", "at most half the window"),
        ("flatten, dense 999999999", "at most 2,147,483,648"),
    ],
)
def test_a_shape_that_cannot_work_names_layer_shape_and_need(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        summarise(parse(text), (28, 28, 1))
    assert says in str(caught.value)


def test_the_table_adds_up() -> None:
    table = describe(parse(CNN) + parse("dropout 0.5, dense 10 softmax"), (28, 28, 1))
    assert table.splitlines()[-1].split() == ["total", "1,199,882", "11,992,448"]
