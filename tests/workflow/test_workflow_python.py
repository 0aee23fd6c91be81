"""Sortal as a library: its names, its values in a notebook, its refusals."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import sortal
from drawn_shapes import draw, draw_folder
from sortal.errors import CollectionError, ModelFileError, OutputError, PictureError, UsageError
from sortal.workflow import TrainingDone

PUBLIC = [
    "Classifier",
    "Collection",
    "Evaluation",
    "Prediction",
    "Sample",
    "SoftmaxHead",
    "SortalError",
    "Trained",
    "check",
    "load",
    "read",
    "train",
]


def test_the_public_names_are_these_and_sorted() -> None:
    assert sortal.__all__ == PUBLIC == sorted(PUBLIC)
    assert dir(sortal) == PUBLIC
    for name in PUBLIC:
        assert getattr(sortal, name).__doc__
    with pytest.raises(AttributeError, match="module 'sortal' has no attribute 'trian'"):
        _ = sortal.trian


def test_the_first_steps_in_python(
    shapes: Path, done: TrainingDone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = sortal.read(str(shapes))
    classifier = sortal.train(collection, seed=0, workers=1)
    assert isinstance(classifier, sortal.Trained)
    assert isinstance(classifier, sortal.Classifier)
    assert isinstance(classifier.evaluation, sortal.Evaluation)
    answer = classifier.predict(str(shapes / "disc" / "disc-03.png"))
    assert isinstance(answer, sortal.Prediction)
    assert answer.answer == "disc"
    classifier.save(tmp_path / "m.onnx")
    again = sortal.load(tmp_path / "m.onnx")
    assert again.predict(shapes / "disc" / "disc-03.png").kinds == answer.kinds
    judged = again.evaluate(sortal.read(draw_folder(tmp_path / "new", each=2, first=50)))
    assert judged.evaluation.accuracy.n == 6


def test_options_are_plain_keywords(shapes: Path, done: TrainingDone, tmp_path: Path) -> None:
    test = sortal.read(draw_folder(tmp_path / "new", each=2, first=50))
    trained = sortal.train(
        sortal.read(shapes), backbone="lite2", fit="pad", seed=3, test=test, workers=1, cache=False
    )
    assert (trained.card.trunk.name, trained.card.fit, trained.card.seed) == ("lite2", "pad", 3)
    assert trained.evaluation.scheme == "named-test"
    train: Any = sortal.train
    with pytest.raises(TypeError, match="positional"):
        train(sortal.read(shapes), "lite2")


def test_the_picture_may_be_a_path_bytes_or_pixels(done: TrainingDone, tmp_path: Path) -> None:
    draw("cross", 7).save(tmp_path / "p.png")
    forms: list[Any] = [
        tmp_path / "p.png",
        str(tmp_path / "p.png"),
        (tmp_path / "p.png").read_bytes(),
        np.asarray(draw("cross", 7)),
    ]
    answers = [done.trained.predict(form, top=3) for form in forms]
    assert len({answer.kinds for answer in answers}) == 1
    assert [a.path for a in answers[2:]] == ["<bytes>", "<pixels>"]


def test_many_pictures_by_their_names(done: TrainingDone, shapes: Path) -> None:
    given: list[str | Path] = [shapes / "disc", "nowhere.png", str(shapes / "cross/cross-00.png")]
    answers = list(done.trained.predict_many(given, top=2, workers=1))
    assert [isinstance(answer, sortal.Prediction) for answer in answers] == [True] * 12 + [
        False,
        True,
    ]


@dataclass(frozen=True)
class Given:
    classifier: sortal.Classifier
    folder: Path


REFUSED: tuple[tuple[Callable[[Any], Any], type[Exception], str], ...] = (
    (lambda g: sortal.train(g.folder.as_posix()), UsageError, "train takes a collection"),
    (
        lambda g: sortal.train(sortal.read(g.folder), test=g.folder),
        UsageError,
        "came, which is of type",
    ),
    (lambda g: sortal.check(g.folder), UsageError, "check takes a collection"),
    (lambda g: g.classifier.evaluate(g.folder), UsageError, "evaluate takes a collection"),
    (lambda g: sortal.train(sortal.read(g.folder), seed=-1), UsageError, "from 0 up; -1 came"),
    (lambda g: sortal.train(sortal.read(g.folder), seed=cast(Any, 0.5)), UsageError, "0.5 came"),
    (lambda g: sortal.train(sortal.read(g.folder), workers=0), UsageError, "from 1 up; 0 came"),
    (lambda g: sortal.train(sortal.read(g.folder), backbone="vgg"), UsageError, "lite0, lite2"),
    (
        lambda g: sortal.train(sortal.read(g.folder), fit=cast(Any, "cut")),
        UsageError,
        "pad, squash, crop",
    ),
    (lambda g: sortal.read(g.folder / "nowhere"), CollectionError, "no such folder or archive"),
    (lambda g: sortal.read(g.folder, group_by="("), UsageError, "regular expression"),
    (lambda g: sortal.load(g.folder), ModelFileError, "Name the .onnx file"),
    (lambda g: g.classifier.predict(g.folder / "nowhere"), PictureError, "No such file"),
    (lambda g: g.classifier.predict(g.folder), PictureError, "Is a directory"),
    (lambda g: g.classifier.predict(b""), PictureError, "zero bytes"),
    (lambda g: g.classifier.predict(draw("disc", 1)), UsageError, "type Image came"),
    (
        lambda g: g.classifier.predict(np.zeros((9, 9, 3))),
        UsageError,
        "float64 of shape (9, 9, 3) came",
    ),
    (lambda g: g.classifier.predict(np.zeros((0, 9, 3), np.uint8)), UsageError, "(0, 9, 3) came"),
    (lambda g: g.classifier.predict(np.zeros((9, 9, 4), np.uint8)), UsageError, "(9, 9, 4) came"),
    (
        lambda g: g.classifier.predict(b"", top=0),
        UsageError,
        "top must be a whole number from 1 up",
    ),
    (lambda g: g.classifier.save(g.folder / "no" / "m.onnx"), OutputError, "there is no folder"),
    (lambda g: g.classifier.save(g.folder), OutputError, "is a folder"),
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[2])
def test_what_cannot_be_is_refused_in_a_sentence(
    row: tuple[Callable[[Any], Any], type[Exception], str],
    done: TrainingDone,
    shapes: Path,
) -> None:
    call, kind, sentence = row
    with pytest.raises(kind) as refused:
        call(Given(done.trained, shapes))
    assert sentence in str(refused.value)
    assert isinstance(refused.value, sortal.SortalError)


# In a notebook


def test_every_value_has_a_form_for_notebooks(
    done: TrainingDone, shapes: Path, tmp_path: Path
) -> None:
    collection = sortal.read(shapes)
    new = draw_folder(tmp_path / "<script>alert(1)<", each=1)
    values = {
        "36": collection,
        "&lt;script&gt;": sortal.read(new),
        "On pictures it has never seen": done.trained,
        "lite0": sortal.load(done.model),
        "disc-03.png": done.trained.predict(shapes / "disc" / "disc-03.png"),
        "95": done.trained.evaluate(sortal.read(new)),
        "can be used": sortal.check(collection, workers=1),
    }
    for words, value in values.items():
        shown: Any = value
        html = shown._repr_html_()
        assert words in html
        assert "script" not in set(re.findall(r"<\s*(\w+)", html))
        assert html.startswith("<div")
        assert html.count("<div") == html.count("</div>")
        assert len(repr(value)) < 400


def test_an_unknown_picture_says_so(done: TrainingDone) -> None:
    answer = done.trained.predict(np.full((64, 64, 3), 128, np.uint8), top=2)
    assert answer.unknown
    assert answer.answer is None
    assert answer.words.startswith("unknown (nearest: ")
    assert "unknown" in answer._repr_html_()


def test_a_single_prediction_imports_nothing_heavy(done: TrainingDone, shapes: Path) -> None:
    code = (
        "import sys, sortal\n"
        f"sortal.load({str(done.model)!r}).predict({str(shapes / 'disc/disc-00.png')!r})\n"
        "heavy = {'scipy', 'sklearn', 'onnx', 'torch', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
