"""How a page follows long work: a list of it, a stream of events, a way to stop it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import Response, StreamingResponse

from sortal.errors import UsageError
from sortal.pictures import Step
from sortal.studio.jobs import Event, Job, Jobs
from sortal.studio.messages import EventMessage, JobMessage, JobsMessage, StepMessage
from sortal.studio.routes import Call, Route

_SIGN_OF_LIFE = 15.0
"""Seconds of silence after which a comment is sent, so that a lost connection is noticed."""


class Following:
    """Handlers over the queue."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def routes(self) -> list[Route]:
        """Return the part of the table that is served here."""
        return [
            Route("GET", "/api/jobs", self.jobs, "All known work", gives=JobsMessage),
            Route("DELETE", "/api/jobs/{id}", self.cancel, "Stop work", gives=JobsMessage),
            Route(
                "GET",
                "/api/events",
                self.events,
                "Events as they come (text/event-stream, each an EventMessage)",
                gives=EventMessage,
                query={"after": "number of the last event that is known"},
            ),
        ]

    def jobs(self, _: Call | None = None) -> JobsMessage:
        """Return all known work."""
        last = self._jobs.last_event  # before the list, so that no event falls between
        return JobsMessage(jobs=[job_message(job) for job in self._jobs.all()], last_event=last)

    def cancel(self, call: Call) -> JobsMessage:
        """Stop a piece of work."""
        self._jobs.cancel(call.number("id"))
        return self.jobs()

    def events(self, call: Call) -> Response:
        """Stream events; a browser that lost the connection names the last one that it got."""
        text = call.headers.get("last-event-id") or call.query.get("after", "0")
        if not text.isdigit():
            raise UsageError(f"after must be the number of an event; {text[:40]!r} came.")
        return StreamingResponse(
            _stream(self._jobs, int(text)),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )


async def _stream(jobs: Jobs, after: int) -> AsyncIterator[bytes]:
    """Yield events in the form of the standard (WHATWG HTML, server-sent events)."""
    events = jobs.events(after=min(after, jobs.last_event))
    coming = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=_SIGN_OF_LIFE)
            if not done:
                yield b": still here\n\n"
                continue
            event = coming.result()
            yield b"id: %d\ndata: %s\n\n" % (event.id, msgspec.json.encode(_message(event)))
            coming = asyncio.ensure_future(anext(events))
    finally:
        coming.cancel()


def _message(event: Event) -> EventMessage:
    return EventMessage(
        kind=event.kind,
        job=None if event.job is None else job_message(event.job),
        told=None if event.told is None else dict(event.told),
    )


def job_message(job: Job) -> JobMessage:
    """Return a job as the page gets it."""
    return JobMessage(
        id=job.id,
        name=job.name,
        state=job.state,
        step=None if job.step is None else _step(job.step),
        told=None if job.told is None else dict(job.told),
        result=None if job.result is None else dict(job.result),
        message=job.message,
        began=job.began,
    )


def _step(step: Step) -> StepMessage:
    return StepMessage(stage=step.stage, done=step.done, total=step.total, unit=step.unit)
