"""Pictures per second of a network alone, and how long it takes to open.

    python benchmarks/backbone_speed.py [FILE.onnx ...] [--threads 2]

Without files it measures the networks of the installation; ``scripts/build_backbones.py
--float FOLDER`` writes the float ones. Medians over 7 passes of 96 pictures a
batch size: pictures a second, and milliseconds of processor time a picture, which other work on
the machine disturbs less.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from sortal.backbones import BACKBONES, open_session, read_weights

BATCHES = (1, 8, 16, 32)
PICTURES, PASSES = 96, 7


def main() -> None:
    parser = argparse.ArgumentParser(description="Time networks alone.")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    contents = {file.name: file.read_bytes() for file in options.files}
    contents = contents or {name: read_weights(record) for name, record in BACKBONES.items()}
    print(f"# onnxruntime {onnxruntime.__version__}, {options.threads} threads, n={PASSES}")
    for name, content in contents.items():
        opening, _ = passes(lambda content=content: open_session(content, threads=options.threads))
        print(f"{name}: opens in {opening * 1000:.0f} ms")
        session = open_session(content, threads=options.threads)
        for batch in BATCHES:
            wall, own = passes(lambda session=session, batch=batch: embed_all(session, batch))
            print(
                f"{name}: batch {batch}: {PICTURES / wall:.0f} pictures/s, "
                f"{own / PICTURES * 1000:.2f} ms of processor time a picture",
                flush=True,
            )


def embed_all(session: onnxruntime.InferenceSession, batch: int) -> None:
    size = session.get_inputs()[0].shape[1]
    images = np.random.default_rng(0).integers(0, 256, (batch, size, size, 3), np.uint8)
    for _ in range(PICTURES // batch):
        session.run(["embedding"], {"image": images})


def passes(work: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of ``work``, by the clock and of the processor.

    One pass before does not count.
    """
    work()
    clock, own = [], []
    for _ in range(PASSES):
        start, start_own = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        own.append(time.process_time() - start_own)
    return statistics.median(clock), statistics.median(own)


if __name__ == "__main__":
    main()
