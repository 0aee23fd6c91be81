"""The outermost layer of the studio: what does not come from its own page is refused.

A server on localhost can be reached by every page that is open in the same browser, and, by
a name that is bent to 127.0.0.1 after loading (DNS rebinding), even as if it were theirs. So
each request, HTTP and WebSocket alike, must name this server as its host, must not come from
another origin, and must carry the token that only the person at this machine was told. A route
cannot forget this, for it never sees a request that failed.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})
_WEBSOCKET_REFUSED: Final = 4403

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the runtime of the models is WebAssembly
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),  # with the one above: threads in WASM
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused.

    Attributes:
        status: of HTTP.
        message: for people.
    """

    status: int
    message: str


class Guard:
    """An ASGI application around another, which gets only what may pass.

    Args:
        app: the application.
        port: on which the studio listens.
        token: what the person's browser must know.
    """

    def __init__(self, app: App, *, port: int, token: str) -> None:
        self._app = app
        self._token = token
        self._cookie = f"sortal-{port}"
        names = ("127.0.0.1", "localhost", "[::1]")
        self._hosts = frozenset(f"{name}:{port}" for name in names)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        sender = _with_headers(send)
        if (entry := self._entry(scope)) is not None:
            await _answer(sender, 303, "", (("location", entry), ("set-cookie", self._set_cookie)))
        elif (refusal := self._refusal(scope)) is None:
            await self._app(scope, receive, sender)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _WEBSOCKET_REFUSED})
        else:
            await _answer(sender, refusal.status, refusal.message)

    @property
    def _set_cookie(self) -> str:
        return f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"

    def _entry(self, scope: Scope) -> str | None:
        """Where to go from the opening address, whose token becomes a cookie; None elsewhere.

        The token leaves the address at once, so that it is in no history and no copied link.
        """
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            return None
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.pop("token", [""])[0]
        if not self._is_token(given) or self._refusal_of_place(scope) is not None:
            return None
        return f"/?{urlencode(query, doseq=True)}" if query else "/"

    def _refusal(self, scope: Scope) -> Refusal | None:
        if (refusal := self._refusal_of_place(scope)) is not None:
            return refusal
        if self._is_token(self._given_token(scope)):
            return None
        return Refusal(
            401,
            "This studio is for the person who started it: open the address that "
            "`sortal studio` printed, with its token.",
        )

    def _refusal_of_place(self, scope: Scope) -> Refusal | None:
        """Refuse what is meant for another host or comes from another page."""
        hosts = _headers(scope, b"host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return Refusal(421, "This address is not the studio's own: open 127.0.0.1.")
        origins = _headers(scope, b"origin")
        if any(origin not in self._origins for origin in origins):
            return Refusal(403, "Another page asked for this; only the studio's own page may.")
        if any(site not in _OWN_SITE for site in _headers(scope, b"sec-fetch-site")):
            return Refusal(403, "Another site asked for this; only the studio's own page may.")
        is_safe = scope["type"] == "http" and scope["method"] in _SAFE_METHODS
        # Browsers name the origin with each of these; programs show the token in a header.
        if not is_safe and not origins and not _headers(scope, b"authorization"):
            return Refusal(403, "A request that changes something must name its origin.")
        return None

    def _given_token(self, scope: Scope) -> str:
        for value in _headers(scope, b"authorization"):
            scheme, _, token = value.partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
        for value in _headers(scope, b"cookie"):
            try:
                cookies = SimpleCookie(value)
            except CookieError:
                continue
            if self._cookie in cookies:
                return cookies[self._cookie].value
        return ""

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _with_headers(send: Send) -> Send:
    """Put the headers of safety on every answer, over any of the same name."""
    names = {name for name, _ in HEADERS}

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [item for item in message.get("headers", ()) if item[0].lower() not in names]
            message["headers"] = [*own, *HEADERS]
        await send(message)

    return sender


async def _answer(
    send: Send, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()
) -> None:
    """Answer without reading the request's body: what is refused costs nothing."""
    body = text.encode()
    fields = [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("connection", "close"),
        *headers,
    ]
    encoded = [(name.encode(), value.encode()) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
