"""Killed a hundred times while it labels and trains, a project opens every time."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from sortal.pictures.record import Source
from sortal.project import Answer, NewPicture, Project

PICTURES = 100
KILLS = 100


def work(folder: Path, ready: Event) -> None:
    """Label all pictures as one kind after the other, and train between, without end."""
    project = Project(folder)
    kinds = [kind.id for kind in project.changes.kinds()]
    ids = [picture.id for picture in project.pictures.page(count=PICTURES).pictures]
    for turn in range(10**9):
        project.changes.label(ids, kinds[turn % 2])
        run = project.runs.begin({"turn": turn})
        ready.set()
        project.runs.finish(run, {"turn": turn}, [Answer(i, "a", "b", 0.5) for i in ids])
        if turn % 3 == 0:
            project.changes.undo()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a hundred processes are started by fork")
def test_killed_a_hundred_times_it_opens_every_time(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    with Project(folder) as project:
        kinds = {project.changes.add_kind(name) for name in ("a", "b")}
        place, _ = project.pictures.keep(b"x")
        new = [
            NewPicture(Source(place), f"{i:064x}", f"{i}.png", "upload") for i in range(PICTURES)
        ]
        project.pictures.add(new, kind=min(kinds))
    chance = random.Random(0)
    context = multiprocessing.get_context("fork")
    for _ in range(KILLS):
        ready = context.Event()
        worker = context.Process(target=work, args=(folder, ready))
        worker.start()
        assert ready.wait(120)
        time.sleep(chance.uniform(0, 0.02))
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        check(folder, kinds)


def check(folder: Path, kinds: set[int]) -> None:
    """A change is there whole or not at all, and at most the running training is lost."""
    with Project(folder) as project:
        pictures = project.pictures.page(count=PICTURES).pictures
        assert len(pictures) == PICTURES
        found = {picture.kind for picture in pictures}
        assert len(found) == 1
        assert found <= kinds
        runs = project.runs.all()
        assert {run.state for run in runs} <= {"done", "lost"}
        last = max(run.id for run in runs)
        for run in runs[:3]:
            count = len(project.runs.answers(run.id))
            assert count == (PICTURES if run.state == "done" else 0), (run.id, last)
        torn = [
            c
            for c in project.changes.history(count=5)
            if c.touched not in (PICTURES, 2 * PICTURES, 1)
        ]
        assert torn == []
