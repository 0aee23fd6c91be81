"""A project keeps what a person gathered and said, and takes back what they regret."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sortal.errors import InputError, UsageError
from sortal.pictures.record import Source
from sortal.project import Answer, NewPicture, Project


def add(project: Project, count: int, *, kind: int | None = None, start: int = 0) -> list[int]:
    """Keep ``count`` small files, each with a content of its own."""
    new = []
    for number in range(start, start + count):
        place, sha256 = project.pictures.keep(f"picture {number}".encode())
        new.append(NewPicture(Source(place), sha256, f"{number}.png", "upload"))
    return project.pictures.add(new, kind=kind, words=f"{count} pictures added")


def test_what_is_added_is_there_after_closing(tmp_path: Path) -> None:
    with Project(tmp_path / "bricks") as project:
        kind = project.changes.add_kind("plate")
        ids = add(project, 3, kind=kind)
    with Project(tmp_path / "bricks") as project:
        assert [(k.name, k.pictures) for k in project.changes.kinds()] == [("plate", 3)]
        page = project.pictures.page("labelled")
        assert [p.id for p in page.pictures] == ids
        assert page.total == 3


def test_a_copied_project_has_its_pictures(tmp_path: Path) -> None:
    with Project(tmp_path / "a") as project:
        (row,) = add(project, 1)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    shutil.rmtree(tmp_path / "a")
    with Project(tmp_path / "b") as project:
        assert project.pictures.source(row).path.read_bytes() == b"picture 0"


def test_pictures_of_a_folder_stay_where_they_are(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"x")
    with Project(tmp_path / "p") as project:
        new = NewPicture(Source(outside), "0" * 64, "outside.png", "folder")
        (row,) = project.pictures.add([new])
        with pytest.raises(UsageError, match="nobody opened here"):
            project.pictures.source(row)
        project.pictures.open_folder(tmp_path)
        assert project.pictures.source(row).path == outside


@pytest.mark.parametrize("place", ["/etc/hostname", "../../etc/hostname", "pictures/../../x"])
def test_a_project_from_elsewhere_names_no_files_of_this_machine(
    tmp_path: Path, place: str
) -> None:
    with Project(tmp_path / "p") as project:
        kind = project.changes.add_kind("plate")
        (row,) = add(project, 1, kind=kind)
    connection = sqlite3.connect(tmp_path / "p" / "project.sqlite")
    with connection:
        connection.execute("UPDATE picture SET place = ?", [place])
    connection.close()
    with Project(tmp_path / "p") as project:
        with pytest.raises(UsageError, match="nobody opened here"):
            project.pictures.source(row)
        collection, ids = project.pictures.collection(name="p")
        assert (len(collection), ids) == (0, [])
        assert "nobody opened here" in collection.faults[0].message


def test_pictures_bring_their_kinds_along_in_one_change(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        plate = project.changes.add_kind("plate")
        place, sha256 = project.pictures.keep(b"x")
        new = [
            NewPicture(Source(place), sha256, "x", "upload", kind=kind)
            for kind in ("plate", "brick", None, "brick")
        ]
        ids = project.pictures.add(new)
        kinds = {k.name: k.id for k in project.changes.kinds()}
        assert [p.kind for p in project.pictures.get(ids)] == [plate, kinds["brick"], None]
        assert project.changes.history()[0].words == "3 pictures added"
        project.changes.undo()
        assert [k.name for k in project.changes.kinds()] == ["plate"]
        assert project.pictures.page().total == 0
        project.changes.redo()
        assert [(k.name, k.pictures) for k in project.changes.kinds()] == [
            ("plate", 1),
            ("brick", 1),
        ]


def test_the_threshold_of_a_run_is_a_change_like_any_other(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        run = project.runs.begin({})
        project.changes.set_threshold(run, 0.25)
        assert project.runs.get(run).threshold == 0.25
        project.changes.undo()
        assert project.runs.get(run).threshold is None
        with pytest.raises(UsageError, match="distance above 0"):
            project.changes.set_threshold(run, float("nan"))
        with pytest.raises(UsageError, match="no run 99"):
            project.changes.set_threshold(99, 0.25)


def test_the_same_content_is_added_once_to_a_kind(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        one, two = project.changes.add_kind("one"), project.changes.add_kind("two")
        assert len(add(project, 2, kind=one)) == 2
        assert add(project, 2, kind=one) == []
        assert len(add(project, 2, kind=two)) == 2


def test_undo_and_redo_walk_through_the_history(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        changes = project.changes
        kind = changes.add_kind("plate")
        ids = add(project, 2)
        changes.label(ids, kind)
        changes.exclude(ids[:1])
        assert changes.undo() is not None
        assert project.pictures.get(ids)[0].excluded is False
        undone = changes.undo()
        assert undone is not None
        assert undone.words == "2 pictures labelled plate"
        assert [p.kind for p in project.pictures.get(ids)] == [None, None]
        changes.redo()
        assert [p.kind for p in project.pictures.get(ids)] == [kind, kind]
        changes.label(ids[:1], None)
        assert changes.redo() is None, "what was done since has taken its place"
        assert [c.undone for c in changes.history()] == [False, True, False, False, False]
        while changes.undo():
            pass
        assert changes.kinds() == []
        assert project.pictures.page().total == 0


def test_removing_a_kind_leaves_its_pictures_and_undo_brings_both_back(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kind = project.changes.add_kind("plate")
        add(project, 3, kind=kind)
        project.changes.remove_kind(kind)
        assert project.pictures.page("unlabelled").total == 3
        project.changes.undo()
        assert project.changes.kinds()[0].pictures == 3


def test_kinds_are_renamed_but_never_twins(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kind = project.changes.add_kind("plate")
        project.changes.add_kind("brick")
        with pytest.raises(UsageError, match="a kind called brick already"):
            project.changes.rename_kind(kind, " brick ")
        project.changes.rename_kind(kind, "plate 1x1")
        assert [k.name for k in project.changes.kinds()] == ["plate 1x1", "brick"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x00b", "a\nb"])
def test_names_that_cannot_be_shown_are_refused(tmp_path: Path, name: str) -> None:
    with Project(tmp_path / "p") as project, pytest.raises(UsageError, match="1 to 200"):
        project.changes.add_kind(name)


def test_a_change_of_what_is_not_there_changes_nothing(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kind = project.changes.add_kind("plate")
        ids = add(project, 1)
        with pytest.raises(UsageError, match="no picture 99"):
            project.changes.label([*ids, 99], kind)
        with pytest.raises(UsageError, match="Nothing was named"):
            project.changes.label([], kind)
        assert project.pictures.get(ids)[0].kind is None
        assert len(project.changes.history()) == 2


def test_what_trains_is_labelled_usable_and_not_set_aside(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kind = project.changes.add_kind("plate")
        ids = add(project, 3, kind=kind)
        add(project, 1, start=10)
        project.changes.exclude(ids[:1])
        project.changes.group(ids[1:], "burst 1")
        broken = NewPicture(Source(tmp_path / "x"), "1" * 64, "x", "upload", fault="It is empty.")
        project.pictures.add([broken], kind=kind, words="added")
        collection, rows = project.pictures.collection(name="bricks")
        assert rows == ids[1:]
        assert [(s.label, s.group) for s in collection] == [("plate", "burst 1")] * 2
        assert [f.message for f in collection.faults] == ["It is empty."]
        everything, _ = project.pictures.collection(name="bricks", unlabelled=True)
        assert len(everything) == 3


def test_runs_are_compared_picture_by_picture(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        a, b, c, d = add(project, 4)
        first = project.runs.begin({"backbone": "lite0"})
        project.runs.finish(
            first,
            {"headline": "1 of 3"},
            [
                Answer(a, "plate", "plate", 0.9),
                Answer(b, "plate", "brick", 0.6),
                Answer(c, "brick", "plate", 0.5),
            ],
        )
        second = project.runs.begin({"backbone": "lite2"})
        project.runs.finish(
            second,
            {"headline": "2 of 3"},
            [
                Answer(a, "plate", "plate", 0.8),
                Answer(b, "plate", "plate", 0.7),
                Answer(d, "brick", "brick", 0.5),
            ],
        )
        told = [(x.picture, x.became) for x in project.runs.differences(first, second)]
        assert told == [(b, "right"), (c, "gone"), (d, "new")]
        assert project.runs.get(second).result == {"headline": "2 of 3"}


def test_a_run_that_never_ended_is_lost_and_nothing_else(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        add(project, 2)
        project.runs.begin({})
    with Project(tmp_path / "p") as project:
        assert [run.state for run in project.runs.all()] == ["lost"]
        assert project.pictures.page().total == 2


def test_who_comes_second_is_told_who_holds_it(tmp_path: Path) -> None:
    with (
        Project(tmp_path / "p", who="http://127.0.0.1:8765"),
        pytest.raises(UsageError, match=rf"8765 \(process {os.getpid()}\)"),
    ):
        Project(tmp_path / "p")
    Project(tmp_path / "p").close()


def test_a_thousand_changes_at_once_are_all_kept(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kinds = [project.changes.add_kind(f"kind {i}") for i in range(4)]
        ids = add(project, 1000)
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda row: project.changes.label([row], kinds[row % 4]), ids))
        assert [p.kind for p in project.pictures.get(ids)] == [kinds[row % 4] for row in ids]
        assert len(project.changes.history(count=2000)) == 1000 + 4 + 1


_LABELLER = """
import sys
from pathlib import Path
from sortal.project import Project
project = Project(Path(sys.argv[1]))
kinds = [kind.id for kind in project.changes.kinds()]
ids = [picture.id for picture in project.pictures.page(count=100).pictures]
print("ready", flush=True)
turn = 0
while True:
    project.changes.label(ids, kinds[turn % 2])
    turn += 1
    print(turn, flush=True)
