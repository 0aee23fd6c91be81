from __future__ import annotations

import numpy as np
import pytest
from inspection_samples import fingerprint

from sortal.inspection.quality import QUALITIES
from sortal.inspection.robust import LowRule, median_and_spread
from sortal.inspection.values import Flag
from sortal.pictures.record import Fingerprint


def flags(name: str, fingerprints: list[Fingerprint]) -> tuple[Flag, ...]:
    quality = next(q for q in QUALITIES if q.name == name)
    return quality.flags(fingerprints)


def ordinary(n: int) -> list[Fingerprint]:
    """Pictures that differ a little in everything that is measured."""
    rng = np.random.default_rng(3)
    return [
        fingerprint(i, sharpness=40 * rng.uniform(0.8, 1.25), contrast=60 * rng.uniform(0.9, 1.1))
        for i in range(n)
    ]


def thumb(low: int, high: int) -> bytes:
    return bytes(np.linspace(low, high, 1024).astype(np.uint8))


def test_median_and_spread_by_hand() -> None:
    # Deviations from 3 are 2, 1, 0, 1, 97: their median is 1.
    middle, spread = median_and_spread(np.array([1.0, 2, 3, 4, 100]))
    assert middle == 3.0
    assert spread == pytest.approx(1.4826)


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        ([10.0, 10, 10, 10], 8.0),  # uniform: only what is never harmless
        ([10.0, 11, 9, 10.5, 9.5], 10 - 3 * 1.4826 * 0.5),
        ([0.0, 100, 200, 300], 1.0),  # varied: only what is always hopeless
        ([], 1.0),
    ],
)
def test_limit_lies_between_hopeless_and_harmless(values: list[float], limit: float) -> None:
    rule = LowRule(hopeless=1.0, harmless=8.0, deviations=3.0)
    assert rule.limit(np.array(values)) == pytest.approx(limit)


@pytest.mark.parametrize("name", [q.name for q in QUALITIES])
def test_nothing_is_flagged_among_ordinary_pictures(name: str) -> None:
    assert flags(name, ordinary(50)) == ()
    assert flags(name, []) == ()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("blurred", {"sharpness": 1.5}),
        ("dark", {"thumb": thumb(0, 20)}),
        ("bright", {"thumb": thumb(252, 255)}),
        ("flat", {"thumb": thumb(120, 123)}),
        ("tiny", {"width": 20, "height": 30}),
    ],
)
def test_a_spoiled_picture_is_flagged(name: str, changes: dict[str, object]) -> None:
    fingerprints = ordinary(50)
    fingerprints[17] = fingerprint(17, **changes)
    assert [f.index for f in flags(name, fingerprints)] == [17]


def test_the_worst_comes_first() -> None:
    fingerprints = ordinary(50)
    fingerprints[3] = fingerprint(3, width=30)
    fingerprints[7] = fingerprint(7, width=12)
    assert [(f.index, f.value) for f in flags("tiny", fingerprints)] == [(7, 12.0), (3, 30.0)]


def test_a_picture_without_contrast_is_flat_and_not_blurred() -> None:
    fingerprints = ordinary(50)
    fingerprints[5] = fingerprint(5, sharpness=0.0, contrast=0.0, thumb=thumb(90, 90))
    assert flags("blurred", fingerprints) == ()
    assert [f.index for f in flags("flat", fingerprints)] == [5]


def test_low_contrast_alone_is_not_blur() -> None:
    fingerprints = ordinary(50)
    fingerprints[5] = fingerprint(5, sharpness=6.0, contrast=9.0)
    assert flags("blurred", fingerprints) == ()


def test_small_among_small_is_ordinary() -> None:
    assert flags("tiny", [fingerprint(i, width=40, height=40) for i in range(30)]) == ()
