"""Networks of timm: found by name, measured, exported, and weights from a hub or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from timm_here import require_timm

timm = require_timm()

import torch  # noqa: E402
from safetensors.torch import save  # noqa: E402

from local_server import Server, file, local_server  # noqa: E402
from sortal.errors import DownloadError, InputError, MissingExtraError, UsageError  # noqa: E402
from sortal.network.build import build  # noqa: E402
from sortal.network.export import export  # noqa: E402
from sortal.network.layers import Dense, GlobalAveragePool, Timm, join  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.parse import parse  # noqa: E402
from sortal.network.shapes import summarise  # noqa: E402
from sortal.network.timm_network import measured, record  # noqa: E402
from sortal.network.timm_weights import timm_weights  # noqa: E402

ASKED = "/timm/test_resnet.r160_in1k/resolve/main/model.safetensors"
MEAN, SCALE = (120.0, 110.0, 100.0), (60.0, 61.0, 62.0)


def randomised(module: Any) -> Any:
    """All norms with numbers as if they had learned; new ones do nothing."""
    generator = torch.Generator().manual_seed(1)
    for value in module.state_dict().values():
        if value.dim() == 1 and value.is_floating_point():
            value.uniform_(0.5, 1.5, generator=generator)
    return module.eval()


def test_the_record_of_timm_says_what_a_picture_must_be() -> None:
    known = record("test_efficientnet")
    assert (known.name, known.size) == ("test_efficientnet.r160_in1k", 160)
    np.testing.assert_allclose(known.mean, 255 * np.array((0.485, 0.456, 0.406)))
    np.testing.assert_allclose(known.scale, 255 * np.array((0.229, 0.224, 0.225)))
    assert (known.licence, known.repository) == ("Apache-2.0", "timm/test_efficientnet.r160_in1k")
    network = load_network("timm:test_efficientnet", classes=4)
    assert network.input_shape == (160, 160, 3)
    assert network.layers == (Timm("test_efficientnet"), GlobalAveragePool(), Dense(4, "softmax"))
    assert parse(join(network.layers)) == network.layers


def test_it_is_measured_as_it_is() -> None:
    network = load_network("timm:test_resnet", classes=3, size=64)
    theirs = timm.create_model("test_resnet", num_classes=3)
    rows = summarise(network.layers, network.input_shape)
    assert rows[0].output == (2, 2, 96)
    assert sum(row.parameters for row in rows) == sum(p.numel() for p in theirs.parameters())
    stem = 64 * 64 // 4 * 27 * theirs.conv1[0].out_channels
    assert rows[0].multiply_adds > stem
    assert measured("test_resnet", size=64, channels=3).depth == 5


@pytest.mark.parametrize(
    ("name", "grid"), [("test_resnet", 2), ("test_efficientnet", 2), ("test_convnext", 0)]
)
def test_the_graph_answers_as_pytorch_does(name: str, grid: int) -> None:
    network = load_network(f"timm:{name}", classes=3, size=64, top="")
    torch.manual_seed(0)
    module = randomised(build(network.linear, network.input_shape))
    before = {key: value.clone() for key, value in module.state_dict().items()}
    parts = export(network, module.state_dict(), mean=MEAN, scale=SCALE)
    again = export(network, module.state_dict(), mean=MEAN, scale=SCALE)
    assert parts.trunk.SerializeToString() == again.trunk.SerializeToString()
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert parts.grid == grid
    images = np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), np.uint8)
    session = onnxruntime.InferenceSession(parts.trunk.SerializeToString())
    embedding, *features = session.run(None, {"image": images})
    if grid:
        np.testing.assert_allclose(features[0].mean(axis=(2, 3)), embedding, atol=1e-5)
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    mean, scale = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, SCALE))
    with torch.no_grad():
        expected = module((x - mean) / scale).numpy()
        theirs = module[0].net((x - mean) / scale).numpy()
    np.testing.assert_allclose(embedding @ parts.weights.T + parts.bias, expected, atol=1e-4)
    np.testing.assert_allclose(embedding, theirs, atol=1e-4)  # what timm itself takes for it
    assert expected.std() > 0.01


def test_measuring_draws_nothing_from_the_generator_of_others() -> None:
    measured.cache_clear()
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    measured("test_resnet", size=32, channels=3)
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("text", "size", "says"),
    [
        ("timm:resnet19", 0, r"no network called 'resnet19'\. Alike are: .*resnet18"),
        ("timm:resnet18.nothing", 0, r"Alike are: resnet18\.a1_in1k"),
        ("timm:qqqqqqqqqq", 0, r"timm\.list_models\(\) lists"),
        ("timm:hf-hub:x/y", 0, "no network called 'hf-hub:x/y'"),
        ("timm:test_vit", 64, "takes pictures of 160 x 160 pixels alone; a size of 64 came"),
        ("timm:test_resnet, dense 8", 0, "does not say the size"),
    ],
)
def test_what_cannot_be_built_is_a_sentence(text: str, size: int, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        load_network(text, classes=3, size=size)


def test_without_timm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    record.cache_clear()
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sortal\[timm\]'"):
        load_network("timm:resnet18", classes=3)


def test_a_timm_that_does_not_fit_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record.cache_clear()
    (tmp_path / "timm.py").write_text("raise RuntimeError('operator nms does not exist')")
    monkeypatch.delitem(sys.modules, "timm")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match=r"operator nms does not exist.*belong together"):
        load_network("timm:resnet18", classes=3)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A hub that has a file with an output layer of 1,000 kinds, and an empty cache."""
    monkeypatch.setenv("SORTAL_CACHE", str(tmp_path / "cache"))
    torch.manual_seed(7)
    whole = randomised(timm.create_model("test_resnet"))
    with local_server() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        server.answers[ASKED] = file(save(whole.state_dict()))
        yield server


