"""The stages of a map that take long, each remembered while what it depends on stays the same."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Embedded
from sortal.map import (
    Method,
    Neighbours,
    Points,
    find_neighbours,
    layout_similarity,
    update_neighbours,
)
from sortal.pictures import Fit, Progress, Step
from sortal.workflow.map.growth import MapState, matched
from sortal.workflow.threads import calm_threads

K: Final = 15
"""Neighbours of each picture that a layout is made from."""

_FRESH: Final = "map-neighbours"
_GROWN: Final = "map-neighbours-grown"
_VERSION: Final = 2
"""Raised whenever neighbours or layouts are computed by other rules."""


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """Neighbours and the layout by likeness of some embedded pictures.

    Attributes:
        embedded: the pictures.
        backbone, fit: by which they were embedded.
        cache: where results are kept, or None.
        progress: told of each stage.
    """

    embedded: Embedded
    backbone: Backbone
    fit: Fit
    cache: Cache | None
    progress: Progress

    def neighbours(self, before: MapState | None = None) -> Neighbours:
        """The 15 most alike of every picture.

        Args:
            before: of the map that grows: what is known of its pictures is not searched again.
        """
        known = self._known(self._key("neighbours", K), grown=before is not None)
        if known is not None:
            self._done("Finding neighbours")
            return known
        with calm_threads(len(self.embedded.vectors)):
            found = None if before is None else self._updated(before)
            kind = _FRESH if found is None else _GROWN
            if found is None:
                found = find_neighbours(self.embedded.vectors, k=K, progress=self.progress)
        self._remember(
            kind,
            self._key("neighbours", K),
            indices=found.indices,
            distances=found.distances,
            exact=np.array(found.exact),
            recall=np.array(found.recall),
        )
        return found

    def _updated(self, before: MapState) -> Neighbours | None:
        """The neighbours from those of the map that grows; None where that is no gain."""
        old = self._known(self._key("neighbours", K, hashes=before.hashes), grown=True)
        n = len(self.embedded.vectors)
        if old is None or old.k != min(K, n - 1):
            return None
        hashes = [print_.sha256 for print_ in self.embedded.fingerprints]
        rows = matched(before, hashes, [sample.path for sample in self.embedded.collection])
        if (rows < 0).sum() > n // 4 or len(old) - (rows >= 0).sum() > n // 4:
            return None
        return update_neighbours(old, rows, self.embedded.vectors, progress=self.progress)

    def _known(self, key: str, *, grown: bool) -> Neighbours | None:
        """Neighbours that were found afresh, or also those that grew."""
        for kind in (_FRESH, _GROWN) if grown else (_FRESH,):
            known = self._recall(kind, key)
            if known is not None:
                return Neighbours(
                    known["indices"],
                    known["distances"],
                    exact=bool(known["exact"]),
                    recall=float(known["recall"]),
                )
        return None

    def places(
        self,
        neighbours: Neighbours,
        *,
        method: Method,
        labels: NDArray[np.int64] | None,
        seed: int,
    ) -> Points:
        """The layout by likeness, float32 (n, 2); by labels too where they are given."""
        told = None if labels is None else labels.tolist()
        key = self._key("places", method, seed, told)
        known = self._recall("map-places", key)
        if known is not None:
            self._done("Laying out")
            return np.asarray(known["xy"], np.float32)
        with calm_threads(len(self.embedded.vectors)):
            xy = layout_similarity(
                self.embedded.vectors,
                neighbours,
                method=method,
                seed=seed,
                labels=labels,
                progress=self.progress,
            )
        self._remember("map-places", key, xy=xy)
        return xy

    def _key(self, *rules: object, hashes: Iterable[str] | None = None) -> str:
        """SHA-256 of all that a stage depends on; vectors follow from contents and network."""
        digest = hashlib.sha256(
            json.dumps([_VERSION, self.backbone.sha256, self.fit, *rules]).encode()
        )
        if hashes is None:
            hashes = (print_.sha256 for print_ in self.embedded.fingerprints)
        for sha256 in hashes:
            digest.update(bytes.fromhex(sha256))
        return digest.hexdigest()

    def _recall(self, kind: str, key: str) -> dict[str, NDArray[Any]] | None:
        known = None if self.cache is None else self.cache.recall(kind, key)
        if known is None:
            return None
        with np.load(io.BytesIO(known), allow_pickle=False) as kept:
            return dict(kept)

    def _remember(self, kind: str, key: str, **arrays: NDArray[Any]) -> None:
        if self.cache is not None:
            content = io.BytesIO()
            np.savez(content, allow_pickle=False, **arrays)
            self.cache.remember(kind, key, content.getvalue())

    def _done(self, stage: str) -> None:
        n = len(self.embedded.vectors)
        self.progress(Step(stage, n, n, "pictures"))
