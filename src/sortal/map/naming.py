"""What the pictures of a cluster have in common, as a name with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError
from sortal.map._checks import check_length, check_matrix
from sortal.map.layout_values import Points

MAJORITY: Final = 0.5
"""Share of the labelled pictures from which on a label names its cluster."""
LIFT: Final = 1.5
"""How many times as often as elsewhere a tag must be seen to name a cluster."""
COMMON: Final = 0.15
"""Mean probability that a tag must have in a cluster to name it."""
_TAGS: Final = 2
_CALM: Final = 1e-3

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tags:
    """The likeliest tags of n pictures, as two tables.

    Attributes:
        codes: int (n, t), index into ``names``; no tag twice in a row.
        weights: float (n, t), probabilities 0-1.
        names: of all tags.
    """

    codes: NDArray[np.integer[Any]]
    weights: NDArray[np.floating[Any]]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of n pictures.

    Attributes:
        codes: int (n,), index into ``names``; -1 for none.
        names: of all labels.
    """

    codes: NDArray[np.integer[Any]]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClusterName:
    """A cluster with its name.

    Attributes:
        code: which cluster.
        name: its labels, its tags, or both: "glass", "glass and metal", "beer bottle, pop bottle",
            "glass: vase".
        evidence: what speaks for the name, one sentence.
        size: pictures.
        medoid: the picture in the middle, an index.
        x, y: where that picture is.
    """

    code: int
    name: str
    evidence: str
    size: int
    medoid: int
    x: float
    y: float


def name_clusters(
    codes: NDArray[np.int32], *, xy: Points, tags: Tags | None = None, labels: Labels | None = None
) -> tuple[ClusterName, ...]:
    """Name every cluster from its labels and its tags.

    The label of at least half of a cluster's labelled pictures is its name, else the two commonest
    labels where together they are half. Tags are ranked by
    p log(p / q), with p the mean probability within and q elsewhere, so that what is common and
    distinctive comes first; they name clusters without such a label, and tell apart clusters of
    the same label.

    Args:
        codes: int32 (n,), from ``find_clusters``.
        xy: places, shape (n, 2).
        tags: of the n pictures; None does without.
        labels: of the n pictures; None does without.

    Returns:
        A name for each cluster, by code.

    Raises:
        UsageError: shapes that do not fit.
    """
    check_matrix(xy, where="name_clusters", columns=2)
    check_length(codes, len(xy), where="name_clusters", name="codes")
    for what in (tags, labels):
        if what is not None and len(what.codes) != len(xy):
            raise UsageError(
                f"name_clusters: expected tags and labels of {len(xy)} pictures, "
                f"got {len(what.codes)}."
            )
    n_clusters = int(codes.max(initial=-1)) + 1
    by_label = [_nothing()] * n_clusters if labels is None else _label_words(codes, labels)
    by_tags = [_nothing()] * n_clusters if tags is None else _tag_words(codes, tags)
    heads = [label.name for label in by_label]
    out = []
    for code, (label, tag) in enumerate(zip(by_label, by_tags, strict=True)):
        rows = np.flatnonzero(codes == code)
        middle = int(rows[_medoid(xy[rows])])
        told_apart = label.name and tag.name and heads.count(label.name) > 1
        name = f"{label.name}: {tag.name}" if told_apart else label.name or tag.name
        evidence = "; ".join(filter(None, (label.evidence, tag.evidence)))
        out.append(
            ClusterName(
                code=code,
                name=name or "mixed",
                evidence=evidence or "No label and no tag stands out.",
                size=len(rows),
                medoid=middle,
                x=float(xy[middle, 0]),
                y=float(xy[middle, 1]),
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Words:
    name: str
    evidence: str


def _nothing() -> _Words:
    return _Words("", "")


def _medoid(xy: Points) -> int:
    """The place nearest to the median of all."""
    apart = xy - np.median(xy, axis=0)
    return int(np.argmin((apart * apart).sum(axis=1)))


def _label_words(codes: NDArray[np.int32], labels: Labels) -> list[_Words]:
    """The commonest labels of each cluster; the name is empty where they are no majority."""
    known = (labels.codes >= 0).astype(np.float64)[:, None]
    counts = _sums(codes, np.maximum(labels.codes, 0)[:, None], known, len(labels.names))
    everywhere = counts.sum(axis=0)
    out = []
    for row in counts[:-1]:
        total, top = row.sum(), int(row.argmax()) if row.size else 0
        if not total:
            out.append(_nothing())
            continue
        rest = everywhere.sum() - total
        elsewhere = (everywhere[top] - row[top]) / rest if rest else 0.0
        evidence = f"{row[top]:.0f} of {total:.0f} labelled {labels.names[top]}"
        if rest:
            evidence += f" (elsewhere {elsewhere:.0%})"
        out.append(_Words(_majority(row, labels.names), evidence))
    return out


def _majority(counts: NDArray[np.float64], names: Sequence[str]) -> str:
    """The one label that half of the pictures carry, or the two, the commoner first; or ""."""
    for many in (1, 2):
        top = np.argsort(-counts, kind="stable")[:many]
        if counts[top].sum() >= MAJORITY * counts.sum():
            return " and ".join(names[i] for i in top.tolist())
    return ""


def _tag_words(codes: NDArray[np.int32], tags: Tags) -> list[_Words]:
    """The most telling tags of each cluster."""
    sums = _sums(codes, tags.codes, tags.weights, len(tags.names))
    sizes = _sizes(codes)
    everywhere, n = sums.sum(axis=0), sizes.sum()
    out = []
    for row, size in zip(sums[:-1], sizes[:-1], strict=True):
        within, outside = row / size, (everywhere - row) / max(n - size, 1)
        lift = (within + _CALM) / (outside + _CALM)
        telling = within * np.log(lift)
        best = [int(i) for i in np.argsort(-telling, kind="stable")[:_TAGS]]
        best = [i for i in best if within[i] >= COMMON and lift[i] >= LIFT]
        said = (f"{tags.names[i]} {lift[i]:.1f} times as often as elsewhere" for i in best)
        out.append(
            _Words(", ".join(tags.names[i] for i in best), "tags: " + ", ".join(said))
            if best
            else _nothing()
        )
    return out


def _sizes(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Pictures in each cluster, and last those in none."""
    n_clusters = int(codes.max(initial=-1)) + 1
    return np.bincount(np.where(codes < 0, n_clusters, codes), minlength=n_clusters + 1)


def _sums(
    codes: NDArray[np.int32],
    columns: NDArray[np.integer[Any]],
    weights: NDArray[np.floating[Any]],
    n_columns: int,
) -> Table:
    """Weights summed by cluster and column, (clusters + 1, columns); the last row is of none."""
    n_clusters = int(codes.max(initial=-1)) + 1
    row = np.where(codes < 0, n_clusters, codes).astype(np.int64)[:, None]
    flat = (row * n_columns + columns).ravel()
    total = np.bincount(flat, weights.ravel(), minlength=(n_clusters + 1) * n_columns)
    return np.asarray(total.reshape(n_clusters + 1, n_columns), np.float64)
