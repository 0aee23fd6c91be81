"""A model that was read: its card, its head, and answers to pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.modelfile.card import Card
from sortal.modelfile.limits import CHUNK
from sortal.modelfile.names import DISTANCE, EMBEDDING, FEATURES, PROBABILITIES
from sortal.training.values import LinearHead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sortal.modelfile.runtime import Runtime

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model says of n pictures; every array is float32.

    Attributes:
        probabilities: shape (n, classes), calibrated, each row sums to 1.
        embedding: shape (n, width).
        features: shape (n, width, grid, grid), or None where not asked for.
        distance: shape (n,), how far each is from what the model learned on, or None where
            the model has no such measure.
    """

    probabilities: Floats
    embedding: Floats
    features: Floats | None
    distance: Floats | None

    def __len__(self) -> int:
        return len(self.probabilities)


class Model:
    """A model that passed every check of the reader; made by ``load_model``.

    Attributes:
        card: all that must be known to use it rightly and to judge it.
        head: the softmax regression that makes logits of the embedding; exact.
        sha256: of the whole file.
        data: the bytes of the file.
    """

    def __init__(
        self,
        *,
        card: Card,
        head: LinearHead,
        data: bytes,
        outputs: tuple[str, ...],
        runtime: Runtime,
    ) -> None:
        self.card = card
        self.head = head
        self.data = data
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._outputs = outputs
        self._runtime = runtime

    def __repr__(self) -> str:
        return f"Model({len(self.classes)} classes, {self.card.trunk.name}, {self.sha256[:12]})"

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the kinds, in the order of ``Answers.probabilities``."""
        return self.card.classes

    @property
    def has_features(self) -> bool:
        """Whether it can say where it looked."""
        return FEATURES in self._outputs

    def run(self, images: NDArray[np.uint8], *, features: bool = False) -> Answers:
        """Answer to pictures of the size that the card names.

        The answer to a picture does not depend on the others given with it.

        Args:
            images: uint8 RGB, shape (n, size, size, 3), 0-255, n from 0 up.
            features: whether to keep the last feature map of each picture, 250 kB at lite0.

        Raises:
            UsageError: the pictures are of another shape or type, or there are no features.
            ModelFileError: the runtime cannot run the graph.
        """
        self._check(images, features=features)
        wanted = [n for n in self._outputs if n != FEATURES or features]
        # Runtimes disagree on empty batches, so no pictures are one black picture, cut off.
        some = images if len(images) else np.zeros((1, *images.shape[1:]), np.uint8)
        chunks = [self._runtime.run(part, names=wanted) for part in _chunks(some)]
        joined = {
            name: np.concatenate([chunk[i] for chunk in chunks])[: len(images)]
            for i, name in enumerate(wanted)
        }
        return Answers(
            probabilities=joined[PROBABILITIES],
            embedding=joined[EMBEDDING],
            features=joined.get(FEATURES),
            distance=joined.get(DISTANCE),
        )

    def _check(self, images: NDArray[np.uint8], *, features: bool) -> None:
        side = self.card.size
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (side, side, 3):
            raise UsageError(
                f"This model takes uint8 pictures of shape (n, {side}, {side}, 3); "
                f"{images.dtype} of shape {images.shape} came. Use sortal.pictures.fit_square."
            )
        if features and not self.has_features:
            raise UsageError("This model has no feature map, so it cannot say where it looked.")


def _chunks(images: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(images), CHUNK):
        yield np.ascontiguousarray(images[start : start + CHUNK])
