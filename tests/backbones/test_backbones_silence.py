"""Nothing phones home: the runtime's own telemetry is off before the runtime is loaded."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import numpy as np
from sortal.backbones import FrozenNetwork, backbone
FrozenNetwork(backbone("lite0"), threads=1).embedding(np.zeros((1, 224, 224, 3), np.uint8))
"""


def test_the_runtime_keeps_no_identifier_and_no_events(tmp_path: Path) -> None:
    quiet = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "CI", "PYTEST_CURRENT_TEST")
    environment = {name: value for name, value in os.environ.items() if name not in quiet}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, env=environment)
    assert not list(tmp_path.rglob("*"))


def test_every_import_of_the_runtime_comes_after_that() -> None:
    package = Path(__file__).resolve().parents[2] / "src" / "sortal"
    for path in package.rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.match(r"\s+(import onnxruntime|from onnxruntime)", line):
                before = lines[number - 1]
                assert "TYPE_CHECKING" in before or "forbid_telemetry()" in before, path
            assert not re.match(r"(import|from) onnxruntime", line), path
