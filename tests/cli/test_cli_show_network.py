"""`sortal show --network`: a network's shapes, parameters and cost before it is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import CommandLine

OWN = """
from sortal.network.layers import Conv, Flatten
layers = (Conv(8, 3, activation="relu"), Flatten())
text = "conv 8 3x3 relu, flatten"
wrong = 7
"""


def test_every_layer_has_its_line_and_the_sums_are_theirs(sortal_cli: CommandLine) -> None:
    ran = sortal_cli("show", "--network", "lenet")
    assert (ran.code, ran.err) == (0, "")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[0] == "layer output parameters multiply-adds"
    assert lines[1] == "conv 6 5x5 pad 2 tanh 28 x 28 x 6 156 117,600"
    assert lines[-2] == "dense 10 softmax 10 850 840"
    assert lines[-1] == "total 61,706 416,520"  # LeCun et al., 1998, without its gaps


def test_json_and_the_published_sizes(sortal_cli: CommandLine) -> None:
    ran = sortal_cli("show", "--network", "vgg16", "--kinds", "1000", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["parameters"] == 138_357_544  # Simonyan and Zisserman, 2015, network D
    assert ran.json["base"] == 18
    assert ran.json["layers"][0] == {
        "layer": "conv 64 3x3 same relu",
        "output": [224, 224, 64],
        "parameters": 1_792,
        "multiply_adds": 86_704_128,
    }


def test_a_recipe_brings_its_top(sortal_cli: CommandLine) -> None:
    ran = sortal_cli("show", "--recipe", "bricks-vgg16", "--kinds", "16")
    assert ran.out.splitlines()[-4].startswith("dense 1024 relu")
    assert ran.out.splitlines()[-2].startswith("dense 16 softmax")


@pytest.mark.parametrize("name", ["layers", "text"])
def test_a_python_file_of_ones_own(name: str, sortal_cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    ran = sortal_cli("show", "--network", f"{tmp_path / 'mine.py'}:{name}", "--size", "28")
    assert ran.code == 0
    assert ran.out.splitlines()[1].split()[-2:] == ["224", "146,016"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ("conv 8 3x3 relu, maxpool 2, conv 8 20x20", "--size", "28"),
            "layer 3 (conv 8 20x20): it needs a map of at least 20 x 20, or padding, but a shape "
            "of 13 x 13 x 8 came.",
        ),
        (
            ("conv 8 3x3, dense 10 relu", "--size", "28"),
            "layer 2 (dense 10 relu): it needs a row of values: put flatten or globalavgpool "
            "before it, but a shape of 26 x 26 x 8 came.",
        ),
        (("conv 8 3x3, flatten",), "does not say the size of its pictures"),
        (
            ("flatten, dense 10 softmax", "--size", "28", "--kinds", "3"),
            "its output layer (dense 10 softmax) has 10 units, but there are 3 kinds: write dense "
            "3 softmax, or leave it out.",
        ),
        (("cov 8 3x3", "--size", "28"), "Did you mean 'conv'?"),
        (("lennet",), "There is no network called 'lennet'. Known are: perceptron, mlp"),
        (("nowhere.py:net", "--size", "28"), "There is no file nowhere.py"),
    ],
)
def test_what_cannot_work_is_a_sentence(
    options: tuple[str, ...], says: str, sortal_cli: CommandLine
) -> None:
    for more in ((), ("--json",)):
        ran = sortal_cli("show", "--network", *options, *more)
        assert (ran.code, ran.out) == (2, "")
        assert says in ran.err


def test_a_file_that_holds_something_else_or_fails(sortal_cli: CommandLine, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(OWN)
    for name, says in (
        ("wrong", "must be layers as text or a tuple of layers; int came"),
        ("none", "has nothing called 'none'; rows of layers in it are: layers"),
    ):
        ran = sortal_cli("show", "--network", f"{mine}:{name}", "--size", "28")
        assert (ran.code, ran.out) == (2, "")
        assert says in ran.err
    mine.write_text("1 / 0")
    ran = sortal_cli("show", "--network", f"{mine}:x", "--size", "28")
    assert "failed with ZeroDivisionError: division by zero" in ran.err


def test_a_model_or_a_network(sortal_cli: CommandLine, model: Path) -> None:
    both = sortal_cli("show", model, "--network", "mlp")
    neither = sortal_cli("show")
    assert both.code == neither.code == 2
    assert "not both" in both.err
    assert "Name a model file to show, or a network" in neither.err
