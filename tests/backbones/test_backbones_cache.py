"""The cache gives back exactly what it was given, and no state of the disk stops the work."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sortal.backbones.cache import Cache, Entry
from sortal.backbones.place import cache_folder
from sortal.backbones.records import Space, pack, unpack
from sortal.errors import UsageError
from sortal.pictures.record import Fingerprint

SPACE = Space(weights="ab" * 32, fit="pad", size=224, width=8)


def entry(number: int) -> Entry:
    random = np.random.default_rng(number)
    fingerprint = Fingerprint(
        sha256=f"{number:064x}",
        format="JPEG",
        width=640,
        height=480 + number,
        phash=2**64 - 1 - number,
        thumb=random.bytes(1024),
        sharpness=0.1 + 0.2,
        brightness=1 / 3,
        contrast=float(random.random()),
        taken_at=None if number % 2 else 1.6e9 + 0.125,
        camera=None if number % 2 else "Änne's camera \N{SNOWMAN}",
        repairs=() if number % 2 else ("one", "two"),
    )
    return Entry(fingerprint, random.standard_normal(8).astype(np.float32))


def hashes(entries: list[Entry]) -> list[str]:
    return [e.fingerprint.sha256 for e in entries]


def filled(folder: Path, n: int = 3) -> list[Entry]:
    entries = [entry(i) for i in range(n)]
    with Cache(folder) as cache:
        cache.store(entries, SPACE)
        assert cache.notes == ()
    return entries


def test_a_fingerprint_survives_packing() -> None:
    for number in range(4):
        fingerprint = entry(number).fingerprint
        assert unpack(fingerprint.sha256, pack(fingerprint)) == fingerprint


def test_what_was_stored_comes_back_bit_for_bit(tmp_path: Path) -> None:
    entries = filled(tmp_path, 1200)
    with Cache(tmp_path) as cache:
        fingerprints = cache.fingerprints(hashes(entries))
        vectors = cache.vectors(hashes(entries), SPACE)
    for each in entries:
        assert fingerprints[each.fingerprint.sha256] == each.fingerprint
        assert vectors[each.fingerprint.sha256].tobytes() == each.vector.tobytes()


@pytest.mark.parametrize(
    "other",
    [
        replace(SPACE, weights="cd" * 32),
        replace(SPACE, fit="crop"),
        replace(SPACE, size=260),
        replace(SPACE, version=SPACE.version + 1),
        replace(SPACE, width=16),
    ],
)
def test_vectors_of_another_space_are_never_given(tmp_path: Path, other: Space) -> None:
    entries = filled(tmp_path)
    with Cache(tmp_path) as cache:
        assert cache.vectors(hashes(entries), other) == {}
        assert len(cache.vectors(hashes(entries), SPACE)) == len(entries)


def test_thumbnails_are_kept_apart(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.store([entry(1)], SPACE)
        assert cache.thumbnails(hashes([entry(1)])) == {}
        cache.store_thumbnails({"0a" * 32: b"jpeg"})
    with Cache(tmp_path) as cache:
        assert cache.thumbnail("0a" * 32) == b"jpeg"
        assert cache.thumbnail("0f" * 32) is None


def test_a_record_with_a_flipped_bit_counts_as_absent(tmp_path: Path) -> None:
    entries = filled(tmp_path)
    with Cache(tmp_path) as cache:
        path = cache.path
    content = bytearray(path.read_bytes())
    content[content.index(entries[1].vector.tobytes()) + 5] ^= 1
    path.write_bytes(content)
    with Cache(tmp_path) as cache:
        found = cache.vectors(hashes(entries), SPACE)
        assert found.keys() == {entries[0].fingerprint.sha256, entries[2].fingerprint.sha256}
        cache.store([entries[1]], SPACE)
        assert len(cache.vectors(hashes(entries), SPACE)) == 3


def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        path = cache.path
    path.write_bytes(b"nothing of the kind" * 1000)
    entries = filled_after_damage(tmp_path)
    assert path.with_name(path.name + ".damaged").read_bytes().startswith(b"nothing")
    with Cache(tmp_path) as cache:
        assert cache.notes == ()
        assert len(cache.vectors(hashes(entries), SPACE)) == len(entries)


def filled_after_damage(folder: Path) -> list[Entry]:
    entries = [entry(i) for i in range(3)]
    with Cache(folder) as cache:
        assert len(cache.notes) == 1
        assert "damaged" in cache.notes[0]
        cache.store(entries, SPACE)
        assert len(cache.fingerprints(hashes(entries))) == 3
    return entries


def test_damage_inside_is_met_while_reading_and_put_aside(tmp_path: Path) -> None:
    entries = filled(tmp_path, 500)
    with Cache(tmp_path) as cache:
        path = cache.path
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(size - 8192))
    with Cache(tmp_path) as cache:
        assert cache.vectors(hashes(entries), SPACE) == {}
        cache.store(entries, SPACE)
        assert len(cache.vectors(hashes(entries), SPACE)) == 500
        assert len(cache.notes) == 1


def test_a_database_of_another_program_is_left_whole(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        path = cache.path
    path.unlink()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.execute("PRAGMA user_version = 7")
    foreign.commit()
    foreign.close()
    filled_after_damage(tmp_path)
    kept = sqlite3.connect(path.with_name(path.name + ".damaged"))
    assert kept.execute("SELECT count(*) FROM theirs").fetchone() == (0,)
    kept.close()


def test_a_folder_that_cannot_be_made_only_gives_a_note(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with Cache(blocker / "cache") as cache:
        cache.store([entry(1)], SPACE)
        assert cache.vectors(hashes([entry(1)]), SPACE) == {}
        assert len(cache.notes) == 1
        assert "not used" in cache.notes[0]


@pytest.mark.parametrize("limit", ["PRAGMA query_only = 1", "PRAGMA max_page_count = 1"])
def test_a_cache_that_cannot_grow_is_still_read(tmp_path: Path, limit: str) -> None:
    entries = filled(tmp_path)
    with Cache(tmp_path) as cache:
        connection = cache._store._connection
        assert connection is not None
        connection.execute(limit)
        cache.store([entry(i) for i in range(100, 400)], SPACE)
        cache.store([entry(i) for i in range(400, 500)], SPACE)
        assert len(cache.notes) == 1
        assert "nothing more is written" in cache.notes[0]
        assert len(cache.vectors(hashes(entries), SPACE)) == 3


def test_threads_may_share_a_cache(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        threads = [
            threading.Thread(
                target=cache.store, args=([entry(10 * t + i) for i in range(10)], SPACE)
            )
            for t in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(cache.vectors(hashes([entry(i) for i in range(80)]), SPACE)) == 80
        assert cache.notes == ()


WRITER = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_backbones_cache import SPACE, entry
from sortal.backbones.cache import Cache
start = int(sys.argv[2])
with Cache(Path(sys.argv[1])) as cache:
    print("open", flush=True)
    for i in range(start, start + int(sys.argv[3])):
        cache.store([entry(i)], SPACE)
    assert cache.notes == (), cache.notes
"""


