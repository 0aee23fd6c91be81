"""`sortal train`, killed and resumed, writes the model that it would have written anyway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_at_fifty_random_moments_the_model_is_the_same() -> None:
    """See ``killing_command.py``: the whole command, from reading to the report."""
    done = subprocess.run(
        [sys.executable, str(HERE / "killing_command.py"), "50"],
        capture_output=True,
        text=True,
        timeout=880,
        check=False,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)
    assert report["kills"] == 50
    assert report["within_epochs"] >= 5
    assert report["resumed"] >= 10
    assert report["ends"] >= 1
    assert report["different"] == 0
