"""The curve of a training by backpropagation, as it is told to pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sortal.studio.jobs import Jobs, Teller
from sortal.studio.training import _Course
from sortal.training.deep import Epoch, Stopped

EPOCHS = 2_000


def test_short_epochs_are_all_told_but_not_one_by_one() -> None:
    """Each event carries the whole curve: one an epoch would grow with their square."""
    told: list[Mapping[str, Any]] = []

    class Listening(Teller):
        def tell(self, what: Mapping[str, Any]) -> None:
            told.append(what)

    jobs = Jobs()
    began = time.monotonic()
    course = _Course(Listening(jobs, 1))
    for number in range(1, EPOCHS + 1):
        course(Epoch(number, 0.5, 0.5, None, None, 0.1, 0.001, 9.0, False))
    course(Stopped("finished", EPOCHS, EPOCHS, "All epochs are done."))
    seconds = time.monotonic() - began
    jobs.close()
    assert [epoch["epoch"] for epoch in told[0]["epochs"]] == [1]
    assert [epoch["epoch"] for epoch in told[-1]["epochs"]] == [*range(1, EPOCHS + 1)]
    assert len(told) <= 2 + seconds / 0.5 + 1
