"""One worker process as its pool sees it: started, asked, found dead, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from io import FileIO
from typing import IO, Final

from sortal.errors import Fault, SortalError
from sortal.pictures import wire
from sortal.pictures.prepare import Wanted
from sortal.pictures.record import Prepared

COMMAND: Final = (sys.executable, "-P", "-m", "sortal.pictures.worker")
"""A process of its own rather than ``multiprocessing``: nothing of the caller's program is
imported again, so a script needs no ``if __name__ == "__main__"``, and nothing is pickled.
``-P`` keeps the current folder, which may be the user's pictures, off the module path."""

_STALLED: Final = -signal.SIGALRM if hasattr(signal, "SIGALRM") else 1
"""Return code of a worker that ended itself because a picture took too long."""

_PIPE_BYTES: Final = 1 << 20
_QUOTED: Final = 800


class WorkerGone(Exception):  # noqa: N818 - a message from this file to the pool
    """The process ended before it answered."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def fault(self, path: str, seconds: float) -> Fault:
        """Return the fault of the picture that the worker was at."""
        if self.code == _STALLED:
            return Fault(path, "decoder-timeout", f"It was not decoded within {seconds:g} seconds.")
        return Fault(
            path, "decoder-crash", f"Its decoder ended the process it ran in ({self._how()})."
        )

    def _how(self) -> str:
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


class WorkerProcess:
    """A worker process, started but not yet greeted.

    Args:
        wanted: what it makes of each picture.
        command: program and arguments.

    Raises:
        OSError: it could not be started.
    """

    def __init__(self, wanted: Wanted, *, command: Sequence[str] = COMMAND) -> None:
        self._wanted = wanted
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                bufsize=0,
                env=_environment(),
            )
        except OSError:
            self._complaints.close()
            raise
        self._requests = _raw(self._process.stdin)
        self._answers = _raw(self._process.stdout)
        _widen(self._answers)

    def greet(self) -> None:
        """Tell the worker what is wanted and wait until it is ready.

        Raises:
            SortalError: it ended instead.
        """
        try:
            wire.send(self._requests, wire.wanted_to_message(self._wanted))
            ready = wire.receive(self._answers)
        except OSError:
            ready = None
        if ready is None:
            self._complaints.seek(0)
            said = self._complaints.read().decode("utf-8", "replace")[-_QUOTED:].strip()
            raise SortalError(
                f"A process for reading pictures ended at its start "
                f"(exit code {self._process.wait()}). It said: {said or 'nothing'}"
            )

    def ask(self, items: Sequence[wire.Item]) -> None:
        """Send a request; a worker that is gone shows itself in ``answers``."""
        with suppress(OSError):
            wire.send(self._requests, wire.request_to_message(items))

    def answers(self) -> list[Prepared | Fault]:
        """Wait for the answers to the oldest request.

        Raises:
            WorkerGone: there will be none.
        """
        try:
            frame = wire.receive(self._answers)
            if frame is not None:
                return wire.answers_from_frame(*frame, size=self._wanted.size)
        except (ValueError, KeyError, TypeError, AttributeError):
            # A decoder has written over its memory: what it says is not to be used.
            self._process.kill()
        raise WorkerGone(self._process.wait())

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process at once; safe while another thread waits for an answer."""
        self._process.kill()

    def retire(self) -> None:
        """End the process and give back its pipes; for the thread that asks it."""
        self._process.kill()
        self._process.wait()
        self._requests.close()
        self._answers.close()
        self._complaints.close()


def _environment() -> dict[str, str]:
    """Return the environment of a worker: this program's module path, and one thread."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    return kept | {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _raw(pipe: IO[bytes] | None) -> FileIO:
    if not isinstance(pipe, FileIO):
        raise TypeError("a pipe without buffer was expected")
    return pipe


def _widen(pipe: FileIO) -> None:
    """Let a whole answer fit into the pipe where the platform can, so that nobody waits."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # the user's quota for pipes is used up: slower, not wrong
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
