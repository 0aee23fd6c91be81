"""The hand-written ONNX graph answers as the PyTorch module does, and is a sound model file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.errors import UsageError  # noqa: E402
from sortal.modelfile import (  # noqa: E402
    CalibrationRecord,
    Card,
    DataRecord,
    SplitRecord,
    TrunkRecord,
    load_model,
)
from sortal.modelfile.assemble import assemble  # noqa: E402
from sortal.network.build import build  # noqa: E402
from sortal.network.export import Exported, export  # noqa: E402
from sortal.network.layers import join  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.named import NAMED  # noqa: E402
from sortal.network.whole import LUMA, Network  # noqa: E402
from sortal.training.values import LinearHead  # noqa: E402

CLASSES = 4
MEAN, SCALE = (120.0,), (60.0,)
SMALL = {  # side to try each named network at; the wide top of the large ones is made narrow
    "perceptron": 28,
    "mlp": 28,
    "cnn": 28,
    "lenet": 28,
    "alexnet": 63,
    "vgg16": 32,
    "efficientnet-lite0": 48,
    "efficientnet-lite2": 33,
}
EVERY_LAYER = (
    "conv 8 4x4/2 same relu, residual(conv 8 3x3 same nobias, batchnorm, silu) "
    "shortcut(conv 8 1x1), residual(conv 8 3x5 same tanh, dropout 0.5), "
    "inverted 8 5x5 expand 3, inverted 12 3x3/2, avgpool 3/1 pad 1, sigmoid, "
    "conv 6 3x3 pad 1 groups 2 relu6, maxpool 2/1, batchnorm, relu6, flatten, batchnorm, "
    "dense 9 sigmoid, dense 8 softmax, silu, dropout 0.3"
)


def trained(network: Network, *, seed: int = 0) -> Any:
    """A module with weights and batch norms such as training leaves behind."""
    torch.manual_seed(seed)
    torch.set_num_threads(2)
    module = build(network.linear, network.input_shape)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, torch.nn.Linear | torch.nn.Conv2d):
                torch.nn.init.normal_(part.weight, std=1.5 * part.weight[0].numel() ** -0.5)
            if isinstance(part, torch.nn.BatchNorm2d | torch.nn.BatchNorm1d):
                part.momentum = None  # a plain mean over the batches
        for seed in range(2, 5):
            module.train()(planes(network, pictures(network.size, 8, seed=seed)))
    return module.eval()


def pictures(size: int, n: int = 5, *, seed: int = 1) -> NDArray[np.uint8]:
    """Nine patches of any colour, with some noise."""
    rng = np.random.default_rng(seed)
    patches = rng.integers(0, 206, size=(n, 3, 3, 3))
    side = -(-size // 3)
    large = patches.repeat(side, axis=1).repeat(side, axis=2)[:, :size, :size]
    noisy = large + rng.integers(0, 50, size=large.shape)
    return noisy.astype(np.uint8)


def planes(network: Network, images: NDArray[np.uint8]) -> Any:
    """What the module takes."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    if network.channels == 1:
        x = (x * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    return (x - MEAN[0]) / SCALE[0]


def by_torch(network: Network, module: Any, images: NDArray[np.uint8]) -> tuple[Any, Any]:
    """Embedding and sums of the output layer, in PyTorch."""
    x = planes(network, images)
    with torch.no_grad():
        for child in list(module)[:-1]:
            x = child(x)
        return x.numpy(), module[-1](x).numpy()


def made(network: Network, module: Any) -> Exported:
    return export(network, module.state_dict(), mean=MEAN, scale=SCALE)


def softmax(sums: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = np.exp(sums.astype(np.float64) - sums.max(axis=1, keepdims=True))
    share: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return share


def card_for(network: Network, parts: Exported) -> Card:
    return Card(
        classes=tuple("abcdefgh"[:CLASSES]),
        fit="pad",
        size=network.size,
        trunk=TrunkRecord(
            name="own",
            width=parts.width,
            grid=parts.grid,
            mean=MEAN,
            scale=SCALE,
            licence="Apache-2.0",
            origin="trained here",
            source="none",
            sha256=hashlib.sha256(parts.trunk.SerializeToString()).hexdigest(),
        ),
        recipe={"network": join(network.layers)},
        data=DataRecord(name="x", sha256="a" * 64, per_class=(5,) * CLASSES, groups=20),
        split=SplitRecord(scheme="held-out", seed=0, repeats=1, folds=1, sha256="b" * 64),
        evaluation={},
        calibration=CalibrationRecord(
            temperature=1.0, coverage=0.95, threshold=0.9, threshold_90=0.8
        ),
        unknown_threshold=None,
        drift=None,
        versions={"sortal": "0"},
        licence="Apache-2.0",
        notices=(),
        seed=0,
    )


def check_parity(network: Network) -> Exported:
    """The model file of a network answers as its module does."""
    module = trained(network)
    parts = made(network, module)
    onnx.checker.check_model(parts.trunk, full_check=True)
    data = assemble(
        parts.trunk,
        head=LinearHead(parts.weights, parts.bias),
        card=card_for(network, parts),
    )
    images = pictures(network.size)
    answers = load_model(data, threads=2).run(images, features=parts.grid > 0)
    embedding, sums = by_torch(network, module, images)
    largest = max(1.0, float(np.abs(embedding).max()))
    assert np.abs(answers.embedding - embedding).max() <= 1e-4 * largest
    assert np.abs(answers.probabilities - softmax(sums)).max() <= 1e-4
    assert np.ptp(sums, axis=0).max() > 0.03, "the network tells nothing apart: a poor test"
    if parts.grid:
        assert answers.features is not None
        means = answers.features.mean(axis=(2, 3))
        np.testing.assert_allclose(means, answers.embedding, atol=1e-4 * largest)
    return parts


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_named_network_answers_as_in_torch(name: str) -> None:
    size = SMALL[name]
    text = join(NAMED[name].layers).replace("dense 4096", "dense 48")
    if name == "perceptron":
        text += f", dense {CLASSES} step"
    network = load_network(text, classes=CLASSES, size=size, channels=NAMED[name].input_shape[-1])
    parts = check_parity(network)
    assert (parts.grid > 0) == name.startswith("efficientnet")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [21, 24])
def test_every_layer_answers_as_in_torch(channels: int, size: int) -> None:
    check_parity(load_network(EVERY_LAYER, classes=CLASSES, size=size, channels=channels))


def test_a_step_inside_is_exact() -> None:
    text = "flatten, dense 20 step, dense 6 tanh"
    network = load_network(text, classes=CLASSES, size=8, channels=3)
    check_parity(network)
    module = trained(network)
    with torch.no_grad():
        module[1][0].weight.zero_()
        module[1][0].bias.copy_(torch.linspace(-1e-30, 1e-30, 20))
        module[1][0].bias[3] = 0.0
    inside = replace(network, layers=network.layers[:2] + network.layers[3:], base=0)
    state = {k: v for k, v in module.state_dict().items() if k[0] in "01"}
    state |= {"2.weight": torch.zeros(4, 20), "2.bias": torch.zeros(4)}
    parts = export(inside, state, mean=MEAN, scale=SCALE)
    session = onnxruntime.InferenceSession(parts.trunk.SerializeToString())
    (fired,) = session.run(["embedding"], {"image": pictures(8)})
    expected = (module[1][0].bias.detach().numpy() >= 0).astype(np.float32)
    assert np.array_equal(fired, np.tile(expected, (5, 1)))


def test_features_are_given_where_the_embedding_is_their_mean() -> None:
    for text, grid in (
        ("conv 5 3x3 relu, globalavgpool", 6),
        ("conv 5 3x3 relu, dropout 0.2, globalavgpool, dropout 0.2", 6),
        ("conv 5 3x3 relu, globalavgpool, dense 7 relu", 0),
        ("conv 5 3x1 relu, globalavgpool", 0),  # not square
        ("globalavgpool", 0),
    ):
        network = load_network(text, classes=CLASSES, size=8, channels=3)
        assert check_parity(network).grid == grid, text


def test_scaling_a_channel_of_its_own() -> None:
    network = load_network("flatten", classes=CLASSES, size=2, channels=3)
    mean, scale = (100.0, 110.0, 120.0), (50.0, 60.0, 70.0)
    parts = export(network, trained(network).state_dict(), mean=mean, scale=scale)
    session = onnxruntime.InferenceSession(parts.trunk.SerializeToString())
    images = pictures(2, n=1)
    (embedding,) = session.run(["embedding"], {"image": images})
    expected = ((images[0] - np.array(mean)) / np.array(scale)).transpose(2, 0, 1).ravel()
    np.testing.assert_allclose(embedding[0], expected, rtol=1e-5)


def test_the_same_weights_give_the_same_bytes() -> None:
    network = load_network("cnn", classes=CLASSES)
    first, second = (
        made(network, trained(network)).trunk.SerializeToString(deterministic=True)
        for _ in range(2)
    )
    assert first == second


def test_weights_in_another_order_in_memory_are_the_same() -> None:
    network = load_network("conv 4 3x3 relu, flatten", classes=CLASSES, size=8)
    module = trained(network)
    first = made(network, module).trunk.SerializeToString(deterministic=True)
    module.to(memory_format=torch.channels_last)
    assert made(network, module).trunk.SerializeToString(deterministic=True) == first


def test_missing_weights_are_named() -> None:
    network = load_network("conv 4 3x3 relu, flatten", classes=CLASSES, size=8)
    state = trained(network).state_dict()
    del state["0.0.bias"]
    with pytest.raises(UsageError, match=r"lack 0\.0\.bias"):
        export(network, state, mean=MEAN, scale=SCALE)
