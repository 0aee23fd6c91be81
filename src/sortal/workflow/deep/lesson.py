"""From a collection to what a network learns from: pictures in three parts, kin kept together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Embedded, backbone
from sortal.collection import Collection
from sortal.errors import CollectionError, InputError
from sortal.pictures import Fit
from sortal.split import Split, find_kin, hold_out, learning_rows, validation_rows
from sortal.training.deep import Pictures
from sortal.workflow.deep.squares import Reading, Squares, put_in_order, read_squares
from sortal.workflow.material import (
    Material,
    first_fault,
    gather,
    given_together,
    named_test,
    opened,
)
from sortal.workflow.ordering import content_order

Ints = NDArray[np.int64]

COMPARED: Final = 20_000
"""Up to so many pictures near-duplicates are looked for among the embeddings of a backbone.
Beyond, and where the test was named by whoever made the collection, copies of the same bytes
and bursts are kept together."""
_EYE: Final = "lite0"
_EYE_FIT: Final[Fit] = "squash"


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Pictures divided for learning.

    Attributes:
        material: labelled pictures in the order of their contents, with kin; no embeddings.
        split: of ``hold_out``.
        pixels: uint8 (n, size, size, 1 or 3); rows ``order`` of the material.
        order: int64 (n,): those that learn, are looked at, are tested, are left out, in turn.
    """

    material: Material
    split: Split
    pixels: NDArray[np.uint8]
    order: Ints

    @property
    def learning(self) -> Ints:
        """Rows of the material that learn."""
        return learning_rows(self.split)

    @property
    def validating(self) -> Ints:
        """Rows that are only looked at; there may be none."""
        return validation_rows(self.split)

    @property
    def testing(self) -> Ints:
        """Rows that are touched once, at the end."""
        return np.flatnonzero(self.split.test)

    @property
    def pictures(self) -> Pictures:
        """What learns."""
        return self._part(0, len(self.learning))

    @property
    def validation(self) -> Pictures | None:
        """What is only looked at, or None."""
        first, n = len(self.learning), len(self.validating)
        return self._part(first, n) if n else None

    @property
    def test(self) -> Pictures:
        """What is touched once, at the end."""
        first = len(self.learning) + len(self.validating)
        return self._part(first, len(self.testing))

    def _part(self, first: int, n: int) -> Pictures:
        rows = slice(first, first + n)
        return Pictures(self.pixels[rows], self.material.labels[self.order[rows]])


def make_lesson(
    collection: Collection,
    reading: Reading,
    *,
    test: Collection | None,
    seed: int,
    validation: float,
) -> Lesson:
    """Read the pictures, find their kin and divide them.

    Raises:
        CollectionError: no picture has a label, or none can be used.
        SplitError: nobody could learn, or nobody could be tested.
        InputError: there is no room for them.
    """
    few = len(collection) + (0 if test is None else len(test)) <= COMPARED
    own_test = named_test(collection, None) is not None
    read = _compared if few and not own_test else _once
    material, squares = read(collection, test, reading)
    split = hold_out(
        material.labels,
        material.kin.groups,
        seed=seed,
        named_test=material.named_test,
        order=material.hashes,
        validation=validation,
    )
    order = np.concatenate(
        [
            learning_rows(split),
            validation_rows(split),
            np.flatnonzero(split.test),
            np.flatnonzero(split.excluded),
        ]
    )
    put_in_order(squares.pixels, order)
    return Lesson(material, split, squares.pixels, order)


def _compared(
    given: Collection, test: Collection | None, reading: Reading
) -> tuple[Material, Squares]:
    """Read pictures twice: as a backbone sees them, for kinship, and as the network will."""
    with opened(reading.cache) as cache:
        found = gather(
            given,
            backbone(_EYE),
            fit=_EYE_FIT,
            test=test,
            cache=cache,
            workers=reading.workers,
            progress=reading.progress,
        )
    squares = read_squares(found.collection, reading)
    if [f.sha256 for f in squares.fingerprints] != list(found.hashes):
        raise InputError(
            f"{given.name}: the pictures changed or vanished while they were worked on. Run "
            "again when nothing writes to them."
        )
    return replace(found, embedded=_without_vectors(squares)), squares


def _once(given: Collection, test: Collection | None, reading: Reading) -> tuple[Material, Squares]:
    """Read pictures once and keep those of the same bytes together."""
    squares = read_squares(given_together(given, test), reading)
    if not len(squares.collection):
        raise CollectionError(f"{given.name}: {first_fault(squares.collection)}")
    squares = _in_order_of_content(squares)
    used = squares.collection
    kin = find_kin(squares.fingerprints, None, user_groups=[s.group for s in used])
    classes = used.classes
    return Material(
        embedded=_without_vectors(squares),
        classes=classes,
        labels=used.label_indices(classes),
        kin=kin,
        named_test=named_test(used, test),
    ), squares


def _in_order_of_content(squares: Squares) -> Squares:
    """The same pictures in an order that does not depend on the files' names."""
    order = content_order(squares.collection.samples, squares.fingerprints)
    put_in_order(squares.pixels, np.array(order, np.int64))
    samples = tuple(squares.collection.samples[row] for row in order)
    return Squares(
        replace(squares.collection, samples=samples),
        tuple(squares.fingerprints[row] for row in order),
        squares.pixels,
    )


def _without_vectors(squares: Squares) -> Embedded:
    """The pictures as other parts of the workflow know them; nothing has embedded them yet."""
    n = len(squares.fingerprints)
    return Embedded(squares.collection, squares.fingerprints, np.empty((n, 0), np.float32), 0)
