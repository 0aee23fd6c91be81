"""100,000 pictures of digits for the benchmarks of the map: MNIST and distorted copies of it.

    python benchmarks/map_digits.py MNIST OUT [--extra 30000]

OUT gets IDX files that `sortal` reads as one collection: the 70,000 digits of MNIST as they are,
and digits of its training part turned by up to 12 degrees, scaled by up to 10 % and moved by up
to 2 pixels. No picture is a copy of another, so none comes from the cache for nothing.
"""

from __future__ import annotations

import argparse
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from sortal.collection.idx import read_idx

SIDE = 28


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("mnist", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--extra", type=int, default=30_000)
    options = asked.parse_args()
    options.out.mkdir(parents=True)
    for part in ("train", "t10k"):
        pictures = read_idx(options.mnist / f"{part}-images-idx3-ubyte.gz")
        labels = read_idx(options.mnist / f"{part}-labels-idx1-ubyte.gz")
        if part == "train":
            chosen = np.random.default_rng(0).permutation(len(pictures))[: options.extra]
            pictures = np.concatenate([pictures, distorted(pictures[chosen], seed=1)])
            labels = np.concatenate([labels, labels[chosen]])
        write_idx(options.out / f"{part}-images-idx3-ubyte", pictures)
        write_idx(options.out / f"{part}-labels-idx1-ubyte", labels)


def distorted(pictures: NDArray[np.uint8], *, seed: int) -> NDArray[np.uint8]:
    """Each picture turned, scaled and moved a little, by lot."""
    lot = np.random.default_rng(seed)
    out = np.empty_like(pictures)
    middle = np.full(2, (SIDE - 1) / 2)
    for number, picture in enumerate(pictures):
        angle, scale = np.radians(lot.uniform(-12, 12)), lot.uniform(0.9, 1.1)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
        offset = middle - turn @ (middle + lot.uniform(-2, 2, 2))
        out[number] = affine_transform(picture, turn, offset, order=1)
    return out


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write an IDX file of bytes."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(header + values.tobytes())


if __name__ == "__main__":
    main()
