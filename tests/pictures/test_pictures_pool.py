"""The pool: answers in order, hostile files cost one worker each, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from picture_files import encode, noisy, scene
from PIL import Image

from sortal.errors import SortalError, UsageError
from sortal.pictures import (
    Fault,
    Fit,
    Limits,
    PicturePool,
    Prepared,
    Source,
    fit_square,
    process,
    read_picture,
    thumbnail_jpeg,
)
from sortal.pictures.lane import Lane

HERE = Path(__file__).resolve().parent
ON_LINUX = sys.platform == "linux"


@pytest.fixture
def picture(tmp_path: Path) -> Source:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encode(scene(), "jpeg"))
    return Source(path)


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    command = (sys.executable, "-P", str(HERE / "misbehaving_worker.py"))
    monkeypatch.setattr(process, "COMMAND", command)


def pool_of(seconds: float = 20.0, workers: int = 2, fit: Fit = "pad") -> PicturePool:
    return PicturePool(size=64, fit=fit, workers=workers, limits=Limits(seconds=seconds))


def worker_ids() -> set[int]:
    """Processes that are children of this one."""
    children = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                children.add(int(entry.name))
    return children


def wait_until(condition: object, *, seconds: float = 20.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def test_answers_come_in_order_and_are_those_of_read_picture(tmp_path: Path) -> None:
    items, expected = [], []
    for k in range(40):
        path = tmp_path / f"{k}.png"
        Image.fromarray(noisy(40 + k, 90 - k)).save(path)
        items.append((f"folder/{k}.png", Source(path)))
        expected.append(read_picture(path, path=f"folder/{k}.png"))
    with PicturePool(size=48, fit="crop", thumbnail=24, workers=2) as pool:
        answers = list(pool.read(iter(items)))
        assert list(pool.read([])) == []
    assert len(answers) == len(items)
    for answer, picture in zip(answers, expected, strict=True):
        assert isinstance(answer, Prepared)
        assert answer.fingerprint == picture.fingerprint
        assert np.array_equal(answer.square, fit_square(picture.pixels, 48, "crop"))
        assert answer.square.flags.writeable
        assert answer.thumbnail == thumbnail_jpeg(picture.pixels, 24)


def test_faults_stand_among_the_answers(tmp_path: Path, picture: Source) -> None:
    cut = tmp_path / "cut.png"
    cut.write_bytes(encode(noisy(), "png")[:500])
    items = [("a", picture), ("cut.png", Source(cut)), ("gone", Source(tmp_path / "gone"))] * 4
    with pool_of() as pool:
        answers = list(pool.read(items))
    reasons = [answer.reason if isinstance(answer, Fault) else None for answer in answers]
    assert reasons == [None, "truncated", "unreadable"] * 4
    assert [answer.path for answer in answers if isinstance(answer, Fault)][:2] == [
        "cut.png",
        "gone",
    ]


@pytest.mark.skipif(not ON_LINUX, reason="file names of arbitrary bytes are a Linux matter")
def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x8d\x8e.png")
    path.write_bytes(encode(scene(), "png"))
    with pool_of() as pool:
        answers = list(pool.read([(str(path), Source(path))] * 6))
    assert all(isinstance(answer, Prepared) for answer in answers)


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_crash_or_stall_costs_one_worker_and_no_other_picture(
    picture: Source, workers: int
) -> None:
    names = [
        "a",
        "segfault",
        "b",
        "abort",
        "exit",
        "garbage",
        "c",
        "sleep",
        "spin",
        "d",
        "segfault",
        "e",
    ]
    with pool_of(seconds=0.5, workers=workers) as pool:
        answers = list(pool.read((name, picture) for name in names))
    seen = [answer.reason if isinstance(answer, Fault) else "used" for answer in answers]
    crash, stall = "decoder-crash", "decoder-timeout"
    assert seen == [
        "used",
        crash,
        "used",
        crash,
        crash,
        crash,
        "used",
        stall,
        stall,
        "used",
        crash,
        "used",
    ]
    messages = [answer.message for answer in answers if isinstance(answer, Fault)]
    assert "exit code 3" in messages[2]
    if os.name == "posix":
        assert "SIGSEGV" in messages[0]
        assert "SIGABRT" in messages[1]
    assert "0.5 seconds" in messages[4]


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(not ON_LINUX, reason="address space is limited on Linux only")
def test_memory_is_limited(picture: Source) -> None:
    items = [(name, picture) for name in ("a", "memory", "b", "c", "d", "e")]
    with pool_of() as pool:
        answers = list(pool.read(items))
    # An uncaught MemoryError ends the worker; one inside a decoder is "too-large".
    assert [isinstance(answer, Prepared) for answer in answers] == [True, False] + [True] * 4


@pytest.mark.skipif(not ON_LINUX, reason="address space is limited on Linux only")
def test_a_decoder_that_runs_out_of_memory_is_a_fault_for_its_file(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    Image.new("RGB", (8_000, 8_000), "red").save(large, compress_level=1)
    limits = Limits(max_memory=350 << 20)
    with PicturePool(size=32, fit="pad", workers=1, limits=limits) as pool:
        (answer,) = pool.read([("large.png", Source(large))])
    assert isinstance(answer, Fault)
    assert answer.reason == "too-large"


@pytest.mark.usefixtures("misbehaving")
def test_what_a_decoder_prints_disturbs_nobody(
    picture: Source, capfd: pytest.CaptureFixture[str]
) -> None:
    with pool_of() as pool:
        answers = list(pool.read([("chatter", picture)] * 6))
    assert all(isinstance(answer, Prepared) for answer in answers)
    assert capfd.readouterr() == ("", "")


def test_a_few_ordinary_pictures_start_no_process(
    picture: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "COMMAND", ("/nowhere/python",))
    with pool_of() as pool:
        answers = list(pool.read([("a", picture)] * 4))
        assert all(isinstance(answer, Prepared) for answer in answers)
        with pytest.raises(FileNotFoundError):
            list(pool.read([("a", picture)] * 5))


def test_a_few_pictures_of_other_formats_go_to_a_process(tmp_path: Path) -> None:
    path = tmp_path / "picture.tiff"
    path.write_bytes(encode(scene(), "tiff"))
    with pool_of() as pool:
        (answer,) = pool.read([("picture.tiff", Source(path))])
        assert len(pool._lanes) == 1
    assert isinstance(answer, Prepared)


def test_a_jpeg_of_very_many_scans_goes_to_a_process(tmp_path: Path) -> None:
    path = tmp_path / "scans.jpg"
    path.write_bytes(encode(scene(), "jpeg") + b"\xff\xda" * 100)
    with pool_of() as pool:
        list(pool.read([("scans.jpg", Source(path))]))
        assert len(pool._lanes) == 1


def test_a_worker_that_cannot_start_is_said_with_its_words(
    picture: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (sys.executable, "-P", str(HERE / "misbehaving_worker.py"), "stillborn")
    monkeypatch.setattr(process, "COMMAND", command)
    with pool_of() as pool, pytest.raises(SortalError, match="no decoder today"):
        list(pool.read([("a", picture)] * 20))


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(not ON_LINUX, reason="counts processes through /proc")
def test_leaving_early_leaves_no_process(picture: Source) -> None:
    before = worker_ids()
    endless: Iterator[tuple[str, Source]] = iter(lambda: ("slow", picture), None)
    with pool_of() as pool:
        answers = pool.read(endless)
        assert isinstance(next(answers), Prepared)
        assert worker_ids() - before
        answers.close()  # type: ignore[attr-defined]
        # The pool is still good for other work.
        assert len(list(pool.read([("a", picture)] * 8))) == 8
    assert worker_ids() <= before
    assert not any(isinstance(thread, Lane) for thread in threading.enumerate())


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(not ON_LINUX, reason="counts processes through /proc")
def test_closing_does_not_wait_for_a_stalled_decoder(picture: Source) -> None:
    before = worker_ids()
    with pool_of(seconds=500) as pool:
        answers = pool.read([("a", picture)] * 64 + [("sleep", picture)] * 64)
        next(answers)
    assert worker_ids() <= before
    with pytest.raises(SortalError, match="closed"):
        list(answers)


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(not ON_LINUX, reason="counts processes through /proc")
def test_an_idle_worker_that_was_killed_is_replaced(picture: Source) -> None:
    before = worker_ids()
    with pool_of(workers=1) as pool:
        list(pool.read([("a", picture)] * 6))
        (worker,) = worker_ids() - before
        os.kill(worker, signal.SIGKILL)
        assert wait_until(lambda: worker not in worker_ids())
        answers = list(pool.read([("a", picture)] * 6))
    assert all(isinstance(answer, Prepared) for answer in answers)


SCRIPT = """
import os, signal, sys
from pathlib import Path
from sortal.pictures import PicturePool, Source
print("started", flush=True)
with PicturePool(size=32, fit="pad", workers=2) as pool:
    items = (("a", Source(Path(sys.argv[1]))) for _ in range({count}))
    for k, answer in enumerate(pool.read(items)):
        if k == 5:
            print("reading", flush=True)
