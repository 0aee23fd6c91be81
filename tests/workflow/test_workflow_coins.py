"""On real coins, many cut from each photograph: a random split claims more than is true."""

from __future__ import annotations

from pathlib import Path

import pytest

import sortal

COINS = Path(__file__).resolve().parents[3] / "shared" / "data" / "coins"
PHOTOGRAPH = r"([A-Za-z]+_\d+)_\d+\.jpg$"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not COINS.is_dir(), reason="the coins do not lie beside the repository")
def test_coins_of_one_photograph_flatter_a_random_split() -> None:
    trained = sortal.train(sortal.read(COINS, group_by=PHOTOGRAPH))
    evaluation = trained.evaluation
    claimed = evaluation.random_split_accuracy
    assert claimed is not None
    assert evaluation.accuracy.value < claimed - 0.03
    assert evaluation.accuracy.interval.high < claimed
    assert evaluation.warnings[0].startswith("A random split would have claimed ")
    assert evaluation.accuracy.n_groups < 86 + 1
    photographs = {s.group for s in trained.evidence.material.collection}
    assert len(photographs) == 86
