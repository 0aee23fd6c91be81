"""Answers to many pictures, printed as they come: a line each, or one JSON object."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sortal.cli import streams
from sortal.errors import Fault, InputError

if TYPE_CHECKING:
    from sortal.workflow.values import JsonObject


class Answer(Protocol):
    """What came of a picture that could be used."""

    def to_dict(self) -> JsonObject:
        """Plain JSON types."""


A = TypeVar("A", bound=Answer)

_IN_MEMORY = 1 << 20


def always(_: object) -> bool:
    """Let every answer count."""
    return True


@dataclass(slots=True)
class _Tally:
    """How many files were answered and how many could not be."""

    n_used: int = 0
    n_faults: int = 0

    def close(self) -> None:
        """Say how it went.

        Raises:
            InputError: not one file could be used.
        """
        if self.n_used:
            if self.n_faults:
                streams.say(f"{self.n_used:,} usable, {self.n_faults:,} not usable")
            return
        if not self.n_faults:
            raise InputError("No picture was given. Name files, folders or zips.")
        if self.n_faults == 1:
            raise InputError("The only file that was given cannot be used, see above.")
        raise InputError(f"Not one of the {self.n_faults:,} files can be used, see above.")


def put_lines(
    answers: Iterable[A | Fault],
    put: Callable[[A], None],
    *,
    put_fault: Callable[[Fault], None] | None = None,
    counts: Callable[[A], bool] = always,
) -> None:
    """Print each answer when it is there; faults go to stderr.

    Args:
        answers: as they come.
        put: prints one on stdout.
        put_fault: prints something of a fault on stdout too.
        counts: whether an answer is the one by which its picture is counted.

    Raises:
        InputError: not one file could be used.
    """
    tally = _Tally()
    for answer in answers:
        if isinstance(answer, Fault):
            tally.n_faults += 1
            _say_fault(answer)
            if put_fault:
                put_fault(answer)
        else:
            tally.n_used += counts(answer)
            put(answer)
    tally.close()


def put_object(
    head: Mapping[str, Any],
    name: str,
    answers: Iterable[A | Fault],
    *,
    notes: list[str],
    counts: Callable[[A], bool] = always,
) -> None:
    """Print one JSON object: ``head``, the answers under ``name``, faults, notes, counts.

    It goes to a file first, so that any number of answers needs no memory and that nothing is
    printed unless all went well.

    Args:
        head: what the object begins with.
        name: of the list of answers.
        answers: as they come.
        notes: sentences that may grow while the answers come.
        counts: whether an answer is the one by which its picture is counted.

    Raises:
        InputError: not one file could be used.
    """
    tally, faults = _Tally(), list[Fault]()
    with tempfile.SpooledTemporaryFile(
        _IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline=""
    ) as body:
        body.write("{\n" + "".join(f"{_pair(key, value)},\n" for key, value in head.items()))
        body.write(f"{streams.to_json(name)}: [")
        for answer in answers:
            if isinstance(answer, Fault):
                faults.append(answer)
            else:
                body.write(f"{',' if tally.n_used else ''}\n{streams.to_json(answer.to_dict())}")
                tally.n_used += counts(answer)
        tally.n_faults = len(faults)
        if not tally.n_used:
            for fault in faults:
                _say_fault(fault)
            tally.close()
        rest = {
            "faults": [asdict(fault) for fault in faults],
            "notes": notes,
            **asdict(tally),
        }
        body.write("\n]" + "".join(f",\n{_pair(key, value)}" for key, value in rest.items()))
        body.write("\n}\n")
        body.seek(0)
        shutil.copyfileobj(body, streams.Printer())


def _pair(key: str, value: object) -> str:
    return f"{streams.to_json(key)}: {streams.to_json(value)}"


def _say_fault(fault: Fault) -> None:
    streams.say(f"not usable: {fault.path}: {fault.message}")
