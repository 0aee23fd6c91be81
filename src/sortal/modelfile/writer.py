"""Writing a model file, and proving that it answers as it was trained to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sortal.atomic import write_atomically
from sortal.errors import ModelFileError, ParityError, UsageError
from sortal.modelfile.assemble import assemble
from sortal.modelfile.card import Card
from sortal.modelfile.limits import MAX_BYTES
from sortal.modelfile.reader import load_model

if TYPE_CHECKING:
    import onnx

    from sortal.evaluation.unknown import DistanceModel
    from sortal.modelfile.model import Model
    from sortal.training.values import LinearHead

PARITY: Final = 1e-3
"""How far a probability or distance may be from that of training; float32 sums differ by 1e-6."""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """Pictures and the answers that training gave to them, for the proof after writing.

    Attributes:
        images: uint8 RGB, shape (n, size, size, 3), n at least 1; a handful will do.
        probabilities: float32, shape (n, classes): calibrated, from the training side.
    """

    images: NDArray[np.uint8]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ModelParts:
    """What a model file is made of.

    Attributes:
        trunk: an ONNX file from ``image`` to ``embedding`` and ``features``; its hash must be
            the card's ``trunk.sha256``.
        head: makes the logits of the embedding.
        card: all that must be known of the model.
        check: the answers that the written file must give.
        distance: the ground for saying "I don't know", or None.
    """

    trunk: bytes
    head: LinearHead
    card: Card
    check: Check
    distance: DistanceModel | None = None


def make_model(parts: ModelParts) -> Model:
    """Put a model together and prove that it answers as it was trained to.

    The bytes are read by the same strict reader that opens any model, and must answer the
    check pictures as training did.

    Raises:
        UsageError: the parts do not fit together.
        ParityError: the file answers differently, or reads back differently.
    """
    data = assemble(_parsed(parts), head=parts.head, card=parts.card, distance=parts.distance)
    try:
        model = load_model(data)
    except ModelFileError as error:
        raise ParityError(f"The model just made cannot be read back. {error}") from error
    _compare(model, parts)
    return model


def save_model(model: Model, path: str | Path) -> None:
    """Write a model file, whole or not at all.

    Raises:
        ParityError: the disk gives back other bytes than were written.
        OutputError: the file cannot be written; what was there is kept.
    """
    write_atomically(path, model.data)
    if Path(path).read_bytes() != model.data:
        raise ParityError(f"{path}: the disk gives back other bytes than were written.")


def write_model(path: str | Path, parts: ModelParts) -> str:
    """Make a model and save it; return its SHA-256, 64 hexadecimal digits.

    Nothing is written, and what was there is kept, unless the model is proven.

    Raises:
        UsageError, ParityError, OutputError: as ``make_model`` and ``save_model``.
    """
    model = make_model(parts)
    save_model(model, path)
    return model.sha256


def _parsed(parts: ModelParts) -> onnx.ModelProto:
    """Return the trunk as a graph; it must be the one that the card names."""
    import onnx

    if hashlib.sha256(parts.trunk).hexdigest() != parts.card.trunk.sha256:
        raise UsageError("The card names another network by its hash than the one given.")
    if len(parts.trunk) > MAX_BYTES:
        raise UsageError(f"The network has {len(parts.trunk):,} bytes; a model has {MAX_BYTES:,}.")
    return onnx.load_model_from_string(parts.trunk)


def _compare(model: Model, parts: ModelParts) -> None:
    check = parts.check
    if not len(check.images):
        raise UsageError("A model cannot be written without a picture to check it on.")
    answers = model.run(check.images)
    if answers.probabilities.shape != check.probabilities.shape:
        raise UsageError(
            f"The check must have probabilities of shape {answers.probabilities.shape}, "
            f"not {check.probabilities.shape}."
        )
    _near(answers.probabilities, check.probabilities, what="probabilities")
    if parts.distance is not None and answers.distance is not None:
        expected = parts.distance.distance(answers.embedding)
        _near(answers.distance, expected, what="distances")


def _near(found: NDArray[np.float32], expected: NDArray[np.float32], *, what: str) -> None:
    apart = float(np.abs(found - expected).max())
    if not apart <= PARITY:  # NaN is not
        raise ParityError(
            f"The model as made gives {what} up to {apart:.2g} away from those of "
            f"training ({PARITY:g} is allowed); it was not written."
        )
