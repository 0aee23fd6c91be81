"""How fast a folder of pictures is embedded: files hashed, decoded, measured, embedded, kept.

    python benchmarks/embed.py ../shared/data/trash [--backbone lite0] [--workers N] [--runs 3]

Makes 3,000 JPEG files of 400 x 400 pixels (quality 85) from the pictures given, scaled up and,
where there are too few, mirrored, in a temporary folder; then embeds them without a cache, with
an empty one and with a full one. Prints medians over the runs. Start it on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import onnxruntime
from PIL import Image, ImageOps

from sortal.backbones import DEFAULT_FIT, Cache, Embedded, backbone, embed
from sortal.collection.table import Collection, Sample
from sortal.pictures.record import Source

SIDE, QUALITY = 400, 85


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the embedding of a folder of pictures.")
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--backbone", default="lite0")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        collection = make_pictures(options.pictures, Path(folder) / "in", n=options.count)
        seconds: dict[str, list[float]] = {"no cache": [], "cold cache": [], "warm cache": []}
        for run in range(options.runs):
            place = Path(folder) / f"cache-{run}"
            for kind, known in seconds.items():
                known.append(timed(collection, options, None if kind == "no cache" else place))
    print(f"# {platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python")
    print(f"# {platform.python_version()}, onnxruntime {onnxruntime.__version__}, {sys.platform}")
    for kind, known in seconds.items():
        median = statistics.median(known)
        print(
            f"{options.backbone} workers={options.workers} {kind}: median {median:.2f} s of "
            f"n={len(known)} ({min(known):.2f} to {max(known):.2f}), "
            f"{len(collection) / median:.0f} pictures/s"
        )
    print(f"peak memory of this process: {peak_megabytes():.0f} MB")


def make_pictures(given: Path, folder: Path, *, n: int) -> Collection:
    """Write ``n`` pictures of the size of the benchmark; return them as a collection."""
    folder.mkdir(parents=True)
    files = sorted(given.rglob("*.jpg"))
    samples = []
    for number in range(n):
        with Image.open(files[number % len(files)]) as picture:
            large = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        target = folder / f"{number:05}.jpg"
        turned = large if number < len(files) else ImageOps.mirror(large)
        turned.save(target, quality=QUALITY)
        samples.append(Sample(Source(target), target.name))
    return Collection("benchmark", tuple(samples))


def timed(collection: Collection, options: argparse.Namespace, cache_folder: Path | None) -> float:
    """Return the seconds of one call, with the opening of the cache and of the network."""
    start = time.perf_counter()
    if cache_folder is None:
        result = run(collection, options, None)
    else:
        with Cache(cache_folder) as cache:
            result = run(collection, options, cache)
    seconds = time.perf_counter() - start
    if len(result.collection) != len(collection):
        raise SystemExit(f"{len(collection) - len(result.collection)} pictures became faults.")
    return seconds


def run(collection: Collection, options: argparse.Namespace, cache: Cache | None) -> Embedded:
    return embed(
        collection,
        backbone(options.backbone),
        fit=DEFAULT_FIT,
        cache=cache,
        workers=options.workers,
    )


def peak_megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
