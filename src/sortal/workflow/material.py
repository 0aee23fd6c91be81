"""From collections to what training and judging work on: vectors, labels, kin."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Embedded, embed
from sortal.collection import Collection, Sample
from sortal.errors import CollectionError
from sortal.pictures import Fit, Progress
from sortal.split import Kin
from sortal.workflow.kinship import kinship
from sortal.workflow.ordering import in_order_of_content


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Labelled pictures, embedded, with their kin.

    Attributes:
        embedded: collection, fingerprints and vectors; only labelled pictures, in the order of
            their contents.
        classes: the labels, sorted.
        labels: int64, shape (n,): index into ``classes``.
        kin: who belongs together.
        named_test: bool, shape (n,): the pictures that the user, or else the data set itself,
            named as the test, or None.
    """

    embedded: Embedded
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    kin: Kin
    named_test: NDArray[np.bool_] | None

    @property
    def collection(self) -> Collection:
        """The pictures that are used, with the faults and notes of all that were given."""
        return self.embedded.collection

    @property
    def hashes(self) -> tuple[str, ...]:
        """Content hash of each picture."""
        return tuple(f.sha256 for f in self.embedded.fingerprints)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of contents and labels, whatever their order and the files' names."""
        rows = sorted(
            f"{sha256} {self.classes[label]}"
            for sha256, label in zip(self.hashes, self.labels.tolist(), strict=True)
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    @property
    def repairs(self) -> dict[str, int]:
        """Written rule that was applied in memory, to the number of pictures."""
        counted = Counter(r for f in self.embedded.fingerprints for r in f.repairs)
        return dict(counted.most_common())


def gather(
    collection: Collection,
    backbone: Backbone,
    *,
    fit: Fit,
    test: Collection | None = None,
    cache: Cache | None,
    workers: int | None,
    progress: Progress,
) -> Material:
    """Embed the labelled pictures and find their kin.

    Raises:
        CollectionError: no picture has a label, none can be used, or the test has labels that
            the training pictures lack.
    """
    given = given_together(collection, test)
    embedded = in_order_of_content(
        embed(given, backbone, fit=fit, cache=cache, progress=progress, workers=workers)
    )
    used = embedded.collection
    if not len(used):
        raise CollectionError(f"{collection.name}: {first_fault(used)}")
    kin = kinship(embedded, cache=cache, progress=progress)
    classes = used.classes
    labels = used.label_indices(classes)
    return Material(embedded, classes, labels, kin, named_test(used, test))


def given_together(collection: Collection, test: Collection | None) -> Collection:
    """The labelled pictures of a collection and of the test, if there is one, as one table.

    Raises:
        CollectionError: either has no labels, or the test has labels that the training lacks.
    """
    labelled = with_labels(collection)
    return labelled if test is None else _together(labelled, with_labels(test))


def named_test(used: Collection, test: Collection | None) -> NDArray[np.bool_] | None:
    """Which pictures of ``given_together`` the user, or else the data set, named as the test."""
    if test is not None:
        return np.array([s.path.startswith(_test_prefix(test)) for s in used], np.bool_)
    if {s.part for s in used} >= {"train", "test"}:
        return np.array([s.part == "test" for s in used], np.bool_)
    return None


def with_labels(collection: Collection) -> Collection:
    """The labelled pictures of a collection; a note says how many have no label.

    Raises:
        CollectionError: none has a label.
    """
    labelled = tuple(s for s in collection if s.label is not None)
    if not labelled:
        raise CollectionError(
            f"{collection.name}: {len(collection):,} pictures, but no labels. Put each kind into "
            "a folder of its own, or name the labels in a metadata.csv (file_name, label)."
        )
    without = len(collection) - len(labelled)
    if not without:
        return collection
    note = f"{without:,} pictures have no label and are left out."
    return replace(collection, samples=labelled, notes=(*collection.notes, note))


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first few names, with dots where there are more."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def first_fault(collection: Collection) -> str:
    """Why nothing of a collection could be used, in a sentence."""
    if not collection.faults:
        return "there is no picture."
    fault = collection.faults[0]
    return (
        f"none of {len(collection.faults):,} files can be used. "
        f"The first, {fault.path}: {fault.message}"
    )


@contextmanager
def opened(use: bool) -> Iterator[Cache | None]:
    """The user's cache, or None where it is not wanted."""
    if not use:
        yield None
        return
    with Cache() as cache:
        yield cache


def _test_prefix(test: Collection) -> str:
    return f"(test) {test.name}/"


def _together(training: Collection, test: Collection) -> Collection:
    """Both as one table; the test's paths are marked, since names may occur in both."""
    strange = sorted(set(test.classes) - set(training.classes))
    if strange:
        raise CollectionError(
            f"{test.name}: the test has labels that the training pictures lack: "
            f"{listed(strange)}. Rename them, or add pictures of them to train on."
        )
    prefix = _test_prefix(test)
    marked: tuple[Sample, ...] = tuple(replace(s, path=prefix + s.path) for s in test)
    faults = tuple(replace(f, path=prefix + f.path) for f in test.faults)
    return Collection(
        name=training.name,
        samples=training.samples + marked,
        faults=training.faults + faults,
        notes=training.notes + test.notes,
    )
