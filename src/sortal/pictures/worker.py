"""One worker process of a picture pool: ``python -m sortal.pictures.worker``, over pipes.

It reads frames from its standard input and answers on its standard output until the input
ends. It limits itself: memory by the operating system's limit, time by an alarm whose default
action ends the process wherever it is, so that not even a worker whose pool was killed can
go on for ever.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import Final

from PIL import AvifImagePlugin

from sortal.errors import Fault
from sortal.pictures import wire
from sortal.pictures.limits import Limits
from sortal.pictures.prepare import Wanted, prepare
from sortal.pictures.record import Prepared, Source
from sortal.pictures.together import prepare_together

_HAS_ALARM: Final = hasattr(signal, "setitimer")


def main() -> None:
    """Serve until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool decides what an interrupt means
    requests = FileIO(os.dup(0), "rb")
    answers = FileIO(os.dup(1), "wb")
    silence(1)  # what a library prints must not end up between the frames
    opening = wire.receive(requests)
    if opening is None:
        return
    wanted = wire.wanted_from_message(opening[0])
    _bound(wanted.limits)
    wire.send(answers, {"ready": True})
    silence(2)  # from here on, only decoders complaining of their files
    serve(requests, answers, wanted)


def serve(requests: FileIO, answers: FileIO, wanted: Wanted) -> None:
    """Answer each request until there are no more."""
    while (frame := wire.receive(requests)) is not None:
        items = wire.request_from_message(frame[0])
        with _deadline(wanted.limits.seconds):
            together = prepare_together(items, wanted)
        ready = [_alone(*item, wanted) for item in items] if together is None else together
        message, body = wire.answers_to_frame(ready)
        wire.send(answers, message, body)


def _alone(path: str, source: Source, wanted: Wanted) -> Prepared | Fault:
    with _deadline(wanted.limits.seconds):
        return prepare(source, wanted, path=path)


def silence(descriptor: int) -> None:
    """Let nothing more come out of a file descriptor."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """End this process, without a chance to object, where the block takes longer."""
    if not _HAS_ALARM:
        faulthandler.dump_traceback_later(seconds, exit=True)
        yield
        faulthandler.cancel_dump_traceback_later()
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def _bound(limits: Limits) -> None:
    """Limit this process as far as the platform can, and leave no core files behind."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the pool has as many workers as there are cores
    if _HAS_ALARM:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = limits.max_memory if hard < 0 else min(limits.max_memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    main()
