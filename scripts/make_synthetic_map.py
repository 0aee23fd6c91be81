"""Writes a map of made-up pictures, any number of them, with the product's own writer.

    python scripts/make_synthetic_map.py SITE --points 1000000

Points lie in crowds of different sizes; each has a small coloured picture with its crowd's
letter. For trying the page at sizes of which nobody has pictures.
"""

from __future__ import annotations

import argparse
import io
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sortal.map import fidelity, find_neighbours, layout_similarity
from sortal.map.site import (
    Annotation,
    Cluster,
    Column,
    Layout,
    Previews,
    Site,
    SiteFolder,
    write_site,
)
from sortal.pictures import Progress, Step

CROWDS = 24
VARIANTS = 16
WORDS = ("amber", "bronze", "coral", "denim", "ebony", "flax", "garnet", "hazel")
HOSTILE = '<script>alert("x")</script>'


def main() -> None:
    """Make one as the arguments say."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("site", type=Path)
    asked.add_argument("--points", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--packed", action="store_true", help="with packed previews")
    asked.add_argument(
        "--vectors",
        type=int,
        metavar="D",
        help="make up vectors of D numbers, and find neighbours and places as `sortal map` does",
    )
    options = asked.parse_args()
    begun = time.monotonic()
    with SiteFolder(options.site) as folder:
        site = synthetic_site(options.points, seed=options.seed, packed=options.packed)
        if options.vectors:
            site = laid_out(site, width=options.vectors, seed=options.seed, tell=_told(begun))
        write_site(folder, site, progress=_told(begun))
    print(f"{options.points:,} points, {time.monotonic() - begun:.1f} s")


def synthetic_site(n: int, *, seed: int = 0, packed: bool = False) -> Site:
    """A site of ``n`` made-up pictures in crowds."""
    chance = np.random.default_rng(seed)
    crowds = min(CROWDS, n)
    codes = chance.choice(crowds, n, p=_shares(crowds, chance))
    centres = chance.uniform(0.12, 0.88, (crowds, 2)) * [1.0, 0.8]
    spreads = chance.uniform(0.008, 0.05, crowds)
    xy = centres[codes] + chance.normal(size=(n, 2)) * spreads[codes][:, None]
    xy = np.clip(xy, 0, [1.0, 0.8]).astype(np.float32)
    pictures = _Pictures(codes, np.arange(n) % VARIANTS)
    clusters = tuple(
        Cluster(
            name=f"{WORDS[i % len(WORDS)]} {i}",
            size=int((codes == i).sum()),
            evidence=f"label crowd {i} 100 %",
            x=float(centres[i, 0]),
            y=float(centres[i, 1]),
            radius=float(2 * spreads[i]),
        )
        for i in range(crowds)
    )
    return Site(
        name=f"synthetic {n}",
        title=f"{n:,} made-up pictures",
        layouts=(_similarity(xy), _grid(xy), _by_crowd(codes, crowds, chance)),
        columns=_columns(n, codes, clusters, chance),
        clusters=clusters,
        neighbours=_neighbours(xy),
        thumbnails=pictures.get,
        previews=Previews("packed", 160, get=pictures.get) if packed else Previews("none"),
        faults=(("broken.jpg", "The file ends before the picture does."),),
        notes=("These pictures are made up.",),
    )


def laid_out(site: Site, *, width: int, seed: int, tell: Progress) -> Site:
    """The same pictures, laid out by made-up vectors: crowds of 10 directions in noise of all."""
    chance = np.random.default_rng([seed, 1])
    codes = np.asarray(site.columns[1].data, np.int64)
    vectors = _vectors(codes, width, chance)
    begun = _clocks()
    neighbours = find_neighbours(vectors, progress=tell)
    found = _clocks()
    print(f"neighbours, recall {neighbours.recall:.3f}: {_since(begun)}", flush=True)
    places = layout_similarity(vectors, neighbours, progress=tell)
    print(f"layout: {_since(found)}; both: {_since(begun)}", flush=True)
    kept = fidelity(vectors, places, neighbours=neighbours)
    low, high = places.min(axis=0), places.max(axis=0)
    wide, deep = (float(side) for side in high - low)
    first = replace(
        site.layouts[0],
        xy=(places - low).astype(np.float32),
        box=(wide, deep),
        spacing=float(np.sqrt(wide * deep / len(places))),
        fidelity=" ".join(kept.words),
        numbers={"preserved_10": kept.preserved_10 or 0.0},
    )
    print(first.fidelity)
    return replace(
        site,
        layouts=(first, *site.layouts[1:]),
        clusters=tuple(
            replace(
                cluster,
                x=float(np.median(first.xy[codes == i, 0])),
                y=float(np.median(first.xy[codes == i, 1])),
                radius=wide / 20,
            )
            for i, cluster in enumerate(site.clusters)
        ),
        neighbours=neighbours.indices,
    )


def _vectors(
    codes: NDArray[np.int64], width: int, chance: np.random.Generator
) -> NDArray[np.float32]:
    """Vectors as embeddings are: each crowd bent through a few directions of its own."""
    out = np.empty((len(codes), width), np.float32)
    for code in range(int(codes.max(initial=0)) + 1):
        rows = np.flatnonzero(codes == code)
        few = chance.standard_normal((len(rows), 10), dtype=np.float32)
        turn = chance.standard_normal((10, width), dtype=np.float32) / np.float32(3)
        bend = chance.standard_normal((10, width), dtype=np.float32) / np.float32(3)
        middle = chance.standard_normal(width, dtype=np.float32)
        out[rows] = middle + few @ turn + np.sin(2 * few) @ bend
        out[rows] += np.float32(0.1) * chance.standard_normal((len(rows), width), dtype=np.float32)
    return out


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.process_time()


def _since(clocks: tuple[float, float]) -> str:
    wall, processor = (now - then for now, then in zip(_clocks(), clocks, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{wall:.0f} s, {processor:.0f} s of processor time, {peak:,} MB at most"


def _shares(crowds: int, chance: np.random.Generator) -> NDArray[np.float64]:
    sizes = chance.uniform(0.2, 1.0, crowds) ** 2
    return np.asarray(sizes / sizes.sum())


def _similarity(xy: NDArray[np.float32]) -> Layout:
    return Layout(
        id="similarity",
        title="By similarity",
        kind="similarity",
        xy=xy,
        box=(1.0, 0.8),
        spacing=float(np.sqrt(0.8 / len(xy))),
        fidelity="Of each picture's 10 nearest, 4 are among its 10 nearest here (made up).",
        numbers={"preserved_10": 0.4},
    )


def _grid(xy: NDArray[np.float32]) -> Layout:
    """Rows of equal length by y, each sorted by x: no neighbourhoods kept, but no overlap."""
    n = len(xy)
    side = int(np.ceil(np.sqrt(n)))
    by_y = np.argsort(xy[:, 1], kind="stable")
    row = np.empty(n, np.int64)
    row[by_y] = np.arange(n) // side
    order = np.lexsort((xy[:, 0], row))
    column = np.empty(n, np.int64)
    column[order] = np.arange(n) % side
    cells = np.stack([column + 0.5, row + 0.5], axis=1).astype(np.float32)
    box = (float(side), float(-(-n // side)))
    return Layout(id="grid", title="Grid", kind="grid", xy=cells, box=box, spacing=1.0)


def _by_crowd(codes: NDArray[np.int64], crowds: int, chance: np.random.Generator) -> Layout:
    columns = int(np.ceil(np.sqrt(crowds)))
    rows = -(-crowds // columns)
    corner = np.stack([codes % columns, codes // columns], axis=1)
    inside = chance.uniform(0.1, 0.9, (len(codes), 2)) * [1.0, 0.85] + [0.0, 0.15]
    headings = tuple(
        Annotation("heading", f"crowd {i}", i % columns + 0.5, i // columns + 0.08)
        for i in range(crowds)
    )
    return Layout(
        id="by_label",
        title="By label",
        kind="category",
        xy=(corner + inside).astype(np.float32),
        box=(float(columns), float(rows)),
        spacing=float(np.sqrt(columns * rows / len(codes)) / 2),
        annotations=headings,
        columns=("label",),
    )


def _columns(
    n: int, codes: NDArray[np.int64], clusters: Sequence[Cluster], chance: np.random.Generator
) -> tuple[Column, ...]:
    labels = tuple(f"crowd {i}" for i in range(len(clusters)))
    prediction = np.where(chance.random(n) < 0.9, codes, chance.integers(0, len(labels), n))
    weight = chance.gamma(2.0, 10.0, n).astype(np.float32)
    weight[chance.random(n) < 0.05] = np.nan
    day = 1.5e9 + 86_400.0 * chance.integers(0, 700, n)
    day[chance.random(n) < 0.1] = np.nan
    names = [f"crowd_{code:02d}/picture {i:07d}.jpg" for i, code in enumerate(codes.tolist())]
    captions = [HOSTILE if i % 50 == 0 else f"caption {i}" for i in range(n)]
    links = [f"https://example.org/{i}" if i % 3 else "" for i in range(n)]
    right = np.where(prediction == codes, 0, 1)
    return (
        Column("path", "File", "text", names),
        Column("label", "Label", "category", codes, values=labels),
        Column("cluster", "Cluster", "category", codes, values=tuple(c.name for c in clusters)),
        Column("prediction", "Prediction", "category", prediction, values=labels),
        Column("confidence", "Confidence", "number", chance.random(n).astype(np.float32)),
        Column("right", "Right or wrong", "category", right, values=("right", "wrong")),
        Column("date", "Date", "date", day),
        Column("m0", "weight", "number", weight, wrong=2),
        Column("m1", "caption", "text", captions),
        Column("m2", "source", "link", links),
    )


def _neighbours(xy: NDArray[np.float32]) -> NDArray[np.int32]:
    from scipy.spatial import cKDTree

    k = min(12, len(xy) - 1)
    if k < 1:
        return np.empty((len(xy), 0), np.int32)
    _, found = cKDTree(xy).query(xy, k=k + 1, workers=2)
    return np.asarray(found[:, 1:], np.int32)


class _Pictures:
    """Small coloured pictures, drawn once for each crowd and variant."""

    def __init__(self, codes: NDArray[np.int64], variants: NDArray[np.int64]) -> None:
        self._codes, self._variants = codes, variants
        self._drawn: dict[tuple[int, int], bytes] = {}

    def get(self, rows: Sequence[int]) -> list[bytes | None]:
        return [self._one(int(self._codes[row]), int(self._variants[row])) for row in rows]

    def _one(self, code: int, variant: int) -> bytes:
        if (code, variant) not in self._drawn:
            self._drawn[code, variant] = _drawn(code, variant)
        return self._drawn[code, variant]


def _drawn(code: int, variant: int) -> bytes:
    size = [(160, 160), (160, 107), (107, 160)][variant % 3]
    picture = Image.new("HSV", size, (code * 255 // CROWDS, 120 + 5 * variant, 220)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10 + 2 * variant, 20, 70 + 2 * variant, 80), fill=(255, 255, 255))
    font = ImageFont.load_default(48)
    draw.text((30, 40), chr(ord("A") + code % 26), fill=(0, 0, 0), font=font)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()


def _told(begun: float):  # type: ignore[no-untyped-def]
    last = [begun]

    def tell(step: Step) -> None:
        now = time.monotonic()
        if now - last[0] > 10 or step.done == step.total:
            last[0] = now
            print(f"{step.stage}: {step.done:,} of {step.total or 0:,}, {now - begun:.0f} s")

    return tell


if __name__ == "__main__":
    main()
