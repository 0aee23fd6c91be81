"""Starting the studio: an address on this machine alone, a token, a browser."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sortal.errors import UsageError

DEFAULT_PORT: Final = 8765
_TRIES: Final = 20
_MOST_AT_ONCE: Final = 200
"""Connections; one browser opens six to a server. What is beyond is told to come back (503)."""
_MOST_HEADERS: Final = 32_768


def serve(
    folder: Path, *, port: int | None = None, opened: Callable[[str], None] | None = None
) -> None:
    """Serve one project until it is interrupted, which is how it ends.

    Args:
        folder: of the project; made where it is not there. A packed project is unpacked beside
            it first, into a new folder of its name.
        port: to listen on; None takes the first free one from 8765 on.
        opened: called with the opening address as soon as it is listened at; who asks before the
            application is loaded waits in line.

    Raises:
        UsageError: the port is taken, or another studio has the project.
        InputError: the folder holds something else, or a damaged project.
    """
    from sortal.project import Project

    project = Project(_unpacked(folder))
    try:
        listener = _listen(port)
    except BaseException:
        project.close()
        raise
    number = listener.getsockname()[1]
    token = secrets.token_urlsafe(32)
    project.tell(f"http://127.0.0.1:{number}")
    if opened is not None:  # the browser starts while the application is loaded
        opened(f"http://127.0.0.1:{number}/?token={token}")
    import uvicorn

    from sortal.backbones import Cache
    from sortal.studio.app import make_app
    from sortal.studio.desk import Desk
    from sortal.studio.jobs import Jobs

    desk = Desk(project, Jobs(), Cache())
    app = make_app(desk, port=number, token=token)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=1,  # streams of events never end by themselves
        limit_concurrency=_MOST_AT_ONCE,
        h11_max_incomplete_event_size=_MOST_HEADERS,
    )
    try:
        with suppress(KeyboardInterrupt):  # the way to end it; uvicorn has closed in order
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        listener.close()
        desk.close()


def _unpacked(path: Path) -> Path:
    """The folder of a project, made of a packed one where that is what was given.

    Raises:
        InputError: it is a file, but no packed project.
        OutputError: there is a folder of its name already.
    """
    if not path.is_file():
        return path
    from sortal.project import ENDING, unpack

    folder = path.with_name(path.name.removesuffix(ENDING).removesuffix(".zip"))
    unpack(path, folder)
    return folder


def _listen(port: int | None) -> socket.socket:
    """Return a listening socket on this machine alone.

    The browser may ask as soon as it listens: what comes before the server runs waits in line.
    """
    for number in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _TRIES):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    if port is not None:
        raise UsageError(f"Port {port} is taken by another program: give another --port.")
    last = DEFAULT_PORT + _TRIES - 1
    raise UsageError(f"Ports {DEFAULT_PORT} to {last} are all taken: give a free one by --port.")
