"""What the calls of this room ask of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sortal.errors import UsageError


def check_matrix(values: NDArray[Any], *, where: str, columns: int | None = None) -> None:
    """Refuse what is no table of finite numbers of shape (n, ``columns``).

    Raises:
        UsageError: another shape or type, or a value that is not finite.
    """
    wanted = f"(n, {'d' if columns is None else columns})"
    shaped = values.ndim == 2 and columns in (None, values.shape[1])
    if not shaped or not np.issubdtype(values.dtype, np.floating):
        raise UsageError(
            f"{where}: expected floating-point numbers of shape {wanted}, "
            f"got {values.dtype} of shape {values.shape}."
        )
    for start in range(0, len(values), 4096):
        part = np.isfinite(values[start : start + 4096]).all(axis=1)
        if not part.all():
            row = start + int(np.argmin(part))
            raise UsageError(
                f"{where}: every value must be finite; row {row} has one that is not. "
                "Leave that row out."
            )


def check_length(values: NDArray[Any], n: int, *, where: str, name: str) -> None:
    """Refuse a vector that does not have one entry for each of ``n`` pictures.

    Raises:
        UsageError: it has not.
    """
    if values.shape != (n,):
        raise UsageError(
            f"{where}: {name} must have one entry for each of the {n} pictures, "
            f"shape ({n},); got shape {values.shape}."
        )
