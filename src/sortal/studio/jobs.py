"""One queue of long work, and the events by which pages follow it.

Work runs one piece at a time in a thread of its own; what it computes happens in NumPy, ONNX
Runtime and worker processes, which leave the interpreter free to answer requests. Events have
numbers, so that a page that was reloaded goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import threading
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any, Final, Literal

from sortal.errors import SortalError
from sortal.pictures import Progress, Step

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Told = Mapping[str, Any]

_KEPT_EVENTS: Final = 1_000
_KEPT_JOBS: Final = 100
_TELL_EVERY: Final = 0.1
"""Seconds between two events of one stage; a page cannot show more."""


class CancelledError(Exception):
    """The person stopped the work; raised inside it, at its next sign of life."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work.

    Attributes:
        id: in the order of asking.
        name: what it is: "train", "look", "map".
        state: where it stands.
        step: its last sign of life, or None.
        told: what else it told last, such as an epoch of training.
        result: what came out; None before the end.
        message: why it failed; None where it did not.
        began: seconds since 1970; 0 before it begins.
    """

    id: int
    name: str
    state: State = "waiting"
    step: Step | None = None
    told: Told | None = None
    result: Told | None = None
    message: str | None = None
    began: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that pages want to know.

    Attributes:
        id: counts up from 1.
        kind: "job", or "project" for a change of what is in it.
        job: the job as it is then; None for other kinds.
        told: what else there is to say.
    """

    id: int
    kind: Literal["job", "project"]
    job: Job | None = None
    told: Told | None = None


class Teller:
    """What a piece of work gets: it tells how far it is, and hears whether to stop."""

    def __init__(self, jobs: Jobs, job: int) -> None:
        self._jobs = jobs
        self._job = job
        self._last = ("", 0.0)

    def step(self, step: Step) -> None:
        """Tell how far it is; a ``Progress``.

        Raises:
            CancelledError: the person stopped it.
        """
        self.check()
        now = time.monotonic()
        is_end = step.total is not None and step.done >= step.total
        if step.stage == self._last[0] and now - self._last[1] < _TELL_EVERY and not is_end:
            return
        self._last = (step.stage, now)
        self._jobs.update(self._job, step=step)

    def tell(self, told: Told) -> None:
        """Tell something else.

        Raises:
            CancelledError: the person stopped it.
        """
        self.check()
        self._jobs.update(self._job, told=told)

    def check(self) -> None:
        """Do nothing, unless the person stopped it.

        Raises:
            CancelledError: so it is.
        """
        if self._jobs.is_cancelled(self._job):
            raise CancelledError


Work = Callable[[Teller], Told]


class Jobs:
    """The queue. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[int, Job] = {}
        self._cancelled: set[int] = set()
        self._events: deque[Event] = deque(maxlen=_KEPT_EVENTS)
        self._n_jobs = self._n_events = 0
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._queue: SimpleQueue[tuple[int, Work] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sortal-jobs", daemon=True)
        self._thread.start()

    def submit(self, name: str, work: Work) -> Job:
        """Put work into the queue."""
        with self._lock:
            self._n_jobs += 1
            job = self._jobs[self._n_jobs] = Job(self._n_jobs, name)
            for old in [j.id for j in self._jobs.values() if j.is_over][:-_KEPT_JOBS]:
                del self._jobs[old]
            self._emit("job", job=job)
        self._queue.put((job.id, work))
        return job

    def cancel(self, job: int) -> None:
        """Stop work at its next sign of life, or before it begins."""
        with self._lock:
            if job in self._jobs and not self._jobs[job].is_over:
                self._cancelled.add(job)
                if self._jobs[job].state == "waiting":
                    self.update(job, state="cancelled")

    def is_cancelled(self, job: int) -> bool:
        """Whether the person stopped it."""
        return job in self._cancelled

    def all(self) -> list[Job]:
        """Return the jobs that are known, the oldest first."""
        with self._lock:
            return list(self._jobs.values())

    @property
    def last_event(self) -> int:
        """Number of the last event; 0 before any."""
        return self._n_events

    def update(self, job: int, **values: Any) -> None:
        """Change what is known of a job, and tell it."""
        with self._lock:
            self._jobs[job] = replace(self._jobs[job], **values)
            self._emit("job", job=self._jobs[job])

    def announce(self, told: Told) -> None:
        """Tell that something in the project changed."""
        with self._lock:
            self._emit("project", told=told)

    async def events(self, *, after: int) -> AsyncIterator[Event]:
        """Yield the events after number ``after``, those to come included, for ever.

        Of those that are no longer kept, the last state of each job has it all.
        """
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        listener = (loop, woken)
        with self._lock:
            self._listeners.add(listener)
        try:
            while True:
                with self._lock:
                    woken.clear()
                    some = [event for event in self._events if event.id > after]
                for event in some:
                    after = event.id
                    yield event
                await woken.wait()
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def close(self, *, seconds: float = 10.0) -> None:
        """Stop everything; wait for the running work to end, but not for ever."""
        with self._lock:
            for job in self.all():
                self.cancel(job.id)
        self._queue.put(None)
        self._thread.join(seconds)

    def _emit(self, kind: Literal["job", "project"], **values: Any) -> None:
        self._n_events += 1
        self._events.append(Event(self._n_events, kind, **values))
        for loop, woken in self._listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            job, work = item
            if not self.is_cancelled(job):
                self._do(job, work)

    def _do(self, job: int, work: Work) -> None:
        self.update(job, state="running", began=time.time())
        try:
            result = work(Teller(self, job))
        except CancelledError:
            self.update(job, state="cancelled")
        except SortalError as error:
            self.update(job, state="failed", message=str(error))
        except Exception as error:  # the queue must outlive whatever goes wrong in one job
            traceback.print_exc()
            message = f"Something unforeseen happened ({type(error).__name__}: {error})."
            self.update(job, state="failed", message=message)
        else:
            self.update(job, state="done", result=result)


def as_progress(teller: Teller) -> Progress:
    """Return the teller as the rooms expect it."""
    return teller.step
