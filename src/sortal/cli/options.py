"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def given_path(text: str) -> Path:
    """A path that was typed; an empty one, as an unset shell variable gives, is refused."""
    if not text:
        raise typer.BadParameter("An empty name was given. Name a file or a folder.")
    return Path(text)


Pictures = Annotated[
    Path,
    typer.Argument(
        help="A folder with one folder per kind, a folder with metadata.csv, or a zip of either.",
        metavar="PICTURES",
        parser=given_path,
        show_default=False,
    ),
]
ModelFile = Annotated[
    Path,
    typer.Argument(
        help="A model that `sortal train` wrote.",
        metavar="MODEL",
        parser=given_path,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Where to write the report, one HTML file.",
        metavar="FILE",
        parser=given_path,
        show_default=False,
    ),
]
GroupBy = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        metavar="REGEX|column:NAME",
        help="What belongs together (a pot, a recording, a site) and must not be split: a regular "
        "expression on the path, whose first group names the object, or a column of the table.",
        show_default=False,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=64,
        metavar="N",
        help="Processes that decode pictures.",
        show_default="one a core",
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Neither read nor write the cache of embeddings.")
]
Backbone = Annotated[
    str,
    typer.Option(metavar="NAME", help="The pretrained network: lite0, or lite2 (better, slower)."),
]
FitRule = Annotated[
    str | None,
    typer.Option(
        "--fit",
        help="How pictures become square: pad, squash or crop.",
        metavar="RULE",
        show_default="as measured best",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        max=2**32 - 1,
        metavar="N",
        help="Seed of every random choice.",
        show_default="0",
    ),
]
