"""A picture worker that does, for files of certain names, what hostile files make decoders do."""

from __future__ import annotations

import os
import signal
import sys
import time

from sortal.errors import Fault
from sortal.pictures import wire, worker
from sortal.pictures.prepare import Wanted, prepare
from sortal.pictures.record import Prepared, Source


def misbehave(source: Source, wanted: Wanted, *, path: str) -> Prepared | Fault:
    if "segfault" in path:
        os.kill(os.getpid(), signal.SIGSEGV)
    elif "abort" in path:
        os.abort()
    elif "exit" in path:
        os._exit(3)
    elif "sleep" in path:
        time.sleep(600)
    elif "spin" in path:
        while True:
            pass
    elif "slow" in path:
        time.sleep(0.05)
    elif "garbage" in path:
        vars(wire)["answer_to_frame"] = lambda _: ({"fingerprint": {"repairs": []}}, b"?")
    elif "chatter" in path:
        os.write(1, b"decoder: hello on standard output\n")
        os.write(2, b"decoder: hello on standard error\n")
    elif "memory" in path:
        raise MemoryError if len(bytearray(8 << 30)) == 0 else SystemExit("there is no limit")
    return prepare(source, wanted, path=path)


if __name__ == "__main__":
    if sys.argv[1:] == ["stillborn"]:
        sys.exit("no decoder today")
    vars(worker)["prepare"] = misbehave
    vars(worker)["prepare_together"] = lambda *_: None  # which nothing makes misbehave
    worker.main()
