"""`sortal map`: a whole collection at a glance, as a site to fly through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sortal.cli import console, streams
from sortal.cli.options import Backbone, GroupBy, Json, NoCache, Pictures, Workers, given_path
from sortal.errors import UsageError

if TYPE_CHECKING:
    from sortal.workflow import MapDone, PreviewRule


@console.guarded
def map_(
    pictures: Pictures,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help="The folder of the site: new, empty, or a map that grows.",
            metavar="SITE",
            parser=given_path,
            show_default=False,
        ),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            help="A model whose answers are shown.",
            metavar="FILE",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(
            help="How alike pictures come together: similarity (t-SNE) or umap (an extra).",
            metavar="NAME",
            show_default="similarity",
        ),
    ] = None,
    supervised: Annotated[
        bool, typer.Option("--supervised", help="Draw pictures of one label together.")
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns of the metadata to show, with commas between.",
            metavar="A,B,...",
            show_default="all",
        ),
    ] = None,
    numbers: Annotated[
        str | None,
        typer.Option(
            help="Two columns of numbers to lay out by: across and upwards.",
            metavar="A,B",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(help="Title of the page.", metavar="TEXT", show_default="the folder's name"),
    ] = None,
    relayout: Annotated[
        bool, typer.Option("--relayout", help="Let all pictures of a map move that is there.")
    ] = False,
    table: Annotated[
        Path | None,
        typer.Option(
            help="Also write the points to a table: .csv, or .parquet (an extra).",
            metavar="FILE",
            parser=given_path,
            show_default=False,
        ),
    ] = None,
    link: Annotated[
        bool,
        typer.Option("--link", help="Show the original files where they are, instead of copies."),
    ] = False,
    previews: Annotated[
        bool | None,
        typer.Option(
            "--previews/--no-previews",
            help="Make large copies of all pictures, or of none.",
            show_default="up to 20,000 pictures",
        ),
    ] = None,
    group_by: GroupBy = None,
    backbone: Backbone = "lite0",
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of every random choice.")] = 0,
    workers: Workers = None,
    no_cache: NoCache = False,
    json: Json = False,
) -> None:
    """Lay a whole collection out by likeness, as a site that opens from disk or any host.

    Run again on the same folder, new pictures are set among the others, which stay in place.
    """
    from sortal.workflow import MapOptions, map_folder

    if link and previews is not None:
        raise UsageError("--link shows the originals: leave --previews and --no-previews out.")
    options = MapOptions(
        layout=layout,
        supervised=supervised,
        model=model,
        columns=None if columns is None else tuple(filter(None, columns.split(","))),
        numbers=None if numbers is None else _pair(numbers),
        title=title,
        relayout=relayout,
        previews=_rule(previews, link=link),
        table=table,
        backbone=backbone,
        group_by=group_by,
        seed=seed,
        workers=workers,
        cache=not no_cache,
    )
    with console.progress(quiet=json) as progress:
        done = map_folder(pictures, output, options, progress=progress)
    if json:
        streams.put_json(done.to_dict())
    else:
        _tell(done)


def _rule(previews: bool | None, *, link: bool) -> PreviewRule:
    if link:
        return "link"
    return "auto" if previews is None else "all" if previews else "none"


def _pair(text: str) -> tuple[str, str]:
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise UsageError(f"--numbers takes two columns with a comma between; {text!r} came.")
    return names[0], names[1]


def _tell(done: MapDone) -> None:
    console.tell(done.notes)
    streams.put(done.layouts[0][1])
    if done.n_new or done.n_gone:
        streams.put(f"{done.n_new:,} new, {done.n_gone:,} gone; no other picture moved.")
    streams.put(f"open    {done.page}")
    if done.table is not None:
        streams.put(f"table   {done.table}")
    streams.put(console.counted(done.n_used, done.n_faults, done.seconds))
