"""What a model says of the pictures of a map, as columns."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import BACKBONES, DEFAULT_FIT, Backbone, Cache, Embedded, open_session
from sortal.map.site import Column
from sortal.pictures import Fit, Progress, Step
from sortal.workflow.classifier import Classifier
from sortal.workflow.map.tags import answering_part
from sortal.workflow.values import Prediction

UNKNOWN: Final = "(unknown)"
"""The category of a picture of which the model says that it does not know."""

_ROWS: Final = 1_024
_ASKING: Final = "Asking the model"
_KIND: Final = "map-answers/1"


@dataclass(frozen=True, slots=True, eq=False)
class MapAnswers:
    """A model's answers to n pictures.

    Attributes:
        codes: int64 (n,): the likeliest kind; one more than the last for "I don't know"; -1
            where the picture could not be read again.
        confidence: float32 (n,): its probability, 0-1, NaN where there is no answer.
    """

    codes: NDArray[np.int64]
    confidence: NDArray[np.float32]


def space_of(classifier: Classifier | None, *, name: str) -> tuple[Backbone, Fit]:
    """The network and the rule by which the map's embeddings are made.

    Those of the model where it stands on a frozen network as it is: its answers then follow
    from the embeddings.
    """
    if classifier is not None and (found := frozen_backbone(classifier)) is not None:
        return found, classifier.card.fit
    from sortal.backbones import backbone

    return backbone(name), DEFAULT_FIT


def answers_of(
    classifier: Classifier,
    embedded: Embedded,
    *,
    cache: Cache | None,
    workers: int | None,
    progress: Progress,
) -> MapAnswers:
    """Ask a model about every picture: its head alone where that is enough, else all of it.

    Args:
        classifier: the model.
        embedded: the pictures, embedded as ``space_of`` says.
        cache: where answers of whole models are kept.
        workers: processes that decode.
        progress: told of the stage "Asking the model".
    """
    if frozen_backbone(classifier) is not None:
        return _by_head(classifier, embedded.vectors, progress)
    key = _key(classifier, [f.sha256 for f in embedded.fingerprints])
    known = None if cache is None else cache.recall(_KIND, key)
    if known is not None:
        with np.load(io.BytesIO(known), allow_pickle=False) as kept:
            return MapAnswers(kept["codes"], kept["confidence"])
    answers = _by_picture(classifier, embedded, workers=workers, progress=progress)
    if cache is not None:
        content = io.BytesIO()
        np.savez(content, codes=answers.codes, confidence=answers.confidence)
        cache.remember(_KIND, key, content.getvalue())
    return answers


def answer_columns(
    answers: MapAnswers, classes: Sequence[str], labels: Sequence[str | None]
) -> list[Column]:
    """Prediction, confidence and, where there are labels that the model knows, right or wrong."""
    values = (*classes, UNKNOWN)
    columns = [
        Column("prediction", "Prediction", "category", answers.codes, values=values),
        Column("confidence", "Confidence", "number", answers.confidence),
    ]
    number = {name: code for code, name in enumerate(classes)}
    truth = np.array([number.get(label, -1) if label else -1 for label in labels], np.int64)
    asked = (truth >= 0) & (answers.codes >= 0)
    if asked.any():
        right = np.where(asked, (answers.codes != truth).astype(np.int64), -1)
        verdict = Column("right", "Right or wrong", "category", right, values=("right", "wrong"))
        columns.append(verdict)
    return columns


def frozen_backbone(classifier: Classifier) -> Backbone | None:
    """The backbone of the table on which the model stands as it is, or None."""
    card = classifier.card
    for backbone in BACKBONES.values():
        if (backbone.sha256, backbone.size) == (card.trunk.sha256, card.size):
            return backbone
    return None


def _by_head(
    classifier: Classifier, vectors: NDArray[np.float32], progress: Progress
) -> MapAnswers:
    """Run the part of the model's graph that follows the embedding."""
    limit = classifier.card.unknown_threshold
    outputs = ("probabilities",) if limit is None else ("probabilities", "distance")
    session = open_session(answering_part(classifier.model.data, outputs))
    n, unknown = len(vectors), len(classifier.classes)
    codes, confidence = np.empty(n, np.int64), np.empty(n, np.float32)
    for start in range(0, n, _ROWS):
        part = slice(start, start + _ROWS)
        found = session.run(list(outputs), {"embedding": vectors[part]})
        codes[part], confidence[part] = found[0].argmax(axis=1), found[0].max(axis=1)
        if limit is not None:
            codes[part][found[1] > limit] = unknown
        progress(Step(_ASKING, min(part.stop, n), n, "pictures"))
    return MapAnswers(codes, confidence)


def _by_picture(
    classifier: Classifier, embedded: Embedded, *, workers: int | None, progress: Progress
) -> MapAnswers:
    """Run the whole model over the pictures."""
    samples = embedded.collection.samples
    number = {name: code for code, name in enumerate(classifier.classes)}
    codes = np.full(len(samples), -1, np.int64)
    confidence = np.full(len(samples), np.nan, np.float32)
    named = ((sample.path, sample.source) for sample in samples)
    for row, (_, answer) in enumerate(classifier.answers(named, workers=workers)):
        if isinstance(answer, Prediction):
            kind = answer.kinds[0][0]
            codes[row] = len(number) if answer.unknown else number[kind]
            confidence[row] = answer.confidence
        progress(Step(_ASKING, row + 1, len(samples), "pictures"))
    return MapAnswers(codes, confidence)


def _key(classifier: Classifier, hashes: Sequence[str]) -> str:
    return hashlib.sha256("\n".join((classifier.model.sha256, *hashes)).encode()).hexdigest()
