"""Reading a collection for those who look at it in a notebook."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

from sortal.collection import Collection, read_collection
from sortal.collection.names import counted
from sortal.report import facts_card

_MOST = 20


@dataclass(frozen=True, slots=True, repr=False)
class ReadCollection(Collection):
    """A collection that a notebook can show; the collection's own room draws nothing."""

    def __repr__(self) -> str:
        what = f"{counted(len(self), 'picture')} of {counted(len(self.classes), 'kind')}"
        return f"Collection({self.name}: {what}, {counted(len(self.faults), 'file')} not usable)"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        counts = Counter("(no label)" if s.label is None else s.label for s in self)
        facts = {"Pictures": f"{len(self):,}", "Files not usable": f"{len(self.faults):,}"}
        facts |= {label: f"{n:,}" for label, n in sorted(counts.items())[:_MOST]}
        if len(counts) > _MOST:
            facts["More kinds"] = f"{len(counts) - _MOST:,}"
        facts |= {f"Note {i}": note for i, note in enumerate(self.notes, 1)}
        return facts_card(self.name, facts)


def read(path: str | Path, *, group_by: str | None = None) -> ReadCollection:
    """Read a folder, or a zip of one, as a collection of labelled pictures.

    Args:
        path: a folder with one folder per kind, one with a ``metadata.csv``, ``.tsv`` or
            ``.jsonl`` (columns ``file_name`` and ``label``), or a zip of either.
        group_by: what must not be separated in a split: a regular expression on the path,
            whose first group names the object, or ``column:NAME``.

    Raises:
        CollectionError: it is not there, cannot be read, or holds no usable picture.
        UsageError: ``group_by`` cannot work.
    """
    found = read_collection(Path(path), group_by=group_by)
    return ReadCollection(**{field.name: getattr(found, field.name) for field in fields(found)})
