"""Make ``examples/bricks``: pictures of sixteen brick types, from 3D parts.

    python scripts/render_bricks.py LDRAW_LIBRARY [-o examples/bricks]

Needs LeoCAD and a display (``xvfb-run`` gives one to a machine without); the pictures in the
repository were made with

    xvfb-run -a -s "-screen 0 640x480x24" python scripts/render_bricks.py LDRAW_LIBRARY

by LeoCAD 21.06 on Mesa's software renderer, Pillow 13.0 and NumPy 2.4, in about five minutes
of processor time. With the same versions and the same seed the files come out the same, byte
for byte; another version of any of them may change single pixels.

LDRAW_LIBRARY is a copy of the LDraw parts library (https://library.ldraw.org): folders
``parts`` and ``p``, and ``LDConfig.ldr``. Each render is one part in one colour, resting on one
of its sides, seen from one direction; each gives two pictures with a surface, light and crop
of their own. The file name says so: ``3003-07-b.jpg`` is part 3003, render 07, picture b.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from brick_scenes import CutOut, Rng, picture

Points = NDArray[np.float64]

RENDERS: Final = 28
PICTURES: Final = "ab"
RENDER_SIDE: Final = 320
BYTES_AT_MOST: Final = 6_000
"""Per picture; the JPEG quality yields first."""

TYPES: Final = {
    "beam-3-thin": "6632",
    "brick-1x1": "3005",
    "brick-1x2": "3004",
    "brick-2x2": "3003",
    "brick-2x2-corner": "2357",
    "bush": "3713",
    "bush-half": "32123a",
    "pin": "3673",
    "pin-long": "11214",
    "pin-long-with-axle": "18651",
    "plate-1x1": "3024",
    "plate-1x2": "3023",
    "plate-1x2-one-stud": "3794a",
    "plate-2x2": "3022",
    "slope-2x1": "3040b",
    "tile-1x2": "3069b",
}
"""Folder name to LDraw part."""

COLOURS: Final = (
    "Black", "Blue", "Green", "Red", "Yellow", "White", "Tan", "Orange", "Lime", "Reddish_Brown",
    "Light_Bluish_Grey", "Dark_Bluish_Grey", "Medium_Azure", "Dark_Green", "Dark_Red", "Purple",
    "Bright_Light_Orange", "Dark_Blue", "Bright_Pink", "Sky_Blue",
)  # fmt: skip
"""In turn, shuffled for each type, so that no colour tells a type."""

TURNS: Final = {
    "upright": "1 0 0 0 1 0 0 0 1",
    "on its side": "1 0 0 0 0 -1 0 1 0",
    "on its end": "0 -1 0 1 0 0 0 0 1",
    "upside down": "1 0 0 0 -1 0 0 0 -1",
}
"""Rotation matrices, row by row; in LDraw y points down."""
TURN_SHARES: Final = (0.92, 0.03, 0.02, 0.03)


LARGEST: Final = 64.2
"""Diagonal of the largest part's box, in LDraw units (0.4 mm)."""


@dataclass(frozen=True, slots=True)
class View:
    """One render: which part, which colour, how it lies and from where it is seen (degrees).

    ``field`` is the vertical field of view: small is a camera far away with a long lens.
    """

    part: str
    colour: int
    turn: str
    latitude: float
    longitude: float
    field: float


def find_part(library: Path, name: str) -> Path:
    """The file of a part or of a piece of one.

    Stops where it is missing: LeoCAD would draw a plain box in its place and report success.
    """
    tail = name.lower().replace("\\", "/")
    for path in (library / "parts" / tail, library / "p" / tail):
        if path.is_file():
            return path
    sys.exit(f"{library}: no {tail} in parts or p; take a complete LDraw parts library")


@cache
def corners(library: Path, name: str) -> Points:
    """The corners that a part's surface is made of, with those of all its pieces; (n, 3).

    Lines of type 1 place a piece (colour, offset, matrix, file), lines of type 3 and 4 are
    triangles and quadrilaterals: https://www.ldraw.org/article/218.html.
    """
    found = [np.zeros((0, 3))]
    text = find_part(library, name).read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines():
        kind, *fields = line.split(maxsplit=14) or ["0"]
        if kind == "1":
            numbers = np.array(fields[1:13], dtype=np.float64)
            piece = corners(library, fields[13].strip())
            found.append(piece @ numbers[3:].reshape(3, 3).T + numbers[:3])
        elif kind in ("3", "4"):
            found.append(np.array(fields[1 : 1 + 3 * int(kind)], dtype=np.float64).reshape(-1, 3))
    return np.concatenate(found)


def diagonal(library: Path, name: str) -> float:
    """Length of the diagonal of the box around a part, in LDraw units."""
    return float(np.linalg.norm(np.ptp(corners(library, name), axis=0)))


