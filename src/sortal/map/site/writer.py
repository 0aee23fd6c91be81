"""Writes a site: all data into a new generation, then the manifest in one step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import version
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sortal.map.site.columns import POINTS, TEXTS, blocks, summary
from sortal.map.site.folder import Generation, SiteFolder
from sortal.map.site.quadtree import Quadtree, quadtree
from sortal.map.site.script import Json, array, data_url
from sortal.map.site.sheets import COLUMNS, SHEET, SIDE, sheet
from sortal.map.site.values import Layout, Previews, Site, Thumbnails
from sortal.pictures import Progress, Step, silent
from sortal.pictures.cores import usable_cores

NEAR: Final = 12
"""Neighbours that the page shows of each picture."""
_FAULTS: Final = 1_000
_STEPS: Final = 65_535
_WRITING: Final = "Writing the map"

Ints = NDArray[np.int64]
_T = TypeVar("_T", bound=np.generic)


def write_site(
    folder: SiteFolder, site: Site, *, state: bytes | None = None, progress: Progress = silent
) -> Quadtree:
    """Write ``site`` into ``folder`` and show it; what was shown before goes.

    An error or an interrupt leaves the site that was there. Memory stays flat in the bytes of
    thumbnails and previews.

    Args:
        folder: held by the caller.
        site: what to show.
        state: what to keep beside it for the next run.
        progress: told of the stage "Writing the map".

    Raises:
        OutputError: the disk is full, or a file cannot be written.
    """
    tree = quadtree(site.layouts[0].xy, side=max(site.layouts[0].box))
    generation = folder.new_generation()
    try:
        for key, value in _tables(site, tree):
            generation.put(key, value)
        if state is not None:
            generation.write("state.npz", state)
        _write_sheets(generation, site, tree.order, progress)
        folder.publish(generation, _manifest(site, tree))
    except BaseException:
        folder.abandon(generation)
        raise
    return tree


def _tables(site: Site, tree: Quadtree) -> Iterator[tuple[str, Json]]:
    """Keys and values of all files but sheets and packed previews."""
    yield "nodes", {name: array(getattr(tree, name)) for name in tree.__slots__ if name != "order"}
    for layout in site.layouts:
        yield from _positions(layout, tree.order)
        if layout.lines:
            lines = [array(line.astype(np.float32)) for line in layout.lines]
            yield f"lines/{layout.id}", {"lines": lines}
    for column in site.columns:
        yield from blocks(column, tree.order)
    yield from _near(site.neighbours, tree.order)
    if site.previews.kind == "files":
        for number, rows in enumerate(_parts(tree.order, TEXTS)):
            yield f"picture/{number}", [site.previews.urls[row] for row in rows.tolist()]


def _positions(layout: Layout, order: Ints) -> Iterator[tuple[str, Json]]:
    extent = np.array([side or 1.0 for side in layout.box])
    share = layout.xy[order].astype(np.float64) / extent
    steps = np.clip(np.rint(share * _STEPS), 0, _STEPS).astype(np.uint16)
    for number, part in enumerate(_parts(steps, POINTS)):
        yield f"xy/{layout.id}/{number}", array(part)


def _near(neighbours: NDArray[np.int32], order: Ints) -> Iterator[tuple[str, Json]]:
    """The nearest of each point as indices in the new order; always 12 columns."""
    index = np.full(len(order) + 1, -1, np.int32)  # the last entry answers to -1
    index[order] = np.arange(len(order), dtype=np.int32)
    few = neighbours[:, :NEAR]
    for number, rows in enumerate(_parts(order, TEXTS)):
        near = np.full((len(rows), NEAR), -1, np.int32)
        near[:, : few.shape[1]] = index[few[rows]]
        yield f"near/{number}", array(near)


def _write_sheets(generation: Generation, site: Site, order: Ints, progress: Progress) -> None:
    """Write sheets and packed previews, one sheet a core at a time."""
    packed = site.previews.get if site.previews.kind == "packed" else None
    done, total = 0, len(order)
    progress(Step(_WRITING, 0, total, "pictures"))

    def write(number: int, small: Sequence[bytes | None], large: Sequence[bytes | None]) -> int:
        generation.put(f"sheet/{number}", sheet(small))
        if packed is not None:
            generation.put(f"preview/{number}", [_url(content) for content in large])
        return len(small)

    for count in _ahead(write, _read(site.thumbnails, packed, order)):
        done += count
        progress(Step(_WRITING, done, total, "pictures"))


def _read(
    small: Thumbnails, large: Thumbnails | None, order: Ints
) -> Iterator[tuple[int, Sequence[bytes | None], Sequence[bytes | None]]]:
    """The pictures of each sheet; asked for by the thread that writes nothing."""
    for number, rows in enumerate(_parts(order, SHEET)):
        asked = rows.tolist()
        thumbnails = small(asked)
        yield number, thumbnails, [] if large is None else _large(small, large, asked, thumbnails)


def _large(
    small: Thumbnails, large: Thumbnails, rows: list[int], thumbnails: Sequence[bytes | None]
) -> Sequence[bytes | None]:
    return thumbnails if large is small else large(rows)


def _ahead(
    work: Callable[[int, Sequence[bytes | None], Sequence[bytes | None]], int],
    jobs: Iterator[tuple[int, Sequence[bytes | None], Sequence[bytes | None]]],
) -> Iterator[int]:
    """Do ``work`` on a thread a core, few jobs ahead, so that memory stays flat."""
    cores = usable_cores()
    flying: deque[Future[int]] = deque()
    with ThreadPoolExecutor(cores) as threads:
        try:
            for job in jobs:
                flying.append(threads.submit(work, *job))
                if len(flying) > 2 * cores:
                    yield flying.popleft().result()
            while flying:
                yield flying.popleft().result()
        finally:
            for future in flying:
                future.cancel()


def _url(content: bytes | None) -> str:
    return "" if content is None else data_url("jpeg", content)


def _parts(values: NDArray[_T], size: int) -> Iterator[NDArray[_T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _manifest(site: Site, tree: Quadtree) -> dict[str, Json]:
    n = len(site)
    return {
        "name": site.name,
        "title": site.title,
        "made_by": f"sortal {version('sortal')}",
        "count": n,
        "blocks": {"points": POINTS, "texts": TEXTS, "sheet": SHEET},
        "nodes": len(tree),
        "layouts": [_layout(layout) for layout in site.layouts],
        "columns": [summary(column) for column in site.columns],
        "clusters": [
            {"name": c.name, "size": c.size, "evidence": c.evidence, "x": c.x, "y": c.y}
            for c in site.clusters
        ],
        "hotspots": _hotspots(site),
        "sheet": {"side": SIDE, "columns": COLUMNS, "count": -(-n // SHEET)},
        "previews": _previews(site.previews),
        "near": NEAR,
        "faults": {"count": len(site.faults), "first": [list(f) for f in site.faults[:_FAULTS]]},
        "notes": list(site.notes),
    }


def _layout(layout: Layout) -> Json:
    claims = layout.fidelity is not None
    return {
        "id": layout.id,
        "title": layout.title,
        "kind": layout.kind,
        "box": [float(side) for side in layout.box],
        "spacing": float(layout.spacing),
        "fidelity": {"words": layout.fidelity, "numbers": dict(layout.numbers)} if claims else None,
        "annotations": [
            {"role": a.role, "text": a.text, "x": float(a.x), "y": float(a.y)}
            for a in layout.annotations
        ],
        "lines": bool(layout.lines),
        "columns": list(layout.columns),
    }


def _hotspots(site: Site) -> list[Json]:
    """The largest clusters, as places to fly to."""
    ranked = sorted(range(len(site.clusters)), key=lambda code: -site.clusters[code].size)[:24]
    return [
        {"title": c.name, "x": c.x, "y": c.y, "radius": c.radius, "cluster": code}
        for code in ranked
        for c in [site.clusters[code]]
    ]


def _previews(previews: Previews) -> Json:
    return {"kind": previews.kind, "side": previews.side}
