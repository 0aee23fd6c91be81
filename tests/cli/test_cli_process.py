"""The process around a command: pipes, encodings, interrupts, full disks, progress."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import CommandLine, start
from drawn_shapes import draw_folder
from sortal.cli.console import Lines
from sortal.pictures import Step

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
FULL = Path("/dev/full")


def test_a_reader_that_goes_away_is_no_error(model: Path, shapes: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("predict", model, shapes / "disc", stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full here")
def test_a_full_disk_under_stdout_is_said(model: Path) -> None:
    with FULL.open("wb") as full:
        process = start("show", model, stdout=full.fileno())
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err == b"sortal: The result could not be printed (No space left on device).\n"


@POSIX
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">&-", 2, "standard output is closed"),
        ("2>&-", 0, ""),
        ("<&-", 0, ""),
        ("- <&-", 2, "standard input is closed"),
    ],
)
def test_closed_streams(redirection: str, code: int, said: str, model: Path, shapes: Path) -> None:
    command = f'exec "$0" -m sortal predict "$1" "$2" {redirection}'
    picture = shapes / "disc/disc-00.png"
    ran = subprocess.run(
        ["sh", "-c", command, sys.executable, model, picture],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_any_encoding_of_stdout_carries_any_name(form: str, model: Path, shapes: Path) -> None:
    picture = shapes.parent / "日本.png"
    picture.write_bytes((shapes / "disc/disc-00.png").read_bytes())
    process = start("predict", model, picture, form, environment={"PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    if form == "--json":
        assert json.loads(out)["predictions"][0]["path"] == str(picture)
    else:
        assert rb"\u65e5\u672c.png" in out


def temporary_files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*.tmp")]


@POSIX
def test_an_interrupt_leaves_nothing_half_and_the_next_run_goes_on(tmp_path: Path) -> None:
    given = draw_folder(tmp_path / "given", each=60, first=500)
    cache, out = tmp_path / "cache", tmp_path / "out"
    environment = {"SORTAL_CACHE": str(cache)}
    out.mkdir()
    process = start("train", given, "-o", out / "m.onnx", "--workers=1", environment=environment)
    store = cache / "cache-1.sqlite-wal"
    deadline = time.monotonic() + 120
    while not (store.exists() and store.stat().st_size > 100_000) and time.monotonic() < deadline:
        assert process.poll() is None, "it was done before it could be interrupted"
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    stdout, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout == b""
    assert err.decode().splitlines()[-1] == (
        "sortal: interrupted; what was finished before is kept"
    )
    assert b"Traceback" not in err
    assert list(out.iterdir()) == []
    assert temporary_files(tmp_path) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SORTAL_CACHE", str(cache))
        from sortal.workflow import train_folder

        steps: list[Step] = []
        train_folder(given, model=out / "m.onnx", progress=steps.append)
    first = next(step for step in steps if step.stage == "Embedding pictures")
    assert 0 < first.done < 180, "it went on where it had been stopped"


def test_an_interrupt_while_the_report_is_made_keeps_the_model(
    sortal_cli: CommandLine,
    shapes: Path,
    trained_at_once: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["sortal.workflow.trained"], "training_report", interrupted)
    (tmp_path / "m.html").write_text("the report before")
    ran = sortal_cli("train", shapes, "-o", tmp_path / "m.onnx", "--json")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "sortal: interrupted; what was finished before is kept\n"
    assert (tmp_path / "m.html").read_text() == "the report before"
    assert sortal_cli("show", tmp_path / "m.onnx").code == 0
    assert temporary_files(tmp_path) == []


def test_an_interrupt_that_hits_a_starting_library_is_still_one(
    sortal_cli: CommandLine, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(_: Path) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None  # as extension modules do

    monkeypatch.setattr("sortal.workflow.load", started)
    assert sortal_cli("show", model).code == 130


def test_an_import_that_fails_by_itself_is_not_hidden(
    sortal_cli: CommandLine, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr("sortal.workflow.load", broken)
    monkeypatch.setattr("sortal.cli.console._interrupts", [])
    with pytest.raises(ImportError, match="no such library"):
        sortal_cli("show", model)


@POSIX
def test_a_missing_extra_has_its_own_exit_code(
    sortal_cli: CommandLine, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sortal.errors import MissingExtraError

    def missing(_: Path) -> None:
        raise MissingExtraError("Training networks", extra="deep")

    monkeypatch.setattr("sortal.workflow.load", missing)
    ran = sortal_cli("show", model)
    assert ran.code == 3
    assert "pip install 'sortal[deep]'" in ran.err


def on_a_terminal(*arguments: str | Path, **environment: str) -> tuple[int, str]:
    """Run ``sortal`` with a terminal as stderr; return its exit code and what stood there."""
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sortal", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=its,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"} | environment,
    )
    os.close(its)
    seen = b""
    while True:
        try:
            chunk = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(mine)
    return process.wait(timeout=120), seen.decode()


@POSIX
def test_bars_on_a_terminal_and_plain_lines_without_colour(shapes: Path) -> None:
    code, seen = on_a_terminal("check", shapes)
    assert code == 0
    assert "\x1b[" in seen
    assert "Embedding pictures" in seen
    code, seen = on_a_terminal("check", shapes, NO_COLOR="1")
    assert code == 0
    assert "\x1b" not in seen
    assert "Embedding pictures: 36 pictures" in seen
    assert on_a_terminal("check", shapes, "--json")[1] == ""


def test_a_stage_is_one_line_even_where_it_never_says_that_it_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = Lines()
    for step in (
        Step("Reading", 0, 3, "files"),
        Step("Reading", 3, 3, "files"),
        Step("Reading", 3, 3, "files"),
        Step("Fitting", 1, 9),
        Step("Fitting", 4, 9),
        Step("Writing", 0, 1),
        Step("Writing", 1, 1),
    ):
        lines(step)
    said = [line.rpartition(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert said == ["Reading: 3 files", "Fitting", "Writing"]


def test_version(sortal_cli: CommandLine) -> None:
    ran = sortal_cli("--version")
    assert ran.code == 0
    assert ran.out.startswith("sortal 0.")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_many_names_on_standard_input_need_no_memory(
    model: Path, shapes: Path, tmp_path: Path
) -> None:
    pictures = sorted(shapes.rglob("*.png"))[:3]
    names = [tmp_path / f"{i:04d}.png" for i in range(600)]
    for i, name in enumerate(names):
        name.symlink_to(pictures[i % 3])

    def peak(n: int) -> int:
        """Highest resident memory in KiB while n names are predicted."""
        process = start("predict", model, "-", "--workers=1", stdin=subprocess.PIPE)
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"".join(os.fsencode(name) + b"\n" for name in names[:n]))
        process.stdin.close()
        lines, highest = 0, 0
        for _ in process.stdout:
            lines += 1
            if lines % 50 == 0 and (status := Path(f"/proc/{process.pid}/status")).exists():
                text = status.read_text()
                found = [row.split()[1] for row in text.splitlines() if row.startswith("VmHWM")]
                highest = max(highest, *map(int, found), 0)
        assert process.wait(timeout=120) == 0
        assert process.stderr
        process.stderr.close()
        process.stdout.close()
        assert lines == n
        return highest

    few, many = peak(100), peak(600)
    assert many - few < 20_000, "500 pictures more must not need 20 MB more"
