"""Where results go: checked before the work begins, so that none of it is lost."""

from __future__ import annotations

import os
from pathlib import Path

from sortal.errors import OutputError


def prepare_outputs(*paths: Path) -> None:
    """Make the folders of results and see that they can be written, before any work.

    Raises:
        OutputError: a result could not be written.
    """
    for path in paths:
        if path.is_dir():
            raise OutputError(f"{path}: this is a folder. Name a file to write.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{path.parent}: cannot be made ({error.strerror}).") from error
        if not os.access(path.parent, os.W_OK):
            raise OutputError(f"{path.parent}: you may not write there. Name another folder.")
