"""A packed project is whole in itself, and opens elsewhere as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sortal.errors import OutputError
from sortal.pictures import Step
from sortal.pictures.record import Source
from sortal.project import NewPicture, Project, pack, unpack


def made(folder: Path, outside: Path) -> Project:
    """A project with a kept picture, one that lies elsewhere, and one in a zip elsewhere."""
    outside.mkdir()
    (outside / "far.jpg").write_bytes(b"far")
    with zipfile.ZipFile(outside / "more.zip", "w") as archive:
        archive.writestr("deep/one.jpg", b"deep")
    project = Project(folder)
    project.pictures.open_folder(outside)
    place, sha256 = project.pictures.keep(b"near")
    sources = {
        sha256: Source(place),
        "1" * 64: Source(outside / "far.jpg"),
        "2" * 64: Source(outside / "more.zip", "deep/one.jpg"),
        "3" * 64: Source(outside / "gone.jpg"),
    }
    new = [NewPicture(s, h, s.file_name, "folder", kind="plate") for h, s in sources.items()]
    project.pictures.add(new)
    project.model_file(1).write_bytes(b"model")
    project.report_file(1).write_bytes(b"report")
    return project


def test_what_lies_elsewhere_goes_along_and_what_is_gone_is_counted(tmp_path: Path) -> None:
    steps: list[Step] = []
    with made(tmp_path / "p", tmp_path / "outside") as project:
        assert pack(project, tmp_path / "p.zip", progress=steps.append) == 1
        history = project.changes.history()
    assert (steps[-1].done, steps[-1].total) == (4, 4)
    unpack(tmp_path / "p.zip", tmp_path / "q")
    with Project(tmp_path / "q") as project:
        ids = [picture.id for picture in project.pictures.page().pictures]
        there = [project.pictures.source(row).path for row in ids]
        assert all(path.is_relative_to(tmp_path / "q") for path in there)
        assert [p.read_bytes() for p in there[:3]] == [b"near", b"far", b"deep"]
        assert not there[3].exists()
        assert project.model_file(1).read_bytes() == b"model"
        assert project.report_file(1).read_bytes() == b"report"
        assert project.changes.history() == history
        assert project.pictures.opened() == []


def test_packing_changes_nothing_of_the_project(tmp_path: Path) -> None:
    with made(tmp_path / "p", tmp_path / "outside") as project:
        before = [project.pictures.source(row).path for row in range(1, 5)]
        pack(project, tmp_path / "p.zip")
        assert [project.pictures.source(row).path for row in range(1, 5)] == before
        assert project.pictures.opened() == [str(tmp_path / "outside")]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    with made(tmp_path / "p", tmp_path / "outside") as project:
        pack(project, tmp_path / "p.zip")
    for folder in (tmp_path / "outside", tmp_path / "outside" / "far.jpg"):
        with pytest.raises(OutputError, match="there is something already"):
            unpack(tmp_path / "p.zip", folder)


def test_what_cannot_be_written_leaves_no_half_archive(tmp_path: Path) -> None:
    with made(tmp_path / "p", tmp_path / "outside") as project:

        def stop(_: Step) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pack(project, tmp_path / "p.zip", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "p"]
