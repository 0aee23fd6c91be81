from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sortal.collection import read_collection
from sortal.inspection.shortcuts import shortcuts
from sortal.pictures import read_picture

ROOT = Path(__file__).resolve().parents[2]
BRICKS = ROOT / "examples" / "bricks"
README = ROOT / "examples" / "README.md"


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return sorted(BRICKS.glob("*/*.jpg"))


def test_sixteen_types_of_at_least_forty_pictures_under_four_megabytes(files: list[Path]) -> None:
    counts = Counter(f.parent.name for f in files)
    assert len(counts) == 16
    assert min(counts.values()) >= 40
    assert sum(f.stat().st_size for f in files) < 4_000_000


def test_every_picture_is_a_small_jpeg_and_none_is_there_twice(files: list[Path]) -> None:
    for file in files:
        with Image.open(file) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (224, 224)), file
    assert len({hashlib.sha256(f.read_bytes()).digest() for f in files}) == len(files)


def test_the_documented_pattern_makes_a_group_of_each_render() -> None:
    found = re.search(r"--group-by '([^']+)'", README.read_text(encoding="utf-8"))
    assert found is not None
    collection = read_collection(BRICKS, group_by=found[1])
    groups = Counter((s.label, s.group) for s in collection)
    assert set(groups.values()) == {2}
    assert len(groups) == len({group for _, group in groups}) == len(collection) // 2
    assert collection.faults == ()


def test_every_type_is_named_in_the_readme_and_in_the_licence(files: list[Path]) -> None:
    readme = README.read_text(encoding="utf-8")
    licence = (BRICKS / "LICENSE.txt").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/2.0/" in licence
    assert "LDraw Parts Library" in licence
    for folder, part in {(f.parent.name, f.name.split("-")[0]) for f in files}:
        assert f"| `{folder}` | {part} |" in readme
        assert re.search(rf"^ +{part} ", licence, re.MULTILINE)


def test_no_property_beside_the_brick_gives_its_type_away() -> None:
    collection = read_collection(BRICKS)
    fingerprints = [read_picture(s.source).fingerprint for s in collection]
    labels = np.array([collection.classes.index(s.label or "") for s in collection])
    found = shortcuts(collection, fingerprints, labels=labels, groups=np.arange(len(labels)))
    assert [s.sentence for s in found] == []
