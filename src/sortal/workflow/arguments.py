"""What was given to a call of the Python interface, refused in a sentence where it cannot be."""

from __future__ import annotations

import numpy as np

from sortal.collection import Collection
from sortal.errors import UsageError


def require_collection(given: object, *, by: str) -> None:
    """Refuse what is no collection, such as the name of a folder.

    Raises:
        UsageError: ``given`` is something else.
    """
    if not isinstance(given, Collection):
        raise UsageError(
            f"{by} takes a collection, as sortal.read('pictures/') gives one; "
            f"{given!r:.60} came, which is of type {type(given).__name__}."
        )


def require_number(given: object, name: str, *, least: int) -> None:
    """Refuse what is no whole number, or too small a one.

    Raises:
        UsageError: ``given`` is something else.
    """
    if not isinstance(given, int | np.integer) or given < least:
        raise UsageError(f"{name} must be a whole number from {least} up; {given!r:.60} came.")


def require_pixels(given: object) -> None:
    """Refuse what is no picture as an array.

    Raises:
        UsageError: ``given`` is not uint8 of shape (height, width, 3), or has no pixels.
    """
    if isinstance(given, np.ndarray):
        if given.dtype == np.uint8 and given.ndim == 3 and given.shape[2] == 3 and given.size:
            return
        came = f"{given.dtype} of shape {given.shape}"
    else:
        came = f"a value of type {type(given).__name__}"
    raise UsageError(
        "predict takes the name of a file, its bytes, or uint8 RGB pixels of shape "
        f"(height, width, 3); {came} came."
    )
