"""The parts of the search against brute force and against Pillow and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sortal.split import overlay
from sortal.split.candidates import _largest, hash_pairs, neighbour_pairs, unique_pairs
from sortal.split.orientation import (
    ORIENTATIONS,
    hashes,
    likely_orientations,
    low_frequencies,
    turned,
)


def thumbs(n: int, *, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (n, 7, 7), dtype=np.uint8)
    big = [Image.fromarray(s).resize((32, 32), Image.Resampling.BICUBIC) for s in small]
    return np.stack([np.asarray(b) for b in big])


def test_low_frequencies_are_scipys_cosine_transform() -> None:
    fft = pytest.importorskip("scipy.fft")
    pictures = thumbs(3)
    wanted = fft.dctn(pictures.astype(np.float64), axes=(1, 2))[:, :8, :8]
    wanted[:, 0, 0] = 0
    wanted /= np.sqrt((wanted**2).sum(axis=(1, 2), keepdims=True))
    assert np.abs(low_frequencies(pictures) - wanted).max() < 1e-5


def test_turning_the_coefficients_is_turning_the_picture() -> None:
    pictures = thumbs(5)
    tables = hashes(low_frequencies(pictures))
    seen = set()
    for orientation in range(ORIENTATIONS):
        lying = turned(pictures.astype(np.float32), orientation).astype(np.uint8)
        assert np.array_equal(hashes(low_frequencies(lying))[0], tables[orientation])
        rows, best, fits = likely_orientations(low_frequencies(pictures), low_frequencies(lying))
        assert set(zip(rows.tolist(), best.tolist(), strict=True)) >= {
            (row, orientation) for row in range(5)
        }
        assert fits.max() == pytest.approx(1.0, abs=1e-5)
        seen.add(lying[0].tobytes())
    assert len(seen) == ORIENTATIONS


def test_hashes_that_differ_little_are_found_whichever_band_is_spared() -> None:
    rng = np.random.default_rng(0)
    tables = rng.integers(0, 2**63, (ORIENTATIONS, 400), dtype=np.uint64)
    wanted = set()
    for i, band in enumerate(range(4)):
        spared = np.uint64(0xFFFF) << np.uint64(16 * band)
        flips = np.uint64(0x0003_0003_0003_0003) & ~spared
        tables[:, 200 + i] = tables[0, i] ^ flips
        wanted.add((i, 200 + i))
    found = set(map(tuple, hash_pairs(tables).tolist()))
    assert wanted <= found
    assert all(
        min(int(a ^ tables[0, j]).bit_count() for a in tables[:, i]) <= 10
        or min(int(a ^ tables[0, i]).bit_count() for a in tables[:, j]) <= 10
        for i, j in found
    )


def test_neighbours_are_those_of_brute_force_where_nothing_is_projected_away() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((900, 20)).astype(np.float32)
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = vectors[np.unique(np.linspace(0, 899, 768).astype(int))].mean(axis=0)
    centred = vectors - mean
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    likeness = centred @ centred.T
    np.fill_diagonal(likeness, -2)
    nearest = np.argsort(-likeness, axis=1)[:, :3]
    wanted = {(min(i, int(j)), max(i, int(j))) for i, row in enumerate(nearest) for j in row}
    found = set(map(tuple, neighbour_pairs(vectors, k=3, directions=20).tolist()))
    assert len(found & wanted) >= 0.999 * len(wanted)
    assert len(found) <= 1.001 * len(wanted)


@pytest.mark.parametrize("columns", [5, 64, 200, 1_000, 1_023])
def test_the_largest_of_each_row(columns: int) -> None:
    values = np.random.default_rng(2).random((9, columns), dtype=np.float32)
    best = np.sort(np.take_along_axis(values, _largest(values, 4), axis=1), axis=1)
    assert np.array_equal(best, np.sort(values, axis=1)[:, -4:])


def test_unique_pairs() -> None:
    pairs = np.array([[3, 1], [1, 3], [2, 2], [0, 4]])
    assert unique_pairs(pairs, 5).tolist() == [[0, 4], [1, 3]]


def test_agreement_by_hand() -> None:
    picture = thumbs(1).astype(np.float32)
    assert overlay.agreement(picture, picture)[0] == pytest.approx(1.0, abs=1e-5)
    assert overlay.agreement(picture, 0.5 * picture + 9)[0] > 0.99
    assert overlay.agreement(picture, 255 - picture)[0] < -0.9
    flat = np.full_like(picture, 9)
    assert overlay.agreement(flat, flat)[0] == -1.0


@pytest.mark.parametrize("box", [(0, 0, 30, 30), (2, 1, 31, 30), (3, 3, 32, 32), (0, 2, 32, 31)])
def test_a_window_is_found_where_it_was_cut(box: tuple[int, int, int, int]) -> None:
    big = Image.fromarray(thumbs(1, seed=5)[0]).resize((320, 320), Image.Resampling.BICUBIC)
    window = big.crop((10 * box[0], 10 * box[1], 10 * box[2], 10 * box[3])).resize(
        (32, 32), Image.Resampling.BOX
    )
    moving = np.asarray(big.resize((32, 32), Image.Resampling.BOX), np.float32)[None]
    fixed = np.asarray(window, np.float32)[None]
    halves = overlay.halved(moving), overlay.halved(fixed)
    warps, fit = overlay.rough_start(*halves)
    warps = overlay.improved(moving, fixed, warps, steps=8)
    left, top, right, bottom = box
    wanted = [
        (right - left) / 32,
        (left + right) / 64 - 0.5,
        (bottom - top) / 32,
        (top + bottom) / 64 - 0.5,
    ]
    assert np.abs(warps[0] - wanted).max() < 0.01
    assert fit[0] > 0.8
    assert overlay.window_agreement(moving, fixed, warps)[0] > 0.9


def test_nothing_to_compare_is_no_error() -> None:
    none = np.empty((0, 32, 32), np.float32)
    assert overlay.agreement(none, none).shape == (0,)
    warps, fit = overlay.rough_start(overlay.halved(none), overlay.halved(none))
    assert overlay.window_agreement(none, none, warps).shape == fit.shape == (0,)
