"""The crowds of a map with their names, as its page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortal.map import ClusterName, Labels, Points, Tags, find_clusters, name_clusters
from sortal.map.site import Cluster, Column
from sortal.workflow.map.growth import Box

_MOST_OF_IT = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """Clusters of n pictures.

    Attributes:
        codes: int32 (n,), -1 for none.
        clusters: by code.
    """

    codes: NDArray[np.int32]
    clusters: tuple[Cluster, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the clusters, by code; no two are equal."""
        return tuple(cluster.name for cluster in self.clusters)

    @property
    def columns(self) -> list[Column]:
        """The column ``cluster``, where there are any."""
        if not self.clusters:
            return []
        codes = self.codes.astype(np.int64)
        return [Column("cluster", "Cluster", "category", codes, values=self.names)]


def cluster(places: Points, box: Box, *, tags: Tags, columns: Sequence[Column]) -> Clustered:
    """Find the crowds of a layout by likeness and name them by their labels and tags.

    Args:
        places: float32 (n, 2), y upward.
        box: of the layout's view.
        tags: of the pictures.
        columns: among which ``label`` may be.
    """
    codes = find_clusters(places)
    label = next((column for column in columns if column.id == "label"), None)
    labels = None if label is None else Labels(np.asarray(label.data, np.int64), label.values)
    named = name_clusters(codes, xy=places, tags=tags, labels=labels)
    rows = [np.flatnonzero(codes == name.code) for name in named]
    clusters = (
        _on_page(name, title, places[mine], box)
        for name, title, mine in zip(named, _told_apart(named), rows, strict=True)
    )
    return Clustered(codes, tuple(clusters))


def _told_apart(named: Sequence[ClusterName]) -> list[str]:
    """The names, those that come more than once with a number."""
    all_of = Counter(name.name for name in named)
    so_far: Counter[str] = Counter()
    titles = []
    for name in named:
        so_far[name.name] += 1
        several = all_of[name.name] > 1
        titles.append(f"{name.name} ({so_far[name.name]})" if several else name.name)
    return titles


def _on_page(name: ClusterName, title: str, places: Points, box: Box) -> Cluster:
    """A cluster where the page's y goes downwards."""
    apart = np.hypot(places[:, 0] - name.x, places[:, 1] - name.y)
    return Cluster(
        name=title,
        size=name.size,
        evidence=name.evidence,
        x=name.x - box[0],
        y=box[3] - name.y,
        radius=float(np.quantile(apart, _MOST_OF_IT)),
    )
