"""Memory that stays with the process between steps."""

from __future__ import annotations

import platform
import sys

import pytest

pytest.importorskip("torch", reason="needs sortal[deep]")

from sortal.training.deep.memory import keep_memory


def test_it_is_kept_where_the_system_has_glibc_and_nowhere_else() -> None:
    glibc = sys.platform.startswith("linux") and platform.libc_ver()[0] == "glibc"
    assert keep_memory() is glibc


def test_a_step_takes_no_new_pages_from_the_system() -> None:
    resource = pytest.importorskip("resource", reason="counts page faults, which POSIX has")
    import torch

    if not keep_memory():
        pytest.skip("only glibc is asked to keep memory")

    def step() -> None:
        torch.ones(1_000_000).add(1)

    step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        step()
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    # Two tensors of 4 MB have 2,000 pages. A block may once be split by something small that came
    # between; new ones in each of twenty steps would be 40,000.
    assert taken < 4_000, f"{taken} pages of 4 KiB in twenty steps"
