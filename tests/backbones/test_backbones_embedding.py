"""Every sample ends as a vector in its place or as a fault; nothing is computed twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sortal.backbones import Cache, Embedded, FrozenNetwork, Space, backbone, embed
from sortal.collection.table import Collection, Sample
from sortal.pictures import PicturePool, read_picture
from sortal.pictures.events import Step
from sortal.pictures.fit import fit_square
from sortal.pictures.record import Source

LITE0 = backbone("lite0")


def picture(path: Path, seed: int) -> Path:
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (4, 5, 3)).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse.resize((100, 80), Image.Resampling.BICUBIC).save(path)
    return path


def collection(folder: Path) -> Collection:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    samples = tuple(Sample(Source(p), p.relative_to(folder).as_posix()) for p in files)
    return Collection("test", samples, notes=("a note",))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty pictures in two formats, a pair of equal ones, and three that cannot be read."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(18):
        picture(folder / "kind" / f"{number:02}.{'png' if number % 2 else 'jpg'}", number)
    content = (folder / "kind" / "03.png").read_bytes()
    (folder / "kind" / "03 again.png").write_bytes(content)
    (folder / "kind" / "misnamed.jpg").write_bytes(content)
    (folder / "bad").mkdir()
    (folder / "bad" / "empty.jpg").write_bytes(b"")
    (folder / "bad" / "cut.png").write_bytes(content[: len(content) // 2])
    (folder / "bad" / "cut again.png").write_bytes(content[: len(content) // 2])
    return folder


@pytest.fixture(scope="module")
def plain(pictures: Path) -> Embedded:
    return embed(collection(pictures), LITE0, fit="squash", workers=1)


def same(first: Embedded, second: Embedded) -> bool:
    return (
        first.vectors.tobytes() == second.vectors.tobytes()
        and first.fingerprints == second.fingerprints
        and first.collection.samples == second.collection.samples
        and first.collection.faults == second.collection.faults
    )


def test_every_sample_is_used_or_a_fault(pictures: Path, plain: Embedded) -> None:
    given = collection(pictures)
    used = [s.path for s in plain.collection.samples]
    faulty = [f.path for f in plain.collection.faults]
    assert sorted(used + faulty) == sorted(s.path for s in given)
    assert used == [s.path for s in given if not s.path.startswith("bad/")]
    assert faulty == ["bad/cut again.png", "bad/cut.png", "bad/empty.jpg"]
    assert [f.reason for f in plain.collection.faults] == ["truncated", "truncated", "empty"]
    assert plain.vectors.shape == (len(used), LITE0.width)
    assert plain.n_cached == 0
    assert plain.collection.notes == ("a note",)


def test_each_vector_is_that_of_its_picture(pictures: Path, plain: Embedded) -> None:
    network = FrozenNetwork(LITE0, threads=1)
    for sample, vector in zip(plain.collection, plain.vectors, strict=True):
        square = fit_square(read_picture(sample.source).pixels, LITE0.size, "squash")
        assert network.embedding(square[None])[0].tobytes() == vector.tobytes()


def test_each_fingerprint_is_that_of_its_file_even_where_contents_are_equal(
    plain: Embedded,
) -> None:
    for sample, fingerprint in zip(plain.collection, plain.fingerprints, strict=True):
        assert fingerprint == read_picture(sample.source, path=sample.path).fingerprint
    repaired = {
        s.path for s, f in zip(plain.collection, plain.fingerprints, strict=True) if f.repairs
    }
    assert repaired == {"kind/misnamed.jpg"}


def test_with_a_cache_cold_and_warm_are_the_same_bit_for_bit(
    pictures: Path, plain: Embedded, tmp_path: Path
) -> None:
    with Cache(tmp_path) as cache:
        cold = embed(collection(pictures), LITE0, fit="squash", cache=cache, workers=2)
        warm = embed(collection(pictures), LITE0, fit="squash", cache=cache, workers=2)
        assert cold.n_cached == 0
        assert warm.n_cached == len(warm.collection)
    assert same(cold, plain)
    assert same(warm, plain)


def test_a_rename_decodes_nothing(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = pictures / "kind" / "03.png"
    first = tmp_path / "a" / "x.png"
    first.parent.mkdir()
    first.write_bytes(original.read_bytes())
    with Cache(tmp_path / "cache") as cache:
        before = embed(collection(tmp_path / "a"), LITE0, cache=cache)
        first.rename(tmp_path / "a" / "renamed.jpg")
        monkeypatch.setattr(PicturePool, "read", None)
        after = embed(collection(tmp_path / "a"), LITE0, cache=cache)
    assert after.vectors.tobytes() == before.vectors.tobytes()
    assert before.fingerprints[0].repairs == ()
    assert after.fingerprints[0].repairs == ("named .jpg but read as the PNG it is",)


def test_another_fit_is_another_vector(pictures: Path, plain: Embedded, tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        embed(collection(pictures), LITE0, fit="squash", cache=cache, workers=1)
        padded = embed(collection(pictures), LITE0, fit="pad", cache=cache, workers=1)
    assert padded.n_cached == 0
    assert not np.array_equal(padded.vectors, plain.vectors)
    assert padded.fingerprints == plain.fingerprints


def test_what_was_done_before_an_interruption_is_kept(
    pictures: Path, plain: Embedded, tmp_path: Path
) -> None:
    def stop(step: Step) -> None:
        if step.stage == "Embedding pictures" and step.done > 1:
            raise KeyboardInterrupt

    with Cache(tmp_path) as cache:
        with pytest.raises(KeyboardInterrupt):
            embed(collection(pictures), LITE0, fit="squash", cache=cache, progress=stop)
        again = embed(collection(pictures), LITE0, fit="squash", cache=cache)
    assert 0 < again.n_cached < len(again.collection)
    assert same(again, plain)


def test_progress_counts_every_sample_once(pictures: Path) -> None:
    steps: list[Step] = []
    embed(collection(pictures), LITE0, progress=steps.append, workers=1)
    total = len(collection(pictures))
    for stage in ("Reading files", "Embedding pictures"):
        done = [step.done for step in steps if step.stage == stage]
        assert done == sorted(done)
        assert done[-1] == total
    assert {step.total for step in steps} == {total}


def test_a_file_that_changes_meanwhile_is_a_fault(tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{number}.png", number) for number in range(2)]

    def meddle(step: Step) -> None:
        if step.stage == "Reading files":
            picture(paths[1], 99)

    result = embed(collection(tmp_path), LITE0, progress=meddle)
    assert [s.path for s in result.collection] == ["0.png"]
    assert [(f.path, f.reason) for f in result.collection.faults] == [("1.png", "unreadable")]


def test_a_useless_cache_is_told_and_stops_nothing(pictures: Path, plain: Embedded) -> None:
    with Cache(pictures / "kind" / "00.jpg" / "impossible") as cache:
        result = embed(collection(pictures), LITE0, fit="squash", cache=cache, workers=1)
    assert same(replace(result, collection=replace(result.collection, notes=())), plain)
    assert result.collection.notes[0] == "a note"
    assert "not used" in result.collection.notes[1]


def test_a_damaged_vector_is_computed_again(
    pictures: Path, plain: Embedded, tmp_path: Path
) -> None:
    with Cache(tmp_path) as cache:
        embed(collection(pictures), LITE0, fit="squash", cache=cache)
        path = cache.path
        space = Space(LITE0.sha256, "squash", LITE0.size, LITE0.width)
        stored = cache.vectors([plain.fingerprints[0].sha256], space)
        assert len(stored) == 1
    content = bytearray(path.read_bytes())
    vector = plain.vectors[0].tobytes()
    content[content.index(vector[:400]) + 9] ^= 4
    path.write_bytes(content)
    with Cache(tmp_path) as cache:
        again = embed(collection(pictures), LITE0, fit="squash", cache=cache)
    assert again.n_cached == len(again.collection) - 1
    assert same(again, plain)


def test_an_empty_collection_is_no_trouble() -> None:
    result = embed(Collection("none", ()), LITE0)
    assert result.vectors.shape == (0, LITE0.width)
    assert len(result.collection) == 0
