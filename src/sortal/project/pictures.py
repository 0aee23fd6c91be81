"""The pictures of a project: adding, showing, and the collection that trains."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sortal.collection import Collection, Sample
from sortal.collection.names import counted
from sortal.errors import Fault, OutputError, UsageError
from sortal.pictures.record import Source
from sortal.project.changes import Changes
from sortal.project.store import Store, marks
from sortal.project.values import Origin, Page, Picture, Shelf

_FIELDS: Final = "id, sha256, path, kind, grouped, excluded, origin, fault"
_AT_ONCE: Final = 500
MOST_A_PAGE: Final = 500

_SHELVES: Final[dict[Shelf, str]] = {
    "all": "removed = 0",
    "labelled": "removed = 0 AND excluded = 0 AND fault IS NULL AND kind IS NOT NULL",
    "unlabelled": "removed = 0 AND excluded = 0 AND fault IS NULL AND kind IS NULL",
    "excluded": "removed = 0 AND excluded = 1",
    "faulty": "removed = 0 AND fault IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to add.

    Attributes:
        source: where its bytes are: kept in the project (``Pictures.keep``), or a file or
            archive member of the machine, which stays where it is.
        sha256: of its content.
        path: its name for people.
        origin: where it came from.
        group: what it must not be separated from, or None.
        fault: why it cannot be used, or None.
        kind: name of its kind, made where it is not there; None for no kind of its own.
    """

    source: Source
    sha256: str
    path: str
    origin: Origin
    group: str | None = None
    fault: str | None = None
    kind: str | None = None


