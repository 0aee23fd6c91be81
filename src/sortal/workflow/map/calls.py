"""From a folder of pictures to a site that shows them all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from sortal.backbones import Cache
from sortal.collection import Collection, read_collection
from sortal.errors import MissingExtraError, OutputError
from sortal.map.site import SiteFolder
from sortal.pictures import Progress, silent
from sortal.workflow.classifier import load
from sortal.workflow.map.columns import check_columns
from sortal.workflow.map.job import MapJob
from sortal.workflow.map.table import check_table
from sortal.workflow.map.values import MapDone, MapOptions
from sortal.workflow.outputs import files_of, prepare_outputs


def map_folder(
    pictures: Path, site: Path, options: MapOptions | None = None, *, progress: Progress = silent
) -> MapDone:
    """Lay a folder, table or zip of pictures out as a site.

    A map that is there already grows: new pictures are set among the others, which stay where
    they are, and those that are gone leave. Embeddings, thumbnails, neighbours and layouts are
    kept in the cache as they come, so a run that was stopped goes on where it ended; the site
    that was there stays until the new one is whole.

    Args:
        pictures: see ``read_collection``.
        site: the folder to write; new, empty or a map.
        options: what may be chosen.
        progress: told how far the work is.

    Raises:
        SortalError: as ``read_collection`` and ``load``; CollectionError where no picture can
            be used; UsageError for columns that are not there; OutputError where the site or
            the table could not be written, before any work where that can be known.
    """
    begun = time.monotonic()
    options = options or MapOptions()
    _check(options)
    collection = read_collection(pictures, group_by=options.group_by)
    _refuse_inside(site, pictures)
    done = _mapped(collection, site, options, inputs=(pictures,), progress=progress)
    return replace(done, seconds=time.monotonic() - begun)


def map_collection(
    collection: Collection,
    site: Path,
    options: MapOptions | None = None,
    *,
    progress: Progress = silent,
    cache: Cache | None = None,
) -> MapDone:
    """Lay a collection out that was read already, such as that of a project; see ``map_folder``.

    Labels, groups and metadata are those of the collection; pictures that ``cache`` knows are
    neither decoded nor embedded again.

    Args:
        collection: with pictures that can be used.
        site: the folder to write; new, empty or a map.
        options: what may be chosen; ``group_by`` has no meaning here.
        progress: told how far the work is.
        cache: an open cache; None opens the user's, or none, as ``options.cache`` says.

    Raises:
        SortalError: as ``map_folder``.
    """
    begun = time.monotonic()
    options = options or MapOptions()
    _check(options)
    done = _mapped(collection, site, options, progress=progress, cache=cache)
    return replace(done, seconds=time.monotonic() - begun)


def _mapped(
    collection: Collection,
    site: Path,
    options: MapOptions,
    *,
    progress: Progress,
    inputs: Sequence[Path] = (),
    cache: Cache | None = None,
) -> MapDone:
    """Check what is left to check, then do all the work."""
    check_columns(options.columns or (), collection)
    classifier = None if options.model is None else load(options.model)
    if options.table is not None:
        prepare_outputs(options.table, inputs=(*inputs, *files_of(collection)))
    with _shelf(cache, options) as shelf, SiteFolder(site) as folder:
        return MapJob(options, classifier, shelf, folder, progress).run(collection)


def _check(options: MapOptions) -> None:
    """Refuse what could not be done in the end, before any work.

    Raises:
        MissingExtraError: it needs a package that is not installed.
        UsageError: the table's name has another ending.
    """
    if options.layout == "umap" and find_spec("umap") is None:
        raise MissingExtraError("The UMAP layout", extra="umap")
    if options.table is not None:
        check_table(options.table)


def _refuse_inside(site: Path, pictures: Path) -> None:
    """Refuse a site among the pictures, where the next reading would find its previews.

    Raises:
        OutputError: it would lie there.
    """
    inner, outer = (Path(os.path.realpath(path)) for path in (site, pictures))
    if inner.is_relative_to(outer):
        raise OutputError(
            f"{site}: the site would lie among the pictures, and its own would be read as some "
            f"of them. Name a folder outside of {pictures}."
        )


@contextmanager
def _shelf(given: Cache | None, options: MapOptions) -> Iterator[Cache]:
    """The cache that is given, else the user's, or one that is gone afterwards."""
    if given is not None:
        yield given
    elif options.cache:
        with Cache() as cache:
            yield cache
    else:
        with tempfile.TemporaryDirectory(prefix="sortal-") as name, Cache(Path(name)) as cache:
            yield cache
