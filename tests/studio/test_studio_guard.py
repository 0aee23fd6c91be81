"""What does not come from the studio's own page, with its token, is refused, on every route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_client import COOKIE, ORIGIN, PORT, TOKEN, ask

from sortal.backbones import Cache
from sortal.project import Project
from sortal.studio.app import make_app, table
from sortal.studio.desk import Desk
from sortal.studio.guard import HEADERS, Guard
from sortal.studio.jobs import Jobs


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(Project(tmp_path / "p"), Jobs(), Cache(tmp_path / "cache"))
    yield opened
    opened.close()


@pytest.fixture
def app(desk: Desk) -> Guard:
    return make_app(desk, port=PORT, token=TOKEN)


REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "no token": ({}, 401),
    "wrong token": ({"cookie": f"sortal-{PORT}=wrong"}, 401),
    "cookie of another studio": ({"cookie": f"sortal-8766={TOKEN}"}, 401),
    "foreign host": ({"cookie": COOKIE, "host": "evil.example:8765"}, 421),
    "bent name": ({"cookie": COOKIE, "host": "127.0.0.1.evil.example"}, 421),
    "another port": ({"cookie": COOKIE, "host": "127.0.0.1:80"}, 421),
    "no host": ({"cookie": COOKIE, "host": ""}, 421),
    "foreign origin": ({"cookie": COOKIE, "origin": "http://evil.example"}, 403),
    "null origin": ({"cookie": COOKIE, "origin": "null"}, 403),
    "origin of another port": ({"cookie": COOKIE, "origin": "http://127.0.0.1:80"}, 403),
    "cross-site": ({"cookie": COOKIE, "sec_fetch_site": "cross-site"}, 403),
    "same-site": ({"cookie": COOKIE, "sec_fetch_site": "same-site"}, 403),
}


@pytest.mark.parametrize("case", REFUSED)
def test_every_route_refuses_what_is_not_its_own(desk: Desk, app: Guard, case: str) -> None:
    """Walks the table itself, so a new route is tested before anybody thinks of it."""
    headers, status = REFUSED[case]
    walked = [(r.method, re.sub(r"{\w+(:path)?}", "1", r.path)) for r in table(desk)]
    for method, path in [*walked, ("GET", "/"), ("GET", "/no/such/page")]:
        given: dict[str, Any] = {"origin": ORIGIN, **headers} if method != "GET" else headers
        came = ask(app, method, path, **given)
        assert came.status == status, (method, path)
        assert came.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("case", REFUSED)
def test_websockets_are_refused_alike(app: Guard, case: str) -> None:
    came = ask(app, kind="websocket", **{"origin": ORIGIN, **REFUSED[case][0]})
    assert came.status == 4403


def test_every_change_needs_an_origin(desk: Desk, app: Guard) -> None:
    for route in table(desk):
        if route.method != "GET":
            path = re.sub(r"{\w+(:path)?}", "1", route.path)
            came = ask(app, route.method, path, cookie=COOKIE)
            assert came.status == 403, route.path


def test_the_page_itself_is_answered(app: Guard) -> None:
    came = ask(app, cookie=COOKIE, sec_fetch_site="same-origin")
    assert came.status == 200
    assert came.json["kinds"] == []
    came = ask(app, "POST", "/api/kinds", cookie=COOKIE, origin=ORIGIN, body=b'{"name": "plate"}')
    assert came.status == 200


def test_programs_show_the_token_in_a_header(app: Guard) -> None:
    came = ask(app, "POST", "/api/kinds", body=b'{"name": "x"}', authorization=f"Bearer {TOKEN}")
    assert came.status == 200
    assert ask(app, "POST", "/api/kinds", authorization="Bearer wrong").status == 401


def test_the_opening_address_turns_its_token_into_a_cookie(app: Guard) -> None:
    came = ask(app, target=f"/?token={TOKEN}&screen=map")
    assert came.status == 303
    assert came.headers["location"] == "/?screen=map"
    assert came.headers["set-cookie"] == f"{COOKIE}; Path=/; HttpOnly; SameSite=Strict"
    came = ask(app, target="/?token=wrong")
    assert came.status == 401
    assert "set-cookie" not in came.headers
    came = ask(app, target=f"/?token={TOKEN}", host="evil.example")
    assert came.status == 421
    assert "set-cookie" not in came.headers


def test_every_answer_has_the_headers_of_safety(app: Guard) -> None:
    for target in ("/api/project", "/", "/no/such/page", "/api/pictures?start=x"):
        came = ask(app, target=target, cookie=COOKIE)
        for name, value in HEADERS:
            assert came.headers[name.decode()] == value.decode(), target


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "words"),
    [
        ("POST", "/api/kinds", b"{", 400, "not as expected"),
        ("POST", "/api/kinds", b'{"name": 3}', 400, "Expected `str`"),
        ("POST", "/api/kinds", b'{"name": "a", "more": 1}', 400, "unknown field"),
        ("POST", "/api/label", b'{"pictures": [7], "kind": null}', 400, "no picture 7"),
        ("DELETE", "/api/kinds/x", b"", 400, "whole number"),
        ("GET", "/api/pictures?count=9999", b"", 400, "1 to 500"),
        ("GET", "/../../etc/passwd", b"", 404, "nothing at this address"),
    ],
)
def test_bad_requests_are_sentences(
    app: Guard, method: str, target: str, body: bytes, status: int, words: str
) -> None:
    came = ask(app, method, target, cookie=COOKIE, origin=ORIGIN, body=body)
    assert came.status == status
    assert words in came.body.decode()


def test_a_body_that_announces_too_much_is_refused_unread(app: Guard) -> None:
    came = ask(
        app, "POST", "/api/kinds", cookie=COOKIE, origin=ORIGIN, content_length="99999999999"
    )
    assert came.status == 413
    assert b"99,999,999,999 were announced" in came.body
