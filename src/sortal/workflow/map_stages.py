"""The stages of a map that take long, each remembered while what it depends on stays the same."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import Backbone, Cache, Embedded
from sortal.map import Method, Neighbours, Points, find_neighbours, layout_similarity
from sortal.pictures import Fit, Progress, Step
from sortal.workflow.threads import calm_threads

K: Final = 15
"""Neighbours of each picture that a layout is made from."""

_VERSION: Final = 1
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

    def neighbours(self) -> Neighbours:
        """The 15 most alike of every picture."""
        key = self._key("neighbours", K)
        known = self._recall("map-neighbours", key)
        if known is not None:
            self._done("Finding neighbours")
            return Neighbours(
                known["indices"],
                known["distances"],
                exact=bool(known["exact"]),
                recall=float(known["recall"]),
            )
        with calm_threads(len(self.embedded.vectors)):
            found = find_neighbours(self.embedded.vectors, k=K, progress=self.progress)
        self._remember(
            "map-neighbours",
            key,
            indices=found.indices,
            distances=found.distances,
            exact=np.array(found.exact),
            recall=np.array(found.recall),
        )
        return found

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

    def _key(self, *rules: object) -> str:
        """SHA-256 of all that a stage depends on; vectors follow from contents and network."""
        digest = hashlib.sha256(
            json.dumps([_VERSION, self.backbone.sha256, self.fit, *rules]).encode()
        )
        for fingerprint in self.embedded.fingerprints:
            digest.update(bytes.fromhex(fingerprint.sha256))
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
