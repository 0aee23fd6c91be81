"""The PyTorch module has the shapes and the number of parameters that the summary states."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.network.build import build  # noqa: E402
from sortal.network.named import NAMED  # noqa: E402
from sortal.network.parse import parse  # noqa: E402
from sortal.network.shapes import summarise  # noqa: E402

ODD = (
    "conv 8 4x4/2 same relu, residual(conv 8 3x3 same nobias, batchnorm, silu) "
    "shortcut(conv 8 1x1), inverted 8 5x5 expand 3, inverted 12 3x3/2, avgpool 2/1, sigmoid, "
    "globalavgpool, batchnorm, dense 5 tanh, step"
)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_named_network_is_built_as_summarised(name: str) -> None:
    network = NAMED[name]
    layers = network.layers + parse("dense 7 softmax")
    with torch.device("meta"):
        module = build(layers, network.input_shape).eval()
        height, width, channels = (*network.input_shape, 1)[:3]
        x = torch.zeros(2, channels, height, width)
        for child, row in zip(module, summarise(layers, network.input_shape), strict=True):
            x = child(x)
            expected = (row.output[2], *row.output[:2]) if len(row.output) == 3 else row.output
            assert tuple(x.shape[1:]) == expected
            assert sum(p.numel() for p in child.parameters()) == row.parameters


def test_every_layer_is_built_as_summarised() -> None:
    layers = parse(ODD)
    module = build(layers, (21, 22, 3)).eval()
    x = torch.rand(2, 3, 21, 22)
    for child, row in zip(module, summarise(layers, (21, 22, 3)), strict=True):
        x = child(x)
        expected = (row.output[2], *row.output[:2]) if len(row.output) == 3 else row.output
        assert tuple(x.shape[1:]) == expected
        assert sum(p.numel() for p in child.parameters()) == row.parameters
    assert set(x.unique().tolist()) <= {0.0, 1.0}


def test_a_softmax_row_sums_to_one() -> None:
    module = build(parse("flatten, dense 4 softmax"), (3, 3, 1))
    sums = module(torch.rand(5, 1, 3, 3)).sum(dim=1)
    assert torch.allclose(sums, torch.ones(5))


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.999])
def test_dropout_blanks_its_share_and_keeps_the_mean(rate: float) -> None:
    module = build(parse(f"dropout {rate}"), (20, 20, 32))
    x = torch.ones(64, 32, 20, 20).contiguous(memory_format=torch.channels_last)
    y = module(x)
    kept = y > 0
    share = kept.float().mean().item()
    assert abs(share - (1 - rate)) < 5 * (rate * (1 - rate) / x.numel()) ** 0.5 + 1 / 65_536
    assert y[kept].unique().tolist() == pytest.approx([1 / (1 - rate)], rel=0.01)
    assert y.is_contiguous(memory_format=torch.channels_last)
    # Neighbours in memory, whose bits come from one word, are blanked apart from each other.
    pairs = kept.permute(0, 2, 3, 1).reshape(-1, 2).float()
    assert abs(torch.corrcoef(pairs.T)[0, 1].item()) < 0.01


def test_dropout_follows_torchs_seed_and_passes_gradients_of_what_is_kept() -> None:
    module = build(parse("dropout 0.3"), (11,))
    x = torch.randn(7, 11, requires_grad=True)
    made = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        made.append(module(x))
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])
    made[0].sum().backward()
    assert torch.allclose(x.grad, (made[0] / x).detach())
    assert torch.equal(module.eval()(x), x)


def test_dropout_of_a_slice_is_that_of_its_values() -> None:
    module = build(parse("dropout 0.5"), (6,))
    wide = torch.rand(4, 12)
    torch.manual_seed(3)
    of_slice = module(wide[:, ::2])
    torch.manual_seed(3)
    assert torch.equal(of_slice, module(wide[:, ::2].contiguous()))
