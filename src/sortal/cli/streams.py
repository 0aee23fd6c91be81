"""The two streams of a command: results on stdout, everything else on stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import Any

from sortal.errors import OutputError


def prepare() -> None:
    """Let the streams take every name: what an encoding lacks is printed as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """A message for people, on stderr; lost where nobody can be told."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(visible(text) + "\n")
            sys.stderr.flush()


def put(*cells: str) -> None:
    """A line of the result on stdout: one text, or several with tabs between.

    Raises:
        OutputError: stdout is closed or full.
        BrokenPipeError: its reader is gone.
    """
    write("\t".join(map(visible, cells)) + "\n")


def put_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout; raises as ``put``."""
    write(to_json(value, indent=2) + "\n")


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON text that stdout's encoding can carry."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    plain = not encoding.startswith("utf")
    return json.dumps(value, ensure_ascii=plain, indent=indent, allow_nan=False)


def visible(text: str) -> str:
    """Text for a terminal: what would control it is printed as an escape."""
    if text.isprintable():
        return text
    from sortal.collection.names import shown

    return shown(text)


def write(text: str) -> None:
    """Write to stdout as it is; raises as ``put``."""
    if sys.stdout is None:
        raise OutputError("The result could not be printed: standard output is closed.")
    try:
        sys.stdout.write(text)
    except OSError as error:
        raise _refused(error) from error


class Printer:
    """Stdout as a file to write to, for those who want one."""

    def write(self, text: str) -> int:
        """As the function ``write``."""
        write(text)
        return len(text)


def finish() -> None:
    """Hand everything to the reader of stdout; raises as ``put``."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise _refused(error) from error


def abandon() -> None:
    """Print nothing more: what is left unwritten would fail again when Python ends."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _refused(error: OSError) -> OSError | OutputError:
    if isinstance(error, BrokenPipeError):
        return error
    abandon()
    return OutputError(f"The result could not be printed ({error.strerror or error}).")
