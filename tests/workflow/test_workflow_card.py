"""What a network that was trained further says of the weights it came from."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.backbones import read_notice
from sortal.modelfile import TrunkRecord
from sortal.training.recipe import Recipe
from sortal.workflow.deep.card import notices_of

TRUNK = TrunkRecord(
    name="vgg16",
    width=4096,
    grid=7,
    mean=(0.0,),
    scale=(1.0,),
    licence="BSD-3-Clause",
    origin="a hub",
    source="a paper",
    sha256="0" * 64,
)


@pytest.mark.parametrize(
    ("network", "regime", "said"),
    [
        ("vgg16", "scratch", ()),
        ("vgg16", "last", ("Trained further from weights of a hub (licence BSD-3-Clause).",)),
        ("efficientnet-lite0", "head", (read_notice(),)),
    ],
)
def test_the_notice_is_that_of_the_weights(
    network: str, regime: str, said: tuple[str, ...]
) -> None:
    assert notices_of(Recipe(network=network, regime=regime), TRUNK) == said
