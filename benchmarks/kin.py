"""How well and how fast kin are found: recall on made copies, precision on look-alikes, time.

Copies of real pictures are made in fifteen ways and embedded with the product's own
backbone. For each way the originals and their copies of that way alone are searched (all
ways at once would crowd the neighbour lists and let copies vouch for each other). Among the
originals themselves, links are counted; for ``coins`` some are surely wrong (another class,
or the same table photograph, where each coin lies once), and on ``mnist`` every link is.

    python benchmarks/kin.py quality --data ../shared/data -o benchmarks/results/kin.json
    python benchmarks/kin.py quality --only mnist -o benchmarks/results/kin.json
    python benchmarks/kin.py time -o benchmarks/results/kin_time.json
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sortal.backbones import backbone, embed
from sortal.collection import Collection, read_collection
from sortal.pictures.record import Fingerprint
from sortal.split import find_kin
from sortal.split.near import NearPairs, near_pairs
from sortal.split.orientation import SIDE

Flip = Image.Transpose
SETS = ("trash", "coins", "mnist")
MADE = 250
SEED = 0


def reencode(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def resize(picture: Image.Image, factor: float) -> Image.Image:
    width, height = (max(1, round(side * factor)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC)


def crop(picture: Image.Image, share: float, rng: np.random.Generator) -> Image.Image:
    """Cut ``share`` off width and height, the window anywhere."""
    width, height = picture.size
    less_x, less_y = round(width * share), round(height * share)
    left, top = int(rng.integers(0, less_x + 1)), int(rng.integers(0, less_y + 1))
    return picture.crop((left, top, left + width - less_x, top + height - less_y))


def relight(picture: Image.Image, gain: float, offset: float) -> Image.Image:
    return picture.point(lambda value: value * gain + offset)


Way = Callable[[Image.Image, np.random.Generator], Image.Image]
WAYS: dict[str, Way] = {
    "flip left-right": lambda p, _: p.transpose(Flip.FLIP_LEFT_RIGHT),
    "flip top-bottom": lambda p, _: p.transpose(Flip.FLIP_TOP_BOTTOM),
    "turn 90": lambda p, _: p.transpose(Flip.ROTATE_90),
    "turn 180": lambda p, _: p.transpose(Flip.ROTATE_180),
    "JPEG 30": lambda p, _: reencode(p, 30),
    "JPEG 60": lambda p, _: reencode(p, 60),
    "JPEG 90": lambda p, _: reencode(p, 90),
    "resize 50 %": lambda p, _: resize(p, 0.5),
    "resize 200 %": lambda p, _: resize(p, 2.0),
    "crop 2 %": lambda p, rng: crop(p, 0.02, rng),
    "crop 5 %": lambda p, rng: crop(p, 0.05, rng),
    "crop 10 %": lambda p, rng: crop(p, 0.10, rng),
    "brighter": lambda p, _: relight(p, 1.15, 8),
    "darker": lambda p, _: relight(p, 0.85, -5),
    "flip, crop 5 %, resize 75 %, JPEG 60": lambda p, rng: reencode(
        resize(crop(p.transpose(Flip.FLIP_LEFT_RIGHT), 0.05, rng), 0.75), 60
    ),
}


def make_copies(collection: Collection, folder: Path) -> Collection:
    """Write every way's copies of some pictures as PNG, a folder a way."""
    rng = np.random.default_rng(SEED)
    chosen = np.sort(rng.permutation(len(collection))[:MADE])
    for number, way in enumerate(WAYS.values()):
        (folder / f"{number:02d}").mkdir()
        for i in chosen:
            with Image.open(collection.samples[i].source.path) as picture:
                copy = way(picture.convert("RGB"), rng)
            copy.save(folder / f"{number:02d}" / f"{i:06d}.png")
    return read_collection(folder)


def digits(data: Path, folder: Path, *, count: int = 3_000) -> Collection:
    raw = gzip.decompress((data / "mnist" / "t10k-images-idx3-ubyte.gz").read_bytes())
    pictures = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)
    for i in range(count):
        Image.fromarray(pictures[i]).save(folder / f"{i:06d}.png")
    return read_collection(folder)


def stack(fingerprints: tuple[Fingerprint, ...]) -> NDArray[np.uint8]:
    raw = np.frombuffer(b"".join(f.thumb for f in fingerprints), np.uint8)
    return raw.reshape(-1, SIDE, SIDE)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return np.asarray(vectors / length[:, None])


def surely_wrong(name: str, collection: Collection, pairs: NDArray[np.int64]) -> int | None:
    """Links that cannot be right, where that is known."""
    if name == "mnist":
        return len(pairs)
    if name != "coins":
        return None
    labels = np.array([sample.label for sample in collection])
    photos = np.array(["_".join(Path(s.path).name.split("_")[:2]) for s in collection])
    first, second = pairs.T
    return int(((labels[first] != labels[second]) | (photos[first] == photos[second])).sum())


