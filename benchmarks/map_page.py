"""How fast the map's page is, in Debian's Chromium with WebGL in software.

    python benchmarks/map_page.py SITE [SITE ...] [--runs 5] [--seconds 12]

Sites come from scripts/make_synthetic_map.py. A plain static server on this machine serves them.
For each site and run, with a new profile, so that nothing is cached:

- useful paint: from the start of the navigation to the first frame that has been drawn with
  points in it, and to the one with thumbnails;
- flight: the camera flies a fixed round (in, across, out) for so many seconds; frames drawn a
  second of the whole flight, and the time between frames that 95 of 100 do not exceed;
- memory: the page's own heap, and what the renderer and the graphics process hold resident.

Nothing may be requested from another origin. Medians go to benchmarks/results/map_page.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from map_browser import FLAGS  # noqa: E402
from pages import chromium, hosted_folder  # noqa: E402

SIZE = {"width": 1280, "height": 800}
WATCH = """
addEventListener('DOMContentLoaded', () => {
  const times = globalThis.times = {};
  const look = () => {
    const view = globalThis.map?.map;
    const { loaded = 0, thumbnails = 0 } = view?.progress ?? {};
    if (loaded > 0) times.points ??= performance.now();
    if (thumbnails > 0) times.thumbnails ??= performance.now();
    const whole = globalThis.map?.started && loaded === globalThis.map.manifest.count;
    if (whole && view.progress.settled)
      times.whole ??= performance.now();
    if (times.whole === undefined || times.thumbnails === undefined) requestAnimationFrame(look);
  };
  look();
});
"""
FLIGHT = """async (seconds) => {
  const view = map.map;
  const home = { ...view.view };
  const spot = map.manifest.hotspots[0] ?? { x: 0.5, y: 0.4 };
  const gaps = [];
  const begin = performance.now();
  let last = begin;
  for (;;) {
    const share = (performance.now() - begin) / 1000 / seconds;
    if (share >= 1) break;
    const deep = Math.sin(Math.PI * share) ** 2;      // in, and out again
    const round = 2 * Math.PI * share;                // across, on a circle around the spot
    view.moveTo({
      x: home.x + (spot.x - home.x) * deep + 0.04 * deep * Math.cos(round),
      y: home.y + (spot.y - home.y) * deep + 0.04 * deep * Math.sin(round),
      scale: home.scale * 40 ** deep,
    });
    await view.frame();
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  gaps.sort((a, b) => a - b);
  return { frames: gaps.length, slow: gaps[Math.floor(gaps.length * 0.95)] };
}"""


def once(browser: Browser, address: str, seconds: float) -> dict[str, float]:
    """Visit a site with an empty profile: first paints, a flight, memory."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(120_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_function("() => globalThis.times?.whole && times.thumbnails")
    times = page.evaluate("times")
    page.wait_for_function("() => map.map.progress.settled")
    flight = page.evaluate(FLIGHT, seconds)
    held = memory(browser, page)
    context.close()
    foreign = [
        one for one in asked if urlsplit(one).scheme == "http" and not one.startswith(address)
    ]
    if foreign:
        sys.exit(f"The page asked elsewhere: {foreign[:3]}")
    return {
        "points_s": times["points"] / 1000,
        "thumbnails_s": times["thumbnails"] / 1000,
        "all_points_s": times["whole"] / 1000,
        "frames_per_s": flight["frames"] / seconds,
        "frame_ms_95": flight["slow"],
        **held,
    }


def memory(browser: Browser, page: Page) -> dict[str, float]:
    """MiB: the page's heap after collection, and its processes' resident memory."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    buffers = heap.get("backingStorageSize", 0)
    found = {"heap_mib": (heap["usedSize"] + buffers) / 2**20}
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    for kind, name in (("renderer", "page_mib"), ("GPU", "graphics_mib")):
        found[name] = max((resident(p["id"]) for p in processes if p["type"] == kind), default=0.0)
    return found


def resident(process: int) -> float:
    """MiB of a process that lie in memory."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def measure(site: Path, *, runs: int, seconds: float) -> dict[str, Any]:
    """Visit a site several times, each in a browser of its own; medians with their range."""
    rows = []
    with sync_playwright() as playwright, hosted_folder(site) as address:
        for _ in range(runs + 1):
            with chromium(playwright, FLAGS) as browser:
                rows.append(once(browser, address, seconds))
    rows = rows[1:]  # the first visit brings the files into the system's memory
    return {
        name: {
            "median": round(statistics.median(row[name] for row in rows), 3),
            "least": round(min(row[name] for row in rows), 3),
            "most": round(max(row[name] for row in rows), 3),
        }
        for name in rows[0]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sites", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=12.0)
    options = parser.parse_args()
    path = HERE / "results" / "map_page.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {"sites": {}}
    for site in options.sites:
        text = (site / "data" / "manifest.js").read_text("ascii")
        points = json.loads(text[text.index(",") + 1 : text.rindex(")")])["count"]
        result = measure(site, runs=options.runs, seconds=options.seconds)
        known["sites"][f"{points:,}"] = {"runs": options.runs, "flight_s": options.seconds} | result
        print(json.dumps({f"{points:,}": result}, indent=2))
    known["sites"] = dict(
        sorted(known["sites"].items(), key=lambda one: int(one[0].replace(",", "")))
    )
    known |= {"window": SIZE, "graphics": "SwiftShader, on the processor"} | machine()
    path.write_text(json.dumps(known, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
