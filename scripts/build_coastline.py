"""Makes the coastline that ships with the maps, from Natural Earth's land at 1:110 million.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/build_coastline.py package/land-110m.json

The npm package (ISC licence, Michael Bostock) holds Natural Earth 4.1.0 (public domain) as
TopoJSON. Written are hundredths of a degree: int16 pairs (longitude, latitude), little-endian,
lines parted by a pair of 32767.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TARGET = Path(__file__).resolve().parents[1] / "src" / "sortal" / "map" / "site" / "coastline.bin"
PARTING = 32_767
EDGE = 17_990
POLE = -8_990


def main() -> None:
    """Convert the file named on the command line."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("topology", type=Path)
    topology = json.loads(asked.parse_args().topology.read_text("utf-8"))
    parting = np.full((1, 2), PARTING, np.int64)
    pieces = [p for arc in topology["arcs"] for p in coasts(decoded(arc, topology["transform"]))]
    content = np.concatenate([part for piece in pieces for part in (piece, parting)])
    TARGET.write_bytes(content.astype("<i2").tobytes())
    print(f"{len(pieces)} lines, {TARGET.stat().st_size:,} bytes")


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> NDArray[np.int64]:
    """One arc in hundredths of a degree (TopoJSON 1.0, section 2.1.3)."""
    steps = np.cumsum(np.array(arc), axis=0)
    degrees = steps * transform["scale"] + transform["translate"]
    return np.rint(degrees * 100).astype(np.int64)


def coasts(line: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Cut away what is no coast: the map's own edges, along which polygons are closed."""
    longitude, latitude = line.T
    edge = (np.abs(longitude) >= EDGE) | (latitude <= POLE)
    drawn = ~(edge[1:] & edge[:-1])
    ends = np.flatnonzero(np.diff(np.concatenate([[0], drawn.astype(int), [0]])))
    return [line[start : stop + 1] for start, stop in ends.reshape(-1, 2).tolist()]


if __name__ == "__main__":
    main()
