"""The studio as its page sees it, without a network between: requests through the whole app."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from own_loop import run_apart
from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.app import make_app
from sortal.studio.desk import Desk
from sortal.studio.guard import Guard
from sortal.studio.jobs import Jobs

PORT, TOKEN = 8765, "right-token"
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
COOKIE = f"sortal-{PORT}={TOKEN}"
_PATIENCE = 240.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    app: Guard,
    method: str = "GET",
    target: str = "/api/project",
    *,
    kind: str = "http",
    body: bytes | AsyncIterator[bytes] = b"",
    **headers: Any,
) -> Answer:
    """Send one request as a browser would; ``host=""`` leaves the header out."""
    path, _, query = target.partition("?")
    fields = {"host": HOST, **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in fields.items() if v],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", PORT),
    }
    sent: list[Any] = []
    run_apart(app(scope, _receiver(body), _sender(sent)))
    if kind == "websocket":
        return Answer(sent[0]["code"], {}, b"")
    answer = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return Answer(sent[0]["status"], answer, b"".join(m.get("body", b"") for m in sent[1:]))


def _receiver(body: bytes | AsyncIterator[bytes]) -> Any:
    async def whole() -> AsyncIterator[bytes]:
        if isinstance(body, bytes):
            yield body
            return
        async for chunk in body:
            yield chunk

    chunks = whole()
    ended = False

    async def receive() -> Any:
        nonlocal ended
        if ended:
            return await asyncio.Event().wait()
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            ended = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": chunk, "more_body": True}

    return receive


def _sender(sent: list[Any]) -> Any:
    async def send(message: Any) -> None:
        sent.append(message)

    return send


class Studio:
    """A page that is allowed in.

    Attributes:
        desk: what the app works on.
        app: the whole application, guard included.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.app = make_app(desk, port=PORT, token=TOKEN)

    def ask(self, method: str, target: str, body: Any = None, **headers: Any) -> Answer:
        """Send a request; a body that is neither bytes nor a stream goes as JSON."""
        if body is None:
            body = b""
        elif isinstance(body, dict | list):
            body = json.dumps(body).encode()
        return ask(
            self.app, method, target, body=body, **{"cookie": COOKIE, "origin": ORIGIN, **headers}
        )

    def get(self, target: str) -> Any:
        answer = self.ask("GET", target)
        assert answer.status == 200, (target, answer.body)
        return answer.json

    def post(self, target: str, body: Any = None, *, method: str = "POST") -> Any:
        answer = self.ask(method, target, body)
        assert answer.status in (200, 204), (target, answer.body)
        return answer.json if answer.body else None

    def job(self, target: str, body: Any = None) -> Any:
        """Ask for long work and wait for it; return it as it ended."""
        return self.wait(self.post(target, body)["id"])

    def wait(self, job: int) -> Any:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            found = next(j for j in self.get("/api/jobs")["jobs"] if j["id"] == job)
            if found["state"] in ("done", "failed", "cancelled"):
                return found
            time.sleep(0.02)
        raise TimeoutError(f"job {job} did not end")

    def done(self, target: str, body: Any = None) -> Any:
        """Like ``job``, for work that must succeed; return its result."""
        job = self.job(target, body)
        assert job["state"] == "done", job
        return job["result"]

    def store(self, content: bytes) -> str:
        return str(self.post("/api/store", content)["sha256"])


@contextmanager
def studio(folder: Path, *, cache: Path) -> Iterator[Studio]:
    """Open a studio on a project folder."""
    desk = Desk(Project(folder), Jobs(), Cache(cache))
    try:
        yield Studio(desk)
    finally:
        desk.close()
