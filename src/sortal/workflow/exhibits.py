"""Pictures for a report: thumbnails, squares as the network sees them, and heat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sortal.backbones import THUMBNAIL_SIDE, Cache, Embedded
from sortal.errors import InputError
from sortal.explanation import class_activation, heat_in_picture
from sortal.modelfile import Model
from sortal.pictures import Fault, Fit, PicturePool, Pixels

Indices = Iterable[int]


def thumbnails(
    embedded: Embedded, indices: Indices, *, cache: Cache | None, workers: int | None
) -> dict[int, bytes]:
    """JPEG thumbnails of some pictures, from the cache where it has them.

    A picture that can no longer be read is left out.
    """
    wanted = sorted(set(indices))
    hashes = {i: embedded.fingerprints[i].sha256 for i in wanted}
    known = cache.thumbnails(sorted(set(hashes.values()))) if cache else {}
    found = {i: known[h] for i, h in hashes.items() if h in known}
    missing = [i for i in wanted if i not in found]
    if not missing:
        return found
    samples = embedded.collection.samples
    with PicturePool(size=32, fit="squash", thumbnail=THUMBNAIL_SIDE, workers=workers) as pool:
        answers = pool.read((samples[i].path, samples[i].source) for i in missing)
        for i, answer in zip(missing, answers, strict=True):
            if not isinstance(answer, Fault) and answer.thumbnail is not None:
                found[i] = answer.thumbnail
    if cache is not None:
        cache.store_thumbnails({hashes[i]: found[i] for i in missing if i in found})
    return found


def squares(
    embedded: Embedded, indices: NDArray[np.int64], *, size: int, fit: Fit
) -> tuple[Pixels, NDArray[np.int64]]:
    """Some pictures as the network sees them: uint8 (n, size, size, 3), and their indices.

    Raises:
        InputError: none of them can be read any more.
    """
    samples = embedded.collection.samples
    images, kept = [], []
    with PicturePool(size=size, fit=fit, workers=1) as pool:
        answers = pool.read((samples[i].path, samples[i].source) for i in indices)
        for i, answer in zip(indices, answers, strict=True):
            if isinstance(answer, Fault):
                continue
            if answer.fingerprint.sha256 == embedded.fingerprints[i].sha256:
                images.append(answer.square)
                kept.append(int(i))
    if not images:
        raise InputError(
            f"{embedded.collection.name}: the pictures changed or vanished while they were "
            "worked on. Run again when nothing writes to them."
        )
    return np.stack(images), np.array(kept, np.int64)


def heat(
    model: Model, images: Pixels, classes: NDArray[np.int64], sizes: Sequence[tuple[int, int]]
) -> list[NDArray[np.float32]]:
    """Where the network saw evidence for a class, in the frame of each original picture.

    Args:
        model: with features.
        images: uint8 (n, size, size, 3), as the network sees them.
        classes: int64 (n,), the class to explain for each.
        sizes: (width, height) of each original picture.

    Returns:
        One float32 plane a picture, with the proportions of the original.
    """
    features = model.run(images, features=True).features
    if features is None:
        return []
    maps = class_activation(features, model.head, classes)
    return [
        heat_in_picture(plane, width=width, height=height, fit=model.card.fit)
        for plane, (width, height) in zip(maps, sizes, strict=True)
    ]
