"""Many pictures at once, in processes of their own: a hostile file costs one of them, not all."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from types import TracebackType
from typing import Final, Self

from sortal.errors import UsageError
from sortal.pictures.cores import usable_cores
from sortal.pictures.fit import FITS, Fit
from sortal.pictures.lane import Answer, Job, Jobs, Lane
from sortal.pictures.limits import LIMITS, MEBIBYTE, Limits
from sortal.pictures.prepare import Wanted, prepare_bytes
from sortal.pictures.record import Source
from sortal.pictures.refusal import Refusal
from sortal.pictures.signature import JPEG, NETPBM, PNG, sniff
from sortal.pictures.source import read_bytes
from sortal.pictures.wire import Item

_MOST_WORKERS: Final = 8
_IN_FLIGHT: Final = 32  # pictures per worker that are asked for and not yet handed out

_PORTIONS_IN_FLIGHT: Final = 4  # likewise requests for several small ones
_MOST_AT_ONCE: Final = 64  # small pictures asked for together
_PORTION_BYTES: Final = 1 << 19  # of squares in one answer; a pipe holds twice as many

_FEW: Final = 4  # up to this many pictures are not worth the start of a process
_TAME: Final = Limits(max_bytes=16 * MEBIBYTE, max_pixels=32_000_000)
_START_OF_SCAN: Final = b"\xff\xda"
_MOST_SCANS: Final = 64


class PicturePool:
    """Worker processes that read pictures and make squares of them.

    A file that kills its decoder, takes too much memory or never ends costs one worker, which
    is replaced, and becomes a fault. Use it as a context manager; leaving it ends every
    worker at once. Processes are started at the first use.

    Args:
        size: side of the squares, pixels.
        fit: how a picture becomes a square.
        thumbnail: longer side of the JPEG thumbnails, pixels; None for none.
        apart: whether pictures of handwriting are taken apart into their digits.
        workers: number of processes; None for one per usable core, at most 8.
        limits: what one picture may cost.

    Raises:
        UsageError: an argument is out of range.
    """

    def __init__(
        self,
        *,
        size: int,
        fit: Fit,
        thumbnail: int | None = None,
        apart: bool = False,
        workers: int | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        _check(size=size, fit=fit, thumbnail=thumbnail, workers=workers)
        self._wanted = Wanted(size=size, fit=fit, thumbnail=thumbnail, apart=apart, limits=limits)
        self._n_workers = min(_MOST_WORKERS, usable_cores()) if workers is None else workers
        self._portion = max(1, min(_MOST_AT_ONCE, _PORTION_BYTES // (3 * size * size)))
        self._jobs: Jobs = queue.SimpleQueue()
        self._lanes: list[Lane] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers at once, whatever they are doing; the pool may be used again."""
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            lane.stop()
        for _ in lanes:
            self._jobs.put(None)
        for lane in lanes:
            lane.join()
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                job.future.cancel()

    def read(self, items: Iterable[tuple[str, Source]]) -> Iterator[Answer]:
        """Yield what becomes of each picture, in the order of ``items``.

        Up to 32 pictures a worker, or 4 requests for small pictures that lie in one file, are
        taken from ``items`` ahead of the answers. A handful of
        ordinary JPEG, PNG and Netpbm files is read without starting a process.

        Args:
            items: pairs of the name that the user knows and where the bytes are.

        Raises:
            SortalError: no worker process could be started.
        """
        rest = iter(items)
        first = list(islice(rest, _FEW + 1))
        if len(first) <= _FEW and not self._lanes:
            for path, source in first:
                here = self._read_here(path, source)
                yield from [here] if here else self._answers(self._submit([(path, source)]))
            return
        yield from self._read_apart(chain(first, rest))

    def _read_here(self, path: str, source: Source) -> Answer | None:
        """Read a small file of a robust format in this process; None where it is neither."""
        bounds = self._wanted.limits
        limits = replace(
            bounds,
            max_bytes=min(bounds.max_bytes, _TAME.max_bytes),
            max_pixels=min(bounds.max_pixels, _TAME.max_pixels),
        )
        try:
            data = read_bytes(source, limits)
            if not _is_tame(data):
                return None
            return prepare_bytes(data, replace(self._wanted, limits=limits), path=path)
        except Refusal as refusal:
            return None if refusal.reason == "too-large" else refusal.fault(path)

    def _read_apart(self, items: Iterable[tuple[str, Source]]) -> Iterator[Answer]:
        """Keep the workers busy and hand out their answers in order."""
        flying: deque[Job] = deque()
        weight = 0  # of what is flying, as numbers of single pictures
        try:
            for items_of_job in _portions(items, most=self._portion):
                flying.append(self._submit(items_of_job))
                weight += _weight(flying[-1])
                while weight >= _IN_FLIGHT * self._n_workers:
                    weight -= _weight(flying[0])
                    yield from self._answers(flying.popleft())
            while flying:
                yield from self._answers(flying.popleft())
        finally:
            for job in flying:
                job.future.cancel()

    def _answers(self, job: Job) -> Iterator[Answer]:
        """Wait for the answers to a job; find out over which of several a worker died."""
        answers = job.future.result()
        if answers is not None:
            yield from answers
            return
        for item in job.items:
            yield from self._answers(self._submit([item]))

    def _submit(self, items: Sequence[Item]) -> Job:
        if len(self._lanes) < self._n_workers:
            lane = Lane(self._jobs, self._wanted)
            lane.start()
            self._lanes.append(lane)
        job = Job(items)
        self._jobs.put(job)
        return job


def _portions(items: Iterable[Item], *, most: int) -> Iterator[list[Item]]:
    """Put small pictures that follow each other in one file together; others stay alone.

    Asking for a picture of MNIST and hearing the answer takes longer than reading it.
    """
    portion: list[Item] = []
    for item in items:
        source = item[1]
        packed = isinstance(source.member, int)
        if portion and (not packed or len(portion) == most or portion[0][1].path != source.path):
            yield portion
            portion = []
        if packed:
            portion.append(item)
        else:
            yield [item]
    if portion:
        yield portion


def _weight(job: Job) -> int:
    """As how many pictures a job counts among those in flight."""
    return 1 if len(job.items) == 1 else _IN_FLIGHT // _PORTIONS_IN_FLIGHT


def _is_tame(data: bytes) -> bool:
    """Tell whether decoding ``data`` here is sure to end soon.

    The decoders of JPEG and PNG are the most tested there are, and bounded in time once the
    pixels are, but for a progressive JPEG of very many scans; raw Netpbm needs none.
    """
    kind = sniff(data)
    return kind in {PNG, NETPBM} or (kind is JPEG and data.count(_START_OF_SCAN) <= _MOST_SCANS)


def _check(*, size: int, fit: Fit, thumbnail: int | None, workers: int | None) -> None:
    if fit not in FITS:
        raise UsageError(f"PicturePool: fit must be one of {', '.join(FITS)}, not {fit!r}.")
    for name, value in (("size", size), ("thumbnail", thumbnail), ("workers", workers)):
        if value is not None and value < 1:
            raise UsageError(f"PicturePool: {name} must be at least 1, not {value}.")
