"""List a folder, at any depth, without following its links in circles."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from sortal.collection.limits import ArchiveLimits
from sortal.collection.listing import Found, Listing, Table
from sortal.collection.names import ending, is_system, kind, listed, shown
from sortal.errors import CollectionError, Fault
from sortal.pictures.record import Source


def list_folder(root: Path, *, limits: ArchiveLimits) -> Listing:
    """List everything below ``root``.

    Links to files count as files. Links to folders are followed after all real folders, and
    only where they lead to a folder that has not been listed yet.

    Raises:
        CollectionError: the folder itself cannot be listed.
    """
    walk = _Walk(root, limits)
    walk.enter(str(root), "")
    walk.run()
    return walk.listing()


class _Walk:
    """A walk under way; paths are kept as text because making Path objects is slow."""

    def __init__(self, root: Path, limits: ArchiveLimits) -> None:
        self.root = root
        self.limits = limits
        self.files: list[tuple[str, str]] = []
        self.folders: list[str] = []
        self.tables: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.other: Counter[str] = Counter()
        self.system = 0
        self.circles: list[str] = []
        self._seen: set[tuple[int, int]] = set()
        self._waiting: list[tuple[str, str]] = []
        self._links: list[tuple[str, str]] = []

    def run(self) -> None:
        """List what is waiting, links last, until nothing is left."""
        while self._waiting or self._links:
            if not self._waiting:
                self._links.sort(reverse=True)
            path, relative = (self._waiting or self._links).pop()
            self.enter(path, relative)

    def enter(self, path: str, relative: str) -> None:
        """List one folder unless it was listed before under another name."""
        try:
            status = os.stat(path)  # noqa: PTH116
            identity = (status.st_dev, status.st_ino)
            if identity in self._seen:
                self.circles.append(shown(relative))
                return
            self._seen.add(identity)
            with os.scandir(path) as entries:
                self._sort_out(entries, relative)
        except OSError as error:
            self._refused(relative, error)
            return
        if relative:
            self.folders.append(relative)

    def _sort_out(self, entries: os._ScandirIterator[str], relative: str) -> None:
        prefix = f"{relative}/" if relative else ""
        for entry in entries:
            name = entry.name
            if entry.is_dir():
                self._folder(entry, prefix + name)
                continue
            match kind(name):
                case "picture":
                    self._file(entry, prefix + name)
                case "table":
                    self.tables.append((prefix + name, entry.path))
                case "other":
                    self.other[ending(name)] += 1
                case "system":
                    self.system += 1

    def _folder(self, entry: os.DirEntry[str], relative: str) -> None:
        if is_system(entry.name):
            self.system += 1
        elif entry.is_symlink():
            self._links.append((entry.path, relative))
        else:
            self._waiting.append((entry.path, relative))

    def _file(self, entry: os.DirEntry[str], relative: str) -> None:
        if entry.is_file():
            self.files.append((relative, entry.path))
            return
        what = (
            "is a link that leads nowhere"
            if entry.is_symlink()
            else "is a pipe, socket or device, not a file"
        )
        self.faults.append(Fault(shown(relative), "unreadable", f"It {what}."))

    def _refused(self, relative: str, error: OSError) -> None:
        reason = error.strerror or str(error)
        if not relative:
            raise CollectionError(
                f"{self.root}: the folder cannot be listed ({reason}). "
                "Check that it may be read and give it again."
            ) from error
        message = f"The folder cannot be listed ({reason}), so what lies in it is not used."
        self.faults.append(Fault(shown(relative), "unreadable", message))

    def listing(self) -> Listing:
        notes = []
        if self.circles:
            notes.append(
                "Links to folders that were read already under another name were not followed: "
                f"{listed(sorted(self.circles))}."
            )
        files = sorted((shown(relative), path) for relative, path in self.files)
        return Listing(
            name=shown(self.root.resolve().name) or "pictures",
            where=str(self.root),
            archive=False,
            files=tuple(Found(name, Source(Path(path))) for name, path in files),
            folders=tuple(sorted(map(shown, self.folders))),
            tables=tuple(
                Table(shown(name), _Reader(path, self.limits)) for name, path in sorted(self.tables)
            ),
            faults=tuple(self.faults),
            passed_over=self.other,
            system=self.system,
            notes=tuple(notes),
        )


class _Reader:
    """Reads one table from disk when called."""

    def __init__(self, path: str, limits: ArchiveLimits) -> None:
        self.path = Path(path)
        self.most = limits.table_bytes

    def __call__(self) -> bytes:
        try:
            with self.path.open("rb") as stream:
                contents = stream.read(self.most + 1)
        except OSError as error:
            raise CollectionError(
                f"{self.path}: the table cannot be read ({error.strerror or error})."
            ) from error
        if len(contents) > self.most:
            raise CollectionError(
                f"{self.path}: a metadata table may have {self.most:,} bytes; this one has more."
            )
        return contents
