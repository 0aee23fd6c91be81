"""One thread and its worker process: it asks, waits, and replaces a worker that died."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from sortal.errors import Fault, SortalError
from sortal.pictures import process
from sortal.pictures.prepare import Wanted
from sortal.pictures.process import WorkerGone, WorkerProcess
from sortal.pictures.record import Prepared
from sortal.pictures.wire import Item

_AHEAD: Final = 2  # requests that a worker holds, so that it never waits for the next one

Answer = Prepared | Fault


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to read, or several small ones, and the promise of the answers.

    The promise is kept with None where the worker died over several: ask for them one by one.
    """

    items: Sequence[Item]
    future: Future[list[Answer] | None] = field(default_factory=Future)


Jobs = queue.SimpleQueue[Job | None]
"""Shared by all lanes of a pool; one None for each lane says that the end has come."""


class Lane(threading.Thread):
    """A thread that owns one worker process at a time, started at its first job.

    Args:
        jobs: where the work comes from.
        wanted: what to make of each picture.
    """

    def __init__(self, jobs: Jobs, wanted: Wanted) -> None:
        super().__init__(name="sortal-pictures", daemon=True)
        self._jobs = jobs
        self._wanted = wanted
        self._held: deque[Job] = deque()  # sent to the worker, which is reading the first
        self._worker: WorkerProcess | None = None
        self._guard = threading.Lock()  # around starting a worker and stopping the lane
        self._stopped = False

    def stop(self) -> None:
        """End the worker at once; the thread then ends with the None in its queue."""
        with self._guard:
            self._stopped = True
            if self._worker is not None:
                self._worker.kill()

    def run(self) -> None:
        """Serve jobs until the queue says None."""
        try:
            while self._take():
                self._settle_first()
        except (SortalError, OSError) as error:
            # A worker that was ended while it started must not be blamed for it.
            closed = SortalError("The picture pool was closed.")
            self._fail(closed if self._stopped else error)
        finally:
            if self._worker is not None:
                self._worker.retire()

    def _take(self) -> bool:
        """Send jobs to the worker, waiting only where it has none; False at the end."""
        while len(self._held) < _AHEAD:
            try:
                job = self._jobs.get(block=not self._held)
            except queue.Empty:
                return True
            if job is None:
                self._abandon(SortalError("The picture pool was closed before it was done."))
                return False
            if job.future.set_running_or_notify_cancel():
                self._held.append(job)
                self._ask(job)
        return True

    def _ask(self, job: Job) -> None:
        idle = len(self._held) == 1
        if self._worker is None or (idle and not self._worker.is_alive):
            self._renew()
        else:
            self._worker.ask(job.items)

    def _renew(self) -> None:
        """Start a worker in place of the one before, if any, and hand it all that is held."""
        if self._worker is not None:
            self._worker.retire()
        with self._guard:
            if self._stopped:
                self._worker = None
                raise SortalError("The picture pool was closed.")
            self._worker = WorkerProcess(self._wanted, command=process.COMMAND)
        self._worker.greet()
        for job in self._held:
            self._worker.ask(job.items)

    def _settle_first(self) -> None:
        """Wait for the answers to the first job; a worker that dies over it is its fault."""
        job = self._held[0]
        if self._worker is None:
            raise SortalError("A picture was waited for that no process was asked for.")
        try:
            answers = self._worker.answers()
        except WorkerGone as gone:
            if self._stopped:
                raise SortalError("The picture pool was closed.") from gone
            self._held.popleft()
            job.future.set_result(self._blame(job, gone))
            if self._held:
                self._renew()
        else:
            self._held.popleft()
            job.future.set_result(answers)

    def _blame(self, job: Job, gone: WorkerGone) -> list[Answer] | None:
        """What to answer where the worker died over a job; None where it had several pictures."""
        if len(job.items) > 1:
            return None
        ((path, _),) = job.items
        return [gone.fault(path, self._wanted.limits.seconds)]

    def _abandon(self, error: Exception) -> None:
        while self._held:
            self._held.popleft().future.set_exception(error)

    def _fail(self, error: Exception) -> None:
        """Answer every job with ``error`` until the end, so that nobody waits for ever."""
        self._abandon(error)
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(error)
