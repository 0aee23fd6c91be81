"""VGG16's published weights: from a hub, whole and checked, into the right places."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")
save = pytest.importorskip("safetensors.torch", reason="needs sortal[deep]").save

from local_server import Server, file, local_server, redirect  # noqa: E402
from sortal.errors import DownloadError, InputError  # noqa: E402
from sortal.network.build import build  # noqa: E402
from sortal.network.hub import HubWeights  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.pretrained import PUBLISHED, pretrained  # noqa: E402

ASKED = "/timm/vgg16.tv_in1k/resolve/main/model.safetensors"
PLACES = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""Of the convolutions among the layers ``features`` of torchvision's VGG16."""
WIDTHS = (3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)


@pytest.fixture(scope="module")
def published() -> bytes:
    """A file with the names and shapes of the published one, its dense layers left out."""
    torch.manual_seed(0)
    state = {}
    for index, place in enumerate(PLACES):
        n_in, n_out = WIDTHS[index : index + 2]
        state[f"features.{place}.weight"] = torch.randn(n_out, n_in, 3, 3) * (2 / (9 * n_in)) ** 0.5
        state[f"features.{place}.bias"] = torch.randn(n_out) * 0.1
    data: bytes = save(state)
    return data


@pytest.fixture
def hub(published: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A hub on this machine that has that file, and an empty cache."""
    monkeypatch.setenv("SORTAL_CACHE", str(tmp_path / "cache"))
    known = PUBLISHED["vgg16"]
    assert isinstance(known, HubWeights)
    here = replace(known, sha256=hashlib.sha256(published).hexdigest())
    monkeypatch.setitem(PUBLISHED, "vgg16", here)
    with local_server() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        server.answers[ASKED] = redirect("/large/files/of/the/hub")
        server.answers["/large/files/of/the/hub"] = file(published)
        yield server


def test_weights_come_once_and_give_what_a_plain_vgg16_gives(hub: Server) -> None:
    weights = pretrained("vgg16")
    assert hub.asked == [ASKED, "/large/files/of/the/hub"]
    network = load_network("vgg16", classes=16, size=32)
    module = build(network.linear, network.input_shape).eval()
    base = {name for name in module.state_dict() if int(name.split(".")[0]) < network.base}
    assert set(weights) == base
    module.load_state_dict(weights, strict=False)
    plain = _plain_features(weights)
    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        expected = plain(x)
        torch.testing.assert_close(module[: network.base](x), expected, rtol=1e-4, atol=1e-5)
    assert float(expected.std()) > 0.01
    again = pretrained("vgg16")
    assert len(hub.asked) == 2  # from the cache
    assert all(torch.equal(again[name], weights[name]) for name in weights)


def _plain_features(weights: dict[str, Any]) -> Any:
    """Torchvision's order of layers, written out: configuration D of the paper."""
    layers: list[Any] = []
    n_in = 3
    for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0):
        if not width:
            layers.append(torch.nn.MaxPool2d(2, 2))
            continue
        layers += [torch.nn.Conv2d(n_in, width, 3, padding=1), torch.nn.ReLU()]
        n_in = width
    ours = iter(sorted(weights, key=lambda name: (int(name.split(".")[0]), name)))
    for layer in layers:
        if isinstance(layer, torch.nn.Conv2d):
            bias, weight = next(ours), next(ours)
            with torch.no_grad():
                layer.bias.copy_(weights[bias])
                layer.weight.copy_(weights[weight])
    return torch.nn.Sequential(*layers)


def test_a_hub_that_is_not_there_says_where_to_put_the_file(
    hub: Server, monkeypatch: pytest.MonkeyPatch, published: bytes
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError) as caught:
        pretrained("vgg16")
    place = PUBLISHED["vgg16"].place  # type: ignore[union-attr]
    for words in (
        "127.0.0.1 could not be reached",
        "fetch model.safetensors of https://huggingface.co/timm/vgg16.tv_in1k elsewhere",
        f"put it there as {place}.",
    ):
        assert words in str(caught.value)
    place.write_bytes(published)  # as the message says
    assert pretrained("vgg16")["0.0.weight"].shape == (64, 3, 3, 3)


def test_another_file_is_not_kept_and_not_opened(hub: Server, published: bytes) -> None:
    hub.answers["/large/files/of/the/hub"] = file(published[:-1] + b"x")
    with pytest.raises(DownloadError, match="its SHA-256 checksum is another"):
        pretrained("vgg16")
    place = PUBLISHED["vgg16"].place  # type: ignore[union-attr]
    assert not list(place.parent.iterdir())
    place.write_bytes(b"cPickle")
    with pytest.raises(InputError, match="delete it, and it is fetched again"):
        pretrained("vgg16")


def test_a_server_elsewhere_is_not_followed(hub: Server) -> None:
    hub.answers[ASKED] = redirect("https://huggingface.co.example.org/x")
    with pytest.raises(DownloadError, match=r"sends us on to .huggingface\.co\.example\.org"):
        pretrained("vgg16")


def test_a_file_of_ones_own_must_be_this_network_and_sound(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(save({"features.0.weight": torch.zeros(64, 3, 3, 3)}))
    with pytest.raises(InputError, match=r"holds no features\.0\.bias"):
        pretrained("vgg16", file=path)
    for damaged in (b"", b"\x80\x04pickle", path.read_bytes()[:50]):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="no sound safetensors file"):
            pretrained("vgg16", file=path)
    with pytest.raises(InputError, match="cannot be read"):
        pretrained("vgg16", file=tmp_path / "none")
