"""What the studio costs a person in time: opening, dropping, training, trying, and being attacked.

    python benchmarks/studio.py PICTURES [--only paint train live pages drop zip attack]
        [--browser PATH]

PICTURES is a folder with at least 5,000 pictures at any depth below it, and a folder for each of
at least two kinds somewhere in it. Everything goes through the real program over a real
connection; the pages are opened by Playwright in the browser given. Results go to
benchmarks/results/studio.json, each part on its own.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "studio.json"
ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)")
ENDINGS = {".jpg", ".jpeg", ".png"}
MEBI = 2**20
IDLE = 3.0  # seconds after which the server may have closed a connection
FIRST_PAINT = """() => {
    const painted = performance.getEntriesByType("paint")[0];
    return painted ? performance.timeOrigin + painted.startTime : null;
}"""


class Server:
    """The studio in a process of its own, with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "SORTAL_CACHE": str(folder / "cache")}
        command = [sys.executable, "-m", "sortal", "studio", str(folder / "project")]
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--no-browser"], stdout=subprocess.PIPE, env=environment
        )
        line = self.process.stdout.readline() if self.process.stdout else b""
        found = ADDRESS.search(line)
        if found is None:
            raise SystemExit("the studio did not start")
        self.address = found[0].decode()
        self.port, self.token = int(found[1]), found[2].decode()
        self.listening = time.perf_counter() - self.began
        self._local = threading.local()

    def ask(self, method: str, path: str, body: Any = b"") -> Any:
        """Send one request on this thread's connection; return the JSON that comes."""
        content = self.fetch(method, path, body)
        return json.loads(content) if content else None

    def fetch(self, method: str, path: str, body: Any = b"") -> bytes:
        """The same; return the bytes that come."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        connection, last = getattr(self._local, "connection", (None, 0.0))
        if connection is None or time.monotonic() - last > IDLE:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        self._local.connection = connection, time.monotonic() + 600
        connection.request(method, path, body, {"authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        content = answer.read()
        self._local.connection = connection, time.monotonic()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content

    def wait(self, name: str | None = None) -> dict[str, Any]:
        """Wait until no job, or none of a name, is left; return the last that ended."""
        while True:
            jobs = [j for j in self.ask("GET", "/api/jobs")["jobs"] if name in (None, j["name"])]
            if all(j["state"] not in ("waiting", "running") for j in jobs):
                if any(j["state"] == "failed" for j in jobs):
                    raise RuntimeError(str(jobs))
                return dict(jobs[-1])
            time.sleep(0.05)

    def memory(self, field: str = "VmRSS") -> float:
        """MiB of memory of the server's own process."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{field}:\s+(\d+) kB", text)
        return round(int(found[1]) / 1024, 1) if found else 0.0

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@contextmanager
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        one = Server(Path(folder))
        try:
            yield one
        finally:
            one.close()


def paint(browser: str, runs: int = 5) -> dict[str, Any]:
    """From the command to the first paint, in a browser that is open already."""
    from playwright.sync_api import sync_playwright

    listening, painted = [], []
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for _ in range(runs):
            with server() as one:
                page = opened.new_page(bypass_csp=True)  # or it could not be asked for its times
                page.goto(one.address, wait_until="commit")
                while (at := page.evaluate(FIRST_PAINT)) is None:
                    time.sleep(0.01)
                began = time.time() - (time.perf_counter() - one.began)
                listening.append(one.listening)
                painted.append(at / 1000 - began)
                page.close()
        opened.close()
    return {"address printed, s": summary(listening), "first paint, s": summary(painted)}