print("done", k + 1, flush=True)
"""


def test_a_script_without_a_guard_runs_once(tmp_path: Path, picture: Source) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(count=20))
    # A module of this name beside the pictures must not be taken for the real one.
    (tmp_path / "PIL.py").write_text("raise SystemExit('the wrong PIL')")
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", str(script), str(picture.path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n") == ["started", "reading", "done 20", ""]
    assert done.stderr == ""


@pytest.mark.skipif(not ON_LINUX, reason="finds processes through /proc")
@pytest.mark.parametrize("how", ["interrupt", "kill"])
def test_an_interrupted_program_leaves_no_process(
    tmp_path: Path, picture: Source, how: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(count=10**9))
    program = subprocess.Popen(
        [sys.executable, str(script), str(picture.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stdout is not None
    while program.stdout.readline() != "reading\n":
        pass
    if how == "interrupt":
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to everyone
    else:
        program.kill()
    program.communicate(timeout=30)
    assert program.returncode == (-signal.SIGINT if how == "interrupt" else -signal.SIGKILL)
    assert wait_until(lambda: not session_members(program.pid))


def session_members(session: int) -> list[str]:
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                members.append(entry.name)
    return members


def test_arguments_are_checked() -> None:
    for wrong in ({"size": 0}, {"workers": 0}, {"thumbnail": 0}, {"fit": "stretch"}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            PicturePool(**({"size": 8, "fit": "pad"} | wrong))  # type: ignore[arg-type]