class Pictures:
    """All pictures of one project."""

    def __init__(self, store: Store, changes: Changes, folder: Path) -> None:
        self._store = store
        self._changes = changes
        self._folder = folder

    def keep(self, content: bytes) -> tuple[Path, str]:
        """Keep a picture's bytes in the project, once under whatever names; return where.

        Returns:
            The file, and the SHA-256 of the content.

        Raises:
            OutputError: it cannot be written.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.place_of(sha256)
        if not target.exists():
            _write(target, content)
        return target, sha256

    def adopt(self, file: Path, sha256: str) -> Path:
        """Keep a file that was received into the project's folder; return where it is then.

        Args:
            file: on the same disk; gone afterwards.
            sha256: of its content.

        Raises:
            OutputError: it cannot be moved there.
        """
        target = self.place_of(sha256)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        except OSError as error:
            raise _not_kept(target, error) from error
        return target

    def place_of(self, sha256: str) -> Path:
        """Return where the bytes of a content are kept, or would be."""
        return self._folder / "pictures" / sha256[:2] / sha256

    def contents(self, ids: Sequence[int]) -> list[str]:
        """Return the content hash of each picture, in the order of ``ids``."""
        return [picture.sha256 for picture in self.get(ids)]

    def note_faults(self, faults: Mapping[int, str]) -> None:
        """Note why pictures cannot be used, as found out when they were read."""
        with self._store.transaction() as store:
            store.run_many(
                "UPDATE picture SET fault = ? WHERE id = ?",
                [(message, row) for row, message in faults.items()],
            )

    def add(
        self, pictures: Sequence[NewPicture], *, kind: int | None = None, words: str | None = None
    ) -> list[int]:
        """Add pictures as one change; return their ids.

        What the project has already, with the same content under the same kind, is not added
        again, so a folder that is dropped twice does not count twice.

        Args:
            pictures: what to add.
            kind: of all of them; None leaves each its own.
            words: what to call the change in the history; None says how many were added.

        Raises:
            UsageError: there is no such kind, or a name of one cannot be had.
            OutputError: nothing was added, for the file cannot be written.
        """
        with self._store.transaction():
            if kind is not None:
                self._changes.kind_name(kind)
            named = [] if kind is not None else [p.kind for p in pictures if p.kind is not None]
            kinds, items = self._changes.kinds_called(named)
            chosen = [kinds.get(p.kind or "") if kind is None else kind for p in pictures]
            new = self._new(pictures, chosen)
            ids = [self._insert(picture) for picture, _ in new]
            items += [("picture", row, "removed", 0) for row in ids]
            items += [
                ("picture", row, "kind", target)
                for row, (_, target) in zip(ids, new, strict=True)
                if target is not None
            ]
            if items:
                self._changes.apply(words or f"{counted(len(ids), 'picture')} added", items)
        return ids

    def _new(
        self, pictures: Sequence[NewPicture], kinds: Sequence[int | None]
    ) -> list[tuple[NewPicture, int | None]]:
        """Those that are not there yet under their kind, each once."""
        known: dict[int | None, set[str]] = {}
        for kind in set(kinds):
            contents = [p.sha256 for p, k in zip(pictures, kinds, strict=True) if k == kind]
            known[kind] = self._known(contents, kind)
        new = []
        for picture, kind in zip(pictures, kinds, strict=True):
            if picture.sha256 not in known[kind]:
                known[kind].add(picture.sha256)
                new.append((picture, kind))
        return new

    def page(
        self,
        shelf: Shelf = "all",
        *,
        kind: int | None = None,
        start: int = 0,
        count: int = 100,
    ) -> Page:
        """Return some pictures in the order of adding.

        Args:
            shelf: which of them.
            kind: only those of this kind.
            start: how many to pass over.
            count: how many at most, 1 to 500.

        Raises:
            UsageError: there is no such shelf, or a number is out of range.
        """
        if shelf not in _SHELVES or start < 0 or not 1 <= count <= MOST_A_PAGE:
            raise UsageError(
                f"A page is one of {', '.join(_SHELVES)}, from 0 on, 1 to {MOST_A_PAGE} pictures; "
                f"{shelf!r} from {start}, {count} pictures, came."
            )
        where, values = _SHELVES[shelf], []
        if kind is not None:
            where, values = f"{where} AND kind = ?", [kind]
        total = self._store.row(f"SELECT count(*) FROM picture WHERE {where}", values)  # noqa: S608
        rows = self._store.rows(
            f"SELECT {_FIELDS} FROM picture WHERE {where} ORDER BY id LIMIT ? OFFSET ?",  # noqa: S608
            [*values, count, start],
        )
        return Page(tuple(_picture(*row) for row in rows), total[0] if total else 0)

    def get(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures of these ids, in their order; ids that are gone are left out."""
        found: dict[int, Picture] = {}
        for some in _portions(ids):
            rows = self._store.rows(
                f"SELECT {_FIELDS} FROM picture WHERE removed = 0 AND id IN ({marks(some)})",  # noqa: S608
                some,
            )
            found |= {row[0]: _picture(*row) for row in rows}
        return [found[row] for row in ids if row in found]

    def source(self, picture: int) -> Source:
        """Return where the bytes of a picture are.

        Raises:
            UsageError: there is no such picture, or it lies where nobody let this project read.
        """
        row = self._store.row(
            "SELECT place, member FROM picture WHERE id = ? AND removed = 0", [picture]
        )
        if row is None:
            raise UsageError(f"There is no picture {picture} in this project.")
        if not self._is_open(row[0], self.opened()):
            raise UsageError(_closed(row[0]))
        return self._source(*row)

    def lies_there(self, file: Path) -> bool:
        """Whether a file of the project holds any of its pictures, removed ones included."""
        place = file.relative_to(self._folder).as_posix()
        return self._store.row("SELECT 1 FROM picture WHERE place = ? LIMIT 1", [place]) is not None

    def collection(self, *, name: str, unlabelled: bool = False) -> tuple[Collection, list[int]]:
        """Return what trains: the labelled pictures that are neither excluded nor faulty.

        Args:
            name: of the collection.
            unlabelled: whether to take the pictures without a kind too, for a map.

        Returns:
            The collection, and the project's id of each of its samples. Paths begin with the
            id, so that no two are alike.
        """
        rows = self._store.rows(
            "SELECT p.id, p.place, p.member, p.path, k.name, p.grouped FROM picture p "
            "LEFT JOIN kind k ON k.id = p.kind "
            "WHERE p.removed = 0 AND p.excluded = 0 AND p.fault IS NULL ORDER BY p.id"
        )
        opened, faults, samples, ids = self.opened(), list(self._faults()), [], []
        for row, place, member, path, label, grouped in rows:
            if not unlabelled and label is None:
                continue
            if not self._is_open(place, opened):
                faults.append(Fault(path, "unreadable", _closed(place)))
                continue
            samples.append(Sample(self._source(place, member), f"{row}/{path}", label, grouped))
            ids.append(row)
        return Collection(name=name, samples=tuple(samples), faults=tuple(faults)), ids

    def open_folder(self, folder: Path) -> None:
        """Note that a person gave a folder, or an archive, of the machine to read from.

        Pictures that lie neither in the project nor in what was given are not read, so that a
        project from elsewhere cannot name files of this machine.
        """
        self._store.run("INSERT OR IGNORE INTO opened VALUES (?)", [str(folder.absolute())])

    def opened(self) -> list[str]:
        """Return the folders and archives that were given, as absolute paths."""
        return [path for (path,) in self._store.rows("SELECT path FROM opened ORDER BY path")]

    def _is_open(self, place: str, opened: Sequence[str]) -> bool:
        """Whether a place lies in the project or in what was given; no file is looked at."""
        path = os.path.normpath(self._folder / place)
        roots = (str(self._folder), *opened)
        return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)

    def _faults(self) -> tuple[Fault, ...]:
        rows = self._store.rows(
            f"SELECT path, fault FROM picture WHERE {_SHELVES['faulty']} ORDER BY id"  # noqa: S608
        )
        return tuple(Fault(path, "damaged", fault) for path, fault in rows)

    def _known(self, contents: Sequence[str], kind: int | None) -> set[str]:
        """Contents that stand under ``kind`` already."""
        found: set[str] = set()
        for some in _portions(contents):
            rows = self._store.rows(
                f"SELECT sha256 FROM picture WHERE removed = 0 AND kind IS ? "  # noqa: S608
                f"AND sha256 IN ({marks(some)})",
                [kind, *some],
            )
            found |= {row[0] for row in rows}
        return found

    def _insert(self, picture: NewPicture) -> int:
        """Insert a picture as removed; the change that follows brings it in."""
        place = picture.source.path
        if place.is_relative_to(self._folder):  # so that the folder can be moved and copied
            place = place.relative_to(self._folder)
        return self._store.run(
            "INSERT INTO picture (sha256, place, member, path, origin, grouped, fault, removed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            [
                picture.sha256,
                place.as_posix(),
                _member_text(picture.source.member),
                picture.path,
                picture.origin,
                picture.group,
                picture.fault,
            ],
        )

    def _source(self, place: str, member: str | None) -> Source:
        return Source(self._folder / place, member_of(member))  # an absolute place stays


def _member_text(member: str | int | None) -> str | None:
    """A member as the table holds it: a picture's number in a file of many has a # before it."""
    if isinstance(member, int):
        return f"#{member}"
    return f"#{member}" if member and member.startswith("#") else member


def member_of(text: str | None) -> str | int | None:
    """The member of a source from what the table holds."""
    if not text or not text.startswith("#"):
        return text
    rest = text[1:]
    return int(rest) if rest.isascii() and rest.isdigit() else rest


def _closed(place: str) -> str:
    return f"It lies in {Path(place).parent}, which nobody opened here: add that folder again."


def _picture(*row: Any) -> Picture:
    number, sha256, path, kind, grouped, excluded, origin, fault = row
    return Picture(number, sha256, path, kind, grouped, bool(excluded), origin, fault)


def _portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Its name is its content's hash, so one that is torn by a power cut is found out when it is
    read, and flushing each of ten thousand pictures to the disk would take minutes.
    """
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _not_kept(target, error) from error


def _not_kept(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"A picture could not be kept in {target.parent} ({error.strerror or error}): "
        "make room on the disk and add it again."
    )
