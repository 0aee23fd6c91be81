"""Which layers learn in which regime, at which rate, and what is reckoned but once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import CLASSES, SIZE, bars  # noqa: E402

from sortal.errors import UsageError  # noqa: E402
from sortal.network.build import build  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.named import NAMED  # noqa: E402
from sortal.training.deep import (  # noqa: E402
    Learner,
    Normalisation,
    Prepared,
    Running,
    Stopped,
    load_checkpoint,
    published_weights,
    stages,
    train,
)
from sortal.training.deep.features import cut_of  # noqa: E402
from sortal.training.deep.setting import check_regime, rate_shares  # noqa: E402
from sortal.training.recipe import Recipe  # noqa: E402
from sortal.training.recipe_parts import (  # noqa: E402
    Augmentation,
    Averaging,
    Optimiser,
    Tuning,
)

BASE = (
    "conv 4 3x3 same nobias, batchnorm, relu, conv 6 3x3 same nobias, batchnorm, relu, "
    "globalavgpool"
)
SMALL = Recipe(
    BASE,
    regime="head",
    size=SIZE,
    channels=1,
    epochs=3,
    batch=16,
    optimiser=Optimiser(rate=0.01),
    tuning=Tuning(norms="learned"),
)
LINE = "flatten, dense 1024 relu, dropout .2"


def some_state(network: Any, seed: int = 0) -> dict[str, Any]:
    """Weights and statistics that are not those of a new network."""
    torch.manual_seed(seed)
    module = build(network.linear, network.input_shape)
    for name, value in module.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif name.endswith("running_mean"):
            value.normal_(std=0.1)
    return module.state_dict()


def subject(recipe: Recipe = SMALL, **changes: Any) -> Learner:
    recipe = replace(recipe, **changes)
    network = load_network(
        recipe.network, classes=CLASSES, size=recipe.size, channels=recipe.channels, top=recipe.top
    )
    scaling = Normalisation((0.0,), (255.0,))
    return Learner(network, recipe, normalisation=scaling, weights=some_state(network))


def state_of(learner: Learner) -> dict[str, bytes]:
    return {name: value.numpy().tobytes() for name, value in learner.module.state_dict().items()}


def changed_by_training(learner: Learner, **more: Any) -> set[str]:
    """Names of all tensors whose bytes are others after training."""
    before = state_of(learner)
    list(train(learner, bars(48), bars(12, seed=1), running=Running(threads=1), **more))
    return {name for name, value in state_of(learner).items() if value != before[name]}


HEAD = {"7.weight", "7.bias"}
CONV_2 = {"3.weight", "4.weight", "4.bias"}
CONV_1 = {"0.weight", "1.weight", "1.bias"}
NORM_2 = {"4.running_mean", "4.running_var", "4.num_batches_tracked"}
NORM_1 = {"1.running_mean", "1.running_var", "1.num_batches_tracked"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, HEAD),
        ({"regime": "last", "last": 1}, HEAD),  # an activation alone
        ({"regime": "last", "last": 2}, HEAD | CONV_2 - {"3.weight"} | NORM_2),
        ({"regime": "last", "last": 3}, HEAD | CONV_2 | NORM_2),
        ({"regime": "full"}, HEAD | CONV_2 | NORM_2 | CONV_1 | NORM_1),
        ({"regime": "full", "tuning": Tuning(norms="kept")}, HEAD | CONV_2 | CONV_1),
        ({"regime": "last", "last": 3, "tuning": Tuning(norms="kept")}, HEAD | CONV_2),
        ({"augmentation": Augmentation(shift=0.1)}, HEAD),
        ({"averaging": Averaging("ema", decay=0.9)}, HEAD),
    ],
)
def test_exactly_these_tensors_change(changes: dict[str, Any], wanted: set[str]) -> None:
    assert changed_by_training(subject(**changes)) == wanted


def lite(regime: str, **changes: Any) -> Learner:
    size = 32
    recipe = Recipe(
        "efficientnet-lite0",
        regime=regime,
        size=size,
        scaling="centred",
        epochs=1,
        batch=8,
        tuning=Tuning(norms="learned"),
        **changes,
    )
    network = load_network(recipe.network, classes=CLASSES, size=size)
    scaling = Normalisation((127.0,), (128.0,))
    return Learner(network, recipe, normalisation=scaling, weights=some_state(network))


@pytest.mark.parametrize(("regime", "first"), [("head", 23), ("last", 18), ("full", 0)])
def test_efficientnet_learns_from_its_first_thawed_layer_on(regime: str, first: int) -> None:
    """22 layers are its base: stem, norm, relu6, 16 blocks, and again three."""
    learner = lite(regime)
    assert learner.network.base == 22
    rng = np.random.default_rng(0)
    pictures = replace(bars(16), pixels=rng.integers(0, 256, (16, 32, 32, 3), dtype=np.uint8))
    before = state_of(learner)
    list(train(learner, pictures, running=Running(threads=1)))
    moved = {name for name, value in state_of(learner).items() if value != before[name]}
    learned = {name for name in before if int(name.split(".")[0]) >= first}
    assert moved == learned


@pytest.mark.parametrize("name", [n for n in NAMED if n not in ("perceptron", "mlp")])
def test_the_line_of_the_textbook_goes_with_every_network_of_convolutions(name: str) -> None:
    size = {"lenet": 28, "cnn": 28, "alexnet": 96}.get(name, 64)
    network = load_network(name, classes=5, size=size, top=LINE)
    recipe = Recipe(name, regime="last", last=4, top=LINE, size=size)
    check_regime(network, recipe)
    top = [str(layer) for layer in network.layers[network.base :]]
    assert top == ["flatten", "dense 1024 relu", "dropout 0.2", "dense 5 softmax"]
    assert network.layers[network.base - 1] == NAMED[name].layers[network.base - 1]


@pytest.mark.parametrize("name", ["perceptron", "mlp"])
def test_a_network_without_a_base_has_nothing_to_keep(name: str) -> None:
    network = load_network(name, classes=5)
    with pytest.raises(UsageError, match="begins with its top"):
        check_regime(network, Recipe(name, regime="last"))


@pytest.mark.parametrize("regime", ["last", "auto"])
def test_more_layers_than_there_are_is_a_sentence(regime: str) -> None:
    network = load_network(BASE, classes=3, size=SIZE, channels=1)
    check_regime(network, replace(SMALL, regime=regime, last=6))
    with pytest.raises(UsageError, match=r"last 7 layers .* only 6: take last 6 or fewer"):
        check_regime(network, replace(SMALL, regime=regime, last=7))


@pytest.mark.parametrize("regime", ["head", "last", "full", "auto"])
@pytest.mark.parametrize("network", [BASE, "lenet", "file.py:net"])
def test_a_regime_without_weights_says_where_there_are_some(network: str, regime: str) -> None:
    with pytest.raises(UsageError, match=r"scratch.*efficientnet-lite0"):
        published_weights(Recipe(network, regime=regime, size=32))


def test_the_ladder_needs_a_head() -> None:
    with pytest.raises(UsageError, match="head_epochs"):
        Recipe("vgg16", regime="auto", tuning=Tuning(head_epochs=0))


def test_rates_fall_from_the_top_down_and_a_norm_learns_as_its_kernels_do() -> None:
    network = load_network(BASE, classes=3, size=SIZE, channels=1)
    shares = rate_shares(network, 0.5)
    assert shares == {"0": 0.25, "1": 0.25, "2": 0.25, "3": 0.5, "4": 0.5, "5": 0.5}
    learner = subject(
        regime="full", tuning=Tuning(layer_decay=0.5), optimiser=Optimiser("sgd", rate=0.1)
    )
    of = {id(p): g for g in learner.optimiser.param_groups for p in g["params"]}
    learner.start_learning()
    names = dict(learner.module.named_parameters())
    before = {name: value.detach().clone() for name, value in names.items()}
    pictures = bars(16)
    rows = np.arange(16)
    learner.learn(pictures.batch(rows, channels=1), pictures.answers(rows), rate=0.1)
    for name, value in names.items():
        rate = 0.1 * {"0": 0.25, "1": 0.25, "3": 0.5, "4": 0.5}.get(name.split(".")[0], 1.0)
        assert of[id(value)]["lr"] == pytest.approx(rate)
        assert value.grad is not None
        step = before[name] - rate * value.grad  # plain gradient descent, by hand
        torch.testing.assert_close(value.detach(), step)


def test_from_scratch_all_layers_learn_alike() -> None:
    recipe = replace(SMALL, regime="scratch", tuning=Tuning(layer_decay=0.5))
    network = load_network(BASE, classes=CLASSES, size=SIZE, channels=1)
    learner = Learner(network, recipe, normalisation=Normalisation((0.0,), (255.0,)))
    assert {group["share"] for group in learner.optimiser.param_groups} == {1.0}


def test_the_trainings_of_a_recipe() -> None:
    tuning = Tuning(head_epochs=7, head_rate=0.5)
    auto = replace(SMALL, regime="auto", tuning=tuning)
    head, last, full = stages(auto)
    assert [r.regime for r in (head, last, full)] == ["head", "last", "full"]
    assert (head.epochs, head.optimiser.rate) == (7, 0.5)
    assert (last.epochs, last.optimiser.rate) == (3, 0.01)
    assert stages(replace(auto, regime="last")) == (head, last)
    assert stages(replace(auto, regime="full")) == (head, full)
    assert stages(replace(SMALL, regime="full", tuning=Tuning(head_epochs=0))) == (
        replace(SMALL, regime="full", tuning=Tuning(head_epochs=0)),
    )
    assert stages(SMALL) == (SMALL,)
    assert [r.regime for r in stages(replace(SMALL, regime="scratch"))] == ["scratch"]


def test_what_thaws_begins_with_the_fitted_head() -> None:
    head = subject()
    list(train(head, bars(48), running=Running(threads=1)))
    thawed = subject(regime="full", averaging=Averaging("ema"))
    thawed.start_from(head.result.state_dict())
    assert state_of(thawed) == state_of(head)
    assert thawed.average is not None
    assert thawed.score(bars(30, seed=2)) == head.score(bars(30, seed=2))


def counted(learner: Learner, layer: int) -> list[int]:
    """Note how many pictures go through a layer each time; grows while training."""
    seen: list[int] = []
    learner.module[layer].register_forward_hook(lambda _m, x, _y: seen.append(len(x[0])))
    return seen


@pytest.mark.parametrize(
    ("changes", "through"),
    [
        ({}, 60),
        ({"regime": "last", "last": 3}, 60),
        ({"epochs": 9}, 60),
        ({"augmentation": Augmentation(horizontal_flip=True)}, 12 + 3 * 48),
        ({"regime": "full"}, 3 * 60),
    ],
)
def test_frozen_layers_see_each_picture_once(changes: dict[str, Any], through: int) -> None:
    learner = subject(**changes)
    seen = counted(learner, 0)
    events = list(train(learner, bars(48), bars(12, seed=1), running=Running(threads=1)))
    assert sum(seen) == through
    told = [event for event in events if isinstance(event, Prepared)]
    if learner.frozen:
        assert told[-1].done == told[-1].total
    else:
        assert told == []


@pytest.mark.parametrize("regime", ["head", "last"])
def test_reckoned_once_it_learns_the_same(regime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = subject(regime=regime, last=3)
    list(train(once, bars(48), bars(12, seed=1), running=Running(threads=1)))
    monkeypatch.setattr("sortal.training.deep.features.IN_MEMORY", 0)
    always = subject(regime=regime, last=3)
    seen = counted(always, 0)
    list(train(always, bars(48), bars(12, seed=1), running=Running(threads=1)))
    assert sum(seen) == 3 * 60
    for name, value in always.module.state_dict().items():
        torch.testing.assert_close(once.module.state_dict()[name], value, rtol=1e-4, atol=1e-5)
    first, second = (np.array(way.place.history, np.float64) for way in (once, always))
    np.testing.assert_allclose(first, second, rtol=1e-4)


def test_what_is_reckoned_ends_before_dropout_and_weights() -> None:
    assert cut_of(subject()) == 7  # the mean of the map is in it
    assert cut_of(subject(regime="last", last=2)) == 4
    assert cut_of(subject(top="dropout .2, flatten, dense 4 relu")) == 6
    assert cut_of(subject(top="maxpool 2, flatten, dense 4 relu")) == 8
    assert cut_of(subject(regime="full")) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"regime": "last", "last": 3, "tuning": Tuning(layer_decay=0.7)},
        {"regime": "full", "tuning": Tuning(layer_decay=0.7, norms="kept")},
        {"top": "flatten, dense 5 relu, dropout .2"},
    ],
)
@pytest.mark.parametrize("after", [1, 4])
def test_every_regime_is_resumed_to_the_bit(
    changes: dict[str, Any], after: int, tmp_path: Path
) -> None:
    pictures, validation = bars(48), bars(12, seed=1)
    whole = subject(**changes)
    list(train(whole, pictures, validation, running=Running(threads=1)))
    path = tmp_path / "state"
    steps = itertools.count(1)
    halted = Running(checkpoint=path, threads=1, stop=lambda: next(steps) > after)
    first = subject(**changes)
    last = list(train(first, pictures, validation, running=halted))[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "interrupted"
    resumed, _ = load_checkpoint(path)
    list(train(resumed, pictures, validation, running=Running(threads=1)))
    assert state_of(resumed) == state_of(whole)
    assert resumed.place.history == whole.place.history


def test_stopped_while_features_are_reckoned_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "state"
    halted = Running(checkpoint=path, threads=1, stop=lambda: True)
    events = list(train(subject(), bars(48), bars(12, seed=1), running=halted))
    assert [type(event) for event in events[-2:]] == [Prepared, Stopped]
    resumed, _ = load_checkpoint(path)
    list(train(resumed, bars(48), bars(12, seed=1), running=Running(threads=1)))
    whole = subject()
    list(train(whole, bars(48), bars(12, seed=1), running=Running(threads=1)))
    assert state_of(resumed) == state_of(whole)
