"""The data sets that can be fetched: a literal table of addresses, sizes and checksums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sortal.errors import UsageError


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a data set.

    Attributes:
        name: as the mirrors call it, and as it is called here.
        size: bytes of its contents, unpacked where it is a gzip file.
        sha256: of the same bytes. Mirrors pack the same contents differently, so the packed
            bytes are not compared.
        most: packed bytes that are accepted at most.
    """

    name: str
    size: int
    sha256: str
    most: int


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set by its name.

    Attributes:
        name: how a person calls it.
        about: what it is, in a sentence.
        mirrors: addresses of folders that hold the files, https, tried in turn.
        files: all of them.
    """

    name: str
    about: str
    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]


DATA_SETS: Final[dict[str, DataSet]] = {
    "mnist": DataSet(
        name="mnist",
        about="MNIST, 70,000 handwritten digits of 28 x 28 pixels (Y. LeCun, C. Cortes, "
        "C. Burges, 1998)",
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        files=(
            RemoteFile(
                "train-images-idx3-ubyte.gz",
                47_040_016,
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                most=12_000_000,
            ),
            RemoteFile(
                "train-labels-idx1-ubyte.gz",
                60_008,
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                most=70_000,
            ),
            RemoteFile(
                "t10k-images-idx3-ubyte.gz",
                7_840_016,
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                most=2_000_000,
            ),
            RemoteFile(
                "t10k-labels-idx1-ubyte.gz",
                10_008,
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                most=12_000,
            ),
        ),
    ),
}
"""MNIST's checksums are those of the files as they were first published, unpacked."""


def data_set(name: str) -> DataSet:
    """Return the data set of that name.

    Raises:
        UsageError: there is none; the message lists those there are.
    """
    if name not in DATA_SETS:
        raise UsageError(
            f"There is no data set called {name!r} to fetch. Known are: {', '.join(DATA_SETS)}."
        )
    return DATA_SETS[name]