def train(pictures: Path, runs: int = 3, count: int = 300) -> dict[str, Any]:
    """From dropping 300 pictures of a cold project, with a cold cache, to the result."""
    kinds = [k for k in kinds_of(pictures) if len(k[1]) >= count // 3][:3]
    whole, dropped, trained = [], [], []
    for _ in range(runs):
        with server() as one:
            began = time.perf_counter()
            for name, files in kinds:
                drop(one, files[: count // len(kinds)], kind=name)
            dropped.append(time.perf_counter() - began)
            one.ask("POST", "/api/train", {})
            one.wait("train")
            whole.append(time.perf_counter() - began)
            run = one.ask("GET", "/api/runs")[0]
            trained.append(run["seconds"])
    return {
        "pictures": count,
        "kinds": [name for name, _ in kinds],
        "dropped, s": summary(dropped),
        "from dropping to the result, s": summary(whole),
        "training alone, after looking, s": summary(trained),
        "result": run["headline"],
    }


def live(pictures: Path, seconds: float = 5.0) -> dict[str, Any]:
    """Answers a second to frames of 640 x 480, one after the other, as a page sends them."""
    found: dict[str, Any] = {}
    with server() as one:
        kinds = taught(one, pictures)
        run = one.ask("GET", "/api/runs")[0]["id"]
        frames = [frame(path) for path in kinds[0][1][:20]]
        for name, query in (("answers alone", ""), ("answers with heat", "?heat=1")):
            one.ask("POST", f"/api/runs/{run}/predict{query}", frames[0])
            times = []
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                began = time.perf_counter()
                one.ask("POST", f"/api/runs/{run}/predict{query}", frames[len(times) % 20])
                times.append(time.perf_counter() - began)
            found[f"{name}, a second"] = round(len(times) / sum(times), 1)
            found[f"{name}, s"] = summary(times)
    return found


def taught(one: Server, pictures: Path) -> list[tuple[str, list[Path]]]:
    """Teach a studio three kinds of 60 pictures; return them."""
    kinds = [k for k in kinds_of(pictures) if len(k[1]) >= 60][:3]
    for name, files in kinds:
        drop(one, files[:60], kind=name)
    one.ask("POST", "/api/train", {})
    one.wait()
    return kinds


def pages(pictures: Path, browser: str) -> dict[str, Any]:
    """Answers a second that a person sees: on the screen Try, and on the page taken away.

    The browser's camera is a film of the pictures; each page says its rate of the last two
    seconds, which is read ten times, half a second apart.
    """
    for folder_of_tests in ("tests", "tests/studio_page"):
        sys.path.insert(0, str(HERE.parent / folder_of_tests))
    from playwright.sync_api import sync_playwright
    from studio_visitor import write_video

    from pages import hosted_folder, with_camera

    found: dict[str, Any] = {}
    with server() as one, sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        kinds = taught(one, pictures)
        film = Path(folder) / "film.y4m"
        write_video(film, [files[0] for _, files in kinds])
        opened = play.chromium.launch(executable_path=browser, args=with_camera(film=film))
        page = opened.new_page(locale="en", permissions=["camera"])
        page.goto(one.address)
        page.goto(one.address.partition("?")[0] + "#try")
        page.get_by_role("button", name="Start the camera").click()
        found["studio, answers a second"] = rates(page)
        page.get_by_role("button", name="Show where it looks").click()
        page.locator(".live-heat").wait_for()
        found["studio with heat, answers a second"] = rates(page)
        page.close()
        with hosted_folder(exported(one, Path(folder))) as address:
            page = opened.new_page(locale="en", permissions=["camera"])
            page.goto(address)
            page.get_by_role("button", name="Start the camera").click()
            found["page taken away, answers a second"] = rates(page)
        opened.close()
    return found


def rates(page: Any) -> dict[str, float]:
    """What a page says of its rate, once it has settled."""
    said = page.locator(".rate")
    said.wait_for(timeout=60_000)
    page.wait_for_timeout(3_000)
    values = []
    for _ in range(10):
        page.wait_for_timeout(500)
        number = re.search(r"[\d.]+", said.inner_text())
        values.append(float(number[0]) if number else 0.0)
    return summary(values)


def exported(one: Server, folder: Path) -> Path:
    """Write the page that runs the newest model; return its folder."""
    run = one.ask("GET", "/api/runs")[0]["id"]
    model, page = folder / "model.onnx", folder / "page"
    model.write_bytes(one.fetch("GET", f"/api/runs/{run}/model"))
    command = [sys.executable, "-m", "sortal", "export", str(model), "-o", str(page)]
    subprocess.run(command, check=True, capture_output=True)
    return page


def drop_many(pictures: Path, count: int = 5_000) -> dict[str, Any]:
    """5,000 pictures dropped at once over six connections, while the page asks on."""
    files = files_below(pictures)[:count]
    if len(files) < count:
        raise SystemExit(f"{pictures} holds {len(files):,} pictures; {count:,} are needed")
    with server() as one, asking(one) as waits:
        one.ask("GET", "/api/project")
        before, began = one.memory(), time.perf_counter()
        drop(one, files, kind=None)
        added = time.perf_counter() - began
        total = one.ask("GET", "/api/pictures?count=1")["total"]
        one.wait()
        looked = time.perf_counter() - began
        return {
            "pictures": total,
            "added, s": round(added, 1),
            "all looked at, s": round(looked, 1),
            "longest wait of another request, s": round(max(waits), 2),
            "median of such waits, s": round(statistics.median(waits), 3),
            "memory before, MiB": before,
            "highest memory, MiB": one.memory("VmHWM"),
        }


def small_zip(count: int = 20_000) -> dict[str, Any]:
    """A zip of 20,000 small pictures of ten kinds."""
    rng = np.random.default_rng(0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            image = io.BytesIO()
            pixels = rng.integers(0, 255, (32, 32, 3), np.uint8)
            Image.fromarray(pixels).save(image, "PNG", compress_level=1)
            archive.writestr(f"{number % 10}/{number:05d}.png", image.getvalue())
    content = buffer.getvalue()
    with server() as one, asking(one) as waits:
        one.ask("GET", "/api/project")
        began = time.perf_counter()
        one.ask("POST", "/api/archive?name=small.zip", content)
        job = one.wait("gather")
        added = time.perf_counter() - began
        one.wait()
        return {
            "pictures": job["result"]["added"],
            "bytes": len(content),
            "added, s": round(added, 1),
            "all looked at, s": round(time.perf_counter() - began, 1),
            "longest wait of another request, s": round(max(waits), 2),
            "highest memory, MiB": one.memory("VmHWM"),
        }


def attack() -> dict[str, Any]:
    """How long refusals take, and what they cost in memory, while another page asks on."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"a/{number}.jpg", bytes(100 * MEBI))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(200_001):
            archive.writestr(f"{number}.txt", b"")
    found: dict[str, Any] = {}
    with server() as one, asking(one) as waits:
        one.ask("GET", "/api/project")
        one.ask("GET", "/api/choices")
        for name, act in {
            "a body that announces a terabyte": lambda: flood(one, "/api/store", 2**40, 2**16),
            "a body of 200 MiB for a picture": lambda: flood(one, "/api/store", None, 200 * MEBI),
            "a JSON body of 100 MiB": lambda: flood(one, "/api/label", None, 100 * MEBI),
            "a zip bomb of 2 GB": lambda: upload(one, bomb.getvalue()),
            "a zip of 200,001 members": lambda: upload(one, many.getvalue()),
        }.items():
            before, began = one.memory(), time.perf_counter()
            said = act()
            found[name] = {
                "refused after, s": round(time.perf_counter() - began, 2),
                "said": said[:160],
                "memory more, MiB": round(one.memory() - before, 1),
            }
        found["longest wait of another request, s"] = round(max(waits), 2)
    return found


def flood(one: Server, path: str, announced: int | None, size: int) -> str:
    """Send zeros until the server has enough of it; return what it said."""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=600)
    connection.putrequest("POST", path)
    connection.putheader("authorization", f"Bearer {one.token}")
    if announced is None:
        connection.putheader("transfer-encoding", "chunked")
    else:
        connection.putheader("content-length", str(announced))
    connection.endheaders()
    chunk = bytes(2**16)
    framed = b"%x\r\n%b\r\n" % (len(chunk), chunk)
    try:
        for _ in range(size // len(chunk)):
            connection.send(chunk if announced else framed)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode()}"
    except (http.client.HTTPException, ConnectionResetError) as error:
        return f"connection closed ({type(error).__name__})"


def upload(one: Server, content: bytes) -> str:
    """Send a zip and wait until it is refused."""
    job = one.ask("POST", "/api/archive?name=evil.zip", content)["id"]
    while True:
        found = next(j for j in one.ask("GET", "/api/jobs")["jobs"] if j["id"] == job)
        if found["state"] in ("done", "failed"):
            return f"{found['state']}: {found['message']}"
        time.sleep(0.02)


@contextmanager
def asking(one: Server) -> Iterator[list[float]]:
    """Another page that asks for the project ten times a second; yield how long it waited."""
    waits, ended = [0.0], threading.Event()

    def ask_on() -> None:
        while not ended.wait(0.1):
            began = time.perf_counter()
            one.ask("GET", "/api/project")
            waits.append(time.perf_counter() - began)

    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()


def drop(one: Server, files: list[Path], *, kind: str | None) -> None:
    """Send pictures over six connections, as a browser does, then add them as one change."""
    if kind is not None:
        one.ask("POST", "/api/kinds", {"name": kind})
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda f: one.ask("POST", "/api/store", f.read_bytes()), files))
    kept = [
        {"sha256": t["sha256"], "path": f.name, "kind": kind}
        for t, f in zip(told, files, strict=True)
    ]
    one.ask("POST", "/api/add", {"pictures": kept, "kind": None, "origin": "upload"})


def frame(path: Path) -> bytes:
    """A picture as a camera's frame of 640 x 480."""
    buffer = io.BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").resize((640, 480)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def files_below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)


def kinds_of(folder: Path) -> list[tuple[str, list[Path]]]:
    """Folders with pictures, by name."""
    found: dict[Path, list[Path]] = {}
    for path in files_below(folder):
        found.setdefault(path.parent, []).append(path)
    return [(path.name, files) for path, files in sorted(found.items())]


def summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "least": round(ordered[0], 3),
        "most": round(ordered[-1], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parts: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
        "paint": lambda o: paint(o.browser),
        "train": lambda o: train(o.pictures),
        "live": lambda o: live(o.pictures),
        "pages": lambda o: pages(o.pictures, o.browser),
        "drop": lambda o: drop_many(o.pictures),
        "zip": lambda _: small_zip(),
        "attack": lambda _: attack(),
    }
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--note", default="", help="what else was going on, for the result")
    options = parser.parse_args()
    result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    for name in options.only:
        result[name] = {**parts[name](options), "note": options.note, **machine()}
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
        print(json.dumps({name: result[name]}, indent=2), flush=True)


if __name__ == "__main__":
    main()
