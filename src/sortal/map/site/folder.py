"""The folder of a site: whose it is, its generations, and what may be removed from it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import IO, Final, Self

from sortal.atomic import write_atomically
from sortal.errors import OutputError
from sortal.map.site.script import Json, script, value_of

FORMAT: Final = 1
"""Version of docs/map-site.md."""

_MARK: Final = "sortal-map.json"
_MANIFEST: Final = "data/manifest.js"
_GENERATION: Final = re.compile(r"g[0-9]{1,9}")
_OURS: Final = re.compile(r"([a-z]+/([a-z][a-z0-9_]*/)?)?([a-z][a-z0-9_]*|[0-9]+)\.js|state\.npz")
_PICTURE: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.(?:jpg|tmp)")


class Generation:
    """A set of data files that is being written; the page does not know of it yet.

    Attributes:
        base: its folder relative to the site, with a slash at the end.
        path: its folder.
    """

    def __init__(self, site: Path, number: int) -> None:
        self.base = f"data/g{number}/"
        self.path = site / self.base

    def put(self, key: str, value: Json) -> None:
        """Write ``key``.js.

        Raises:
            OutputError: the disk is full or the folder closed.
        """
        self.write(f"{key}.js", script(key, value))

    def write(self, name: str, data: bytes) -> None:
        """Write one file of the generation; raises as ``put``."""
        if not _OURS.fullmatch(name):
            raise ValueError(f"{name}: the writer would not know it again")
        target = self.path / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise _refused(target, error) from error


class SiteFolder:
    """The folder of a map, held by one writer at a time; a context manager.

    Args:
        path: of the folder; made where it is missing.

    Raises:
        OutputError: it holds something else, is a file, cannot be written, or another
            process is writing to it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None
        _check(path)
        self._made = not path.exists()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(path, error) from error
        mark = {"what": "a map made by Sortal", "format": FORMAT}
        write_atomically(path / _MARK, json.dumps(mark).encode() + b"\n")

    def __enter__(self) -> Self:
        self._lock = _locked(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()
        if self._made and read_manifest(self.path) is None:
            self._withdraw()

    def _withdraw(self) -> None:
        """Take away a new folder in which no site came to be, unless something is in it."""
        with contextlib.suppress(OSError):
            held = [entry.name for entry in self.path.iterdir()]
            if held == [_MARK]:
                (self.path / _MARK).unlink()
                self.path.rmdir()

    def manifest(self) -> Json | None:
        """What the page reads now, or None where there is no whole site yet."""
        return read_manifest(self.path)

    def state(self) -> bytes | None:
        """The state of the generation that the page reads now, or None."""
        manifest = self.manifest()
        if manifest is None:
            return None
        return _content(self.path / str(manifest["base"]) / "state.npz")

    def new_generation(self) -> Generation:
        """Begin a generation; what an interrupted one left is removed first."""
        current = self.manifest()
        kept = None if current is None else (self.path / current["base"]).name
        self._remove_generations(but=kept)
        numbers = [int(name[1:]) for name in self._generations()]
        if kept is not None:
            numbers.append(int(kept[1:]))
        return Generation(self.path, max(numbers, default=0) + 1)

    def publish(self, generation: Generation, manifest: dict[str, Json]) -> None:
        """Show ``generation``: put the page in place, replace the manifest, remove the old.

        Raises:
            OutputError: a file cannot be written; the site is as it was.
        """
        for name, content in _page():
            if _content(self.path / name) != content:
                write_atomically(self.path / name, content)
        if hasattr(os, "sync"):
            os.sync()  # the data are on the disk before anything names them
        value = {"format": FORMAT, "base": generation.base, **manifest}
        write_atomically(self.path / _MANIFEST, script("manifest", value))
        self._remove_generations(but=generation.path.name)

    def abandon(self, generation: Generation) -> None:
        """Remove what was written of a generation that will not be shown."""
        _remove(generation.path, _OURS)

    def has(self, name: str) -> bool:
        """Whether the site has a file of that name, relative to it."""
        return (self.path / name).is_file()

    def put_picture(self, name: str, data: bytes) -> None:
        """Write a preview, whole or not at all; it is on the disk before a manifest names it.

        Args:
            name: ``pictures/xx/`` and 32 hexadecimal digits of which xx are the first.
            data: a JPEG file.

        Raises:
            OutputError: the disk is full or the folder closed.
        """
        target = self.path / name
        if not _PICTURE.fullmatch(name.removeprefix("pictures/")):
            raise ValueError(f"{name}: the writer would not know it again")
        temporary = target.with_suffix(".tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.replace(target)
        except OSError as error:
            raise _refused(target, error) from error

    def remove_pictures(self, *, but: set[str]) -> None:
        """Remove previews that the site does not show any more.

        Args:
            but: those to keep, relative to the site.
        """
        root = self.path / "pictures"
        kept = {name.removeprefix("pictures/") for name in but}
        _remove(root, _PICTURE, but=kept)

    def _generations(self) -> Iterator[str]:
        data = self.path / "data"
        if data.is_dir():
            yield from (p.name for p in data.iterdir() if _GENERATION.fullmatch(p.name))

    def _remove_generations(self, *, but: str | None) -> None:
        for name in list(self._generations()):
            if name != but:
                _remove(self.path / "data" / name, _OURS)


def read_manifest(path: Path) -> Json | None:
    """Return the manifest of the site in ``path``, or None where there is none that is whole."""
    try:
        key, manifest = value_of((path / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    known = key == "manifest" and isinstance(manifest, dict) and manifest.get("format") == FORMAT
    base = manifest.get("base") if known else None
    if not isinstance(base, str) or not re.fullmatch(rf"data/{_GENERATION.pattern}/", base):
        return None
    return manifest


def _check(path: Path) -> None:
    """Refuse what is no folder of a map and no place for one."""
    try:
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path}: this is a file. Name a folder for the map.")
        held = [entry.name for entry in path.iterdir()] if path.is_dir() else []
    except OSError as error:
        raise _refused(path, error) from error
    if held and _MARK not in held:
        raise OutputError(
            f"{path}: this folder holds something else ({min(held)}), and no map. "
            "Name a new or empty folder for the map."
        )


def _locked(path: Path) -> IO[bytes] | None:
    """Hold the folder against other writers, where the system can."""
    if sys.platform == "win32":
        return None
    import fcntl

    file = (path / _MARK).open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise OutputError(
            f"{path}: another run is writing this map. Wait until it ends."
        ) from error
    except OSError:  # a file system without locks
        file.close()
        return None
    return file


def _page() -> Iterator[tuple[str, bytes]]:
    """Names and contents of the page's own files, the entry last."""
    static = resources.files("sortal.map.site").joinpath("static")
    found = {entry.name: entry.read_bytes() for entry in static.iterdir() if entry.is_file()}
    for name in sorted(found, key=lambda name: (name == "index.html", name)):
        yield name, found[name]


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _remove(root: Path, ours: re.Pattern[str], *, but: set[str] | None = None) -> None:
    """Remove files whose names the writer gives, and folders that are empty then."""
    if root.is_symlink() or not root.is_dir():
        return
    with contextlib.suppress(OSError):  # what cannot be removed stays and does no harm
        for folder, _, names in os.walk(root, topdown=False):
            for name in names:
                relative = (Path(folder) / name).relative_to(root).as_posix()
                if ours.fullmatch(relative) and relative not in (but or ()):
                    (Path(folder) / name).unlink()
            with contextlib.suppress(OSError):  # not empty
                Path(folder).rmdir()


def _refused(path: Path, error: OSError) -> OutputError:
    why = error.strerror or str(error)
    return OutputError(f"{path}: the map cannot be written there ({why}); no old one is changed.")
