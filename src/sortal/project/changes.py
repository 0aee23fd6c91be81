"""What a person says of pictures and kinds; every change can be taken back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sortal.collection.names import canonical, counted
from sortal.errors import UsageError
from sortal.project.store import Store
from sortal.project.values import Change, Kind

_FIELDS: Final = {
    "picture": frozenset({"kind", "grouped", "excluded", "removed"}),
    "kind": frozenset({"name", "removed"}),
    "run": frozenset({"threshold"}),
}
LONGEST_NAME: Final = 200

Item = tuple[str, int, str, Any]
"""(thing, id, field, new value)."""


class Changes:
    """The kinds, the labels and the history of one project.

    Each call is one transaction and one entry of the history: all of it happens, or nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def kinds(self) -> list[Kind]:
        """Return the kinds in the order in which they were made."""
        rows = self._store.rows(
            "SELECT k.id, k.name, count(p.id) FROM kind k LEFT JOIN picture p ON p.kind = k.id "
            "AND p.removed = 0 AND p.excluded = 0 AND p.fault IS NULL "
            "WHERE k.removed = 0 GROUP BY k.id ORDER BY k.id"
        )
        return [Kind(*row) for row in rows]

    def add_kind(self, name: str) -> int:
        """Make a kind; return its id.

        Raises:
            UsageError: the name is empty, too long or taken.
        """
        with self._store.transaction():
            name = self._free_name(name)
            row = self._store.run("INSERT INTO kind (name, removed) VALUES (?, 1)", [name])
            self.apply(f"New kind: {name}", [("kind", row, "removed", 0)])
        return row

    def kinds_called(self, names: Iterable[str]) -> tuple[dict[str, int], list[Item]]:
        """Return the ids of kinds by name, and what brings those in that are new.

        New ones are inserted as removed, so call it within the transaction that applies the
        items, and both happen or neither.

        Raises:
            UsageError: a name cannot be had.
        """
        there = {kind.name: kind.id for kind in self.kinds()}
        found: dict[str, int] = {}
        items: list[Item] = []
        for name in dict.fromkeys(names):
            checked = _checked_name(name)
            if checked not in there:
                row = self._store.run("INSERT INTO kind (name, removed) VALUES (?, 1)", [checked])
                there[checked] = row
                items.append(("kind", row, "removed", 0))
            found[name] = there[checked]
        return found, items

    def rename_kind(self, kind: int, name: str) -> None:
        """Give a kind another name.

        Raises:
            UsageError: there is no such kind, or the name cannot be had.
        """
        with self._store.transaction():
            old = self.kind_name(kind)
            name = self._free_name(name, but=kind)
            self.apply(f"{old} is now called {name}", [("kind", kind, "name", name)])

    def remove_kind(self, kind: int) -> None:
        """Remove a kind; its pictures stay, without a kind.

        Raises:
            UsageError: there is no such kind.
        """
        with self._store.transaction():
            name = self.kind_name(kind)
            rows = self._store.rows("SELECT id FROM picture WHERE kind = ? AND removed = 0", [kind])
            items: list[Item] = [("picture", row, "kind", None) for (row,) in rows]
            self.apply(f"Kind removed: {name}", [*items, ("kind", kind, "removed", 1)])

    def label(self, pictures: Sequence[int], kind: int | None) -> int:
        """Say of what kind pictures are, or that nobody knows; return the change's id.

        Raises:
            UsageError: there is no such kind or picture.
        """
        with self._store.transaction():
            name = "unlabelled" if kind is None else self.kind_name(kind)
            words = f"{counted(len(pictures), 'picture')} labelled {name}"
            return self.apply(words, [("picture", row, "kind", kind) for row in pictures])

    def group(self, pictures: Sequence[int], group: str | None) -> int:
        """Say that pictures belong together, or no longer do; return the change's id."""
        name = _checked_name(group) if group is not None else None
        words = f"{counted(len(pictures), 'picture')} " + (
            f"grouped as {name}" if name else "no longer grouped"
        )
        return self.apply(words, [("picture", row, "grouped", name) for row in pictures])

    def exclude(self, pictures: Sequence[int], *, excluded: bool = True) -> int:
        """Set pictures aside, or take them back in; return the change's id."""
        words = f"{counted(len(pictures), 'picture')} {'set aside' if excluded else 'taken back'}"
        return self.apply(words, [("picture", row, "excluded", int(excluded)) for row in pictures])

    def set_threshold(self, run: int, threshold: float | None) -> int:
        """Say from which distance on a run's model answers "I don't know"; return the change's id.

        Args:
            run: id of the training.
            threshold: in the model's own unit, above 0; None for what training found.

        Raises:
            UsageError: there is no such run, or the number cannot be a distance.
        """
        if threshold is not None and not 0 < threshold < math.inf:
            raise UsageError(f"A threshold is a distance above 0; {threshold!r} came.")
        words = "as training found it" if threshold is None else f"{threshold:.3g}"
        return self.apply(
            f'"I don\'t know" of training {run}: {words}', [("run", run, "threshold", threshold)]
        )

    def remove(self, pictures: Sequence[int]) -> int:
        """Take pictures out of the project, their files untouched; return the change's id."""
        words = f"{counted(len(pictures), 'picture')} removed"
        return self.apply(words, [("picture", row, "removed", 1) for row in pictures])

    def apply(self, words: str, items: Sequence[Item]) -> int:
        """Change fields and note what they were; return the change's id.

        Raises:
            UsageError: a thing is not there, or nothing is named.
        """
        if not items:
            raise UsageError("Nothing was named that could be changed: choose pictures first.")
        with self._store.transaction() as store:
            store.run("UPDATE change SET dropped = 1 WHERE undone = 1")
            change = store.run("INSERT INTO change (at, words) VALUES (?, ?)", [time.time(), words])
            for thing, field in sorted({(item[0], item[2]) for item in items}):
                some = [(i[1], i[3]) for i in items if (i[0], i[2]) == (thing, field)]
                self._set(change, thing, field, some)
        return change

    def _set(self, change: int, thing: str, field: str, values: Sequence[tuple[int, Any]]) -> None:
        """Set one field of many things; rows that are not there stop the whole."""
        _check(thing, field)
        new = dict(values)
        for row, value in new.items():
            found = self._store.row(f"SELECT {field} FROM {thing} WHERE id = ?", [row])  # noqa: S608
            if found is None:
                raise UsageError(f"There is no {thing} {row} in this project.")
            self._store.run(
                "INSERT INTO change_item VALUES (?, ?, ?, ?, ?, ?)",
                [change, thing, row, field, found[0], value],
            )
        self._store.run_many(
            f"UPDATE {thing} SET {field} = ? WHERE id = ?",  # noqa: S608
            [(value, row) for row, value in new.items()],
        )

    def undo(self) -> Change | None:
        """Take back the last change that stands; return it, or None where there is none."""
        with self._store.transaction():
            row = self._store.row("SELECT max(id) FROM change WHERE undone = 0")
            return self._turn(row[0], back=True) if row and row[0] else None

    def redo(self) -> Change | None:
        """Do the change again that was taken back last; None where there is none."""
        with self._store.transaction():
            row = self._store.row("SELECT min(id) FROM change WHERE undone = 1 AND dropped = 0")
            return self._turn(row[0], back=False) if row and row[0] else None

    def _turn(self, change: int, *, back: bool) -> Change:
        """Set every field of a change to what it was before, or after."""
        side = "old" if back else "new"
        items = self._store.rows(
            f"SELECT thing, id, field, {side} FROM change_item WHERE change = ?",  # noqa: S608
            [change],
        )
        # Changes are turned in their order, so every name that comes back is free.
        for thing, row, field, value in items:
            _check(thing, field)
            self._store.run(f"UPDATE {thing} SET {field} = ? WHERE id = ?", [value, row])  # noqa: S608
        self._store.run("UPDATE change SET undone = ? WHERE id = ?", [int(back), change])
        return next(c for c in self.history(count=1, at=change))

    def history(self, *, count: int = 100, at: int | None = None) -> list[Change]:
        """Return the last changes, the newest first.

        Args:
            count: how many at most.
            at: from this change back; None for the newest.
        """
        rows = self._store.rows(
            "SELECT c.id, c.at, c.words, count(i.id), c.undone, c.undone AND NOT c.dropped "
            "FROM change c LEFT JOIN change_item i ON i.change = c.id WHERE c.id <= ? "
            "GROUP BY c.id ORDER BY c.id DESC LIMIT ?",
            [2**62 if at is None else at, count],
        )
        return [
            Change(row, done, words, touched, bool(undone), bool(can_redo))
            for row, done, words, touched, undone, can_redo in rows
        ]

    def kind_name(self, kind: int) -> str:
        """Return what a kind is called.

        Raises:
            UsageError: there is no such kind.
        """
        row = self._store.row("SELECT name FROM kind WHERE id = ? AND removed = 0", [kind])
        if row is None:
            raise UsageError(f"There is no kind {kind} in this project.")
        return str(row[0])

    def _free_name(self, name: str, *, but: int | None = None) -> str:
        name = _checked_name(name)
        for kind in self.kinds():
            if kind.name == name and kind.id != but:
                raise UsageError(f"There is a kind called {name} already: take another name.")
        return name


def _check(thing: str, field: str) -> None:
    """Names of tables and columns stand in statements, so they come from the table above."""
    if field not in _FIELDS.get(thing, ()):
        raise UsageError(f"A {thing} has no {field} that could be changed.")


def _checked_name(name: str) -> str:
    """A name in one spelling, without space around it.

    Raises:
        UsageError: nothing is left, it is too long, or it cannot be printed.
    """
    name = canonical(name).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"A name has 1 to {LONGEST_NAME} characters that can be printed; {name[:40]!r} came."
        )
    return name
