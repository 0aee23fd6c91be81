"""`sortal studio`: the whole of it in a browser, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import given_path


@console.guarded
def studio(
    project: Annotated[
        Path,
        typer.Argument(
            help="Folder of the project; made where it is not there.",
            metavar="[PROJECT]",
            parser=given_path,
            show_default="sortal-project here",
        ),
    ] = Path("sortal-project"),
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65_535, metavar="N", help="Port to listen on.", show_default="8765 or next"
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open nothing.")
    ] = False,
) -> None:
    """Teach it in the browser: hold things up or drop folders in, name the kinds, train.

    Only this machine can reach it, and only with the address that is printed.
    """
    from sortal.studio import serve

    def opened(address: str) -> None:
        streams.put(f"The studio is at {address}")
        streams.say("It listens on this machine alone. Ctrl-C ends it; nothing is lost.")
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(project, port=port, opened=opened)
    streams.say("The studio has ended. All that was said and trained is kept.")
