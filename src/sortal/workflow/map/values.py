"""What mapping takes and gives: plain frozen values, with a form for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sortal.errors import UsageError
from sortal.map import METHODS
from sortal.workflow.arguments import require_number
from sortal.workflow.map.pictures import PreviewRule
from sortal.workflow.values import JsonObject


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What a person may choose about a map.

    Attributes:
        layout: "similarity" or "tsne", or "umap" (needs an extra); None takes that of the map
            that grows, else t-SNE.
        supervised: whether pictures of one label are drawn together.
        model: a model file whose answers are shown.
        columns: names of the metadata columns to show; None for all.
        numbers: two numeric columns to lay out by.
        title: of the page; None takes the collection's name.
        relayout: whether pictures that lie on the map already may move.
        previews: see ``make_previews``.
        table: a .csv or .parquet to write the points to, or None.
        backbone: name of the frozen network.
        group_by: see ``read_collection``.
        seed: of every random choice, 0 or more.
        workers: processes that decode; None for one a core.
        cache: whether to use the user's cache.
    """

    layout: str | None = None
    supervised: bool = False
    model: Path | None = None
    columns: tuple[str, ...] | None = None
    numbers: tuple[str, str] | None = None
    title: str | None = None
    relayout: bool = False
    previews: PreviewRule = "auto"
    table: Path | None = None
    backbone: str = "lite0"
    group_by: str | None = None
    seed: int = 0
    workers: int | None = None
    cache: bool = True

    def __post_init__(self) -> None:
        """Check what can be checked before anything is read.

        Raises:
            UsageError: a value is out of range.
        """
        require_number(self.seed, "seed", least=0)
        if self.workers is not None:
            require_number(self.workers, "workers", least=1)
        known = ("similarity", *METHODS)
        if self.layout is not None and self.layout not in known:
            raise UsageError(f"layout must be one of {', '.join(known)}; {self.layout!r} came.")


@dataclass(frozen=True, slots=True, eq=False)
class MapDone:
    """What mapping left behind.

    Attributes:
        site: the folder.
        table: the table of points, or None where none was asked for.
        n_used: pictures on the map.
        n_faults: files that could not be used.
        n_new: pictures that were set among those that lay there already.
        n_gone: pictures that were on the map and are there no more.
        n_clusters: clusters found.
        layouts: titles of the layouts with what each kept, in words.
        notes: what a person should know.
        seconds: for everything.
    """

    site: Path
    table: Path | None
    n_used: int
    n_faults: int
    n_new: int
    n_gone: int
    n_clusters: int
    layouts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def page(self) -> Path:
        """What to open in a browser."""
        return self.site / "index.html"

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""
        return {
            "site": str(self.site),
            "page": str(self.page),
            "table": None if self.table is None else str(self.table),
            "n_used": self.n_used,
            "n_faults": self.n_faults,
            "n_new": self.n_new,
            "n_gone": self.n_gone,
            "n_clusters": self.n_clusters,
            "layouts": [{"title": title, "fidelity": words} for title, words in self.layouts],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }
