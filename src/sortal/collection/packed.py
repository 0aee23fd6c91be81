"""Data sets that keep thousands of small pictures in one file, read as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sortal.collection.idx import read_idx
from sortal.collection.names import listed, shown
from sortal.collection.packs import Pack, pack_of, packs_in
from sortal.collection.table import Collection, Part, Sample
from sortal.errors import CollectionError, Fault
from sortal.pictures.packed import packed_pictures
from sortal.pictures.pixel_table import pixel_table
from sortal.pictures.record import Source
from sortal.pictures.refusal import Refusal

_NO_METADATA: Final[Mapping[str, str]] = MappingProxyType({})
_FEWEST_DIGITS: Final = 5
_PURPOSE: Final[Mapping[Part | None, str]] = MappingProxyType(
    {"train": "to learn from", "test": "to test on", None: "for neither part"}
)
_COLOUR: Final = 4  # dimensions


def read_packed(path: Path) -> Collection | None:
    """Read a folder or a file as such a data set; None where it is something else.

    The files are read whole: what is not sound is refused here, not picture by picture.

    Args:
        path: a folder at whose top the files lie, or one file of pictures.

    Returns:
        Labels are numbers as text, "0" to "9" for digits; pictures are named
        ``train/00000`` and so on.

    Raises:
        CollectionError: it is such a data set and cannot be read, or is not whole.
    """
    packs, notes = packs_in(path) if path.is_dir() else _single(path)
    if not packs:
        return None
    samples: list[Sample] = []
    faults: list[Fault] = []
    arrays: list[NDArray[np.uint8]] = []
    for pack in packs:
        pictures = _pictures(pack)
        labels = _labels(pack, len(pictures))
        bad = _bad_rows(pack)
        for sample in _samples(pack, labels):
            why = bad.get(_number(sample))
            if why is None:
                samples.append(sample)
            else:
                faults.append(Fault(sample.path, "bad-record", f"{shown(pack.path.name)}, {why}"))
        arrays.append(pictures)
        if labels is None:
            notes = [*notes, _unlabelled(pack)]
    if not samples:
        raise CollectionError(f"{shown(str(path))}: no row can be used. {faults[0].message}")
    return Collection(
        name=shown(path.resolve().name).partition(".")[0] or "pictures",
        samples=tuple(sorted(samples, key=lambda sample: sample.path)),
        faults=tuple(faults),
        notes=(_headline(packs, arrays), *notes),
    )


def _number(sample: Sample) -> int:
    """Which picture of its file a sample is."""
    return sample.source.member if isinstance(sample.source.member, int) else 0


def _unlabelled(pack: Pack) -> str:
    name = shown(pack.path.name)
    if pack.is_table:
        return f"No column of {name} is a label, so that nobody said what its pictures are."
    return f"No file of labels lies beside {name}."


def _bad_rows(pack: Pack) -> Mapping[int, str]:
    """What is wrong with single rows of a table."""
    return pixel_table(pack.path).faults if pack.is_table else {}


def read_pixels(path: str | Path) -> NDArray[np.uint8]:
    """All pictures of one file at once.

    Args:
        path: an IDX file of pictures, gzip or plain.

    Returns:
        uint8, read-only, shape (n, height, width), or (n, height, width, 3) in colour.

    Raises:
        CollectionError: it cannot be read, or holds no pictures.
    """
    return _pictures(Pack(Path(path), None, None))


def _single(path: Path) -> tuple[list[Pack], list[str]]:
    pack = pack_of(path)
    return ([], []) if pack is None else ([pack], [])


def _pictures(pack: Pack) -> NDArray[np.uint8]:
    where = shown(str(pack.path))
    try:
        pictures = packed_pictures(pack.path)
    except Refusal as refusal:
        raise CollectionError(f"{where}: {refusal.message}") from refusal
    except OSError as error:
        raise CollectionError(
            f"{where}: the file cannot be read ({error.strerror or error})."
        ) from error
    if not pictures.size:
        raise CollectionError(f"{where}: there is no picture in it (its header says so).")
    return pictures


def _labels(pack: Pack, n_pictures: int) -> Sequence[str] | None:
    """The label of each picture as text; None where there is no file of them."""
    if pack.is_table:
        found = pixel_table(pack.path).labels
        return None if found is None else [str(number) for number in found.tolist()]
    if pack.labels is None:
        return None
    numbers = read_idx(pack.labels)
    if numbers.shape != (n_pictures,):
        raise CollectionError(
            f"{shown(str(pack.labels))}: {' x '.join(f'{n:,}' for n in numbers.shape)} labels, "
            f"but {shown(pack.path.name)} has {n_pictures:,} pictures. Take both files from the "
            "same data set."
        )
    texts = [str(number) for number in range(256)]
    return [texts[number] for number in numbers.tolist()]


def _samples(pack: Pack, labels: Sequence[str] | None) -> list[Sample]:
    n = len(_pictures(pack))
    digits = max(_FEWEST_DIGITS, len(str(n - 1)))
    return [
        Sample(
            source=Source(pack.path, number),
            path=f"{pack.prefix}/{number:0{digits}d}",
            label=None if labels is None else labels[number],
            metadata=_NO_METADATA,
            part=None if labels is None and pack.is_table else pack.part,
        )
        for number in range(n)
    ]


def _headline(packs: Sequence[Pack], arrays: Sequence[NDArray[np.uint8]]) -> str:
    """Such as: 60,000 pictures to learn from, 10,000 to test on, 28 x 28 grey."""
    order = sorted(zip(packs, arrays, strict=True), key=lambda pair: pair[0].part == "test")
    counts = ", ".join(f"{len(array):,} {_PURPOSE[pack.part]}" for pack, array in order)
    shapes = dict.fromkeys(
        f"{array.shape[2]} x {array.shape[1]} {'colour' if array.ndim == _COLOUR else 'grey'}"
        for _, array in order
    )
    return f"MNIST-like data set: {counts}, {listed(shapes)}."