def writer(folder: Path, start: int, n: int) -> subprocess.Popen[bytes]:
    code = WRITER.format(tests=str(Path(__file__).parent))
    arguments = [sys.executable, "-c", code, str(folder), str(start), str(n)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE)


def test_processes_that_begin_together_share_a_cache(tmp_path: Path) -> None:
    processes = [writer(tmp_path, 100 * p, 50) for p in range(3)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    with Cache(tmp_path) as cache:
        wanted = hashes([entry(100 * p + i) for p in range(3) for i in range(50)])
        assert len(cache.vectors(wanted, SPACE)) == 150


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")
def test_a_killed_writer_leaves_what_it_had_stored(tmp_path: Path) -> None:
    process = writer(tmp_path, 0, 100_000)
    assert process.stdout is not None
    assert process.stdout.readline() == b"open\n"
    wanted = hashes([entry(i) for i in range(20)])
    with Cache(tmp_path) as cache:
        deadline = time.monotonic() + 60
        while len(cache.vectors(wanted, SPACE)) < 20 and time.monotonic() < deadline:
            time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Cache(tmp_path) as cache:
        assert len(cache.vectors(wanted, SPACE)) == 20
        assert cache.notes == ()


def test_the_folder_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SORTAL_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("SORTAL_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "sortal"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder() == tmp_path / ".cache" / "sortal"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "sortal"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "sortal"


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("SORTAL_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(UsageError, match="SORTAL_CACHE"):
        cache_folder()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_others_cannot_look_into_the_folder(tmp_path: Path) -> None:
    with Cache(tmp_path / "fresh"):
        assert (tmp_path / "fresh").stat().st_mode & 0o077 == 0
