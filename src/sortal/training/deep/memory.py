"""Asking the system to leave memory with the process between the steps of a training."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Final

_TRIM_THRESHOLD: Final = -1  # names and numbers of glibc's malloc.h
_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 2**30  # bytes of free memory that stay with the process
_OWN_MAP: Final = 2**25  # bytes from which a tensor is mapped by itself; glibc's own maximum


@cache
def keep_memory() -> bool:
    """Stop glibc from giving memory back after every large tensor; return whether it did.

    A step frees the tensors that the next one needs again. By default glibc returns them to
    the system, which must then clear and map every page anew: about a fifth of the time of
    a small network's step. Freed memory stays with the process, ready for any later use. On
    systems without glibc nothing is changed. Source: mallopt(3).
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT) and mallopt(_MMAP_THRESHOLD, _OWN_MAP))
