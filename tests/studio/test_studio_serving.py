"""The studio as a program: it opens, it is reached, it holds its project, it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sortal.errors import OutputError
from sortal.project import Project, pack
from sortal.studio import serve

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)")
_PATIENCE = 200.0


@contextmanager
def running(project: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    """Start ``sortal studio`` and yield it with its port and token."""
    command = [sys.executable, "-m", "sortal", "studio", str(project), "--no-browser", *more]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        found = _ADDRESS.search(process.stdout.readline())
        assert found is not None, process.stderr and process.stderr.read()
        yield process, int(found[1]), found[2].decode()
    finally:
        process.kill()
        process.communicate()


def request(
    port: int, method: str, path: str, token: str, body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content


def test_it_opens_holds_its_project_and_ends_in_order(tmp_path: Path) -> None:
    with running(tmp_path / "bricks") as (process, port, token):
        status, headers, _ = request(port, "GET", f"/?token={token}", "")
        assert status == 303
        assert "HttpOnly; SameSite=Strict" in headers["set-cookie"]
        assert request(port, "GET", "/", "")[0] == 401
        status, headers, page = request(port, "GET", "/", token)
        assert status == 200
        assert b"<html" in page
        assert "server" not in headers
        status, _, _ = request(port, "POST", "/api/kinds", token, b'{"name": "plate"}')
        assert status == 200
        second = subprocess.run(
            [sys.executable, "-m", "sortal", "studio", str(tmp_path / "bricks"), "--no-browser"],
            capture_output=True,
            check=False,
        )
        assert second.returncode == 2
        assert f"already open at http://127.0.0.1:{port} (process {process.pid})" in (
            second.stderr.decode()
        )
        assert second.stdout == b""
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=_PATIENCE)
        assert process.returncode == 0
        assert b"All that was said and trained is kept" in said
        assert b"Traceback" not in said
    with Project(tmp_path / "bricks") as project:
        assert [kind.name for kind in project.changes.kinds()] == ["plate"]


def test_it_ends_although_a_page_still_listens(tmp_path: Path) -> None:
    with running(tmp_path / "p") as (process, port, token):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        connection.request("GET", "/api/events", headers={"authorization": f"Bearer {token}"})
        assert connection.getresponse().status == 200
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_PATIENCE)
        assert process.returncode == 0
        connection.close()


def test_only_this_machine_can_reach_it(tmp_path: Path) -> None:
    with running(tmp_path / "p") as (process, port, _):
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ends = {place for place in listening if place.endswith(f":{port:04X}")}
        assert "0100007F:" + f"{port:04X}" in ends
        assert "00000000:" + f"{port:04X}" not in ends
        assert process.poll() is None


if sys.platform != "linux":
    test_only_this_machine_can_reach_it = pytest.mark.skip(  # type: ignore[assignment]
        reason="reads Linux's table of sockets"
    )(test_only_this_machine_can_reach_it)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "sortal", "studio", str(tmp_path / "p"), "--no-browser"]
        done = subprocess.run([*command, "--port", str(port)], capture_output=True, check=False)
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr.decode()
    Project(tmp_path / "p").close()


def test_a_packed_project_opens_beside_itself(tmp_path: Path) -> None:
    with Project(tmp_path / "p") as project:
        project.changes.add_kind("plate")
        pack(project, tmp_path / "bricks.sortal.zip")
    with running(tmp_path / "bricks.sortal.zip") as (_, port, token):
        told = json.loads(request(port, "GET", "/api/project", token)[2])
        assert told["name"] == "bricks"
        assert [kind["name"] for kind in told["kinds"]] == ["plate"]
    with pytest.raises(OutputError, match="something already"):
        serve(tmp_path / "bricks.sortal.zip")


def wait_for_event(port: int, token: str, wanted: str) -> None:
    """Read the stream of events until one holds some text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", "/api/events", headers={"authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        line = answer.readline().decode()
        if line.startswith("data:") and wanted in line:
            break
    connection.close()


def test_killed_while_it_trains_it_opens_again_with_all_but_that_training(
    tmp_path: Path, shapes: Path
) -> None:
    """In the real program, with its worker processes; ``test_project_killed`` does it often."""
    folder = tmp_path / "p"
    with running(folder) as (process, port, token):
        body = json.dumps({"path": str(shapes)}).encode()
        assert request(port, "POST", "/api/folder", token, body)[0] == 200
        wait_for_event(port, token, '"added"')
        assert request(port, "POST", "/api/train", token, b"{}")[0] == 200
        wait_for_event(port, token, '"name":"train","state":"running"')
        request(port, "POST", "/api/kinds", token, b'{"name": "said last"}')
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with running(folder) as (_, port, token):
        project = json.loads(request(port, "GET", "/api/project", token)[2])
        assert "said last" in {kind["name"] for kind in project["kinds"]}
        assert sum(kind["pictures"] for kind in project["kinds"]) == 36
        runs = json.loads(request(port, "GET", "/api/runs", token)[2])
        assert all(run["state"] in ("lost", "done") for run in runs)
