"""The studio as one ASGI application: the guard, the routes, the page."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route as StarletteRoute

from sortal.studio.asking import Asking
from sortal.studio.desk import Desk
from sortal.studio.following import Following
from sortal.studio.gathering import Gathering
from sortal.studio.guard import Guard
from sortal.studio.judging import Judging
from sortal.studio.mapping import Mapping
from sortal.studio.mending import Mending
from sortal.studio.routes import Route, problem
from sortal.studio.showing import Showing
from sortal.studio.taking import Taking
from sortal.studio.training import Training
from sortal.studio.trying import Trying


def table(desk: Desk) -> list[Route]:
    """Return every route of the studio's messages."""
    return [
        *Mending(desk.project).routes(),
        *Gathering(desk).routes(),
        *Showing(desk).routes(),
        *Following(desk.jobs).routes(),
        *Training(desk).routes(),
        *Judging(desk).routes(),
        *Asking(desk).routes(),
        *Mapping(desk).routes(),
        *Trying(desk).routes(),
        *Taking(desk).routes(),
    ]


def make_app(desk: Desk, *, port: int, token: str) -> Guard:
    """Return the application for one project.

    Args:
        desk: what it works on; the caller closes it.
        port: on which it will listen; requests for another are refused.
        token: what the person's browser must know.
    """
    routes = [route.endpoint() for route in table(desk)]
    pages = StarletteRoute("/{name:path}", _static, methods=["GET"])
    return Guard(Starlette(routes=[*routes, pages]), port=port, token=token)


def _static(request: Request) -> Response:
    """Return a file of the built page."""
    folder = Path(str(files("sortal.studio"))) / "static"
    name = request.path_params["name"] or "index.html"
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return problem(404, "NotFound", "There is nothing at this address.")
    return FileResponse(path, headers={"cache-control": "no-cache"})
