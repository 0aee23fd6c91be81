"""From a collection to one vector for each picture, computing nothing twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones.cache import Cache, Entry
from sortal.backbones.ledger import Embedded, Ledger
from sortal.backbones.network import BATCH, FrozenNetwork
from sortal.backbones.records import Space
from sortal.backbones.table import Backbone
from sortal.collection.table import Collection, Sample
from sortal.errors import Fault, PictureError
from sortal.pictures import PicturePool, content_hash
from sortal.pictures.cores import usable_cores
from sortal.pictures.events import Progress, Step, silent
from sortal.pictures.fit import Fit
from sortal.pictures.record import Prepared

DEFAULT_FIT: Final[Fit] = "squash"
"""Chosen by measurement: benchmarks/results/fit_rule.csv."""

THUMBNAIL_SIDE: Final = 160
"""Longer side of the thumbnails in the cache, pixels."""

_HASH_THREADS: Final = 4
_PORTION: Final = 500
_HASHING, _EMBEDDING = "Reading files", "Embedding pictures"

_Answers = Iterable[tuple[str, Prepared | Fault]]
_Batch = list[tuple[str, Prepared]]
Vectors = NDArray[np.float32]


def embed(
    collection: Collection,
    backbone: Backbone,
    *,
    fit: Fit = DEFAULT_FIT,
    cache: Cache | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    thumbnails: bool = False,
) -> Embedded:
    """Embed every picture of ``collection``.

    Equal contents are embedded once, under whatever names they lie; contents that ``cache``
    knows are not decoded. What is done is kept at once, so that a run that was stopped goes
    on where it ended. With or without a cache, the vectors are the same bit for bit. Memory
    grows by the vectors and fingerprints alone.

    Args:
        collection: which pictures.
        backbone: which network.
        fit: how a picture becomes a square.
        cache: where to look and keep; None for neither.
        progress: told of the stages "Reading files" and "Embedding pictures".
        workers: processes that decode; None for one a core.
        thumbnails: whether ``cache`` also gets a thumbnail of each picture that is decoded.

    Raises:
        ModelFileError: the network's file in the installation is altered.
        UsageError: ``fit`` or ``workers`` is out of range.
    """
    tell = progress or silent
    ledger = Ledger(collection, width=backbone.width)
    _hash_contents(collection, ledger, tell)
    space = Space(backbone.sha256, fit, backbone.size, backbone.width)
    n_cached = 0 if cache is None else _recall(ledger, cache, space)
    tell(Step(_EMBEDDING, ledger.n_done, len(ledger), "pictures"))
    if missing := ledger.missing():
        samples = (ledger.first_sample(sha256) for sha256 in missing)
        side = THUMBNAIL_SIDE if thumbnails else None
        with PicturePool(size=backbone.size, fit=fit, thumbnail=side, workers=workers) as pool:
            read = pool.read((sample.path, sample.source) for sample in samples)
            for entries in _computed(zip(missing, read, strict=True), ledger, backbone):
                if cache is not None:
                    cache.store(entries, space)
                tell(Step(_EMBEDDING, ledger.n_done, len(ledger), "pictures"))
    return ledger.close(n_cached, notes=() if cache is None else cache.notes)


def _hash_contents(collection: Collection, ledger: Ledger, tell: Progress) -> None:
    """Give every sample its content, or make it a fault."""
    samples = collection.samples
    with ThreadPoolExecutor(_HASH_THREADS) as threads:
        for start in range(0, len(samples), _PORTION):
            found = threads.map(_content, samples[start : start + _PORTION])
            for row, content in enumerate(found, start):
                if isinstance(content, Fault):
                    ledger.refuse_row(row, content)
                else:
                    ledger.claim(row, content)
            tell(Step(_HASHING, min(start + _PORTION, len(samples)), len(samples), "files"))


def _content(sample: Sample) -> str | Fault:
    try:
        return content_hash(sample.source)
    except PictureError as error:
        return error.fault


def _recall(ledger: Ledger, cache: Cache, space: Space) -> int:
    """Fill what the cache has both fingerprint and vector of; return the number of samples."""
    missing, before = ledger.missing(), ledger.n_done
    for start in range(0, len(missing), _PORTION):
        portion = missing[start : start + _PORTION]
        fingerprints, vectors = cache.fingerprints(portion), cache.vectors(portion, space)
        for sha256 in fingerprints.keys() & vectors.keys():
            ledger.fill(sha256, fingerprints[sha256], vectors[sha256])
    return ledger.n_done - before


def _computed(answers: _Answers, ledger: Ledger, backbone: Backbone) -> Iterator[list[Entry]]:
    """Embed batch by batch; fill the ledger and yield what is worth keeping of each batch."""
    for batch, vectors in _embedded(_batches(answers, ledger), backbone):
        entries = []
        for (sha256, prepared), vector in zip(batch, vectors, strict=True):
            ledger.fill(sha256, prepared.fingerprint, vector)
            entries.append(Entry(prepared.fingerprint, vector, prepared.thumbnail))
        yield entries


def _embedded(batches: Iterable[_Batch], backbone: Backbone) -> Iterator[tuple[_Batch, Vectors]]:
    """Run the network on one batch a core, in order.

    Cores that share one batch wait for each other at every layer, and longer where processes
    that decode take turns on them; a batch to each is faster.
    """
    network: FrozenNetwork | None = None
    flying: deque[tuple[_Batch, Future[Vectors]]] = deque()
    cores = usable_cores()
    with ThreadPoolExecutor(cores) as threads:
        for batch in batches:
            # Opened here, while the workers are at the pictures that follow.
            network = network or FrozenNetwork(backbone, threads=1, only="embedding")
            images = np.stack([prepared.square for _, prepared in batch])
            flying.append((batch, threads.submit(network.embedding, images)))
            if len(flying) > cores:
                done, vectors = flying.popleft()
                yield done, vectors.result()
        for done, vectors in flying:
            yield done, vectors.result()


def _batches(answers: _Answers, ledger: Ledger) -> Iterator[_Batch]:
    """Collect pictures to batches; faults go to the ledger."""
    batch: _Batch = []
    for sha256, answer in answers:
        if isinstance(answer, Fault):
            ledger.refuse(sha256, answer)
        elif answer.fingerprint.sha256 != sha256:
            ledger.refuse(sha256, _changed(answer))
        else:
            batch.append((sha256, answer))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _changed(answer: Prepared) -> Fault:
    return Fault(
        answer.fingerprint.sha256,
        "unreadable",
        "Its content changed while it was being read; run again when nothing writes to it.",
    )
