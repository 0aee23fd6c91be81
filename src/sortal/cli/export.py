"""`sortal export`: a folder with one page that runs a model in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import Json, ModelFile, given_path


@console.guarded
def export(
    model: ModelFile,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help="The folder to write: new, empty, or of an earlier export.",
            metavar="FOLDER",
            parser=given_path,
            show_default=False,
        ),
    ],
    json: Json = False,
) -> None:
    """Make a page that runs a model in any browser, with webcam and drop zone.

    The folder goes onto any web host as it is; on your own machine, run
    python3 -m http.server in it. No picture leaves the browser.
    """
    from sortal.workflow import export_folder

    done = export_folder(model, output)
    if json:
        streams.put_json(done.to_dict())
        return
    streams.put(f"page  {done.folder / 'index.html'}  ({done.size / 1e6:.1f} MB in all)")
    console.tell((f"To open it here: cd {done.folder} && python3 -m http.server",))
