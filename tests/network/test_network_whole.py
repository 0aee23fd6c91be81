"""From a user's words to a whole network: output, top, size, and files of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sortal.errors import UsageError
from sortal.network.layers import Dense, Flatten, join
from sortal.network.load import load_network
from sortal.network.named import NAMED
from sortal.network.parse import parse
from sortal.network.whole import complete


def test_a_named_network_gets_its_output_layer_and_size() -> None:
    network = load_network("cnn", classes=7)
    assert network.output == Dense(7, "softmax")
    assert network.input_shape == (28, 28, 1)
    assert network.trunk == NAMED["cnn"].layers
    assert network.width == 128
    assert network.linear[-1] == Dense(7)
    assert load_network("perceptron", classes=3).output == Dense(3, "step")
    assert load_network("cnn", classes=2, size=32, channels=3).input_shape == (32, 32, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flatten", "flatten, dense 4 softmax"),
        ("flatten, dense 4", "flatten, dense 4, dense 4 softmax"),
        ("flatten, dense 4 softmax", "flatten, dense 4 softmax"),
        ("flatten, dense 4, softmax", "flatten, dense 4 softmax"),
        ("flatten, dense 4, step", "flatten, dense 4 step"),
        ("flatten, dense 4 sigmoid", "flatten, dense 4 sigmoid, dense 4 softmax"),
    ],
)
def test_every_network_has_one_output_layer(text: str, expected: str) -> None:
    assert join(load_network(text, classes=4, size=8).layers) == expected


def test_a_top_replaces_everything_from_the_first_flatten() -> None:
    network = load_network("vgg16", classes=16, top="flatten, dense 1024 relu, dropout 0.2")
    assert network.base == 18  # 13 convolutions and 5 pools
    assert join(network.layers[18:]) == "flatten, dense 1024 relu, dropout 0.2, dense 16 softmax"
    assert network.layers[:18] == NAMED["vgg16"].layers[:18]
    own = load_network("vgg16", classes=16)
    assert own.base == 18
    assert isinstance(own.layers[18], Flatten)


def test_the_map_under_the_mean_is_found() -> None:
    network = load_network("efficientnet-lite0", classes=5)
    assert network.map_end == len(network.layers) - 2
    dropped = complete(
        parse("conv 3 3x3, globalavgpool, dropout 0.2"), classes=2, size=9, channels=3
    )
    assert dropped.map_end == 1
    assert load_network("cnn", classes=5).map_end is None


@pytest.mark.parametrize(
    ("text", "classes", "size", "says"),
    [
        ("flatten, dense 5 softmax", 4, 8, "has 5 units, but there are 4 kinds"),
        ("flatten, softmax", 4, 8, "needs a dense layer of 4 units"),
        ("flatten", 1, 8, "at least two kinds"),
        ("flatten, dense 3 relu", 4, 0, "give size"),
        ("conv 3 3x3", 4, 8, "put flatten or globalavgpool before it"),
        ("vgg61", 4, 8, "There is no network called 'vgg61'. Known are: perceptron"),
        ("conv 3", 4, 8, "Network text"),
        ("missing.py:net", 4, 8, "There is no file missing.py"),
    ],
)
def test_what_cannot_work_is_a_sentence(text: str, classes: int, size: int, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_network(text, classes=classes, size=size)
    assert says in str(caught.value)


OWN = """
from sortal.network.layers import Conv, Dense, Flatten
text = "conv 4 3x3 relu, flatten"
layers = (Conv(4, 3, activation="relu"), Flatten())
listed = [Flatten()]
number = 3
"""


def test_a_file_of_ones_own_is_run(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(OWN, "utf-8")
    text = load_network(f"{file}:text", classes=3, size=8)
    assert load_network(f"{file}:layers", classes=3, size=8) == text
    assert load_network(f"{file}:listed", classes=3, size=8).base == 0
    with pytest.raises(UsageError, match="tuple of layers; int came"):
        load_network(f"{file}:number", classes=3, size=8)
    with pytest.raises(UsageError, match="rows of layers in it are: layers, listed"):
        load_network(f"{file}:net", classes=3, size=8)


def test_a_file_that_fails_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("net = 1 / 0", "utf-8")
    with pytest.raises(UsageError, match="failed with ZeroDivisionError: division by zero"):
        load_network(f"{file}:net", classes=3, size=8)
    file.write_text("net = (", "utf-8")
    with pytest.raises(UsageError, match="failed with SyntaxError"):
        load_network(f"{file}:net", classes=3, size=8)
