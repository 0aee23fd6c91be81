"""The distance inside the graph is the one that evaluation defines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from modelfile_samples import WIDTH, make_sample
from onnx import version_converter

from sortal.errors import ModelFileError, ParityError
from sortal.evaluation.unknown import DistanceModel, fit_distance
from sortal.modelfile import load_model, write_model
from sortal.modelfile.assemble import assemble


def make_distance(neighbour: int) -> DistanceModel:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(30, WIDTH)).astype(np.float32)
    return replace(fit_distance(vectors, np.zeros(30, np.int64)), neighbour=neighbour)


@pytest.mark.parametrize("neighbour", [1, 3])
@pytest.mark.parametrize("opset", [17, 18, 21])
def test_graph_and_numpy_agree(neighbour: int, opset: int) -> None:
    sample = make_sample(unknown_threshold=0.4)
    distance = make_distance(neighbour)
    trunk = version_converter.convert_version(
        onnx.load_model_from_string(sample.parts.trunk), opset
    )
    data = assemble(trunk, head=sample.parts.head, card=sample.parts.card, distance=distance)
    answers = load_model(data).run(sample.images)
    assert answers.distance is not None
    expected = distance.distance(answers.embedding)
    np.testing.assert_allclose(answers.distance, expected, atol=1e-6)
    assert answers.distance.shape == (5,)
    assert np.ptp(answers.distance) > 0.01


def test_writer_takes_it_and_proves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = make_sample(unknown_threshold=0.4)
    parts = replace(sample.parts, distance=make_distance(1))
    write_model(tmp_path / "m.onnx", parts)
    monkeypatch.setattr(DistanceModel, "distance", lambda _, v: np.zeros(len(v), np.float32))
    with pytest.raises(ParityError, match="distances"):
        write_model(tmp_path / "n.onnx", parts)
    assert not (tmp_path / "n.onnx").exists()


def test_a_threshold_without_a_distance_is_refused() -> None:
    sample = make_sample(unknown_threshold=0.4)
    data = assemble(
        onnx.load_model_from_string(sample.parts.trunk),
        head=sample.parts.head,
        card=sample.parts.card,
    )
    with pytest.raises(ModelFileError, match="threshold for a distance that the graph lacks"):
        load_model(data)
