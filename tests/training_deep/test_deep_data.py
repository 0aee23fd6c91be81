"""Pictures, batches and normalisation: nothing lost, nothing twice, numbers by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs sortal[deep]")

from training_deep_samples import bars  # noqa: E402

from sortal.errors import InputError, UsageError  # noqa: E402
from sortal.training.deep.data import (  # noqa: E402
    Normalisation,
    Pictures,
    batch_count,
    batches,
    gather,
    normalisation,
)


@pytest.mark.parametrize(("n", "size"), [(1, 4), (4, 4), (5, 4), (6, 4), (9, 4), (3, 1), (17, 16)])
def test_an_epoch_has_every_picture_once_and_none_alone(n: int, size: int) -> None:
    parts = list(batches(n, size=size, seed=3, epoch=2, start=0))
    assert len(parts) == batch_count(n, size)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert n == 1 or size == 1 or min(map(len, parts)) > 1


def test_the_order_follows_from_seed_and_epoch_and_can_be_entered_midway() -> None:
    def rows(**place: int) -> list[list[int]]:
        return [part.tolist() for part in batches(50, size=8, **place)]

    whole = rows(seed=1, epoch=0, start=0)
    assert rows(seed=1, epoch=0, start=0) == whole
    assert rows(seed=1, epoch=0, start=3) == whole[3:]
    assert rows(seed=1, epoch=1, start=0) != whole
    assert rows(seed=2, epoch=0, start=0) != whole


def test_a_batch_is_the_pictures_in_planes() -> None:
    pictures = bars(10, channels=3)
    rows = np.array([7, 2])
    x = pictures.batch(rows, channels=3)
    assert x.shape == (2, 3, 8, 8)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert np.array_equal(x.numpy(), pictures.pixels[rows].transpose(0, 3, 1, 2))
    assert pictures.answers(rows).tolist() == pictures.labels[rows].tolist()


def test_grey_is_bt_601_and_colour_of_grey_is_three_times_the_same() -> None:
    pixels = np.array([255, 0, 0, 0, 255, 0, 10, 20, 30], np.uint8).reshape(3, 1, 1, 3)
    rows = np.arange(3)
    colour = Pictures(pixels, np.zeros(3, np.int64))
    grey = colour.batch(rows, channels=1).flatten().numpy()
    np.testing.assert_allclose(
        grey, [76.245, 149.685, 0.299 * 10 + 0.587 * 20 + 0.114 * 30], rtol=1e-5
    )
    one = bars(2)
    x = one.batch(np.arange(2), channels=3)
    assert torch.equal(x[:, 0], x[:, 2])
    assert torch.equal(x[:, :1], one.batch(np.arange(2), channels=1))


def test_normalisations_by_hand() -> None:
    pictures = bars(40)
    x = pictures.batch(np.arange(40), channels=1)
    for scaling, mean, scale in (
        ("unit", 0, 255),
        ("centred", 127, 128),
        ("data", pictures.pixels.mean(), pictures.pixels.std()),
    ):
        made = normalisation(scaling, pictures, channels=1)
        np.testing.assert_allclose(made.mean, [mean], rtol=1e-9)
        np.testing.assert_allclose(made.scale, [scale], rtol=1e-9)
        np.testing.assert_allclose(made.apply(x), (x - mean) / scale, rtol=1e-5, atol=1e-6)
    imagenet = normalisation("imagenet", pictures, channels=3)
    white = imagenet.apply(torch.full((1, 3, 1, 1), 255.0)).flatten()
    np.testing.assert_allclose(white, [2.2489, 2.4286, 2.64], atol=1e-4)


def test_pictures_of_one_colour_have_a_scale() -> None:
    flat = Pictures(np.full((2, 4, 4, 1), 9, np.uint8), np.arange(2))
    assert normalisation("data", flat, channels=1) == Normalisation((9.0,), (1.0,))


@pytest.mark.parametrize(
    ("pixels", "labels"),
    [
        (np.zeros((2, 4, 4, 2), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 5, 3), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 4, 3), np.float32), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 4, 3), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((0, 4, 4, 3), np.uint8), np.zeros(0, np.int64)),
    ],
)
def test_arrays_of_another_form_are_refused(pixels: np.ndarray, labels: np.ndarray) -> None:
    with pytest.raises(UsageError, match="came"):
        Pictures(pixels, labels)


def test_what_does_not_fit_into_memory_goes_to_a_file(tmp_path: Path) -> None:
    source = bars(30, channels=3)
    light = gather(iter(source.pixels), source.labels, side=8)
    heavy = gather(iter(source.pixels), source.labels, side=8, folder=tmp_path, in_memory=100)
    assert isinstance(heavy.pixels, np.memmap)
    assert not isinstance(light.pixels, np.memmap)
    assert heavy.fingerprint() == light.fingerprint() == source.fingerprint()
    rows = np.array([29, 0, 4])
    assert torch.equal(heavy.batch(rows, channels=3), source.batch(rows, channels=3))
    with pytest.raises(UsageError, match="give a folder"):
        gather(iter(source.pixels), source.labels, side=8, in_memory=100)
    with pytest.raises(InputError, match="No room"):
        gather([], source.labels, side=8, folder=tmp_path / "none", in_memory=100)


def test_too_few_too_many_or_odd_pictures_are_refused() -> None:
    source = bars(6, channels=3)
    with pytest.raises(UsageError, match="5 came"):
        gather(source.pixels[:5], source.labels, side=8)
    with pytest.raises(UsageError, match="number 6"):
        gather(source.pixels, source.labels[:5], side=8)
    with pytest.raises(UsageError, match="number 1 has shape"):
        gather(source.pixels[:, :4], source.labels, side=8)


def test_the_fingerprint_sees_pixels_and_labels() -> None:
    source = bars(12)
    pixels, labels = source.pixels.copy(), source.labels.copy()
    pixels[3, 2, 2] ^= 1
    labels[3] = 1
    prints = {
        source.fingerprint(),
        Pictures(pixels, source.labels).fingerprint(),
        Pictures(source.pixels, labels).fingerprint(),
    }
    assert len(prints) == 3
