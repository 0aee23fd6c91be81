"""What a listing means: which file has which label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sortal.collection.listing import Listing
from sortal.collection.matching import contradiction, match
from sortal.collection.metadata import Row, Rows, read_rows
from sortal.collection.names import canonical, counted, listed
from sortal.collection.table import Collection, Sample
from sortal.errors import CollectionError, Fault

_TRAIN_NAMES: Final = frozenset({"train", "training"})
_TEST_NAMES: Final = frozenset(
    {"test", "testing", "val", "valid", "validation", "dev", "eval", "evaluation", "holdout"}
)
_NO_METADATA: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(slots=True)
class _Draft:
    """A collection in the making."""

    samples: list[Sample] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(listing: Listing) -> Collection:
    """Turn a listing into a collection.

    With a metadata table at the top that has labels, they count. Otherwise the first folder
    below the root is the label of all that lies in it, at any depth. Where all files lie at
    the top there are no labels.

    Raises:
        CollectionError: nothing there can be used, the top folders are parts of a split
            and not kinds, or the table cannot be read.
    """
    draft = _Draft(faults=list(listing.faults), notes=list(listing.sentences()))
    if not listing.files:
        raise CollectionError(_nothing(listing, draft))
    table = _top_table(listing, draft)
    if table is not None and table.labelled:
        _label_by_table(listing, table, draft)
    else:
        _label_by_folder(listing, table, draft)
    if not draft.samples:
        raise CollectionError(_nothing(listing, draft))
    draft.notes.extend(_on_labels(draft.samples))
    return Collection(
        name=listing.name,
        samples=tuple(draft.samples),
        faults=tuple(sorted(draft.faults, key=lambda fault: fault.path)),
        notes=tuple(draft.notes),
    )


def _nothing(listing: Listing, draft: _Draft) -> str:
    """Why a listing gives no collection, with the first thing that went wrong."""
    sentences = [
        f"{listing.where}: no usable picture is in it.",
        "Give a folder that has a folder of pictures for each kind, or pictures and a "
        "metadata.csv that names them.",
        *draft.notes,
        *(f"{fault.path}: {fault.message}" for fault in draft.faults[:1]),
    ]
    return " ".join(sentences)


def _top_table(listing: Listing, draft: _Draft) -> Rows | None:
    """Read the metadata table at the top; of others it is said that they are not used."""
    top = [table for table in listing.tables if "/" not in table.path]
    deeper = [table.path for table in listing.tables if "/" in table.path]
    if deeper:
        draft.notes.append(
            f"Not used: {listed(deeper)}. A metadata table counts only at the top of the folder."
        )
    if len(top) > 1:
        raise CollectionError(
            f"{listing.where}: it holds {len(top)} metadata tables "
            f"({listed(table.path for table in top)}). Keep one of them there."
        )
    if not top:
        return None
    table = read_rows(top[0].path, top[0].read())
    draft.notes.extend(table.notes)
    draft.faults.extend(table.faults)
    return table


def _label_by_table(listing: Listing, table: Rows, draft: _Draft) -> None:
    """Take the files that the table labels; the others are faults."""
    matched = match(table, (file.path for file in listing.files))
    draft.faults.extend(matched.faults)
    draft.notes.extend(matched.notes)
    for path, source in listing.files:
        row = matched.rows.get(path)
        if row is not None and row.label is not None:
            draft.samples.append(Sample(source, path, row.label, metadata=row.metadata))
        elif path in matched.contradicted:
            draft.faults.append(contradiction(table, path, matched.contradicted[path]))
        else:
            draft.faults.append(_unlabelled(table, path, row))


def _unlabelled(table: Rows, path: str, row: Row | None) -> Fault:
    if row is None:
        message = f"{table.path} does not name it, so nobody said what it is."
    else:
        message = f"{table.path}, line {row.line}, gives it no label."
    return Fault(path, "bad-record", message)


def _label_by_folder(listing: Listing, table: Rows | None, draft: _Draft) -> None:
    """Take every file, under the name of its top folder; a table adds metadata."""
    rows: Mapping[str, Row] = {}
    if table is not None:
        matched = match(table, (file.path for file in listing.files))
        rows = matched.rows
        draft.faults.extend(matched.faults)
        draft.notes.extend(matched.notes)
    tops = _tops(listing)
    _refuse_parts(listing, tops)
    draft.notes.extend(_on_folders(listing, tops))
    labels = {top: canonical(top) for top in tops}
    for path, source in listing.files:
        top, slash, _ = path.partition("/")
        if tops and not slash:
            message = "It lies beside the folders of the kinds, so nobody said what it is."
            draft.faults.append(Fault(path, "bad-record", message))
            continue
        metadata = rows[path].metadata if path in rows else _NO_METADATA
        draft.samples.append(Sample(source, path, labels.get(top), metadata=metadata))


def _tops(listing: Listing) -> dict[str, set[str]]:
    """Each top folder that has files, with the names of the folders with files inside it."""
    tops: defaultdict[str, set[str]] = defaultdict(set)
    for folder in {file.path.rpartition("/")[0] for file in listing.files} - {""}:
        top, _, inner = folder.partition("/")
        tops[top].update({inner.partition("/")[0]} - {""})
    return dict(sorted(tops.items()))


def _refuse_parts(listing: Listing, tops: Mapping[str, set[str]]) -> None:
    """Refuse ``train`` and ``test`` as kinds of picture."""
    train = [top for top in tops if top.lower() in _TRAIN_NAMES]
    test = [top for top in tops if top.lower() in _TEST_NAMES]
    if not train or not test:
        return
    parts = listed([*train, *test])
    raise CollectionError(
        f"{listing.where}: its folders {parts} look like the parts of a ready-made split, not "
        f"like kinds of picture. Give {listing.where}/{train[0]} to learn from and "
        f"--test {listing.where}/{test[0]} to be judged by"
        + (" (unpack the archive first)." if listing.archive else ".")
    )


def _on_folders(listing: Listing, tops: Mapping[str, set[str]]) -> list[str]:
    """What to say about the folders as labels."""
    notes = []
    empty = [path for path in listing.folders if "/" not in path and path not in tops]
    if empty:
        notes.append(f"No picture is in {listed(empty)}: no kind was made of it.")
    inside = set.intersection(*tops.values()) if tops else set()
    if len(tops) == 1 and inside:
        top = next(iter(tops))
        notes.append(
            f"All pictures lie in the one folder {top}, which makes one kind. If the kinds are "
            f"the folders inside it ({listed(sorted(inside))}), give {listing.where}/{top}."
        )
    elif len(inside) > 1:
        notes.append(
            f"Every kind has folders of the same names inside ({listed(sorted(inside))}). The "
            "kind is the first folder, never the last; rearrange them if it should be the last."
        )
    return notes


def _on_labels(samples: list[Sample]) -> list[str]:
    """What to say about the labels: spellings that meet, twins by case, single pictures."""
    sizes: defaultdict[str, int] = defaultdict(int)
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for sample in samples:
        if sample.label is None:
            return []
        sizes[sample.label] += 1
        if not sample.path.isascii():
            spellings[sample.label].add(sample.path.partition("/")[0])
    twins: defaultdict[str, list[str]] = defaultdict(list)
    for label in sorted(sizes):
        twins[label.casefold()].append(label)
    notes = [
        f"The kinds {listed(names)} differ in case only and are kept apart; give their folders "
        "one name if they are one kind."
        for names in twins.values()
        if len(names) > 1
    ]
    notes += [
        f"{counted(len(names), 'folder')} named {label} in different Unicode spellings make one "
        "kind."
        for label, names in spellings.items()
        if len(names) > 1 and {canonical(name) for name in names} == {label}
    ]
    single = sorted(label for label, n in sizes.items() if n == 1)
    if single:
        verb = "has" if len(single) == 1 else "have"
        notes.append(f"{listed(single)} {verb} a single picture: too few to learn and be judged.")
    return notes
