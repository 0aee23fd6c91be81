"""Routes as a literal table: what each takes and gives, and the ASGI endpoint made of it.

The table is the one place where a path, its messages and its handler meet. The application,
the OpenAPI page and the test that walks every route are made from it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from sortal.errors import SortalError, TooLargeError, UsageError
from sortal.studio.messages import Problem, Struct

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
MEBI: Final = 2**20
MOST_JSON: Final = 8 * MEBI
"""Bytes of a JSON body: a million ids of pictures."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets.

    Attributes:
        path: the parts of the path that vary.
        query: what follows the question mark.
        body: the message of the route's type, or None where it takes none.
        stream: the body in chunks, counted against the route's limit; for routes that take
            bytes.
        headers: of the request, names in lower case.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    stream: AsyncIterator[bytes]
    headers: Mapping[str, str]

    def number(self, name: str) -> int:
        """Return a number of the path or the query.

        Raises:
            UsageError: it is not there or none.
        """
        text = self.path.get(name, self.query.get(name, ""))
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise UsageError(f"{name} must be a whole number; {text[:40]!r} came.")
        return int(text)


Handler = Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        method: of HTTP.
        path: with ``{name}`` or ``{name:path}`` where it varies.
        handler: takes a ``Call``; returns a message of type ``gives``, a Starlette response,
            or None. A plain function runs in a thread, a coroutine on the loop.
        summary: one line for people.
        takes: type of the JSON body, ``bytes`` for a stream, or None.
        gives: type of the JSON answer, ``bytes`` for anything else, or None.
        limit: most bytes of the body.
        query: name and one line for each parameter after the question mark.
    """

    method: Method
    path: str
    handler: Handler
    summary: str
    takes: type[Struct] | type[bytes] | None = None
    gives: Any = None
    limit: int = MOST_JSON
    query: Mapping[str, str] = field(default_factory=dict)
    is_async: bool = False

    @property
    def name(self) -> str:
        """What the operation is called: the handler's name."""
        return str(getattr(self.handler, "__name__", "route"))

    def endpoint(self) -> StarletteRoute:
        """Return the route for the application."""

        async def answer(request: Request) -> Response:
            try:
                return await _answered(self, request)
            except ClientDisconnect:
                return Response(status_code=499)
            except SortalError as error:
                return problem(error.http_status, type(error).__name__, str(error))

        return StarletteRoute(self.path, answer, methods=[self.method], name=self.name)


def problem(status: int, kind: str, message: str) -> Response:
    """Return an error as every route gives it."""
    content = msgspec.json.encode(Problem(kind=kind, message=message))
    return Response(content, status, media_type="application/json")


async def _answered(route: Route, request: Request) -> Response:
    _require_fits(request, limit=route.limit)
    stream = _counted(request, limit=route.limit)
    body = None
    if route.takes not in (None, bytes):
        body = _decoded(b"".join([chunk async for chunk in stream]), route)
    call = Call(
        path=request.path_params,
        query=request.query_params,
        body=body,
        stream=stream,
        headers=request.headers,
    )
    result = await (
        route.handler(call) if route.is_async else run_in_threadpool(route.handler, call)
    )
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status_code=204)
    content = msgspec.json.encode(result)
    return Response(content, media_type="application/json", headers={"cache-control": "no-store"})


def _decoded(content: bytes, route: Route) -> Any:
    try:
        return msgspec.json.decode(content, type=route.takes)
    except msgspec.DecodeError as error:
        raise UsageError(f"{route.path}: the message is not as expected: {error}.") from error


def _require_fits(request: Request, *, limit: int) -> None:
    """Refuse by its own words a body that is too large, before anyone looks at the disk."""
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > limit:
        raise TooLargeError(
            f"At most {limit:,} bytes are taken here; {int(said):,} were announced."
        )


async def _counted(request: Request, *, limit: int) -> AsyncIterator[bytes]:
    """Yield the body; stop at once when it shows that it is larger than ``limit``."""
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > limit:
            raise TooLargeError(f"At most {limit:,} bytes are taken here; more came.")
        yield chunk
