"""Writes sites in the format of docs/map-site.md, of coloured squares, without the rest of Sortal.

The page's tests and the flight's benchmark need sites of a known content and of any size. The
pictures lie in rings of a colour each, so what a test sees can be reckoned.
"""

from __future__ import annotations

import base64
import colorsys
import io
import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parents[1] / "src" / "sortal" / "map" / "site" / "static"
NODE = 64
POINTS, TEXTS = 65_536, 4_096
SIDE = 64
LABELS = ("amber", "basil", "coral", "denim", "ebony", "fern")
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\">"

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class MadeSite:
    """What a test wants in its site."""

    count: int = 500
    seed: int = 7
    previews: str = "files"
    sheets: int | None = None
    """How many different sheets are drawn; the others repeat them (None: all are their own)."""
    labels: tuple[str, ...] = LABELS
    hostile: bool = False
    places: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


def write_site(folder: Path, made: MadeSite | None = None) -> None:
    """Write a whole site into a new folder."""
    made = made or MadeSite()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "app.js", "app.css"):
        shutil.copyfile(STATIC / name, folder / name)
    _Writer(folder, made).write()


class _Writer:
    def __init__(self, folder: Path, made: MadeSite) -> None:
        self.folder = folder
        self.data = folder / "data" / "g1"
        self.made = made
        self.random = np.random.default_rng(made.seed)

    def write(self) -> None:
        n = self.made.count
        label = self.random.integers(0, len(self.made.labels), n) if n else np.zeros(0, np.int64)
        spread = 0.10 if n < 50_000 else 0.13
        angle = label * 2 * math.pi / len(self.made.labels)
        points = np.stack([np.cos(angle), np.sin(angle)], 1) * 0.32 + 0.5
        points = np.clip(points + self.random.normal(0, spread, (n, 2)) * 0.7, 0, 1)
        order, self.nodes = tree_order(points, self.random)
        self.xy, self.label = points[order], label[order]
        self._positions()
        self._columns()
        self._texts()
        self._neighbours()
        self._sheets()
        self._manifest()

    def put(self, key: str, value: object) -> None:
        path = self.data / f"{key}.js" if key != "manifest" else self.folder / "data/manifest.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
        for sign in "<>&":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
        path.write_text(f'sortal.put("{key}",{text});\n', "ascii")

    def blocks(self, key: str, values: NDArray[Any]) -> None:
        for block in range(math.ceil(len(values) / POINTS)):
            self.put(f"{key}/{block}", packed(values[block * POINTS : (block + 1) * POINTS]))

    def _positions(self) -> None:
        n = self.made.count
        across = max(1, math.ceil(math.sqrt(n * 1.4)))
        down = max(1, math.ceil(n / across))
        place = np.argsort(np.argsort(self.xy[:, 1] * 1000 + self.xy[:, 0], kind="stable"))
        grid = np.stack([(place % across + 0.5) / across, (place // across + 0.5) / down], 1)
        column = (self.label + 0.5) / len(self.made.labels)
        by_label = np.stack([column + self.random.normal(0, 0.02, n), self.random.random(n)], 1)
        longitude = (self.xy[:, 0] * 360 - 180) / 360 + 0.5
        self.layouts = [
            self._layout(
                "similarity", "By similarity", (1.0, 1.0), self.xy, 0.8 / math.sqrt(n or 1)
            ),
            self._layout("grid", "On a grid", (1.4, 1.4 * down / across), grid, 1.4 / across),
            self._layout(
                "label", "By label", (1.6, 0.9), np.clip(by_label, 0, 1), 0.9 / math.sqrt(n or 1)
            ),
        ]
        self.layouts[0]["fidelity"] = {
            "words": "Of each picture's 10 nearest neighbours, 6 in 10 are near it on this map.",
            "numbers": {"preserved_10": 0.6},
        }
        self.layouts[2] |= {
            "kind": "category",
            "columns": ["label"],
            "annotations": self._headings(),
        }
        if self.made.places:
            place_xy = np.stack([longitude, self.xy[:, 1]], 1)
            self.layouts.append(self._layout("place", "By place", (2.0, 1.0), place_xy, 0.02))
            coast = np.array(
                [[0.3, 0.2], [0.9, 0.25], [1.2, 0.6], [0.7, 0.8], [0.3, 0.2]], np.float32
            )
            self.layouts[-1] |= {"lines": True, "columns": ["longitude", "latitude"]}
            self.put("lines/place", {"lines": [packed(coast)]})

    def _headings(self) -> list[dict[str, object]]:
        step = 1.6 / len(self.made.labels)
        return [
            {"role": "heading", "text": name, "x": (i + 0.5) * step, "y": 0.01}
            for i, name in enumerate(self.made.labels)
        ]

    def _layout(
        self, name: str, title: str, box: tuple[float, float], share: Floats, spacing: float
    ) -> dict[str, Any]:
        self.blocks(f"xy/{name}", np.round(share * 65535).astype(np.uint16))
        return {
            "id": name, "title": title, "kind": name, "box": list(box), "spacing": spacing,
            "complete": True, "fidelity": None, "annotations": [], "lines": False, "columns": [],
        }  # fmt: skip

    def _columns(self) -> None:
        n = self.made.count
        wrong = self.random.random(n) < 0.12
        prediction = np.where(wrong, (self.label + 1) % len(self.made.labels), self.label)
        confidence = np.clip(np.where(wrong, 0.55, 0.9) + self.random.normal(0, 0.08, n), 0, 1)
        weight = self.random.gamma(3.0, 4.0, n)
        weight[:: max(1, n // 7 or 1)] = np.nan
        taken = 1.2e9 + self.random.random(n) * 4e8
        names = list(self.made.labels)
        self.label_names = names
        self.columns: list[dict[str, Any]] = [
            {"id": "path", "title": "File", "type": "text", "missing": 0, "wrong": 0},
            self._category("label", "Label", names, self.label),
            self._category("prediction", "Prediction", names, prediction),
            self._category("right", "Right or wrong", ["right", "wrong"], wrong.astype(np.int64)),
            self._number("confidence", "Confidence", confidence, np.float32),
            self._category("cluster", "Cluster", [f"{name} ring" for name in names], self.label),
            self._number("m0", "Weight in g", weight, np.float32),
            self._number("date", "Taken", taken, np.float64) | {"type": "date"},
            {"id": "tags", "title": "Tags", "type": "text", "missing": 0, "wrong": 0},
            {"id": "m1", "title": "Caption", "type": "text", "missing": 0, "wrong": 0},
            {"id": "m2", "title": "Source", "type": "link", "missing": 0, "wrong": 0},
        ]

    def _category(self, key: str, title: str, values: list[str], codes: Integers) -> dict[str, Any]:
        self.blocks(f"column/{key}", codes.astype(np.uint8))
        counts = np.bincount(codes, minlength=len(values)).tolist()
        return {
            "id": key, "title": title, "type": "category", "missing": 0, "wrong": 0,
            "values": values, "counts": counts,
        }  # fmt: skip

    def _number(self, key: str, title: str, values: Floats, dtype: type) -> dict[str, Any]:
        self.blocks(f"column/{key}", values.astype(dtype))
        there: Floats = values[np.isfinite(values)].astype(dtype).astype(np.float64)
        low, high = (float(there.min()), float(there.max())) if len(there) else (0.0, 0.0)
        histogram = np.histogram(there, 40, (low, high))[0].tolist() if len(there) else []
        ends = {"min": low, "max": high} if len(there) else {"min": None, "max": None}
        return {
            "id": key, "title": title, "type": "number", "missing": int(np.isnan(values).sum()),
            "wrong": 0, "histogram": histogram, **ends,
        }  # fmt: skip

    def path_of(self, index: int) -> str:
        return f"{self.label_names[self.label[index]]}/{index:07d}.png"

    def _texts(self) -> None:
        n = self.made.count
        captions = [f"A square, number {i}" for i in range(n)]
        if self.made.hostile and n:
            captions[0] = HOSTILE
        for block in range(math.ceil(n / TEXTS)):
            some = range(block * TEXTS, min(n, (block + 1) * TEXTS))
            self.put(f"text/path/{block}", [self.path_of(i) for i in some])
            self.put(f"text/tags/{block}", [f"square,tone {i % 10}" for i in some])
            self.put(f"text/m1/{block}", [captions[i] for i in some])
            self.put(
                f"text/m2/{block}", ["https://example.org/" if i % 5 == 0 else "" for i in some]
            )
            if self.made.previews == "files":
                self.put(f"picture/{block}", [f"pictures/{i % 256:02x}/{i:x}.jpg" for i in some])

    def _neighbours(self) -> None:
        n = self.made.count
        for block in range(math.ceil(n / TEXTS)):
            some = np.arange(block * TEXTS, min(n, (block + 1) * TEXTS))
            near = np.full((len(some), 12), -1, np.int32)
            if n <= 5_000:
                away = ((self.xy[some][:, None] - self.xy[None]) ** 2).sum(2)
                away[np.arange(len(some)), some] = np.inf
                k = min(12, n - 1)
                near[:, :k] = np.argsort(away, 1)[:, :k]
            else:
                near[:] = (some[:, None] + np.arange(1, 13)) % n
            self.put(f"near/{block}", packed(near))

    def colour_of(self, index: int) -> tuple[int, int, int]:
        hue = self.label[index] / len(self.made.labels)
        red, green, blue = colorsys.hsv_to_rgb(hue, 0.55, 0.55 + 0.4 * ((index * 37) % 100) / 100)
        return int(red * 255), int(green * 255), int(blue * 255)

    def _drawing(self, index: int, side: int) -> Image.Image:
        width, height = (side, side * 3 // 4) if index % 4 else (side * 3 // 4, side)
        picture = Image.new("RGB", (width, height), self.colour_of(index))
        draw = ImageDraw.Draw(picture)
        inset = side // 5
        draw.ellipse((inset, inset, width - inset, height - inset), fill=(250, 248, 240))
        draw.text((width // 2, height // 2), str(index), fill=(30, 30, 30), anchor="mm")
        return picture

    def _sheets(self) -> None:
        n = self.made.count
        total = math.ceil(n / NODE)
        drawn: list[str] = []
        for sheet in range(total):
            size = min(NODE, n - sheet * NODE)
            sizes = np.zeros((size, 2), np.uint8)
            fresh = self.made.sheets is None or sheet < self.made.sheets
            page = Image.new("RGB", (SIDE * 8, SIDE * 8)) if fresh else None
            for i in range(size):
                index = sheet * NODE + i
                sizes[i] = (SIDE, SIDE * 3 // 4) if index % 4 else (SIDE * 3 // 4, SIDE)
                if page is not None:
                    page.paste(self._drawing(index, SIDE), (i % 8 * SIDE, i // 8 * SIDE))
            if page is not None:
                drawn.append(data_url(page))
            image = drawn[sheet % len(drawn)]
            self.put(f"sheet/{sheet}", {"image": image, "sizes": packed(sizes)})
        if self.made.previews == "files":
            for index in range(min(n, 2_000)):
                path = self.folder / "pictures" / f"{index % 256:02x}" / f"{index:x}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                self._drawing(index, 256).save(path, quality=80)

    def _cluster(self, code: int) -> dict[str, Any]:
        own = self.xy[self.label == code]
        name = self.label_names[code]
        x, y = own.mean(0).tolist() if len(own) else (0.5, 0.5)
        return {
            "name": f"{name} ring", "size": len(own), "evidence": f"label {name} 100 %",
            "x": x, "y": y,
        }  # fmt: skip

    def _manifest(self) -> None:
        n = self.made.count
        clusters = [self._cluster(code) for code in range(len(self.label_names))]
        hotspots = [
            {"title": c["name"], "x": c["x"], "y": c["y"], "radius": 0.12, "cluster": i}
            for i, c in enumerate(clusters)
        ]
        manifest = {
            "format": 1, "base": "data/g1/", "name": "squares", "title": "Coloured squares",
            "made_by": "sortal, tests", "count": n,
            "blocks": {"points": POINTS, "texts": TEXTS, "sheet": NODE},
            "nodes": len(self.nodes["first"]), "layouts": self.layouts if n else [],
            "columns": self.columns, "clusters": clusters if n else [],
            "hotspots": hotspots if n else [],
            "sheet": {"side": SIDE, "columns": 8, "count": math.ceil(n / NODE)},
            "previews": {"kind": self.made.previews, "side": 256}, "near": 12,
            "faults": {"count": 1, "first": [["broken.jpg", "The file ends too early."]]},
            "notes": ["These pictures were drawn by a test."],
        }  # fmt: skip
        self.put("nodes", {key: packed(values) for key, values in self.nodes.items()})
        self.put("manifest", manifest | self.made.extra)


def packed(values: NDArray[Any]) -> dict[str, Any]:
    """Return an array as the format stores it."""
    data = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"))
    return {
        "type": values.dtype.name,
        "shape": list(values.shape),
        "data": base64.b64encode(data.tobytes()).decode("ascii"),
    }


def data_url(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=70)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def tree_order(xy: Floats, random: np.random.Generator) -> tuple[Integers, dict[str, NDArray[Any]]]:
    """Order points by a quadtree, breadth first; each node holds 64 that stand for its square."""
    nodes: dict[str, list[Any]] = {
        k: [] for k in ("x", "y", "size", "first", "count", "child", "children")
    }
    order: list[Integers] = []
    queue = [(np.arange(len(xy)), 0.0, 0.0, 1.0, 0)] if len(xy) else []
    done = 0
    for held, x, y, size, depth in queue:
        shuffled = random.permutation(held)
        own, rest = (shuffled, held[:0]) if depth == 16 else (shuffled[:NODE], shuffled[NODE:])
        half, children = size / 2, []
        right, below = xy[rest, 0] >= x + half, xy[rest, 1] >= y + half
        for dy in (False, True):
            for dx in (False, True):
                part = rest[(right == dx) & (below == dy)]
                if len(part):
                    children.append((part, x + half * dx, y + half * dy, half, depth + 1))
        values = (x, y, size, done, len(own), len(queue), len(children))
        for key, value in zip(nodes, values, strict=True):
            nodes[key].append(value)
        queue.extend(children)
        order.append(own)
        done += len(own)
    kinds = (np.float32, np.float32, np.float32, np.int32, np.int32, np.int32, np.int32)
    packed_nodes = {k: np.array(v, t) for (k, v), t in zip(nodes.items(), kinds, strict=True)}
    return (np.concatenate(order) if order else np.zeros(0, np.int64)), packed_nodes
