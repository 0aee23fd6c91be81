"""Pictures to learn from: one array of bytes, in memory or on the disk, and its batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sortal.errors import InputError, UsageError
from sortal.network.whole import LUMA

IN_MEMORY: Final = 2 * 2**30
"""Bytes of pictures that are held in memory; more go to a file that the system pages in."""

_FINGERPRINT_PICTURES: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Square pictures with their kinds.

    Attributes:
        pixels: uint8, shape (n, side, side, channels), 0-255; a memory map where they do not
            fit into memory.
        labels: int64, shape (n,), 0 to classes - 1.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if (
            self.pixels.dtype != np.uint8
            or len(shape) != 4
            or shape[1] != shape[2]
            or shape[3] not in (1, 3)
        ):
            raise UsageError(
                "Pictures must be uint8 of shape (n, side, side, 1 or 3); "
                f"{self.pixels.dtype} of shape {shape} came."
            )
        if self.labels.shape != shape[:1] or self.labels.dtype != np.int64 or not len(self.labels):
            raise UsageError(
                f"Labels must be int64 of shape ({shape[0]},), at least one; "
                f"{self.labels.dtype} of shape {self.labels.shape} came."
            )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def cut(self) -> int:
        """Layers of a network that they have been through: none."""
        return 0

    def batch(self, rows: NDArray[np.int64], *, channels: int) -> Tensor:
        """Return float32 (k, channels, side, side), 0-255, channels last in memory."""
        pixels = torch.from_numpy(np.ascontiguousarray(self.pixels[rows]))
        return in_channels(pixels.permute(0, 3, 1, 2).float(), channels)

    def answers(self, rows: NDArray[np.int64]) -> Tensor:
        """Return the kinds, int64 (k,)."""
        return torch.from_numpy(self.labels[rows])

    def fingerprint(self) -> str:
        """Return a hash of the shape, all labels and a thousand pictures spread over the set."""
        digest = hashlib.sha256(repr(self.pixels.shape).encode())
        digest.update(self.labels.tobytes())
        step = -(-len(self) // _FINGERPRINT_PICTURES)
        digest.update(np.ascontiguousarray(self.pixels[::step]).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Pictures as they are after the first ``cut`` layers.

    Attributes:
        values: float32, shape (n, height, width, channels) or (n, width).
        labels: int64, shape (n,).
        cut: how many layers they have been through.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.int64]
    cut: int

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, rows: NDArray[np.int64], *, channels: int) -> Tensor:  # noqa: ARG002
        """Return float32 (k, channels, height, width), channels last in memory, or (k, width)."""
        taken = torch.from_numpy(self.values[rows])
        return taken.permute(0, 3, 1, 2) if taken.dim() == 4 else taken

    def answers(self, rows: NDArray[np.int64]) -> Tensor:
        """Return the kinds, int64 (k,)."""
        return torch.from_numpy(self.labels[rows])


Material = Pictures | Features
"""What a learner takes batches from."""


def in_channels(x: Tensor, channels: int) -> Tensor:
    """Return (n, 1 or 3, h, w) as (n, ``channels``, h, w): grey by ``LUMA``, colour by copying."""
    if x.shape[1] == channels:
        return x
    if channels == 1:
        red, green, blue = LUMA
        return red * x[:, :1] + green * x[:, 1:2] + blue * x[:, 2:]
    return x.expand(-1, channels, -1, -1).contiguous(memory_format=torch.channels_last)


def gather(
    squares: Iterable[NDArray[np.uint8]],
    labels: NDArray[np.int64],
    *,
    side: int,
    folder: Path | None = None,
    in_memory: int = IN_MEMORY,
) -> Pictures:
    """Collect pictures that come one by one.

    Args:
        squares: uint8 (side, side, 3) each, as many as there are labels, in their order.
        labels: int64 (n,).
        side: pixels.
        folder: for the file ``pictures.npy`` where they exceed ``in_memory`` bytes.
        in_memory: most bytes to hold in memory.

    Raises:
        UsageError: they do not fit into memory and no folder is given, or their number or
            shape is not as said.
        InputError: the file cannot be written.
    """
    shape = (len(labels), side, side, 3)
    pixels = room(shape, folder=folder, in_memory=in_memory)
    count = 0
    for count, square in enumerate(squares, start=1):
        if count > len(labels) or square.shape != shape[1:]:
            raise UsageError(
                f"Expected {len(labels)} pictures of shape {shape[1:]}; "
                f"number {count} has shape {square.shape}."
            )
        pixels[count - 1] = square
    if count < len(labels):
        raise UsageError(f"Expected {len(labels)} pictures; {count} came.")
    return Pictures(pixels, labels)


def room(
    shape: tuple[int, int, int, int], *, folder: Path | None, in_memory: int = IN_MEMORY
) -> NDArray[np.uint8]:
    """Return an array for pictures to be put into: in memory, or a file where it is larger.

    Raises:
        UsageError, InputError: as ``gather``.
    """
    n_bytes = int(np.prod(shape, dtype=np.int64))
    if n_bytes <= in_memory:
        return np.empty(shape, np.uint8)
    if folder is None:
        raise UsageError(
            f"{shape[0]:,} pictures take {n_bytes / 2**30:.1f} GiB, more than is held in memory: "
            "give a folder for them, or a smaller size."
        )
    try:
        return np.lib.format.open_memmap(
            folder / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape
        )
    except OSError as error:
        raise InputError(
            f"No room for {n_bytes / 2**30:.1f} GiB of pictures in {folder}: "
            f"{error.strerror or error}."
        ) from error


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What the network takes is (x - mean) / scale, x in 0-255.

    Attributes:
        mean, scale: one number a channel, or one for all.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]

    def apply(self, x: Tensor) -> Tensor:
        """Scale float32 (n, channels, h, w)."""
        mean, scale = (torch.tensor(values).view(1, -1, 1, 1) for values in (self.mean, self.scale))
        return (x - mean) / scale


_IMAGENET: Final = Normalisation(
    mean=(0.485 * 255, 0.456 * 255, 0.406 * 255), scale=(0.229 * 255, 0.224 * 255, 0.225 * 255)
)


def normalisation(scaling: str, pictures: Pictures, *, channels: int) -> Normalisation:
    """Return the numbers behind a recipe's ``scaling``.

    Only "data" looks at ``pictures``: one mean and one deviation over all their pixels.
    """
    if scaling == "unit":
        return Normalisation((0.0,), (255.0,))
    if scaling == "centred":
        return Normalisation((127.0,), (128.0,))
    if scaling == "imagenet":
        return _IMAGENET
    total = squares = count = 0.0
    for start in range(0, len(pictures), 1_024):
        rows = np.arange(start, min(start + 1_024, len(pictures)))
        x = pictures.batch(rows, channels=channels).double()
        total, squares, count = (
            total + float(x.sum()),
            squares + float((x * x).sum()),
            count + x.numel(),
        )
    mean = total / count
    deviation = max(squares / count - mean * mean, 0.0) ** 0.5
    return Normalisation((mean,), (deviation or 1.0,))


def batch_count(n: int, size: int) -> int:
    """Return how many batches an epoch has; a last picture left alone joins the batch before.

    Batch norm cannot learn from one picture, for it has no deviation.
    """
    return n // size + (n % size > 1 or n < size)


def batches(n: int, *, size: int, seed: int, epoch: int, start: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each batch of an epoch from batch ``start`` on; the last may be shorter.

    The order is drawn anew each epoch, from the seed and the epoch alone.
    """
    order = np.random.default_rng([seed, epoch]).permutation(n).astype(np.int64)
    count = batch_count(n, size)
    for index in range(start, count):
        last = n if index == count - 1 else (index + 1) * size
        yield order[index * size : last]


def number_for(*parts: int | str) -> int:
    """Return a seed, 0 to 2**63 - 1, that is fixed by ``parts`` and else looks random."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) >> 1
