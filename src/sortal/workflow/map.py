"""From a folder of pictures to a site that shows them all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Embedded, embed
from sortal.collection import Collection, read_collection
from sortal.collection.names import counted
from sortal.errors import CollectionError, MissingExtraError, OutputError
from sortal.map import METHODS, Neighbours
from sortal.map import Points as Places
from sortal.map.site import Column, Layout, Site, SiteFolder, write_site
from sortal.pictures import Fit, Progress, silent
from sortal.workflow.classifier import Classifier, load
from sortal.workflow.map_answers import answer_columns, answers_of, space_of
from sortal.workflow.map_clusters import Clustered, cluster
from sortal.workflow.map_columns import check_columns, picture_columns, table_columns
from sortal.workflow.map_growth import Box, MapState, Rules, grow, view_of
from sortal.workflow.map_layouts import judged, numeric_pair, other_layouts, similarity
from sortal.workflow.map_pictures import ThumbnailShelf, make_previews
from sortal.workflow.map_stages import Stages
from sortal.workflow.map_table import Points, check_table, write_table
from sortal.workflow.map_tags import tag_column, tags_of
from sortal.workflow.map_values import MapDone, MapOptions
from sortal.workflow.material import first_fault
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
    classifier = None if options.model is None else load(options.model)
    collection = read_collection(pictures, group_by=options.group_by)
    check_columns(options.columns or (), collection)
    _refuse_inside(site, pictures)
    if options.table is not None:
        prepare_outputs(options.table, inputs=(pictures, *files_of(collection)))
    with _shelf(options.cache) as cache, SiteFolder(site) as folder:
        job = _Job(options, classifier, cache, folder, progress)
        done = job.run(collection)
    return replace(done, seconds=time.monotonic() - begun)


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """Where all pictures lie by likeness, and how that came about."""

    places: Places
    box: Box
    neighbours: Neighbours
    n_new: int = 0
    n_gone: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One mapping: what was asked for, and what it works with."""

    options: MapOptions
    classifier: Classifier | None
    cache: Cache
    folder: SiteFolder
    progress: Progress

    def run(self, collection: Collection) -> MapDone:
        """Do all stages, each on what the ones before it left."""
        backbone, fit = space_of(self.classifier, name=self.options.backbone)
        embedded = self._embedded(collection, backbone, fit)
        shelf = ThumbnailShelf(embedded, self.cache)
        workers = self.options.workers
        lost = shelf.fill(workers=workers, progress=self.progress)
        tags = tags_of(embedded.vectors, backbone, progress=self.progress)
        told = table_columns(embedded, wanted=self.options.columns)
        own = picture_columns(embedded)
        columns = [*own, *self._answers(embedded), tag_column(tags), *told.columns]
        numbers = self.options.numbers
        pair = None if numbers is None else numeric_pair(numbers, columns)
        state = self._state()
        rules = self._rules(state, backbone, fit)
        laid = self._laid(
            embedded, state, rules, Stages(embedded, backbone, fit, self.cache, self.progress)
        )
        clustered = cluster(laid.places, laid.box, tags=tags, columns=columns)
        columns = _ordered([*columns, *clustered.columns])
        layouts = self._layouts(laid, embedded, columns, pair)
        previews = make_previews(
            embedded,
            shelf,
            self.folder,
            rule=self.options.previews,
            workers=workers,
            progress=self.progress,
        )
        used = embedded.collection
        notes = (*used.notes, *_lost(lost), *told.notes, *laid.notes)
        page = Site(
            name=used.name,
            title=self.options.title or used.name,
            layouts=tuple(layouts),
            columns=tuple(columns),
            clusters=clustered.clusters,
            neighbours=laid.neighbours.indices,
            thumbnails=shelf.get,
            previews=previews,
            faults=tuple((fault.path, fault.message) for fault in used.faults),
            notes=notes,
        )
        kept = MapState(
            rules=rules,
            hashes=tuple(print_.sha256 for print_ in embedded.fingerprints),
            paths=tuple(sample.path for sample in used),
            xy=laid.places,
            box=laid.box,
        )
        tree = write_site(self.folder, page, state=kept.to_bytes(), progress=self.progress)
        self.folder.remove_pictures(but=set(previews.urls))
        if self.options.table is not None:
            write_table(_points(embedded, laid, clustered, tree.order), self.options.table)
        return MapDone(
            site=self.folder.path,
            table=self.options.table,
            n_used=len(used),
            n_faults=len(used.faults),
            n_new=laid.n_new,
            n_gone=laid.n_gone,
            n_clusters=len(clustered.clusters),
            layouts=tuple((layout.title, layout.fidelity or "") for layout in layouts),
            notes=notes,
            seconds=0.0,
        )

    def _embedded(self, collection: Collection, backbone: Backbone, fit: Fit) -> Embedded:
        """The pictures with their vectors; thumbnails are made on the way.

        Raises:
            CollectionError: none of them can be used.
        """
        embedded = embed(
            collection,
            backbone,
            fit=fit,
            cache=self.cache,
            progress=self.progress,
            workers=self.options.workers,
            thumbnails=True,
        )
        if not len(embedded.collection):
            raise CollectionError(f"{collection.name}: {first_fault(embedded.collection)}")
        return embedded

    def _answers(self, embedded: Embedded) -> list[Column]:
        if self.classifier is None:
            return []
        answers = answers_of(
            self.classifier,
            embedded,
            cache=self.cache,
            workers=self.options.workers,
            progress=self.progress,
        )
        labels = [sample.label for sample in embedded.collection]
        return answer_columns(answers, self.classifier.classes, labels)

    def _state(self) -> MapState | None:
        """Where the pictures of the map lie that is there already."""
        content = self.folder.state()
        return None if content is None else MapState.from_bytes(content)

    def _rules(self, state: MapState | None, backbone: Backbone, fit: Fit) -> Rules:
        """What this map is laid out by; what is not asked for stays as it is."""
        method = {None: None, "similarity": "tsne"}.get(self.options.layout, self.options.layout)
        supervised = self.options.supervised
        if state is not None and not self.options.relayout:
            method = method or state.rules.method
            supervised = supervised or state.rules.supervised
        return Rules(backbone.sha256, fit, method or "tsne", supervised)

    def _laid(
        self, embedded: Embedded, state: MapState | None, rules: Rules, stages: Stages
    ) -> _Laid:
        """Set new pictures among the old ones, or lay all of them out."""
        neighbours = stages.neighbours()
        notes: tuple[str, ...] = ()
        if state is not None and not self.options.relayout:
            grown = grow(state, embedded) if state.rules == rules else None
            if grown is not None:
                many = grown.n_new > len(grown.xy) // 2
                notes = (_MOSTLY_NEW,) if many else ()
                return _Laid(grown.xy, state.box, neighbours, grown.n_new, grown.n_gone, notes)
            notes = (_LAID_ANEW,)
        labels = None
        if rules.supervised:
            labels = embedded.collection.label_indices(embedded.collection.classes)
        method = next(known for known in METHODS if known == rules.method)
        places = stages.places(neighbours, method=method, labels=labels, seed=self.options.seed)
        return _Laid(places, view_of(places), neighbours, notes=notes)

    def _layouts(
        self,
        laid: _Laid,
        embedded: Embedded,
        columns: list[Column],
        numbers: tuple[Column, Column] | None,
    ) -> list[Layout]:
        """All layouts with what they kept."""
        layouts = [
            similarity(laid.places, laid.box),
            *other_layouts(
                laid.places,
                laid.box,
                columns,
                numbers=numbers,
                progress=self.progress,
            ),
        ]
        classes = embedded.collection.classes
        labels = embedded.collection.label_indices(classes) if len(classes) > 1 else None
        return judged(
            layouts,
            embedded.vectors,
            neighbours=laid.neighbours,
            labels=labels,
            progress=self.progress,
        )


