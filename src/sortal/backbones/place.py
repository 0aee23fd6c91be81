"""Where the cache of this user lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sortal.errors import UsageError


def cache_folder() -> Path:
    """Return the folder for Sortal's cache; it need not exist yet.

    The environment variable SORTAL_CACHE names it; else it is ``sortal`` in the user's cache
    folder: LOCALAPPDATA on Windows, ~/Library/Caches on macOS, XDG_CACHE_HOME or ~/.cache
    elsewhere (XDG Base Directory Specification 0.8: a relative path there is not valid).

    Raises:
        UsageError: none of them is known, because the user has no home folder.
    """
    if chosen := os.environ.get("SORTAL_CACHE"):
        return Path(chosen)
    try:
        return _user_folder() / "sortal"
    except RuntimeError as error:
        raise UsageError(
            "There is no home folder to keep a cache in: set SORTAL_CACHE to a folder."
        ) from error


def _user_folder() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"