"""


def test_killed_while_labelling_it_has_all_of_a_change_or_nothing(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        kinds = [project.changes.add_kind("a"), project.changes.add_kind("b")]
        add(project, 100)
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", _LABELLER, str(tmp_path / "p")], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(4)]
        assert told[0] == b"ready\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with Project(tmp_path / "p") as project:
            found = {p.kind for p in project.pictures.page(count=100).pictures}
            assert len(found) == 1
            assert found < set(kinds)


def test_a_file_that_is_no_project_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "p" / "project.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    before = file.read_bytes()
    with pytest.raises(InputError, match="damaged or no project"):
        Project(tmp_path / "p")
    assert file.read_bytes() == before


def test_another_programs_database_and_a_newer_schema_are_refused(tmp_path: Path) -> None:
    for name, sql, words in (
        ("other", "CREATE TABLE x (y)", "no project of Sortal's"),
        ("newer", "PRAGMA application_id = 1399812688; PRAGMA user_version = 99", "newer Sortal"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        connection = sqlite3.connect(folder / "project.sqlite")
        connection.executescript(sql)
        connection.close()
        with pytest.raises(InputError, match=words):
            Project(folder)


def test_it_works_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Nothing in the folder depends on the process that made it."""
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=_make, args=(tmp_path / "p",))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    with Project(tmp_path / "p") as project:
        assert project.changes.kinds()[0].name == "from elsewhere"


def _make(folder: Path) -> None:
    with Project(folder) as project:
        project.changes.add_kind("from elsewhere")