_MOSTLY_NEW = (
    "More than half of the pictures are new and were set among the others, which stayed where "
    "they were. --relayout lays all of them out afresh."
)
_LAID_ANEW = (
    "The map that was there was made by other rules, or of other pictures: all pictures were "
    "laid out afresh."
)
_ORDER = [
    "path",
    "label",
    "cluster",
    "prediction",
    "confidence",
    "right",
    "date",
    "group",
    "tags",
    "latitude",
    "longitude",
]


def _ordered(columns: list[Column]) -> list[Column]:
    """Columns in the order in which a person should meet them: metadata before measures."""
    told = [column for column in columns if column.id[:1] == "m" and column.id[1:].isdigit()]
    by_id = {column.id: column for column in columns}
    first = [by_id[id_] for id_ in _ORDER if id_ in by_id]
    ids = {column.id for column in (*first, *told)}
    return [*first, *told, *(column for column in columns if column.id not in ids)]


def _lost(lost: int) -> tuple[str, ...]:
    if not lost:
        return ()
    return (f"{counted(lost, 'picture')} could not be read again and has no thumbnail.",)


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
def _shelf(use: bool) -> Iterator[Cache]:
    """The user's cache, or one that is gone afterwards."""
    if use:
        with Cache() as cache:
            yield cache
        return
    with tempfile.TemporaryDirectory(prefix="sortal-") as folder, Cache(Path(folder)) as cache:
        yield cache


def _points(
    embedded: Embedded, laid: _Laid, clustered: Clustered, order: NDArray[np.int64]
) -> Points:
    """The points in the order of the page."""
    samples = [embedded.collection.samples[row] for row in order.tolist()]
    index = np.full(len(order) + 1, -1, np.int32)
    index[order] = np.arange(len(order))
    codes = clustered.codes[order].tolist()
    return Points(
        paths=[sample.path for sample in samples],
        labels=[sample.label for sample in samples],
        xy=laid.places[order],
        clusters=[clustered.names[code] if code >= 0 else None for code in codes],
        neighbours=index[laid.neighbours.indices[order]],
    )
