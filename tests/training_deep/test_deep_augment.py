"""What augmentation does to a picture, checked where it can be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.training.deep.augment import affine, augment, displacement  # noqa: E402
from sortal.training.recipe_parts import Augmentation  # noqa: E402

EVERYTHING = Augmentation(
    shear=10,
    horizontal_flip=True,
    vertical_flip=True,
    zoom=0.2,
    rotation=15,
    shift=0.1,
    brightness=0.2,
    contrast=0.2,
    erasing=0.5,
    elastic=1.5,
)
KINDS: list[dict[str, Any]] = [
    {"shear": 20.0},
    {"horizontal_flip": True},
    {"vertical_flip": True},
    {"zoom": 0.3},
    {"rotation": 20.0},
    {"shift": 0.2},
    {"brightness": 0.4},
    {"contrast": 0.4},
    {"erasing": 0.9},
    {"elastic": 2.0},
]


def images(n: int = 16, side: int = 12) -> Any:
    draw = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (n, 3, side, side), generator=draw).float()


def test_the_same_place_gives_the_same_bits_whatever_was_drawn_before() -> None:
    x = images()
    first = augment(x, EVERYTHING, seed=1, epoch=2, step=3)
    torch.manual_seed(99)
    torch.rand(1000)
    assert torch.equal(augment(x, EVERYTHING, seed=1, epoch=2, step=3), first)
    for other in ((0, 2, 3), (1, 0, 3), (1, 2, 0)):
        seed, epoch, step = other
        assert not torch.equal(augment(x, EVERYTHING, seed=seed, epoch=epoch, step=step), first)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: next(iter(kind)))
def test_each_kind_changes_pictures_within_their_range(kind: dict[str, Any]) -> None:
    x = images()
    before = x.clone()
    y = augment(x, Augmentation(**kind), seed=0, epoch=0, step=0)
    assert torch.equal(x, before)
    assert y.shape == x.shape
    assert y.min() >= 0
    assert y.max() <= 255
    assert not torch.equal(y, x)


def test_nothing_asked_nothing_done() -> None:
    x = images()
    assert augment(x, Augmentation(), seed=0, epoch=0, step=0) is x


@pytest.mark.parametrize(("flip", "axis"), [("horizontal_flip", 3), ("vertical_flip", 2)])
def test_a_flip_mirrors_about_half_of_the_pictures_exactly(flip: str, axis: int) -> None:
    x = images(200)
    only: dict[str, Any] = {flip: True}
    y = augment(x, Augmentation(**only), seed=0, epoch=0, step=0)
    same = torch.isclose(y, x, atol=1e-2).flatten(1).all(dim=1)
    mirrored = torch.isclose(y, x.flip(axis), atol=1e-2).flatten(1).all(dim=1)
    assert (same | mirrored).all()
    assert 70 <= int(mirrored.sum()) <= 130


def test_the_affine_map_has_the_angles_and_sizes_asked_for() -> None:
    n = 4000
    draw = torch.Generator().manual_seed(0)
    turn = affine(n, Augmentation(rotation=30), draw)
    angles = torch.rad2deg(torch.atan2(turn[:, 1, 0], turn[:, 0, 0]))
    assert 29 < float(angles.max()) <= 30.001
    assert -30.001 <= float(angles.min()) < -29
    np.testing.assert_allclose(torch.linalg.det(turn[:, :, :2]), np.ones(n), atol=1e-5)
    zoom = affine(n, Augmentation(zoom=0.25), draw)[:, 0, 0]
    np.testing.assert_allclose([zoom.min(), zoom.max()], [1 / 1.25, 1 / 0.75], atol=2e-3)
    lean = affine(n, Augmentation(shear=45), draw)[:, 0, 1]
    assert 0.98 < float(lean.max()) <= 1.0001
    shift = affine(n, Augmentation(shift=0.25), draw)[:, :, 2]
    assert 0.49 < float(shift.max()) <= 0.5  # a side is 2 wide in these coordinates


def test_a_shift_moves_by_whole_pixels_as_said() -> None:
    x = torch.zeros(1, 1, 9, 9)
    x[0, 0, 4, 4] = 200.0
    y = augment(x, Augmentation(shift=0.3, fill="black"), seed=5, epoch=0, step=0)
    assert float(y.sum()) == pytest.approx(200, rel=1e-4)  # bilinear: nothing is lost inside
    assert abs(float(y.amax()) - 200) > 1


def test_beyond_the_border_stands_what_was_asked_for() -> None:
    x = torch.full((8, 1, 9, 9), 100.0)
    edge = augment(x, Augmentation(rotation=45, shift=0.5), seed=0, epoch=0, step=0)
    np.testing.assert_allclose(edge, x, rtol=1e-5)
    black = augment(x, Augmentation(rotation=45, shift=0.5, fill="black"), seed=0, epoch=0, step=0)
    assert float(black.min()) == 0


def test_elastic_has_the_strength_and_smoothness_asked_for() -> None:
    draw = torch.Generator().manual_seed(0)
    moved = displacement(50, 28, Augmentation(elastic=2.5), draw)
    length = moved.square().sum(dim=3).mean(dim=(1, 2)).sqrt()
    np.testing.assert_allclose(length, np.full(50, 2.5), rtol=1e-4)
    steps = (moved[:, 1:] - moved[:, :-1]).square().sum(dim=3).mean().sqrt()
    assert float(steps) < 1.0


def test_brightness_and_contrast_by_their_mean_and_spread() -> None:
    x = images(500).mul(0.2).add(100)  # far from 0 and 255, so nothing is cut off
    bright = augment(x, Augmentation(brightness=0.3), seed=0, epoch=0, step=0)
    gain = (bright / x).flatten(1)
    assert float(gain.std(dim=1).max()) < 1e-4
    np.testing.assert_allclose([gain.min(), gain.max()], [0.7, 1.3], atol=0.01)
    spread = augment(x, Augmentation(contrast=0.3), seed=0, epoch=0, step=0)
    np.testing.assert_allclose(spread.mean(dim=(1, 2, 3)), x.mean(dim=(1, 2, 3)), rtol=1e-4)
    ratio = spread.flatten(1).std(dim=1) / x.flatten(1).std(dim=1)
    np.testing.assert_allclose([ratio.min(), ratio.max()], [0.7, 1.3], atol=0.01)


def test_erasing_blanks_one_rectangle_in_the_share_of_pictures_asked_for() -> None:
    n, side = 600, 40
    x = images(n, side)
    y = augment(x, Augmentation(erasing=0.4), seed=0, epoch=0, step=0)
    changed = (y != x).any(dim=1)
    erased = changed.flatten(1).any(dim=1)
    assert 0.34 < float(erased.float().mean()) < 0.46
    for picture, mask in zip(x[erased][:40], changed[erased][:40], strict=True):
        rows, columns = mask.any(dim=1).nonzero(), mask.any(dim=0).nonzero()
        height, width = len(rows), len(columns)
        assert int(rows[-1] - rows[0]) + 1 == height
        assert int(columns[-1] - columns[0]) + 1 == width
        assert 0.01 < height * width / side**2 < 0.40
        assert mask.sum() >= 0.9 * height * width
        assert math.isfinite(float(picture.mean()))
