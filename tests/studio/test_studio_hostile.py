"""What is too much, forged or from elsewhere is refused early, and nothing of it is kept."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from studio_client import Studio, ask, studio

from drawn_shapes import draw
from sortal.studio.app import table
from sortal.studio.routes import MEBI, Route

CHUNK = bytes(2**16)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Studio]:
    with studio(tmp_path / "p", cache=tmp_path / "cache") as one:
        yield one


def zipped(members: dict[str, bytes], *, tight: bool = False) -> bytes:
    buffer = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if tight else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def png(seed: int) -> bytes:
    buffer = io.BytesIO()
    draw("disc", seed).save(buffer, "PNG")
    return buffer.getvalue()


class Untouched:
    """A body that must not be read."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise AssertionError("the body was read")


def files_in(opened: Studio) -> list[str]:
    folder = opened.desk.project.folder
    there = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
    return [name for name in there if not name.startswith(("project.sqlite", ".lock"))]


def taking(opened: Studio) -> list[Route]:
    return [route for route in table(opened.desk) if route.takes is not None]


def test_a_body_without_an_end_is_cut_off_at_the_limit(opened: Studio) -> None:
    """On every route that takes one, up to what a test can send; memory holds no more."""
    for route in taking(opened):
        if route.limit > 40 * MEBI:
            continue
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while True:
                sent += len(CHUNK)
                yield CHUNK

        path = route.path.replace("{id}", "1")
        came = opened.ask(route.method, path, endless())
        assert came.status == 413, route.path
        assert sent <= route.limit + 2 * len(CHUNK), route.path
    assert files_in(opened) == []


