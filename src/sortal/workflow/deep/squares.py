"""All pictures of a collection as one array of small squares, with their fingerprints."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.collection import Collection, Sample
from sortal.pictures import Fault, Fingerprint, Fit, PicturePool, Progress, Step
from sortal.training.deep.data import room

_TOLD_EVERY = 50


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How pictures are to be read.

    Attributes:
        size: side of the squares, pixels.
        fit: how a picture becomes one.
        channels: of the network; where it takes grey and no picture has colour, one is kept.
        folder: for pictures that do not fit into memory.
        workers: processes that decode; None for one a core.
        cache: whether to use the cache of fingerprints and embeddings.
        progress: told how far it is.
    """

    size: int
    fit: Fit
    channels: int
    folder: Path
    workers: int | None
    cache: bool
    progress: Progress


@dataclass(frozen=True, slots=True, eq=False)
class Squares:
    """Pictures that could be read.

    Attributes:
        collection: the samples that are used, and all faults.
        fingerprints: one a sample.
        pixels: uint8, shape (n, size, size, 1 or 3), row i of sample i; on the disk where they
            would not fit into memory.
    """

    collection: Collection
    fingerprints: tuple[Fingerprint, ...]
    pixels: NDArray[np.uint8]


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for pictures that do not fit into memory; it goes when the work is done."""
    with tempfile.TemporaryDirectory(prefix="sortal-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def read_squares(collection: Collection, reading: Reading) -> Squares:
    """Read every picture once, in order; what cannot be read becomes a fault.

    Raises:
        InputError: there is no room for them.
    """
    total = len(collection)
    size, progress = reading.size, reading.progress
    pixels = room((total, size, size, 3), folder=reading.folder)
    samples: list[Sample] = []
    prints: list[Fingerprint] = []
    faults: list[Fault] = []
    grey = reading.channels == 1
    with PicturePool(size=size, fit=reading.fit, workers=reading.workers) as pool:
        answers = pool.read((s.path, s.source) for s in collection)
        for n, (sample, answer) in enumerate(zip(collection, answers, strict=True), start=1):
            if isinstance(answer, Fault):
                faults.append(answer)
            else:
                pixels[len(samples)] = answer.square
                grey = grey and _is_grey(answer.square)
                samples.append(sample)
                prints.append(answer.fingerprint)
            if n % _TOLD_EVERY == 0 or n == total:
                progress(Step("Reading pictures", n, total, "pictures"))
    kept = pixels[: len(samples)]
    return Squares(
        replace(collection, samples=tuple(samples), faults=(*collection.faults, *faults)),
        tuple(prints),
        kept[..., :1].copy() if grey and not isinstance(kept, np.memmap) else kept,
    )


def _is_grey(square: NDArray[np.uint8]) -> bool:
    red = square[..., 0]
    return bool((square[..., 1] == red).all() and (square[..., 2] == red).all())


def put_in_order(pixels: NDArray[np.uint8], order: NDArray[np.int64]) -> None:
    """Move rows where they lie, so that row i is what row ``order[i]`` was.

    Cycle by cycle with one row held aside: a copy would take as much memory again.

    Args:
        pixels: shape (n, ...).
        order: int64 (n,), a permutation.
    """
    done = np.zeros(len(order), np.bool_)
    for start in range(len(order)):
        if done[start] or order[start] == start:
            continue
        held = pixels[start].copy()
        place = start
        while order[place] != start:
            pixels[place] = pixels[order[place]]
            done[place] = True
            place = int(order[place])
        pixels[place] = held
        done[place] = True
