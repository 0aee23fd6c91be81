"""The points of a map as a table: CSV always, Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.atomic import write_atomically
from sortal.errors import MissingExtraError, UsageError

_FIELDS: Final = ("id", "path", "label", "x", "y", "cluster", "neighbours")


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of a map in the order of its page, n of them.

    Attributes:
        paths: of the pictures.
        labels: their labels, None for none.
        xy: float32 (n, 2): the first layout, y upward.
        clusters: names of their clusters, None for none.
        neighbours: int32 (n, k): ids of the most alike, nearest first, -1 for none.
    """

    paths: Sequence[str]
    labels: Sequence[str | None]
    xy: NDArray[np.float32]
    clusters: Sequence[str | None]
    neighbours: NDArray[np.int32]


def check_table(path: Path) -> None:
    """Refuse a table that could not be written, before any work.

    Raises:
        UsageError: its ending is neither .csv nor .parquet.
        MissingExtraError: it is to be Parquet and pyarrow is not installed.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise UsageError(f"--table {path}: the name must end in .csv or .parquet.")
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise MissingExtraError("Writing Parquet", extra="parquet")


def write_table(points: Points, path: Path) -> None:
    """Write the points, whole or not at all; the ending chooses the format.

    Raises:
        OutputError: it cannot be written.
    """
    as_parquet = path.suffix.lower() == ".parquet"
    write_atomically(path, _parquet(points) if as_parquet else _csv(points))


def _csv(points: Points) -> bytes:
    """UTF-8; ``neighbours`` are ids with spaces between."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_FIELDS)
    for id_, (x, y) in enumerate(points.xy.tolist()):
        near = " ".join(str(i) for i in points.neighbours[id_].tolist() if i >= 0)
        label, cluster = points.labels[id_] or "", points.clusters[id_] or ""
        # Nine digits give a float32 back bit for bit.
        rows.writerow([id_, points.paths[id_], label, f"{x:.9g}", f"{y:.9g}", cluster, near])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _parquet(points: Points) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    neighbours = [[i for i in row if i >= 0] for row in points.neighbours.tolist()]
    columns = {
        "id": pa.array(range(len(points.paths)), pa.int32()),
        "path": pa.array(points.paths, pa.string()),
        "label": pa.array(points.labels, pa.string()),
        "x": pa.array(points.xy[:, 0]),
        "y": pa.array(points.xy[:, 1]),
        "cluster": pa.array(points.clusters, pa.string()),
        "neighbours": pa.array(neighbours, pa.list_(pa.int32())),
    }
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()
