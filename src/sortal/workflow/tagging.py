"""Tags: what an ImageNet network sees in pictures, without any training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from sortal.backbones import BATCH, DEFAULT_FIT, FrozenNetwork, backbone, top_tags
from sortal.pictures import Fault, PicturePool
from sortal.workflow.feed import Fed, batches, feed, ignore, named_pictures
from sortal.workflow.values import Tagged


def tag_files(
    paths: Iterable[Path],
    *,
    top: int = 5,
    network: str = "lite0",
    workers: int | None = None,
    note: Callable[[str], None] = ignore,
) -> Iterator[Tagged | Fault]:
    """Tag pictures, in their order, in flat memory.

    Args:
        paths: files, folders, zips.
        top: tags for each, 1 to 1,000.
        network: name of the backbone.
        workers: processes that decode; None for one a core.
        note: told in sentences what a person should know about the reading.

    Raises:
        UsageError: there is no such network.
    """
    used = backbone(network)
    frozen = FrozenNetwork(used)
    with PicturePool(size=used.size, fit=DEFAULT_FIT, workers=workers) as pool:
        for batch in batches(feed(named_pictures(paths, note=note), pool), BATCH):
            yield from _tagged(frozen, batch, top=top)


def _tagged(frozen: FrozenNetwork, batch: list[Fed], *, top: int) -> Iterator[Tagged | Fault]:
    squares = [fed.prepared.square for fed in batch if fed.prepared]
    logits = frozen.outputs(np.stack(squares), ("logits",))[0] if squares else None
    tags = iter(() if logits is None else top_tags(logits, k=top))
    for fed in batch:
        if fed.fault:
            yield fed.fault
        else:
            yield Tagged(fed.path, tuple((t.name, t.probability) for t in next(tags)))
