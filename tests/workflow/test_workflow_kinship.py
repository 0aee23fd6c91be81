"""Kin are remembered while pictures, groups and embeddings stay the same, and found anew else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sortal.backbones import Cache, Embedded
from sortal.collection import read_files
from sortal.pictures import read_picture, silent
from sortal.split import Kin
from sortal.workflow import kinship as module
from sortal.workflow.kinship import kinship


@pytest.fixture
def embedded(tmp_path: Path) -> Embedded:
    rng = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        pixels = rng.integers(0, 255, (40, 40, 3), np.uint8)
        Image.fromarray(pixels).resize((160, 160)).save(tmp_path / f"{name}.png")
    (tmp_path / "d.png").write_bytes((tmp_path / "a.png").read_bytes())
    collection = read_files([tmp_path])
    prints = tuple(read_picture(s.source).fingerprint for s in collection)
    vectors = rng.standard_normal((4, 8)).astype(np.float32)
    vectors[3] = vectors[0]
    return Embedded(collection, prints, vectors, 0)


def same(a: Kin, b: Kin) -> bool:
    return a.links == b.links and a.groups.tolist() == b.groups.tolist()


def test_what_is_recalled_is_what_was_found(
    embedded: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cache(tmp_path / "cache") as cache:
        found = kinship(embedded, cache=cache, progress=silent)
        assert [(link.first, link.second, link.why) for link in found.links] == [(0, 3, "exact")]

        def unexpected(*_: object, **__: object) -> Kin:
            raise AssertionError("looked again")

        monkeypatch.setattr(module, "find_kin", unexpected)
        assert same(kinship(embedded, cache=cache, progress=silent), found)


def test_another_group_or_vector_is_looked_at_anew(embedded: Embedded, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        kinship(embedded, cache=cache, progress=silent)
        samples = tuple(replace(s, group="one") for s in embedded.collection)
        grouped = replace(embedded, collection=replace(embedded.collection, samples=samples))
        assert kinship(grouped, cache=cache, progress=silent).n_groups == 1
        moved = replace(embedded, vectors=embedded.vectors + 1)
        assert module._key(moved) != module._key(embedded)


def test_without_a_cache_it_is_the_same(embedded: Embedded, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache") as cache:
        kept = kinship(embedded, cache=cache, progress=silent)
    assert same(kinship(embedded, cache=None, progress=silent), kept)
