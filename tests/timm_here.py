"""timm, where it is installed; also beside a torchvision that was built for another PyTorch."""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from typing import Any

import pytest

_KEPT: list[Any] = []


def require_timm() -> Any:
    """Return the library timm, or skip the tests of whoever asks.

    torchvision as PyPI has it does not find its compiled operators beside a PyTorch for the CPU
    alone, and its import ends in an error for one that is not even defined. No network here uses
    any of them, so they are defined, without a body.
    """
    torch = pytest.importorskip("torch", reason="needs sortal[deep]")
    if find_spec("timm") is None or find_spec("torchvision") is None:
        pytest.skip("needs sortal[timm]", allow_module_level=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import torchvision  # noqa: F401
        except RuntimeError:
            for name in [name for name in sys.modules if name.startswith("torchvision")]:
                del sys.modules[name]
            library = torch.library.Library("torchvision", "DEF")
            for operator in ("nms", "qnms"):
                library.define(f"{operator}(Tensor dets, Tensor scores, float threshold) -> Tensor")
            _KEPT.append(library)  # they go when it goes
        return pytest.importorskip("timm", reason="needs sortal[timm]", exc_type=ImportError)