def test_weights_come_once_and_are_those_of_the_file(hub: Server) -> None:
    weights = timm_weights("test_resnet")
    timm_weights("test_resnet", size=64)
    assert hub.asked == [ASKED]
    network = load_network("timm:test_resnet", classes=3, size=64)
    module = build(network.linear, network.input_shape)
    assert set(weights) == {name for name in module.state_dict() if name.startswith("0.")}
    torch.manual_seed(7)
    whole = randomised(timm.create_model("test_resnet"))
    module.load_state_dict(weights, strict=False)
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected = whole.forward_features(x)
        assert torch.equal(module.eval()[0](x), expected)
    assert float(expected.std()) > 0.01
    grey = timm_weights("test_resnet", channels=1)["0.net.conv1.0.weight"]
    torch.testing.assert_close(grey, weights["0.net.conv1.0.weight"].sum(1, keepdim=True))


def test_a_hub_that_is_not_there_says_where_to_put_the_file(
    hub: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError) as caught:
        timm_weights("test_resnet")
    place = tmp_path / "cache" / "weights" / "timm--test_resnet.r160_in1k.safetensors"
    for words in (
        "127.0.0.1 could not be reached",
        "fetch model.safetensors of https://huggingface.co/timm/test_resnet.r160_in1k elsewhere",
        f"put it there as {place}.",
    ):
        assert words in str(caught.value)
    place.write_bytes(save(timm.create_model("test_resnet").state_dict()))
    assert timm_weights("test_resnet")["0.net.conv1.0.weight"].shape[1] == 3


@pytest.mark.parametrize("data", [b"\x80\x04pickle", b"", save({"x": torch.zeros(2)})])
def test_a_file_of_another_kind_or_network_is_refused(hub: Server, data: bytes) -> None:
    hub.answers[ASKED] = file(data)
    with pytest.raises(InputError, match=r"timm--test_resnet\.r160_in1k\.safetensors is no"):
        timm_weights("test_resnet")


def test_a_network_without_weights_says_so() -> None:
    with pytest.raises(UsageError, match="test_mambaout has no weights on a hub"):
        timm_weights("test_mambaout")
