"""Networks of timm from a folder of pictures to a model: scratch, head, last; frozen as said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from timm_here import require_timm

timm = require_timm()

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

import sortal  # noqa: E402
from command_line import CommandLine  # noqa: E402
from sortal.errors import UsageError  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.timm_network import record  # noqa: E402
from sortal.network.timm_weights import published, timm_weights  # noqa: E402
from sortal.training.deep import Learner, Normalisation, load_checkpoint, save_checkpoint  # noqa: E402
from sortal.training.deep.once import own_scaling  # noqa: E402
from sortal.training.deep.setting import check_regime  # noqa: E402
from sortal.training.recipe import Recipe  # noqa: E402
from sortal.training.recipe_parts import Optimiser, Tuning  # noqa: E402

NAME = "timm:test_resnet"
SMALL: dict[str, Any] = {
    "network": NAME,
    "size": 64,
    "batch": 8,
    "threads": 1,
    "workers": 1,
    "validation": 0.2,
}


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights lie in the cache, as if fetched; there is no hub."""
    monkeypatch.setenv("SORTAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    place = published(record("test_resnet")).place
    place.parent.mkdir(parents=True)
    torch.manual_seed(7)
    save_file(timm.create_model("test_resnet").state_dict(), place)


def test_from_scratch_to_a_model_twice_the_same(shapes: Path, tmp_path: Path) -> None:
    one, two = (sortal.train(sortal.read(shapes), epochs=1, **SMALL) for _ in range(2))
    assert one.model.data == two.model.data
    one.save(tmp_path / "x.onnx")
    model = sortal.load(tmp_path / "x.onnx")
    card = one.model.card
    assert (card.trunk.name, card.trunk.grid, card.trunk.width) == (NAME, 2, 96)
    assert card.trunk.mean == card.trunk.scale == (127.5, 127.5, 127.5)
    assert (card.licence, card.size) == ("LicenseRef-Own", 64)
    assert card.versions["timm"] == timm.__version__
    assert card.recipe["network"] == f"{NAME}, globalavgpool, dense 3 softmax"
    answer = model.predict(next((shapes / "disc").iterdir()))
    assert {kind for kind, _ in answer.kinds} <= set(card.classes)
    outputs = one.model.run(np.zeros((2, 64, 64, 3), np.uint8))
    np.testing.assert_allclose(outputs.probabilities.sum(axis=1), 1, atol=1e-5)
    learner_recipe = Recipe.from_json(
        {key: value for key, value in card.recipe.items() if key in Recipe("x").to_json()}
    )
    network = load_network(learner_recipe.network, classes=3, size=64)
    assert own_scaling(network) == Normalisation(card.trunk.mean, card.trunk.scale)


def test_the_head_learns_alone_on_published_weights(
    shapes: Path, tmp_path: Path, sortal_cli: CommandLine
) -> None:
    target = tmp_path / "head.onnx"
    ran = sortal_cli(
        *("train", shapes, "--network", NAME, "--regime", "head", "--epochs", "2"),
        *("--size", "64", "--workers", "1", "-o", target),
    )
    assert ran.code == 0, ran.err
    card = sortal.load(target).model.card
    assert card.trunk.licence == card.licence == "Apache-2.0"
    assert card.trunk.origin.startswith(
        "https://huggingface.co/timm/test_resnet.r160_in1k, model.safetensors; then trained"
    )
    assert "160 x 160 pixels, bilinear interpolation" in card.trunk.source
    assert "licence Apache-2.0" in card.notices[0]
    said, features = sortal.load(target).predict_and_look(np.zeros((64, 64, 3), np.uint8))
    assert said.distance is not None
    assert features is not None
    assert features.shape == (1, 96, 2, 2)
    page = tmp_path / "inside.html"
    ran = sortal_cli("inside", target, next((shapes / "disc").iterdir()), "-o", page)
    assert ran.code == 0, ran.err
    assert page.stat().st_size > 10_000


@pytest.mark.parametrize("regime", ["last", "full", "auto"])
def test_more_thaws_on_the_way_to_a_model(regime: str, shapes: Path) -> None:
    more = {"regime": regime, "last": 2, "epochs": 1, "tuning": Tuning(head_epochs=1)}
    trained = sortal.train(sortal.read(shapes), **{**SMALL, "size": 32, **more})
    course = trained.evidence.course
    assert course is not None
    assert trained.model.card.trunk.origin.endswith(f"then trained, regime {course.recipe.regime}")
    if regime == "auto":
        assert course.ladder is not None
        assert [rung.regime for rung in course.ladder.rungs][:2] == ["head", "last"]
    else:
        assert len(course.head) == 1
        assert (course.learning < course.parameters) == (regime == "last")


def learner(regime: str, **changes: Any) -> Learner:
    recipe = replace(Recipe(NAME, regime=regime, size=32, epochs=1, batch=8), **changes)
    network = load_network(NAME, classes=3, size=32)
    check_regime(network, recipe)
    return Learner(
        network, recipe, normalisation=own_scaling(network), weights=timm_weights("test_resnet")
    )


def a_step(subject: Learner) -> set[str]:
    """Names of all numbers that a step of learning changes."""
    before = {key: value.clone() for key, value in subject.module.state_dict().items()}
    subject.start_learning()
    torch.manual_seed(0)
    subject.learn(torch.rand(8, 3, 32, 32) * 255, torch.arange(8) % 3, rate=0.1)
    after = subject.module.state_dict()
    return {key for key, value in before.items() if not torch.equal(value, after[key])}


def test_the_last_layers_thaw_and_those_below_stay_to_the_bit() -> None:
    assert all(name.startswith("2.") for name in a_step(learner("head")))
    last = a_step(learner("last", last=2, tuning=Tuning(norms="learned")))
    below = {name.split(".")[2] for name in last if name.startswith("0.")}
    assert below == {"layer3", "layer4"}
    assert any(name.endswith("running_mean") for name in last)
    kept = a_step(learner("last", last=2, tuning=Tuning(norms="kept")))
    assert not any("running" in name for name in kept)
    full = a_step(learner("full"))
    assert "0.net.conv1.0.weight" in full
    with pytest.raises(UsageError, match="there are only 5: take last 5 or fewer"):
        learner("last", last=6)


def test_rates_fall_from_the_last_block_to_the_stem() -> None:
    subject = learner("full", tuning=Tuning(layer_decay=0.5), optimiser=Optimiser("sgd"))
    names = {id(value): name for name, value in subject.module.named_parameters()}
    share = {
        names[id(value)]: group["share"]
        for group in subject.optimiser.param_groups
        for value in group["params"]
    }
    assert share["2.weight"] == 1
    assert share["0.net.conv1.0.weight"] == 0.5**5
    last = [value for name, value in share.items() if ".layer4." in name]
    assert set(last) == {0.5}


def test_a_checkpoint_holds_it(tmp_path: Path) -> None:
    subject = learner("last", last=1)
    a_step(subject)
    save_checkpoint(tmp_path / "c", subject, threads=1)
    again, _ = load_checkpoint(tmp_path / "c")
    state = again.module.state_dict()
    assert all(torch.equal(v, state[k]) for k, v in subject.module.state_dict().items())
    assert [p.requires_grad for p in again.module.parameters()] == [
        p.requires_grad for p in subject.module.parameters()
    ]


def test_a_network_that_cannot_leave_is_not_trained(shapes: Path) -> None:
    with pytest.raises(UsageError, match=r"timm:test_vit: it uses operators.*Expand.*not trained"):
        sortal.train(sortal.read(shapes), network="timm:test_vit", workers=1)


def test_the_scaling_of_timm_goes_with_its_networks() -> None:
    with pytest.raises(UsageError, match="none of them; take unit"):
        own_scaling(load_network("lenet", classes=3))