def study(name: str, originals: Collection, folder: Path) -> Iterator[dict[str, Any]]:
    """One row on the originals, one a way of copying."""
    network = backbone("lite0")
    whole = embed(originals, network)
    thumbs, vectors = stack(whole.fingerprints), unit(whole.vectors)
    n = len(thumbs)
    found = near_pairs(thumbs, vectors)
    sure = found.pairs[found.confirmed()]
    groups = find_kin(whole.fingerprints, vectors, user_groups=[None] * n)
    yield {
        "data": name,
        "way": "originals",
        "n": n,
        "candidates": len(found.pairs),
        "bar": round(found.bar(), 4),
        "links": len(sure),
        "surely_wrong": surely_wrong(name, whole.collection, sure),
        "groups": groups.n_groups,
        "largest_group": int(np.bincount(groups.groups).max()),
    }
    copies = embed(make_copies(whole.collection, folder), network)
    numbers = np.array([int(s.path[:2]) for s in copies.collection])
    sources = np.array([int(Path(s.path).stem) for s in copies.collection])
    copy_thumbs, copy_vectors = stack(copies.fingerprints), unit(copies.vectors)
    for number, way in enumerate(WAYS):
        here = numbers == number
        both = near_pairs(
            np.concatenate([thumbs, copy_thumbs[here]]),
            np.concatenate([vectors, copy_vectors[here]]),
        )
        yield {"data": name, "way": way, **recall(both, n, sources[here])}


def recall(found: NearPairs, n: int, sources: NDArray[np.int64]) -> dict[str, Any]:
    """How many copies are linked to the very picture they were made from."""
    wanted = {(int(source), n + i) for i, source in enumerate(sources)}
    candidates = set(map(tuple, found.pairs.tolist()))
    linked = set(map(tuple, found.pairs[found.confirmed()].tolist()))
    return {
        "n": len(wanted),
        "candidates": round(len(wanted & candidates) / len(wanted), 4),
        "recall": round(len(wanted & linked) / len(wanted), 4),
    }


def synthetic(n: int) -> tuple[list[Fingerprint], NDArray[np.float32]]:
    """Pictures of smooth noise and clustered vectors; one in 25 mirrored from another."""
    rng = np.random.default_rng(SEED)
    centres = rng.standard_normal((2_000, 1_280), dtype=np.float32)
    vectors = rng.standard_normal((n, 1_280), dtype=np.float32)
    vectors += 0.5 * centres[rng.integers(0, 2_000, n)]
    small = rng.integers(0, 256, (n, 6, 6), dtype=np.uint8)
    thumbs = [np.asarray(Image.fromarray(s).resize((SIDE, SIDE))) for s in small]
    for i in range(n // 25):
        thumbs[n - 1 - i] = thumbs[i][:, ::-1]
        vectors[n - 1 - i] = vectors[i] + 0.3 * rng.standard_normal(1_280, dtype=np.float32)
    blank = Fingerprint("", "JPEG", 1, 1, 0, b"", 1.0, 1.0, 1.0, None, None, ())
    prints = [replace(blank, sha256=f"{i:064x}", thumb=t.tobytes()) for i, t in enumerate(thumbs)]
    return prints, vectors


def memory(field: str) -> int:
    """A line of this process's status (Linux), in kilobytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(field)))


def timed(n: int) -> dict[str, Any]:
    prints, vectors = synthetic(n)
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far was that of making them
    before = memory("VmRSS")
    start, spent = time.perf_counter(), time.process_time()
    kin = find_kin(prints, vectors, user_groups=[None] * n)
    return {
        "n": n,
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - spent, 2),
        "extra_mb": (memory("VmHWM") - before) // 1024,
        "made": n // 25,
        "links": len(kin.links),
    }


def quality(data: Path, names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        with tempfile.TemporaryDirectory() as temporary:
            copies, extra = Path(temporary, "copies"), Path(temporary, "digits")
            copies.mkdir()
            extra.mkdir()
            originals = digits(data, extra) if name == "mnist" else read_collection(data / name)
            for row in study(name, originals, copies):
                print(row, file=sys.stderr, flush=True)
                yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["quality", "time"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("-n", type=int, default=50_000)
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    kept: list[dict[str, Any]] = []
    if options.what == "quality":
        if options.output and options.output.exists():
            old = json.loads(options.output.read_text())["rows"]
            kept = [row for row in old if row["data"] not in options.only]
        rows = kept + list(quality(options.data, options.only))
        rows.sort(key=lambda row: SETS.index(row["data"]))
    else:
        rows = [timed(options.n)]
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=True)
    report = {
        "command": f"python benchmarks/kin.py {options.what}",
        "commit": commit.stdout.strip(),
        "machine": f"{platform.machine()}, {platform.system()}, 2 cores",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "made_per_way": MADE,
        "rows": rows,
    }
    text = json.dumps(report, indent=1) + "\n"
    if options.output:
        options.output.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
