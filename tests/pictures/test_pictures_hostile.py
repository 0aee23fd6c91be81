"""The test pictures of Pillow's source distribution: hostile, rare and odd files of many kinds.

They are looked for in the folder that SORTAL_PILLOW_IMAGES names, then in the repository's
``.cache``; where they are in neither, pip is asked once for the source distribution.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from picture_files import FORMATS, VARIANTS, encode, noisy

from sortal.pictures import Fault, FaultReason, PicturePool, Prepared, Source

VERSION = "12.3.0"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / f"pillow-{VERSION}-images"


def fetch(folder: Path) -> str | None:
    """Put the test pictures into ``folder``; return why that was not possible."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / ".gitignore").write_text("*\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", "pillow", "--retries", "1", "--timeout", "15"]
    command += ["--disable-pip-version-check", "--dest", str(folder), f"pillow=={VERSION}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=200)
    except (subprocess.SubprocessError, OSError) as error:
        return f"pip could not download the source of Pillow {VERSION} ({type(error).__name__})"
    (source,) = folder.glob("pillow-*.tar.gz")
    with tarfile.open(source) as archive:
        members = [m for m in archive.getmembers() if m.isfile() and "/Tests/images/" in m.name]
        archive.extractall(folder, members, filter="data")
    source.unlink()
    (folder / "complete").touch()
    return None


@pytest.fixture(scope="module")
def images() -> list[Path]:
    named = os.environ.get("SORTAL_PILLOW_IMAGES")
    folder = Path(named) if named else CACHE
    if not named and not (folder / "complete").exists() and (why := fetch(folder)):
        pytest.skip(why)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "complete"]
    if not files:
        pytest.skip(f"no files in {folder}")
    return sorted(files)


def test_no_hostile_file_does_harm(images: list[Path], capfd: pytest.CaptureFixture[str]) -> None:
    with PicturePool(size=32, fit="pad", thumbnail=32, workers=2) as pool:
        answers = list(pool.read((path.name, Source(path)) for path in images))
    used = [answer for answer in answers if isinstance(answer, Prepared)]
    faults = [answer for answer in answers if isinstance(answer, Fault)]
    assert len(used) + len(faults) == len(images) >= 1000
    assert all(fault.reason in get_args(FaultReason) and fault.message for fault in faults)
    assert capfd.readouterr() == ("", "")
    reasons = Counter(fault.reason for fault in faults)
    # The decoders of this Pillow hold out; should one break, a worker is lost and this says so.
    assert not reasons["decoder-crash"] + reasons["decoder-timeout"]
    # 304 of the files are in formats that are not read; most of the others are whole.
    assert len(used) >= 680
    assert all(answer.square.shape == (32, 32, 3) for answer in used)


def test_random_damage_does_no_harm(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    items = []
    for name in [*FORMATS, *VARIANTS]:
        whole = encode(noisy(64, 48), name)
        for k in range(10):
            damaged = bytearray(whole)
            within = len(whole) if k % 2 else 400  # half of them in the header
            for at in random.integers(0, min(within, len(whole)), 4):
                damaged[at] = random.integers(0, 256)
            path = tmp_path / f"{k}.{name}"
            path.write_bytes(damaged)
            items.append((path.name, Source(path)))
    with PicturePool(size=16, fit="pad", workers=2) as pool:
        answers = list(pool.read(items))
    reasons = Counter(a.reason if isinstance(a, Fault) else "used" for a in answers)
    assert sum(reasons.values()) == len(items)
    assert reasons["damaged"] > 10
    assert reasons["decoder-crash"] == reasons["decoder-timeout"] == 0