def read_colours(library: Path) -> dict[str, tuple[int, tuple[float, float, float]]]:
    """Name to LDraw code and RGB (0-1) of every colour in the library's table."""
    text = (library / "LDConfig.ldr").read_text(encoding="utf-8")
    rows = re.findall(r"^0 !COLOUR (\S+)\s+CODE\s+(\d+)\s+VALUE #(\w{6})", text, re.MULTILINE)
    return {n: (int(code), tuple(b / 255 for b in bytes.fromhex(v))) for n, code, v in rows}  # type: ignore[misc]


def choose_view(rng: Rng, part: str, colour: int, *, sector: float) -> View:
    """A pose that a part on a table may take, and a camera somewhere above it.

    ``sector`` (0-1) is the share of the way round the part; the caller spreads the renders of
    a type evenly over it.
    """
    turn = str(rng.choice(list(TURNS), p=TURN_SHARES))
    latitude = float(rng.uniform(22, 58))
    return View(part, colour, turn, latitude, 360 * sector, field=float(rng.uniform(12, 30)))


def leocad(library: Path, view: View, folder: Path, *, edges: bool) -> Image.Image:
    """One run of LeoCAD; RGBA on a transparent ground, with or without drawn edges."""
    model, out = folder / "model.ldr", folder / f"{'edges' if edges else 'plain'}.png"
    model.write_text(f"0 {view.part}\n1 {view.colour} 0 0 0 {TURNS[view.turn]} {view.part}.dat\n")
    side = str(RENDER_SIDE)
    command = ["leocad", "-l", library, "-i", out, "-w", side, "-h", side, "--shading", "full"]
    command += ["--camera-angles", f"{view.latitude:.2f}", f"{view.longitude:.2f}"]
    command += [
        "--fov",
        f"{view.field:.2f}",
        "--aa-samples",
        "8",
        "--line-width",
        "1" if edges else "0",
        model,
    ]
    run_patiently([str(c) for c in command])
    return Image.open(out).convert("RGBA")


def run_patiently(command: list[str], *, tries: int = 4) -> None:
    """Run LeoCAD, which loses its display now and then (about once in 500 starts): again."""
    for _ in range(tries):
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        if done.returncode == 0:
            return
    sys.exit(f"{' '.join(command)}: exit status {done.returncode}, {done.stderr.strip()}")


def render(library: Path, view: View, *, edge: float) -> Image.Image:
    """The part cut out; ``edge`` (0-1) is how strongly its edges are drawn.

    Edges of real bricks are rounded and catch the light a little; without any, studs vanish
    against the face they stand on.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, lined = (leocad(library, view, Path(folder), edges=e) for e in (False, True))
    both = Image.blend(plain, lined, edge)
    box = plain.getchannel("A").getbbox()
    if box is None:
        sys.exit(f"{view}: LeoCAD drew nothing")
    return both.crop(box)


def encode(image: Image.Image, quality: int) -> bytes:
    """JPEG bytes, at a lower quality where they would be too many."""
    while True:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= BYTES_AT_MOST:
            return buffer.getvalue()
        quality -= 4


def make_type(library: Path, folder: Path, part: str, *, seed: int) -> int:
    """All pictures of one type into ``folder``; returns their bytes."""
    colours = read_colours(library)
    # The part's own name seeds it, so that adding a type leaves the others as they are.
    root = np.random.default_rng([seed, *part.encode()])
    names, sectors = root.permutation(COLOURS), root.permutation(RENDERS)
    size = diagonal(library, f"{part}.dat") / LARGEST
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for number in range(RENDERS):
        rng = np.random.default_rng([seed, *part.encode(), number])
        code, base = colours[names[number % len(names)]]
        sector = (sectors[number] + rng.random()) / RENDERS
        view = choose_view(rng, part, code, sector=sector)
        cut = CutOut(render(library, view, edge=float(rng.uniform(0.4, 0.9))), base, size)
        for letter in PICTURES:
            data = encode(picture(cut, rng), quality=int(rng.integers(52, 80)))
            (folder / f"{part}-{number:02d}-{letter}.jpg").write_bytes(data)
            total += len(data)
    return total


def main() -> None:
    """Read the arguments, check the parts, render two types at a time."""
    parser = argparse.ArgumentParser(description="Render the example bricks.")
    parser.add_argument("library", type=Path, help="folder of an LDraw parts library")
    parser.add_argument("-o", "--output", type=Path, default=Path("examples/bricks"))
    parser.add_argument("--seed", type=int, default=2357)
    parser.add_argument("--only", choices=list(TYPES), nargs="*", default=list(TYPES))
    options = parser.parse_args()
    for name in options.only:
        diagonal(options.library, f"{TYPES[name]}.dat")  # stops at a missing part

    def run(name: str) -> int:
        size = make_type(options.library, options.output / name, TYPES[name], seed=options.seed)
        print(f"{name}: {size:,} bytes", file=sys.stderr)
        return size

    with ThreadPoolExecutor(2) as pool:
        print(f"{sum(pool.map(run, options.only)):,} bytes")


if __name__ == "__main__":
    main()
