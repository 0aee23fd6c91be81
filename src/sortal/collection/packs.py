"""Find the files of a data set that keeps thousands of small pictures in one file.

IDX files, as those of MNIST and its relatives, lie beside each other, one for the pictures and
one for the labels of each part: ``train-images-idx3-ubyte.gz``, ``train-labels-idx1-ubyte.gz``,
``t10k-images.idx3-ubyte`` and so on, whatever precedes these words. Tables of pixels, as the
same sets go about as CSV, are known by their rows: ``mnist_train.csv``, ``mnist_test.csv``.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sortal.collection.names import ending, is_system, listed, shown, tally
from sortal.collection.table import Part
from sortal.errors import CollectionError
from sortal.pictures.idx import is_idx, start_of
from sortal.pictures.pixel_table import is_pixel_table

_IDX: Final = re.compile(
    r"(?P<set>.*?)(?P<what>images|labels)[-_.]idx[1-4]-ubyte(?:\.gz)?", re.IGNORECASE
)
_PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {"train": "train", "training": "train", "test": "test", "testing": "test", "t10k": "test"}
)
_TABLES: Final = (".csv", ".csv.gz")
_WORDS: Final = re.compile(r"[-_. ]+")
_WRAPPERS: Final = 3
"""Folders with nothing but one folder inside that are entered, such as ``MNIST/raw``."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of pictures.

    Attributes:
        path: the file.
        labels: the file of their labels, or None.
        part: what its name says that it is for.
        is_table: whether it is a table of pixels, with the labels in it.
    """

    path: Path
    labels: Path | None
    part: Part | None
    is_table: bool = False

    @property
    def prefix(self) -> str:
        """What the names of its pictures begin with."""
        return self.part or shown(self.path.name.partition(".")[0])


def packs_in(folder: Path) -> tuple[list[Pack], list[str]]:
    """The files of pictures at the top of a folder, and notes on the other files there.

    Both are empty where there is no such file, or where the folder cannot be listed.

    Raises:
        CollectionError: the folder holds more than one data set.
    """
    folder, names = _unwrapped(folder)
    idx = _Idx(folder, names)
    packs = [
        Pack(folder / name, None, _part_of(name), is_table=True)
        for name in names
        if _is_table(folder / name)
    ]
    if not idx.images and not packs:
        return [], []
    tables = {pack.path.name for pack in packs}
    notes: list[str] = []
    for key, images in sorted(idx.images.items()):
        labels = idx.labels.get(key, [])
        packs.append(Pack(images[0], labels[0] if labels else None, _part_of(key)))
        notes += [*_on_copies(images), *_on_copies(labels)]
    _check_parts(folder, packs)
    others = [name for name in names if name not in idx.names and name not in tables]
    if others:
        endings = Counter(map(ending, others))
        notes.append(f"Passed over beside it: {tally(endings)}.")
    return packs, notes


def pack_of(path: Path) -> Pack | None:
    """The one file that was given, if it holds many pictures.

    Raises:
        CollectionError: it is an IDX file, but one of labels.
    """
    start = start_of(path, 4)
    if not is_idx(start):
        part = _part_of(path.name)
        return Pack(path, None, part, is_table=True) if _is_table(path) else None
    if start[3] < 3:
        raise CollectionError(
            f"{shown(str(path))}: an IDX file of labels or other numbers, not of pictures. Give "
            "the file of pictures (such as train-images-idx3-ubyte.gz) or the folder of both."
        )
    match = _IDX.fullmatch(path.name)
    if match is None:
        return Pack(path, None, _part_of(path.name))
    key = match["set"].lower()
    labels = _Idx(path.parent, _names(path.parent)).labels.get(key, [])
    return Pack(path, labels[0] if labels else None, _part_of(key))


class _Idx:
    """The IDX files among the names in a folder.

    Attributes:
        names: of them all.
        images: what precedes the word "images", in lower case, to the files; unpacked first.
        labels: likewise.
    """

    def __init__(self, folder: Path, names: list[str]) -> None:
        self.names: set[str] = set()
        self.images: defaultdict[str, list[Path]] = defaultdict(list)
        self.labels: defaultdict[str, list[Path]] = defaultdict(list)
        for name in sorted(names, key=lambda name: name.lower().endswith(".gz")):
            match = _IDX.fullmatch(name)
            if match is not None and (folder / name).is_file():
                self.names.add(name)
                found = self.images if match["what"].lower() == "images" else self.labels
                found[match["set"].lower()].append(folder / name)


def _unwrapped(folder: Path) -> tuple[Path, list[str]]:
    """The folder, or the one in it where there is nothing else; with the names there."""
    names = _names(folder)
    for _ in range(_WRAPPERS):
        if len(names) != 1 or not (folder / names[0]).is_dir():
            break
        folder = folder / names[0]
        names = _names(folder)
    return folder, names


def _names(folder: Path) -> list[str]:
    """What lies in a folder, sorted, without hidden and system files."""
    try:
        return sorted(name for name in os.listdir(folder) if not is_system(name))  # noqa: PTH208
    except OSError:
        return []


def _on_copies(files: list[Path]) -> list[str]:
    return [
        f"{shown(copy.name)} is passed over: {shown(files[0].name)} is there too."
        for copy in files[1:]
    ]


def _is_table(path: Path) -> bool:
    return path.name.lower().endswith(_TABLES) and path.is_file() and is_pixel_table(path)


def _part_of(name: str) -> Part | None:
    """What the last telling word of a name says that the file is for."""
    said = [_PARTS[word] for word in _WORDS.split(name.lower()) if word in _PARTS]
    return said[-1] if said else None


def _check_parts(folder: Path, packs: list[Pack]) -> None:
    """Refuse two files for one purpose: nobody said which to take."""
    for part in {pack.part for pack in packs}:
        same = [shown(pack.path.name) for pack in packs if pack.part == part]
        if len(same) > 1:
            raise CollectionError(
                f"{shown(str(folder))}: it holds more than one data set ({listed(same)}). Give "
                "one of these files, or a folder for each set."
            )
