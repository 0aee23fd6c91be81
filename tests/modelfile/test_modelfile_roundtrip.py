"""What is written answers as it was trained to, and is the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from modelfile_samples import (
    GRID,
    SIZE,
    WIDTH,
    Sample,
    features_by_hand,
    make_sample,
    probabilities_by_hand,
)

from sortal.errors import ModelFileError, OutputError, ParityError, UsageError
from sortal.modelfile import Check, load_model, read_card, write_model


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample()


@pytest.fixture(scope="module")
def path(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tools.onnx"
    write_model(path, sample.parts)
    return path


def test_answers_as_plain_numpy_does(sample: Sample, path: Path) -> None:
    answers = load_model(path).run(sample.images, features=True)
    features = features_by_hand(sample.images, sample.kernel)
    assert answers.features is not None
    np.testing.assert_allclose(answers.features, features, atol=1e-5)
    np.testing.assert_allclose(answers.embedding, features.mean(axis=(2, 3)), atol=1e-5)
    expected = probabilities_by_hand(features, sample.parts.head)
    np.testing.assert_allclose(answers.probabilities, expected, atol=1e-5)
    assert answers.distance is None
    assert len(answers) == 5


def test_gives_back_card_head_and_hash(sample: Sample, path: Path) -> None:
    model = load_model(path)
    assert model.card == sample.parts.card == read_card(path)
    assert model.classes == sample.parts.card.classes
    np.testing.assert_array_equal(model.head.weights, sample.parts.head.weights)
    np.testing.assert_array_equal(model.head.bias, sample.parts.head.bias)
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model.head.weights.flags.writeable


def test_bytes_and_path_and_text_are_the_same_model(path: Path) -> None:
    hashes = {load_model(source).sha256 for source in (path, str(path), path.read_bytes())}
    assert len(hashes) == 1


def test_the_answer_to_a_picture_does_not_depend_on_the_others(path: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (41, SIZE, SIZE, 3), dtype=np.uint8)
    model = load_model(path, threads=1)
    together = model.run(images)
    for n in (1, 2, 7, 16, 17):
        parts = [model.run(images[i : i + n]) for i in range(0, 41, n)]
        alone = np.concatenate([part.probabilities for part in parts])
        np.testing.assert_allclose(alone, together.probabilities, atol=1e-6)


def test_no_pictures_give_empty_answers(path: Path) -> None:
    answers = load_model(path).run(np.empty((0, SIZE, SIZE, 3), np.uint8), features=True)
    assert answers.probabilities.shape == (0, 3)
    assert answers.features is not None
    assert answers.features.shape == (0, WIDTH, GRID, GRID)


def test_pictures_of_another_shape_or_type_are_refused(path: Path) -> None:
    model = load_model(path)
    with pytest.raises(UsageError, match=r"\(n, 16, 16, 3\); float32"):
        model.run(np.zeros((1, SIZE, SIZE, 3), np.float32))
    with pytest.raises(UsageError, match=r"shape \(16, 16, 3\)"):
        model.run(np.zeros((SIZE, SIZE, 3), np.uint8))


def test_pictures_that_are_a_view_are_taken(sample: Sample, path: Path) -> None:
    model = load_model(path)
    flipped = model.run(sample.images[:, :, ::-1])
    again = model.run(np.ascontiguousarray(sample.images[:, :, ::-1]))
    np.testing.assert_array_equal(flipped.probabilities, again.probabilities)


def test_same_parts_same_bytes_in_another_process(path: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from modelfile_samples import make_sample; "
        "from sortal.modelfile import write_model; "
        "print(write_model(sys.argv[1], make_sample().parts))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(Path(__file__).parent)}
    other = tmp_path / "other.onnx"
    made = subprocess.run(
        [sys.executable, "-c", code, str(other)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.read_bytes() == path.read_bytes()
    assert made.stdout.strip() == load_model(path).sha256


def test_onnx_accepts_the_file_and_nothing_superfluous_is_in_it(path: Path) -> None:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert [output.name for output in model.graph.output] == [
        "probabilities",
        "embedding",
        "features",
    ]
    assert {p.key for p in model.metadata_props} == {"sortal.card", "sortal.checksum"}
    for word in (b"old.weight", b"logits\x12", b"private/folder", b"Tuesday", b"somebody"):
        assert word not in path.read_bytes()


def test_last_64_bytes_are_the_checksum_of_the_rest(path: Path) -> None:
    data = path.read_bytes()
    assert data[-64:].decode() == hashlib.sha256(data[:-64]).hexdigest()


def test_another_answer_than_in_training_is_not_written(sample: Sample, tmp_path: Path) -> None:
    wrong = Check(sample.images, sample.parts.check.probabilities[:, ::-1].copy())
    path = tmp_path / "m.onnx"
    path.write_bytes(b"an older model")
    with pytest.raises(ParityError, match="away from those of training"):
        write_model(path, replace(sample.parts, check=wrong))
    nan = Check(sample.images, sample.parts.check.probabilities * np.float32("nan"))
    with pytest.raises(ParityError):
        write_model(path, replace(sample.parts, check=nan))
    assert path.read_bytes() == b"an older model"


def test_parts_that_do_not_fit_are_refused(sample: Sample, tmp_path: Path) -> None:
    parts, path = sample.parts, tmp_path / "m.onnx"
    head = replace(parts.head, weights=parts.head.weights[:, :-1])
    with pytest.raises(UsageError, match=r"weights \(3, 5\)"):
        write_model(path, replace(parts, head=head))
    with pytest.raises(UsageError, match="another network"):
        write_model(path, replace(parts, trunk=parts.trunk + b"\x00"))
    with pytest.raises(UsageError, match="without a picture"):
        write_model(
            path,
            replace(parts, check=Check(sample.images[:0], sample.parts.check.probabilities[:0])),
        )
    with pytest.raises(ModelFileError, match="two are the same"):
        write_model(path, replace(parts, card=replace(parts.card, classes=("a", "b", "a"))))
    bad = replace(parts.head, bias=np.array([0, np.inf, 0], np.float32))
    with pytest.raises(ParityError, match="not finite"):
        write_model(path, replace(parts, head=bad))
    with pytest.raises(OutputError, match="there is no folder"):
        write_model(tmp_path / "nowhere" / "m.onnx", parts)
    assert not path.exists()


def test_reading_and_running_leave_the_file_as_it_was(sample: Sample, path: Path) -> None:
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    load_model(path).run(sample.images, features=True)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
