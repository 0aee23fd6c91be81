"""`sortal train --network` on a disk that fills up: nothing is lost, and it goes on afterwards."""

from __future__ import annotations

import errno
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")
resource = pytest.importorskip("resource", reason="limits the size of files, as POSIX can")

from command_line import CommandLine, start  # noqa: E402
from packed_files import write_stripes  # noqa: E402
from sortal.errors import OutputError  # noqa: E402

OPTIONS = (
    *("--network", "flatten", "--size", "8", "--channels", "1", "--epochs", "200"),
    *("--threads", "1", "--workers", "1", "--no-cache"),
)
EARLIER = b"a model of last week"

Fill = Callable[["subprocess.Popen[bytes]", Path], None]


@pytest.fixture(scope="module")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stripes(tmp_path_factory.mktemp("stripes") / "stripes")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip(f"only root may mount a small disk: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@contextmanager
def paused(process: subprocess.Popen[bytes]) -> Iterator[None]:
    process.send_signal(signal.SIGSTOP)
    status = Path(f"/proc/{process.pid}/stat")
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.001)  # the signal is sent, but it may still be running
    yield
    process.send_signal(signal.SIGCONT)


def wait_for_epochs(process: subprocess.Popen[bytes], log: Path, *, epochs: int) -> None:
    end = time.monotonic() + 200
    while not log.exists() or log.read_bytes().count(b"\n") <= epochs:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.002)


def no_file_may_grow(process: subprocess.Popen[bytes], _: Path) -> None:
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (64, 64))


def the_disk_is_full(_: subprocess.Popen[bytes], place: Path) -> None:
    with (place / "ballast").open("wb", buffering=0) as ballast:
        size = 65_536
        while size:
            try:
                ballast.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
                size //= 2


def filled_up_and_gone_on(cli: CommandLine, data: Path, place: Path, fill: Fill) -> str:
    """Fill the disk while a training runs; return what it said, once all has been compared."""
    out, log, state = place / "m.onnx", place / "m.log.csv", place / "m.checkpoint"
    out.write_bytes(EARLIER)
    process = start("train", data, "-o", out, *OPTIONS)
    wait_for_epochs(process, log, epochs=2)
    with paused(process):
        # The state, or the next one where it was written already and wants its name only.
        before = {file.read_bytes() for file in (state, *place.glob(".sortal-*"))}
        fill(process, place)
    _, said = process.communicate(timeout=200)
    assert process.returncode == OutputError.exit_code
    assert out.read_bytes() == EARLIER
    assert state.read_bytes() in before
    assert not list(place.glob(".sortal-*"))
    (place / "ballast").unlink(missing_ok=True)

    resumed = cli("train", data, "-o", out, *OPTIONS, "--resume")
    assert resumed.code == 0, resumed.err
    assert not state.exists()
    epochs = [row.split(",")[1] for row in log.read_text().splitlines()[1:]]
    assert epochs[-1] == "200"
    assert epochs == sorted(set(epochs), key=int)

    whole = data.parent / "whole" / "m.onnx"
    if not whole.exists():
        whole.parent.mkdir()
        assert cli("train", data, "-o", whole, *OPTIONS).code == 0
    assert out.read_bytes() == whole.read_bytes()
    return said.decode()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux alone limits others")
def test_no_file_can_grow_while_it_trains(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    said = filled_up_and_gone_on(sortal_cli, stripes, tmp_path, no_file_may_grow)
    last = said.splitlines()[-1]
    state, log = tmp_path / "m.checkpoint", tmp_path / "m.log.csv"
    first = (  # whichever came to be written next
        f"sortal: {state} could not be written (File too large); what was there before",
        f"sortal: {log}: the log could not be written (File too large)",
    )
    assert last.startswith(first), last
    assert f"The state is in {state}. Go on with it: sortal train " in last
    assert last.endswith("--resume")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk as Linux does")
def test_the_disk_fills_up_while_it_trains(
    sortal_cli: CommandLine, stripes: Path, small_disk: Path
) -> None:
    said = filled_up_and_gone_on(sortal_cli, stripes, small_disk, the_disk_is_full)
    last = said.splitlines()[-1]
    assert "No space left on device" in last
    assert f"The state is in {small_disk / 'm.checkpoint'}. Go on with it: sortal train " in last


@pytest.mark.slow
def test_there_is_room_for_the_state_but_not_for_the_model(
    sortal_cli: CommandLine, stripes: Path, tmp_path: Path
) -> None:
    """The training is over by then, and must not have been in vain."""
    out = tmp_path / "m.onnx"
    assert sortal_cli("train", stripes, "-o", out, *OPTIONS).code == 0
    model = out.read_bytes()
    out.write_bytes(EARLIER)
    (tmp_path / "m.log.csv").unlink()
    most = len(model) - 1
    command = shlex.join([sys.executable, "-m", "sortal", "train", str(stripes), "-o", str(out)])
    limited = f"ulimit -f {most // 1024}; exec {command} {shlex.join(OPTIONS)}"
    done = subprocess.run(
        ["bash", "-c", limited], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == OutputError.exit_code, done.stderr
    assert f"{out} could not be written (File too large)" in done.stderr.splitlines()[-1]
    assert "--resume" in done.stderr.splitlines()[-1]
    assert out.read_bytes() == EARLIER
    resumed = sortal_cli("train", stripes, "-o", out, *OPTIONS, "--resume")
    assert resumed.code == 0, resumed.err
    assert out.read_bytes() == model
    assert not (tmp_path / "m.checkpoint").exists()
