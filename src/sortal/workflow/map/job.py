"""One mapping from a collection to a written site, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Embedded, embed
from sortal.collection import Collection
from sortal.collection.names import counted
from sortal.errors import CollectionError
from sortal.map import METHODS, Neighbours
from sortal.map import Points as Places
from sortal.map.site import Column, Layout, Site, SiteFolder, write_site
from sortal.pictures import Fit, Progress
from sortal.workflow.classifier import Classifier
from sortal.workflow.map.answers import answer_columns, answers_of, space_of
from sortal.workflow.map.clusters import Clustered, cluster
from sortal.workflow.map.columns import picture_columns, table_columns
from sortal.workflow.map.growth import Box, MapState, Rules, grow, view_of
from sortal.workflow.map.layouts import judged, numeric_pair, other_layouts, similarity
from sortal.workflow.map.pictures import ThumbnailShelf, make_previews
from sortal.workflow.map.stages import Stages
from sortal.workflow.map.table import Points, write_table
from sortal.workflow.map.tags import tag_column, tags_of
from sortal.workflow.map.values import MapDone, MapOptions
from sortal.workflow.material import first_fault


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
class _Found:
    """All that is known of the pictures before the site is written."""

    embedded: Embedded
    rules: Rules
    laid: _Laid
    clustered: Clustered
    layouts: tuple[Layout, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapJob:
    """One mapping: what was asked for, and what it works with.

    Attributes:
        options: what was asked for.
        classifier: whose answers are shown, or None.
        cache: where what was computed is kept.
        folder: of the site, held by the caller.
        progress: told how far the work is.
    """

    options: MapOptions
    classifier: Classifier | None
    cache: Cache
    folder: SiteFolder
    progress: Progress

    def run(self, collection: Collection) -> MapDone:
        """Do all stages, each on what the ones before it left.

        Raises:
            SortalError: see ``map_folder``.
        """
        backbone, fit = space_of(self.classifier, name=self.options.backbone)
        embedded = self._embedded(collection, backbone, fit)
        shelf = ThumbnailShelf(embedded, self.cache)
        lost = shelf.fill(workers=self.options.workers, progress=self.progress)
        tags = tags_of(embedded.vectors, backbone, progress=self.progress)
        told = table_columns(embedded, wanted=self.options.columns)
        own = picture_columns(embedded)
        columns = [*own, *self._answers(embedded), tag_column(tags), *told.columns]
        numbers = self.options.numbers
        pair = None if numbers is None else numeric_pair(numbers, columns)
        state = self._state()
        rules = self._rules(state, backbone, fit)
        stages = Stages(embedded, backbone, fit, self.cache, self.progress)
        laid = self._laid(embedded, state, rules, stages)
        clustered = cluster(laid.places, laid.box, tags=tags, columns=columns)
        columns = _ordered([*columns, *clustered.columns])
        found = _Found(
            embedded=embedded,
            rules=rules,
            laid=laid,
            clustered=clustered,
            layouts=tuple(self._layouts(laid, embedded, columns, pair)),
            columns=tuple(columns),
            notes=(*embedded.collection.notes, *_lost(lost), *told.notes, *laid.notes),
        )
        self._write(found, shelf)
        return self._done(found)

    def _write(self, found: _Found, shelf: ThumbnailShelf) -> None:
        """Write the site, and the table where one is asked for."""
        embedded = found.embedded
        used = embedded.collection
        previews = make_previews(
            embedded,
            shelf,
            self.folder,
            rule=self.options.previews,
            workers=self.options.workers,
            progress=self.progress,
        )
        page = Site(
            name=used.name,
            title=self.options.title or used.name,
            layouts=found.layouts,
            columns=found.columns,
            clusters=found.clustered.clusters,
            neighbours=found.laid.neighbours.indices,
            thumbnails=shelf.get,
            previews=previews,
            faults=tuple((fault.path, fault.message) for fault in used.faults),
            notes=found.notes,
        )
        tree = write_site(self.folder, page, state=_kept(found), progress=self.progress)
        self.folder.remove_pictures(but=set(previews.urls))
        if self.options.table is not None:
            write_table(_points(found, tree.order), self.options.table)

    def _done(self, found: _Found) -> MapDone:
        return MapDone(
            site=self.folder.path,
            table=self.options.table,
            n_used=len(found.embedded.collection),
            n_faults=len(found.embedded.collection.faults),
            n_new=found.laid.n_new,
            n_gone=found.laid.n_gone,
            n_clusters=len(found.clustered.clusters),
            layouts=tuple((layout.title, layout.fidelity or "") for layout in found.layouts),
            notes=found.notes,
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
        grows = state is not None and state.rules == rules and not self.options.relayout
        neighbours = stages.neighbours(state if grows else None)
        notes: tuple[str, ...] = ()
        if state is not None and not self.options.relayout:
            grown = grow(state, embedded) if grows else None
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


def _kept(found: _Found) -> bytes:
    """What the next run must know to let the map grow."""
    state = MapState(
        rules=found.rules,
        hashes=tuple(print_.sha256 for print_ in found.embedded.fingerprints),
        paths=tuple(sample.path for sample in found.embedded.collection),
        xy=found.laid.places,
        box=found.laid.box,
    )
    return state.to_bytes()


def _points(found: _Found, order: NDArray[np.int64]) -> Points:
    """The points in the order of the page."""
    samples = [found.embedded.collection.samples[row] for row in order.tolist()]
    index = np.full(len(order) + 1, -1, np.int32)
    index[order] = np.arange(len(order))
    codes = found.clustered.codes[order].tolist()
    names = found.clustered.names
    return Points(
        paths=[sample.path for sample in samples],
        labels=[sample.label for sample in samples],
        xy=found.laid.places[order],
        clusters=[names[code] if code >= 0 else None for code in codes],
        neighbours=index[found.laid.neighbours.indices[order]],
    )
