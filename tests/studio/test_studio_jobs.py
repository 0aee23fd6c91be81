"""Long work runs one at a time, can be followed and stopped, and never takes the queue down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from own_loop import run_apart
from sortal.errors import UsageError
from sortal.pictures import Step
from sortal.studio.jobs import Event, Jobs, Teller


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    queue = Jobs()
    yield queue
    queue.close()


def follow(jobs: Jobs, *, after: int = 0, until: str = "done") -> list[Event]:
    """Collect events until a job's state is ``until``."""

    async def collect() -> list[Event]:
        found = []
        async for event in jobs.events(after=after):
            found.append(event)
            if event.job is not None and event.job.state == until:
                return found
        return found

    return run_apart(asyncio.wait_for(collect(), 20))


def test_a_job_tells_how_far_it_is(jobs: Jobs) -> None:
    def work(teller: Teller) -> dict[str, int]:
        for done in range(1, 4):
            teller.step(Step(f"Stage {done}", 1, 1))
        return {"answer": 42}

    jobs.submit("count", work)
    events = follow(jobs)
    assert [e.id for e in events] == list(range(1, len(events) + 1))
    stages = [e.job.step.stage for e in events if e.job and e.job.step]
    assert list(dict.fromkeys(stages)) == ["Stage 1", "Stage 2", "Stage 3"]
    last = events[-1].job
    assert last is not None
    assert last.result == {"answer": 42}


def test_a_page_that_was_reloaded_gets_what_it_missed(jobs: Jobs) -> None:
    jobs.submit("first", lambda _: {})
    seen = follow(jobs)
    jobs.submit("second", lambda _: {})
    missed = follow(jobs, after=seen[-1].id)
    assert {e.job.name for e in missed if e.job} == {"second"}
    assert [e.id for e in missed] == [seen[-1].id + n for n in (1, 2, 3)]


def test_work_is_stopped_at_its_next_sign_of_life(jobs: Jobs) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(teller: Teller) -> dict[str, int]:
        try:
            for turn in range(10_000_000):
                begun.set()
                teller.step(Step("Turning", turn))
        finally:
            ended.set()
        return {}

    job = jobs.submit("turn", work)
    waiting = jobs.submit("never", lambda _: {})
    assert begun.wait(10)
    jobs.cancel(waiting.id)
    jobs.cancel(job.id)
    assert ended.wait(10)
    follow(jobs, until="cancelled")
    jobs.submit("after", lambda _: {})
    follow(jobs)
    states = {j.name: j.state for j in jobs.all()}
    assert states == {"turn": "cancelled", "never": "cancelled", "after": "done"}


def test_what_goes_wrong_is_a_sentence_and_the_queue_goes_on(
    jobs: Jobs, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(_: Teller) -> dict[str, int]:
        raise UsageError("Two kinds are needed; one came.")

    def unforeseen(_: Teller) -> dict[str, int]:
        raise ZeroDivisionError("zero")

    jobs.submit("wrong", wrong)
    jobs.submit("unforeseen", unforeseen)
    jobs.submit("fine", lambda _: {})
    follow(jobs)
    messages = {j.name: j.message for j in jobs.all()}
    assert messages["wrong"] == "Two kinds are needed; one came."
    assert "ZeroDivisionError" in (messages["unforeseen"] or "")
    assert messages["fine"] is None
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_fast_signs_of_life_are_thinned_but_the_last_comes(jobs: Jobs) -> None:
    def work(teller: Teller) -> dict[str, int]:
        for done in range(1, 5_001):
            teller.step(Step("Counting", done, 5_000))
        return {}

    jobs.submit("count", work)
    steps = [e.job.step for e in follow(jobs) if e.job and e.job.step]
    assert len(steps) < 500
    assert steps[-1].done == 5_000
