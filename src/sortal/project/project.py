"""A project as a whole: its folder, its file, its lock."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sortal.errors import OutputError
from sortal.project.changes import Changes
from sortal.project.holding import Holding
from sortal.project.pictures import Pictures
from sortal.project.runs import Runs
from sortal.project.store import Store

FILE: Final = "project.sqlite"
_LOCK: Final = ".lock"


class Project:
    """A folder with ``project.sqlite``, ``pictures/`` and ``models/``.

    It can be closed at any moment, killed, opened again, moved and copied.

    Args:
        folder: of the project; made where it is not there.
        who: what to tell those who want to open it too, such as the studio's address.

    Attributes:
        folder: absolute.
        changes: kinds, labels, history.
        pictures: what was gathered.
        runs: what was trained.

    Raises:
        UsageError: another process has it open.
        InputError: its file is damaged, of a newer Sortal, or no project.
        OutputError: it cannot be written.
    """

    def __init__(self, folder: Path, *, who: str = "") -> None:
        self.folder = folder.resolve()
        self._holding = _held(self.folder, who)
        try:
            self._store = Store(self.folder / FILE)
        except BaseException:
            self._holding.release()
            raise
        self.changes = Changes(self._store)
        self.pictures = Pictures(self._store, self.changes, self.folder)
        self.runs = Runs(self._store)

    @property
    def name(self) -> str:
        """What to call it: the folder's name."""
        return self.folder.name

    @property
    def revision(self) -> int:
        """A number that grows with all that is written since opening; for those who watch."""
        row = self._store.row("SELECT total_changes()")
        return int(row[0]) if row else 0

    def fact(self, name: str) -> str | None:
        """Return what ``set_fact`` kept under a name, or None."""
        row = self._store.row("SELECT value FROM fact WHERE name = ?", [name])
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Keep a text under a name; what is kept so is not part of the history."""
        self._store.run("INSERT OR REPLACE INTO fact VALUES (?, ?)", [name, value])

    def copy_file(self, path: Path) -> None:
        """Write the project file as it is at this moment, all transactions whole."""
        self._store.copy(path)

    def model_file(self, run: int) -> Path:
        """Return where the model of a run lies, or is to be written."""
        folder = self.folder / "models"
        folder.mkdir(exist_ok=True)
        return folder / f"{run}.onnx"

    def report_file(self, run: int) -> Path:
        """Return where the report of a run lies, or is to be written."""
        return self.model_file(run).with_suffix(".html")

    def tell(self, who: str) -> None:
        """Say who holds it, for those who come second."""
        self._holding.tell(who)

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._store.close()
        self._holding.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _held(folder: Path, who: str) -> Holding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Holding(folder / _LOCK, who=who)
    except OSError as error:
        raise OutputError(
            f"The project folder {folder} cannot be used ({error.strerror or error}): "
            "give another one."
        ) from error
