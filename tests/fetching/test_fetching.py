"""`sortal fetch`: whole files or none, whatever the server does."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from command_line import CommandLine
from local_server import Server, dripping, endless, file, redirect, silent, status
from sortal.collection import read_collection
from sortal.collection.idx import read_idx
from sortal.errors import DownloadError, OutputError, UsageError
from sortal.fetching import DATA_SETS, Contents, Patience, download, fetch

NAMES = [file.name for file in DATA_SETS["mnist"].files]
IMAGES = NAMES[0]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_it_fetches_what_training_reads(
    sortal_cli: CommandLine, small: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = sortal_cli("fetch", "mnist")
    assert ran.code == 0
    assert left(tmp_path / "mnist") == sorted(NAMES)
    assert ran.out.splitlines()[-1] == "Go on with  sortal train mnist"
    assert f"from {small.address}first/{IMAGES}" in ran.out
    assert ran.err.count("Fetching ") == 4
    collection = read_collection(tmp_path / "mnist")
    assert len(collection) == 72
    assert collection.classes == ("0", "1", "2")


def test_json_is_one_object_and_a_second_time_nothing_is_fetched(
    sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    first = sortal_cli("fetch", "mnist", "-o", tmp_path / "a" / "b", "--json")
    assert (first.code, first.err) == (0, "")
    asked = list(small.asked)
    assert asked == [f"/first/{name}" for name in NAMES]
    again = sortal_cli("fetch", "mnist", "-o", tmp_path / "a" / "b", "--json")
    assert small.asked == asked
    assert [f["source"] for f in again.json["files"]] == [None] * 4
    for item, wanted in zip(again.json["files"], DATA_SETS["mnist"].files, strict=True):
        data = (tmp_path / "a" / "b" / item["name"]).read_bytes()
        assert item["bytes"] == len(data)
        assert item["sha256"] == wanted.sha256
        assert hashlib.sha256(gzip.decompress(data)).hexdigest() == wanted.sha256


def test_what_is_missing_alone_is_fetched(small: Server, tmp_path: Path) -> None:
    fetch("mnist", tmp_path)
    (tmp_path / NAMES[2]).unlink()
    small.asked.clear()
    done = fetch("mnist", tmp_path)
    assert small.asked == [f"/first/{NAMES[2]}"]
    assert [f.source is None for f in done.files] == [True, True, False, True]


def test_another_mirror_is_tried_and_may_pack_otherwise(small: Server, tmp_path: Path) -> None:
    del small.answers[f"/first/{IMAGES}"]
    done = fetch("mnist", tmp_path)
    assert done.files[0].source == f"{small.address}second/{IMAGES}"
    assert read_idx(tmp_path / IMAGES).shape == (60, 8, 8)


def test_a_mirror_of_ones_own(sortal_cli: CommandLine, small: Server, tmp_path: Path) -> None:
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path, "--mirror", f"{small.address}second")
    assert ran.code == 0
    assert small.asked == [f"/second/{name}" for name in NAMES]


SOUND = gzip.compress(b"sound" * 100)
BAD = {
    "wrong bytes": (file(gzip.compress(b"another file")), "is not the file that it should be"),
    "another of the same size": (
        file(gzip.compress(bytes(16 + 60 * 64))),
        "its SHA-256 checksum is another",
    ),
    "no gzip": (file(b"<html>log in first</html>"), "it is no sound gzip file"),
    "cut and honest": (file(SOUND[:20], announced=20), "it is cut short"),
    "cut": (file(SOUND[:20], announced=len(SOUND)), "the connection broke after 20 of"),
    "empty": (file(b""), "it is cut short"),
    "something after": (file(SOUND + b"more"), "something follows its end"),
    "a bomb": (file(gzip.compress(bytes(3_000_000))), "holds more than the 3,856 bytes expected"),
    "endless": (endless(), "it is no sound gzip file"),
    "endless gzip": (endless(gzip.compress(b"")), "something follows its end"),
    "announced too large": (file(b"", announced=10**12), "the server announces"),
    "not there": (status(404), "404 Not Found (the file is not there)"),
    "broken": (status(503), "503 Service Unavailable"),
    "elsewhere": (redirect("http://example.invalid/x"), "sends us on to 'example.invalid'"),
    "elsewhere, encrypted": (redirect("https://example.invalid/x"), "where this file is not"),
    "to a file": (redirect("file:///etc/passwd"), "the server answered 302 Found"),
    "in circles": (redirect(f"/first/{IMAGES}"), "302"),
}


@pytest.mark.parametrize("what", BAD)
def test_whatever_comes_instead_is_refused_and_not_kept(
    what: str, sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    answer, says = BAD[what]
    small.answers[f"/first/{IMAGES}"] = answer
    ran = sortal_cli(
        "fetch", "mnist", "-o", tmp_path, "--mirror", f"{small.address}first/", "--json"
    )
    assert (ran.code, ran.out) == (DownloadError.exit_code, "")
    assert says in ran.err
    assert f"{IMAGES} could not be fetched" in ran.err
    assert left(tmp_path) == []


def test_files_that_came_before_are_kept_and_it_goes_on_with_the_rest(
    sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    for mirror in ("first", "second"):
        small.answers[f"/{mirror}/{NAMES[2]}"] = status(500)
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path)
    assert ran.code == 2
    assert ran.err.count("500 Internal Server Error") == 2
    assert left(tmp_path) == sorted(NAMES[:2])
    del small.answers[f"/first/{NAMES[2]}"]
    small.answers[f"/second/{NAMES[2]}"] = file(gzip.compress(b""))
    assert sortal_cli("fetch", "mnist", "-o", tmp_path).code == 2
    assert left(tmp_path) == sorted(NAMES[:2])


def test_nobody_there_is_a_sentence_and_leaves_no_folder(
    sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path / "new", "--mirror", "http://127.0.0.1:9/")
    assert (ran.code, ran.out) == (2, "")
    assert "127.0.0.1 could not be reached (Connection refused)" in ran.err
    assert not (tmp_path / "new").exists()


def test_a_server_that_is_silent_or_too_slow(small: Server, tmp_path: Path) -> None:
    until = threading.Event()
    brief = Patience(silence=0.3, window=0.3, least=1_000)
    try:
        small.answers[f"/first/{IMAGES}"] = silent(until)
        small.answers["/slow"] = dripping(until)
        with pytest.raises(DownloadError, match=r"could not be reached \(it does not answer\)"):
            fetch("mnist", tmp_path, mirror=f"{small.address}first", patience=brief)
        contents = Contents(sha256="", size=None, packed=False)
        with pytest.raises(DownloadError, match=r"too slow: \d+ bytes came in 0 s"):
            download(f"{small.address}slow", tmp_path / "x", contents, most=9_999, patience=brief)
    finally:
        until.set()
    assert left(tmp_path) == []


def test_an_endless_file_stops_at_its_bound(server: Server, tmp_path: Path) -> None:
    server.answers["/x"] = endless()
    with pytest.raises(DownloadError, match="sends more than 50,000 bytes"):
        download(
            f"{server.address}x",
            tmp_path / "x",
            Contents(sha256="", size=None, packed=False),
            most=50_000,
        )
    assert left(tmp_path) == []


def test_a_known_place_may_be_sent_on_to(server: Server, tmp_path: Path) -> None:
    server.answers["/x"] = redirect(f"{server.address.replace('127.0.0.1', 'localhost')}y")
    server.answers["/y"] = file(b"there")
    first, second = (Contents(sha256="", size=None, packed=False) for _ in range(2))
    with pytest.raises(DownloadError, match="sends us on to 'localhost'"):
        download(f"{server.address}x", tmp_path / "x", first, most=99)
    download(f"{server.address}x", tmp_path / "x", second, most=99, hosts=("localhost",))
    assert (tmp_path / "x").read_bytes() == b"there"


@pytest.mark.parametrize(
    "address", ["http://example.org/", "ftp://example.org/", "file:///etc/", "example.org", ""]
)
def test_only_https_is_spoken(address: str, tmp_path: Path, sortal_cli: CommandLine) -> None:
    with pytest.raises(UsageError, match="by https alone"):
        fetch("mnist", tmp_path, mirror=address)
    assert sortal_cli("fetch", "mnist", "-o", tmp_path, "--mirror", address).code == 2


def test_a_file_of_that_name_that_is_another_is_left_alone(
    sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    (tmp_path / IMAGES).write_bytes(b"mine")
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path)
    assert (ran.code, ran.out) == (OutputError.exit_code, "")
    assert "is there already, but is not the file" in ran.err
    assert (tmp_path / IMAGES).read_bytes() == b"mine"
    assert small.asked == []


def test_a_full_disk_keeps_what_came_before(
    sortal_cli: CommandLine, small: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = os.fsync
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 2:  # a file and its folder
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced(descriptor)

    monkeypatch.setattr("sortal.atomic.os.fsync", full)
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path)
    assert (ran.code, ran.out) == (OutputError.exit_code, "")
    assert "could not be written (No space left on device)" in ran.err
    assert left(tmp_path) == [IMAGES]


def test_where_no_folder_can_be_made(
    sortal_cli: CommandLine, small: Server, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    ran = sortal_cli("fetch", "mnist", "-o", tmp_path / "file" / "x")
    assert ran.code == 2
    assert "no folder can be made there" in ran.err


def test_an_interrupt_leaves_nothing_of_the_file(small: Server, tmp_path: Path) -> None:
    def stop(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("mnist", tmp_path / "new", progress=stop)
    assert left(tmp_path) == []


def test_another_data_set_lists_those_there_are(sortal_cli: CommandLine) -> None:
    ran = sortal_cli("fetch", "imagenet")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no data set called 'imagenet' to fetch. Known are: mnist." in ran.err


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real data beside the repository")
def test_the_table_is_that_of_the_real_files(tmp_path: Path) -> None:
    for wanted in DATA_SETS["mnist"].files:
        (tmp_path / wanted.name).write_bytes((SHARED / wanted.name).read_bytes())
    done = fetch("mnist", tmp_path)
    assert [file.source for file in done.files] == [None] * 4
    assert np.bincount(read_idx(tmp_path / NAMES[1])).sum() == 60_000


def test_mirrors_are_encrypted_and_bounds_leave_room() -> None:
    for known in DATA_SETS.values():
        assert all(m.startswith("https://") and m.endswith("/") for m in known.mirrors)
        assert all(len(f.sha256) == 64 and f.most > 0 for f in known.files)
    published = (9_912_422, 28_881, 1_648_877, 4_542)  # as on the page of Y. LeCun
    for n_bytes, wanted in zip(published, DATA_SETS["mnist"].files, strict=True):
        assert n_bytes < wanted.most < 3 * n_bytes