def test_what_announces_too_much_is_refused_before_a_byte_is_read(
    opened: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And for its size, however little room the disk has."""
    full = type("Usage", (), {"free": 0})
    monkeypatch.setattr("sortal.studio.receiving.shutil.disk_usage", lambda _: full)
    for route in taking(opened):
        path = route.path.replace("{id}", "1")
        announced = str(route.limit + 1)
        came = opened.ask(route.method, path, Untouched(), content_length=announced)
        assert came.status == 413, route.path


def test_a_body_without_permission_is_not_read(opened: Studio) -> None:
    came = ask(opened.app, "POST", "/api/store", body=Untouched(), origin="http://evil.example")
    assert came.status == 403


def test_an_archive_for_which_there_is_no_room_is_refused(
    opened: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 600 * MEBI})
    monkeypatch.setattr("sortal.studio.receiving.shutil.disk_usage", lambda _: usage)
    came = opened.ask("POST", "/api/archive", b"", content_length=str(200 * MEBI))
    assert came.status == 507
    assert "no room" in came.json["message"]


def test_an_upload_that_breaks_off_leaves_nothing(opened: Studio) -> None:
    class GoneError(Exception):
        pass

    async def torn() -> AsyncIterator[bytes]:
        yield CHUNK
        raise GoneError

    with pytest.raises(GoneError):
        opened.ask("POST", "/api/store", torn())
    assert files_in(opened) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"no zip at all",
        lambda: zipped({"x.txt": b"no picture"}),
        lambda: zipped({"a.jpg": bytes(200 * MEBI)}, tight=True),
        lambda: zipped({"../../a.jpg": png(1), "/etc/b.jpg": png(2)}),
        lambda: zipped({"a.jpg": png(1)})[:-30],
    ],
    ids=["no zip", "no picture", "bomb", "ways out", "torn"],
)
def test_archives_that_cannot_be_used_are_refused_in_a_sentence(
    opened: Studio, make: Callable[[], bytes]
) -> None:
    job = opened.job("/api/archive?name=evil.zip", make())
    assert job["state"] == "failed"
    assert len(job["message"]) > 20
    assert opened.get("/api/pictures")["total"] == 0
    assert files_in(opened) == []


def test_of_a_mixed_archive_what_is_sound_is_taken_and_the_rest_is_listed(opened: Studio) -> None:
    content = zipped(
        {"cat/1.png": png(1), "cat/2.png": b"", "dog/3.png": png(3), "../out.png": png(4)}
    )
    told = opened.done("/api/archive?name=pets.zip", content)
    assert told["added"] == 3
    assert [fault["path"] for fault in told["faults"]] == ["../out.png"]
    for job in opened.get("/api/jobs")["jobs"]:
        opened.wait(job["id"])
    project = opened.get("/api/project")
    assert {k["name"]: k["pictures"] for k in project["kinds"]} == {"cat": 1, "dog": 1}
    (faulty,) = opened.get("/api/pictures?shelf=faulty")["pictures"]
    assert "zero bytes" in faulty["fault"]


def test_a_project_of_teachable_machine_opens(opened: Studio) -> None:
    content = zipped(
        {"manifest.json": b'{"type":"image"}', "cat-!-0.png": png(1), "dog-!-0.png": png(2)}
    )
    told = opened.done("/api/archive?name=project.tm", content)
    assert told["added"] == 2
    assert {kind["name"] for kind in opened.get("/api/project")["kinds"]} == {"cat", "dog"}


@pytest.mark.parametrize("sha256", ["", "../../../etc/passwd", "0" * 64, "Z" * 64, "0" * 63 + "\n"])
def test_only_what_was_kept_can_be_added(opened: Studio, sha256: str) -> None:
    body = {
        "pictures": [{"sha256": sha256, "path": "x"}],
        "kind": None,
        "origin": "upload",
    }
    came = opened.ask("POST", "/api/add", body)
    assert came.status == 400
    assert "send its bytes first" in came.json["message"]


def test_too_many_pictures_at_once_are_refused(opened: Studio) -> None:
    one = {"sha256": "0" * 64, "path": "x"}
    body = {"pictures": [one] * 20_001, "kind": None, "origin": "upload"}
    came = opened.ask("POST", "/api/add", body)
    assert came.status == 400
    assert "At most 20,000" in came.json["message"]


@pytest.mark.parametrize("path", ["", "relative", "~nobody-here/x", "a\0b", "../up"])
def test_a_folder_is_named_by_its_whole_path(opened: Studio, path: str) -> None:
    assert opened.ask("POST", "/api/folder", {"path": path}).status == 400


def test_pictures_of_a_folder_stay_there_and_only_there(opened: Studio, tmp_path: Path) -> None:
    outside = tmp_path / "mine" / "cat"
    outside.mkdir(parents=True)
    (outside / "1.png").write_bytes(png(1))
    told = opened.done("/api/folder", {"path": str(tmp_path / "mine")})
    assert told["added"] == 1
    (picture,) = opened.get("/api/pictures")["pictures"]
    assert opened.desk.project.pictures.source(picture["id"]).path == outside / "1.png"
    assert not any(name.startswith("pictures/") for name in files_in(opened))
    listed = opened.get(f"/api/folders?path={tmp_path / 'mine'}")
    assert [folder["name"] for folder in listed["folders"]] == ["cat"]
    assert opened.get(f"/api/folders?path={outside}")["pictures"] == 1


@pytest.mark.parametrize("name", ["../project.sqlite", "..%2Fx.csv", "project.sqlite", ".x.csv"])
def test_only_what_was_made_to_be_taken_away_is_given(opened: Studio, name: str) -> None:
    assert opened.ask("GET", f"/api/files/{name}").status in (400, 404)


def packed(opened: Studio) -> bytes:
    made = opened.done("/api/pack")
    return opened.ask("GET", f"/api/files/{made['file']}").body


def forged(content: bytes, sql: str) -> bytes:
    """A packed project in whose file a stranger ran some SQL."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members["project.sqlite"])
    connection.executescript(sql)
    members["project.sqlite"] = connection.serialize()
    connection.close()
    return zipped(members)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE picture SET place = '/etc/passwd'", "outside of it"),
        ("UPDATE picture SET place = '../../etc/passwd'", "outside of it"),
        ("INSERT INTO opened VALUES ('/')", "outside of it"),
        ("CREATE TRIGGER t AFTER INSERT ON change BEGIN DELETE FROM picture; END", "not as Sortal"),
        ("CREATE VIEW v AS SELECT 1", "not as Sortal"),
        ("DROP TABLE answer", "not as Sortal"),
        ("PRAGMA user_version = 99", "newer Sortal"),
    ],
)
def test_a_forged_project_is_refused(opened: Studio, tmp_path: Path, sql: str, words: str) -> None:
    kept = {"sha256": opened.store(png(1)), "path": "x.png"}
    opened.post("/api/add", {"pictures": [kept], "kind": None, "origin": "upload"})
    content = forged(packed(opened), sql)
    job = opened.job(f"/api/unpack?folder={tmp_path / 'new'}", content)
    assert job["state"] == "failed"
    assert words in job["message"]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"x": b""}, "no packed project"),
        ({"project.sqlite": b"", "../../x": b""}, "it holds '../../x'"),
        ({"project.sqlite": b"", "models/1.py": b""}, "it holds 'models/1.py'"),
        ({"project.sqlite": b"", "models/../x.onnx": b""}, "it holds"),
        ({"project.sqlite": b"not a database" * 100}, "damaged"),
    ],
)
def test_an_archive_that_is_no_project_is_refused(
    opened: Studio, tmp_path: Path, members: dict[str, bytes], words: str
) -> None:
    job = opened.job(f"/api/unpack?folder={tmp_path / 'new'}", zipped(members))
    assert job["state"] == "failed"
    assert words in job["message"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "p"]


def test_a_bomb_in_place_of_a_project_is_refused(opened: Studio, tmp_path: Path) -> None:
    bomb = zipped({"project.sqlite": bytes(100 * MEBI)}, tight=True)
    job = opened.job(f"/api/unpack?folder={tmp_path / 'new'}", bomb)
    assert job["state"] == "failed"
    assert "no packed project" in job["message"]
