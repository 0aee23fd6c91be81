"""The loop: what it says, what it learns, when it stops, and that it leaves nothing to chance."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import PLAIN, bars, learner  # noqa: E402

from sortal.errors import UsageError  # noqa: E402
from sortal.training.deep import (  # noqa: E402
    Batch,
    Begun,
    Epoch,
    Learner,
    Overfitted,
    Pictures,
    Running,
    Stopped,
    train,
)
from sortal.training.deep.advice import overfitting  # noqa: E402
from sortal.training.deep.losses import loss_of, perceptron_loss  # noqa: E402
from sortal.training.deep.rates import rate_at, share_at  # noqa: E402
from sortal.training.deep.setting import make_optimiser  # noqa: E402
from sortal.training.recipe import Recipe  # noqa: E402
from sortal.training.recipe_parts import (  # noqa: E402
    OPTIMISERS,
    Augmentation,
    Averaging,
    Loss,
    Optimiser,
    Schedule,
)

ONE = Running(threads=1)
PERCEPTRON = Recipe(
    "perceptron",
    size=8,
    channels=1,
    initial="zero",
    epochs=15,
    batch=1,
    optimiser=Optimiser("sgd", rate=0.1),
    loss=Loss("perceptron"),
)


def run(subject: Learner, *parts: Any) -> list[Any]:
    return list(train(subject, *(parts or (bars(),)), running=ONE))


def weights(subject: Learner) -> Any:
    return torch.cat([p.detach().flatten() for p in subject.result.parameters()])


def test_the_events_tell_the_whole_course() -> None:
    events = run(learner(), bars(90), bars(31, seed=1))
    assert events[0] == Begun(
        epochs=3, steps=6, epoch=0, step=0, pictures=90, parameters=591, learning=591, threads=1
    )
    assert [type(e) for e in events[1:8]] == [Batch] * 6 + [Epoch]
    assert [(e.epoch, e.step) for e in events if isinstance(e, Batch)][:7] == [
        *((1, k) for k in range(1, 7)),
        (2, 1),
    ]
    epochs = [e for e in events if isinstance(e, Epoch)]
    assert [e.epoch for e in epochs] == [1, 2, 3]
    assert all(0 <= e.accuracy <= 1 and e.val_loss is not None for e in epochs)
    assert all(e.seconds > 0 and e.pictures_per_second > 0 for e in epochs)
    assert events[-1].reason == "finished"
    assert sum(isinstance(e, Stopped) for e in events) == 1


def test_an_epochs_loss_is_the_mean_over_its_pictures() -> None:
    events = run(learner(epochs=1), bars(90))
    sizes = [16, 16, 16, 16, 16, 10]
    losses = [e.loss for e in events if isinstance(e, Batch)]
    (epoch,) = [e for e in events if isinstance(e, Epoch)]
    assert epoch.loss == pytest.approx(np.average(losses, weights=sizes), rel=1e-9)
    assert epoch.val_loss is None


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_learns(name: str) -> None:
    rates = {"sgd": 0.1, "rmsprop": 0.005, "adadelta": 1.0, "adam": 0.01, "adamw": 0.01}
    optimiser = Optimiser(name, rate=rates[name], weight_decay=1e-4)
    subject = learner(optimiser=optimiser, epochs=12)
    events = run(subject, bars(180))
    losses = [e.loss for e in events if isinstance(e, Epoch)]
    assert losses[-1] < 0.7 * losses[0]
    assert subject.score(bars(60, seed=5)).accuracy > 0.7


def test_one_step_of_nesterov_by_hand() -> None:
    """Against the formula: v = m v + g, w -= rate (g + m v), twice with gradient 2 w."""
    layer = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(layer.weight)
    optimiser = make_optimiser(layer, Optimiser("sgd", rate=0.1, momentum=0.5, nesterov=True))
    w, v = 1.0, 0.0
    for _ in range(2):
        optimiser.zero_grad()
        layer.weight.square().sum().backward()
        optimiser.step()
        g = 2 * w
        v = 0.5 * v + g
        w -= 0.1 * (g + 0.5 * v)
    assert float(layer.weight.detach()) == pytest.approx(w, rel=1e-6)


def test_weight_decay_leaves_biases_and_batch_norm_alone() -> None:
    subject = learner(optimiser=Optimiser("sgd", rate=0.1, weight_decay=0.5))
    for group in subject.optimiser.param_groups:
        matrices = {p.dim() > 1 for p in group["params"]}
        assert matrices == {group["weight_decay"] > 0}


@pytest.mark.parametrize(
    ("schedule", "at", "shares"),
    [
        (Schedule(), (0, 5, 10), (1, 1, 1)),
        (Schedule("step", factor=0.5, every=4), (0, 3.9, 4, 9), (1, 1, 0.5, 0.25)),
        (Schedule("exponential", factor=0.1, every=10), (0, 5), (1, math.sqrt(0.1))),
        (Schedule("cosine", end=0.2), (0, 5, 10), (1, 0.6, 0.2)),
        (Schedule("cosine", warmup=2, start=0.5), (0, 1, 2, 6), (0.5, 0.75, 1, 0.5)),
        (Schedule("one-cycle", warmup=4, start=0), (0, 2, 4, 7, 10), (0, 0.5, 1, 0.5, 0)),
    ],
)
def test_schedules_by_hand(schedule: Schedule, at: Any, shares: Any) -> None:
    recipe = Recipe("mlp", epochs=10, schedule=schedule)
    assert [share_at(recipe, epochs_done=e) for e in at] == pytest.approx(shares)


def test_the_decay_of_keras() -> None:
    recipe = Recipe("mlp", optimiser=Optimiser("sgd", rate=0.1, decay=0.01))
    assert rate_at(recipe, step=100, steps=10) == pytest.approx(0.05)


def test_losses_by_hand() -> None:
    sums = torch.tensor([[1.0, 0.0, -2.0], [0.5, 0.5, 0.5]])
    answers = torch.tensor([2, 0])
    p = np.exp(sums.numpy()) / np.exp(sums.numpy()).sum(axis=1, keepdims=True)
    logs = -np.log(p)
    plain = loss_of(sums, answers, Loss())
    assert float(plain) == pytest.approx((logs[0, 2] + logs[1, 0]) / 2, rel=1e-6)
    smooth = loss_of(sums, answers, Loss(smoothing=0.3))
    expected = 0.7 * float(plain) + 0.3 * logs.mean()
    assert float(smooth) == pytest.approx(expected, rel=1e-6)
    squares = loss_of(sums, answers, Loss("mean-squared-error"))
    wanted = np.eye(3)[answers.numpy()]
    assert float(squares) == pytest.approx(((p - wanted) ** 2).mean(), rel=1e-6)


def test_the_gradient_of_the_perceptron_loss_is_rosenblatts_rule() -> None:
    torch.manual_seed(0)
    x, w = torch.randn(5, 4), torch.randn(3, 4, requires_grad=True)
    answers = torch.tensor([0, 1, 2, 0, 1])
    loss = perceptron_loss(x @ w.T, answers)
    (gradient,) = torch.autograd.grad(loss, w)
    expected = np.zeros((3, 4))
    for row, answer in zip(x.numpy(), answers.tolist(), strict=True):
        for unit in range(3):
            fires = float(row @ w.detach().numpy()[unit]) >= 0
            expected[unit] += (fires - (unit == answer)) * row / 5
    np.testing.assert_allclose(gradient.numpy(), expected, atol=1e-6)


def test_a_perceptron_learns_what_a_line_divides_without_a_mistake() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 60, size=(60, 8, 8, 1), dtype=np.uint8)
    labels = np.arange(60, dtype=np.int64) % 3
    for picture, label in zip(pixels, labels, strict=True):
        picture[3 * label : 3 * label + 2] += 150
    pictures = Pictures(pixels, labels)
    subject = learner(PERCEPTRON)
    events = run(subject, pictures)
    losses = [e.loss for e in events if isinstance(e, Epoch)]
    assert losses[-1] == 0  # it converges: no unit is wrong any more (Novikoff, 1962)
    assert subject.score(pictures).accuracy == 1


def test_early_stopping_goes_back_to_the_best() -> None:
    subject = learner(epochs=60, patience=3, optimiser=Optimiser("adam", rate=0.03))
    noise = np.random.default_rng(2).integers(0, 3, 90)
    events = run(subject, Pictures(bars().pixels, noise), bars(60, seed=1))
    stopped = events[-1]
    assert stopped.reason == "early"
    epochs = [e for e in events if isinstance(e, Epoch)]
    best = min(epochs, key=lambda e: e.val_loss or 0)
    assert (stopped.kept, stopped.epoch) == (best.epoch, best.epoch + 3)
    assert [e.epoch for e in epochs if e.best][-1] == best.epoch
    assert subject.score(bars(60, seed=1)).loss == best.val_loss


def test_a_diverging_loss_stops_and_keeps_the_last_good_state() -> None:
    subject = learner(
        optimiser=Optimiser("sgd", rate=0.05),
        schedule=Schedule("step", factor=1, every=1),
        epochs=20,
    )
    events = []
    good = None
    for event in train(subject, bars(), running=ONE):
        events.append(event)
        if isinstance(event, Epoch) and event.epoch == 2:
            good = weights(subject)
            with torch.no_grad():
                next(iter(subject.module.parameters())).mul_(float("nan"))
    assert isinstance(events[-1], Stopped)
    assert (events[-1].reason, events[-1].kept) == ("diverged", 2)
    assert "Try a rate of 0.005 in place of 0.05" in events[-1].message
    assert torch.equal(weights(subject), good)


def test_a_rate_far_too_high_diverges_and_says_what_to_try() -> None:
    subject = learner(
        network="flatten, dense 16 relu, dense 16 relu",
        optimiser=Optimiser("sgd", rate=900.0, momentum=0.9),
        epochs=5,
    )
    before = weights(subject).clone()
    events = run(subject)
    assert events[-1].reason == "diverged"
    assert "warmup" in events[-1].message
    if events[-1].kept == 0:
        assert torch.equal(weights(subject), before)


def test_overfitting_is_named_where_validation_has_turned() -> None:
    turned = [(1.0, 0.5, v, 0.5) for v in (1.0, 0.6, 0.5, 0.6, 0.7)]
    falling = [(1 - i / 10, a, v, b) for i, (_, a, v, b) in enumerate(turned)]
    found = overfitting(falling)
    assert isinstance(found, Overfitted)
    assert found.epoch == 3
    assert "0.500" in found.message
    assert "0.700" in found.message
    assert overfitting(turned) is None  # training loss did not fall: this is no overfitting
    assert overfitting(falling[:4]) is None  # one bad epoch is no turn
    assert overfitting([(a, b, None, None) for a, b, _, _ in falling]) is None


def test_learning_noise_is_called_overfitting_by_the_loop() -> None:
    noise = np.random.default_rng(2).integers(0, 3, 90)
    subject = learner(epochs=25, optimiser=Optimiser("adam", rate=0.03))
    events = run(subject, Pictures(bars().pixels, noise), bars(60, seed=1))
    assert any(isinstance(e, Overfitted) for e in events)


def test_the_same_seed_gives_the_same_bits_and_another_other_ones() -> None:
    changes: dict[str, Any] = {"augmentation": Augmentation(shift=0.1, elastic=1), "epochs": 2}
    first, second, other = (learner(**changes, seed=s) for s in (0, 0, 1))
    run(first)
    for _ in train(second, bars(), running=ONE):
        torch.rand(3)  # whoever consumes the events may draw at random between them
    run(other)
    assert torch.equal(weights(first), weights(second))
    assert not torch.equal(weights(first), weights(other))


def test_the_callers_generator_is_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(learner(epochs=1))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("how", [Averaging("ema", decay=0.9), Averaging("swa", start=0.5)])
def test_averages_are_the_means_they_claim(how: Averaging) -> None:
    subject = learner(network="flatten, dense 4 relu", averaging=how, epochs=4)
    name = "1.0.weight"
    mean = subject.module.state_dict()[name].double()
    ends, t = [], 0
    for event in train(subject, bars(), running=ONE):
        now = subject.module.state_dict()[name].double()
        if isinstance(event, Batch) and how.name == "ema":
            mean = mean + (now - mean) * max(0.1, 9 / (10 + t))
            t += 1
        if isinstance(event, Epoch) and event.epoch > 2:
            ends.append(now.clone())
    expected = mean if how.name == "ema" else torch.stack(ends).mean(dim=0)
    np.testing.assert_allclose(subject.result.state_dict()[name], expected, rtol=1e-4, atol=1e-6)
    assert subject.result is not subject.module


def test_interrupting_is_asked_after_each_step() -> None:
    answers = iter([False, False, True])
    subject = learner()
    events: list[Any] = []
    events += train(subject, bars(), running=Running(threads=1, stop=lambda: next(answers)))
    assert events[-1].reason == "interrupted"
    assert subject.place.step == 3


def test_layers_that_do_not_learn_stay_as_they_are() -> None:
    base = learner().module.state_dict()
    for regime, last, moved in (("head", 1, 0), ("last", 5, 2), ("full", 1, 3)):
        recipe = Recipe(**{**PLAIN_FIELDS, "regime": regime, "last": last})
        subject = Learner(
            learner().network, recipe, normalisation=learner().normalisation, weights=base
        )
        run(subject)
        after = subject.module.state_dict()
        changed = [k for k in base if int(k[0]) < 5 and not torch.equal(base[k], after[k])]
        assert bool(changed) == (moved > 0), regime
        assert not torch.equal(base["6.0.weight"], after["6.0.weight"])
        if regime == "head":
            assert subject.frozen == 5


PLAIN_FIELDS: dict[str, Any] = {
    name: getattr(PLAIN, name)
    for name in ("network", "size", "channels", "epochs", "batch", "initial", "optimiser")
}


def test_frozen_layers_are_said_in_the_first_event() -> None:
    recipe = Recipe(**{**PLAIN_FIELDS, "regime": "head"})
    plain = learner()
    subject = Learner(
        plain.network,
        recipe,
        normalisation=plain.normalisation,
        weights=plain.module.state_dict(),
    )
    first = run(subject)[0]
    assert (first.parameters, first.learning) == (591, 591 - 36 - 8)


def test_pretrained_weights_that_do_not_fit_show_both_shapes() -> None:
    recipe = Recipe(**{**PLAIN_FIELDS, "regime": "full"})
    plain = learner()
    state = plain.module.state_dict()
    for name, wrong, says in (
        ("0.weight", torch.zeros(4, 1, 5, 5), "(4, 1, 3, 3), shape (4, 1, 5, 5) came"),
        ("1.running_var", None, "(4,), nothing came"),
    ):
        changed = {k: v for k, v in state.items() if k != name}
        if wrong is not None:
            changed[name] = wrong
        with pytest.raises(UsageError) as caught:
            Learner(plain.network, recipe, normalisation=plain.normalisation, weights=changed)
        assert says in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"regime": "auto"}, "a ladder of several trainings"),
        ({"regime": "full"}, "starts from pretrained weights, but none were given"),
        ({"network": "flatten, dense 4 step, dense 4 relu"}, "its slope is 0 everywhere"),
        ({"network": "perceptron"}, "the network ends in step, the loss is cross-entropy"),
        ({"initial": "zero"}, "stay alike for ever"),
        ({"batch": 1}, "batch norm needs more than one picture"),
    ],
)
def test_a_network_that_cannot_learn_so_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        learner(**changes)
    assert says in str(caught.value)


def test_the_rule_trains_one_layer() -> None:
    with pytest.raises(UsageError, match="trains one layer"):
        learner(PERCEPTRON, network="flatten, dense 4 relu, dense 3 step", initial="he")


@pytest.mark.parametrize(
    ("changes", "parts", "says"),
    [
        ({}, (Pictures(np.zeros((4, 9, 9, 1), np.uint8), np.arange(4) % 2),), "of side 8"),
        ({}, (Pictures(bars().pixels, bars().labels + 1),), "labels go from 1 to 3"),
        ({}, (Pictures(bars().pixels, bars().labels * 0),), "all training pictures are of one"),
        ({"patience": 3}, (bars(),), "no validation pictures"),
    ],
)
def test_pictures_that_cannot_be_learned_from_are_refused(
    changes: dict[str, Any], parts: Any, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        run(learner(**changes), *parts)
    assert says.lower() in str(caught.value).lower()


def test_half_precision_learns_or_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sortal.training.deep.learner.has_bfloat16", lambda: True)
    events = run(learner(precision="bfloat16", epochs=8), bars(180))
    losses = [e.loss for e in events if isinstance(e, Epoch)]
    assert losses[-1] < 0.7 * losses[0]
    monkeypatch.setattr("sortal.training.deep.learner.has_bfloat16", lambda: False)
    with pytest.raises(UsageError, match="take precision float32"):
        learner(precision="bfloat16")


def test_a_longer_recipe_goes_on_falling() -> None:
    events = run(learner(epochs=6), bars(300))
    losses = [e.loss for e in events if isinstance(e, Epoch)]
    assert sum(b < a for a, b in pairwise(losses)) >= 4
