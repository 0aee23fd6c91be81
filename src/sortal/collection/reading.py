"""From what the user gave to a collection."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sortal.collection.archive import list_archive
from sortal.collection.folder import list_folder
from sortal.collection.grouping import group
from sortal.collection.layout import collect
from sortal.collection.limits import LIMITS, ArchiveLimits
from sortal.collection.listing import Listing
from sortal.collection.names import ending, kind, listed, shown
from sortal.collection.packed import read_packed
from sortal.collection.table import Collection, Sample
from sortal.errors import CollectionError, Fault
from sortal.pictures.record import Source

_ZIP_SIGNATURES: Final = (b"PK\3\4", b"PK\5\6")


def read_collection(
    path: Path, *, group_by: str | None = None, limits: ArchiveLimits = LIMITS
) -> Collection:
    """Read a folder, or a zip of one, as a collection of labelled pictures.

    Three layouts are known: a folder for each label, at any depth below it; pictures with a
    ``metadata.csv``, ``.tsv`` or ``.jsonl`` beside them (columns ``file_name`` and ``label``,
    any other is metadata); plain pictures without labels. No picture is opened. Data sets that
    keep all pictures in one file are read as well (``packed.py``).

    Args:
        path: the folder, the archive, or the one file of many pictures.
        group_by: what must not be separated in a split: a regular expression on the path,
            or a metadata column (``column:NAME`` or its bare name).
        limits: what an archive and a table may ask for.

    Raises:
        CollectionError: it is not there, cannot be read, or holds no usable picture.
        UsageError: ``group_by`` cannot work.
    """
    path = Path(path)
    packed = read_packed(path) if path.is_dir() or path.is_file() else None
    collection = collect(_listing(path, limits)) if packed is None else packed
    return collection if group_by is None else group(collection, group_by)


def read_files(paths: Iterable[Path]) -> Collection:
    """Read pictures without labels.

    Folders and zip archives are walked; a file named here is taken whatever its ending.
    What is named twice is taken once.

    Args:
        paths: files, folders and archives; the path of a sample begins with what was given.

    Raises:
        CollectionError: nothing was given, or not one of them holds a file that could be
            a picture.
    """
    samples: dict[str, Sample] = {}
    faults: dict[str, Fault] = {}
    notes: list[str] = []
    given = [Path(path) for path in paths]
    for path in given:
        if path.is_dir() or _is_zip(path):
            listing = _listing(path, LIMITS)
            prefix = "" if path == Path() else f"{shown(path.as_posix())}/"
            for name, source in listing.files:
                samples.setdefault(prefix + name, Sample(source, prefix + name))
            for fault in listing.faults:
                name = prefix + fault.path
                faults.setdefault(name, Fault(name, fault.reason, fault.message))
            notes.extend(listing.sentences())
        elif path.is_file():
            name = shown(path.as_posix())
            samples.setdefault(name, Sample(Source(path), name))
        else:
            name = shown(path.as_posix())
            faults[name] = Fault(name, "unreadable", "There is no such file.")
    if not samples:
        raise CollectionError(_none_of(given, [*notes, *(f.message for f in faults.values())]))
    return Collection(
        name=shown(given[0].resolve().name) if len(given) == 1 else "pictures",
        samples=tuple(samples[name] for name in sorted(samples)),
        faults=tuple(faults[name] for name in sorted(faults)),
        notes=tuple(notes),
    )


def _none_of(given: list[Path], reasons: list[str]) -> str:
    if not given:
        return "No pictures were given. Name files or folders."
    names = listed(shown(str(path)) for path in given)
    return " ".join([f"{names}: no picture is there.", *reasons[:1]])


def _listing(path: Path, limits: ArchiveLimits) -> Listing:
    """List a folder or a zip, or say what is wrong with ``path``."""
    if path.is_dir():
        return list_folder(path, limits=limits)
    where = shown(str(path))
    if not path.exists():
        raise CollectionError(f"{where}: there is no such folder or archive. Check the name.")
    if not path.is_file():
        raise CollectionError(f"{where}: a pipe, socket or device. Give a folder or a zip.")
    if _is_zip(path) or ending(path.name) == "zip":
        return list_archive(path, limits=limits)
    match kind(path.name):
        case "table":
            advice = "a metadata table; give the folder in which it lies"
        case "picture":
            advice = "a single file; give a folder that has a folder of pictures for each kind"
        case _:
            advice = "not a folder and not a zip archive; unpack it and give the folder"
    raise CollectionError(f"{where}: this is {advice}.")


def _is_zip(path: Path) -> bool:
    """Whether a file begins like a zip archive."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(4) in _ZIP_SIGNATURES
    except OSError:
        return False
