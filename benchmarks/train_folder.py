"""How long `sortal train FOLDER` takes, cold and warm, beside the usual Keras tutorial.

    python benchmarks/train_folder.py PICTURES [MORE ...] [--peer PYTHON] [--repeats 3]

Makes 3,068 JPEGs of 400 pixels in a temporary folder: from PICTURES, which has a folder for
each kind, and as many as are missing from each MORE, which becomes one kind more. Then it runs
the whole command in turn with the peer: cold (empty cache), warm (the cache of the cold run),
and the Keras tutorial in the environment whose interpreter --peer names. Medians of the
repeats, and the ratio, go to benchmarks/results/train_folder.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from machine import machine  # type: ignore[import-not-found]

HERE = Path(__file__).resolve().parent
SIDE = 400
COUNT = 3_068


def make_pictures(sources: list[Path], target: Path) -> int:
    """Write COUNT pictures of SIDE pixels from the first folder and, as needed, the others."""
    made = 0
    for rank, source in enumerate(sources):
        for path in sorted(source.rglob("*.jpg")):
            if made == COUNT:
                return made
            kind = source.name if rank else path.relative_to(source).parts[0]
            (target / kind).mkdir(parents=True, exist_ok=True)
            with Image.open(path) as image:
                picture = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
            picture.save(target / kind / path.name, quality=90)
            made += 1
    return made


def timed(command: list[str], **environment: str) -> tuple[float, str]:
    """Wall-clock seconds of a whole process, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return time.perf_counter() - began, done.stdout


def sortal(folder: Path, work: Path) -> tuple[float, float, dict[str, object]]:
    """Cold and warm seconds of the whole command, and what it said."""
    cache = work / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    command = [
        *(sys.executable, "-m", "sortal", "train", str(folder), "--json"),
        *("-o", str(work / "model.onnx")),
    ]
    cold, said = timed(command, SORTAL_CACHE=str(cache))
    warm, _ = timed(command, SORTAL_CACHE=str(cache))
    return cold, warm, json.loads(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, nargs="+")
    parser.add_argument("--peer", help="interpreter of an environment with Keras")
    parser.add_argument("--peer-epochs", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    cold, warm, peer, epochs = [], [], [], []
    said: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        count = make_pictures(options.pictures, work / "pictures")
        for repeat in range(options.repeats):
            seconds = sortal(work / "pictures", work)
            cold.append(seconds[0])
            warm.append(seconds[1])
            said = seconds[2]
            print(f"cold {cold[-1]:.1f} s  warm {warm[-1]:.1f} s", flush=True)
            if options.peer and repeat == 0:
                command = [
                    *(options.peer, str(HERE / "peer_keras.py")),
                    *(str(work / "pictures"), str(options.peer_epochs)),
                ]
                taken, text = timed(command)
                peer.append(taken)
                epochs = json.loads(text.splitlines()[-1])["epoch_seconds"]
                print(
                    f"keras {taken:.0f} s, {statistics.median(epochs):.1f} s an epoch", flush=True
                )
    result = {
        "pictures": count,
        "side": SIDE,
        "cold_seconds": sorted(cold),
        "cold_median": statistics.median(cold),
        "cold_pictures_per_second": count / statistics.median(cold),
        "warm_seconds": sorted(warm),
        "warm_median": statistics.median(warm),
        "peer_seconds": peer,
        "peer_epoch_seconds": epochs,
        "peer_epochs": options.peer_epochs,
        "ratio": statistics.median(peer) / statistics.median(cold) if peer else None,
        "accuracy": said["accuracy"],
        **machine(),
    }
    (HERE / "results" / "train_folder.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
