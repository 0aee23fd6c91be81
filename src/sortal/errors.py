"""Every error that Sortal raises on purpose, as one tree.

SortalError
├── UsageError               an option, argument or recipe that cannot work       exit 2, HTTP 400
│   └── TooLargeError        a message has more bytes than are taken                      HTTP 413
├── InputError               the data given cannot be used                        exit 2, HTTP 422
│   ├── PictureError         one picture could not be read (carries its Fault)
│   ├── CollectionError      a folder, table or archive could not be read
│   ├── SplitError           nobody could train or nobody could test
│   └── ModelFileError       a model file is damaged, hostile or of another kind
├── OutputError              a result could not be written; the old one stays     exit 2, HTTP 507
├── DownloadError            a file could not be fetched, or is not the right one exit 2, HTTP 502
├── MissingExtraError        an optional package is not installed                 exit 3, HTTP 501
├── ParityError              a written model does not answer as it was trained    exit 1, HTTP 500
├── DivergedError            a loss exploded before anything was learned          exit 1, HTTP 422
└── StoppedError             stopped on request; it can be resumed                exit 130, HTTP 409

A message is one or two sentences: where it happened, what was expected, what came
instead, what to do next. The same text is shown by the Python API, the command line
and the studio, so it never contains markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

FaultReason = Literal[
    "empty",  # zero bytes
    "unreadable",  # the operating system refuses: permissions, vanished, input/output error
    "not-a-picture",  # no known image signature
    "missing-codec",  # a known format whose decoder is an extra that is not installed
    "truncated",  # the file ends before the picture does
    "damaged",  # the decoder finds the contents invalid
    "too-large",  # more pixels, or more bytes, than the limits allow
    "decoder-crash",  # the decoder killed its process
    "decoder-timeout",  # the decoder did not finish in time
    "bad-record",  # a table row or archive member that cannot stand for a picture
]


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that was given and could not be used, with its reason.

    Attributes:
        path: the file as the user knows it (relative to the collection's root).
        reason: one of the words of ``FaultReason``; stable, for programs.
        message: one sentence for people: what is wrong and, where useful, what to do.
    """

    path: str
    reason: FaultReason
    message: str


class SortalError(Exception):
    """Root of the tree: catch this to catch everything that Sortal raises on purpose."""

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 500


class UsageError(SortalError):
    """An option, argument or recipe that cannot work, whatever the data."""

    http_status = 400


class TooLargeError(UsageError):
    """A message to the studio has more bytes than its route takes."""

    http_status = 413


class InputError(SortalError):
    """The data given cannot be used."""

    http_status = 422


class PictureError(InputError):
    """One picture could not be read; ``fault`` says which and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.path}: {fault.message}")
        self.fault = fault


class CollectionError(InputError):
    """A folder, table or archive of pictures could not be read."""


class SplitError(InputError):
    """The samples cannot be divided so that somebody trains and somebody tests."""


class ModelFileError(InputError):
    """A model file is damaged, hostile, too large, or not one of Sortal's."""


class OutputError(SortalError):
    """A result could not be written; whatever stood in its place is kept."""

    http_status = 507


class DownloadError(SortalError):
    """A file could not be fetched, or is not the one it should be; nothing was put in its place."""

    http_status = 502


class MissingExtraError(SortalError):
    """An optional package is needed and not installed."""

    exit_code = 3
    http_status = 501

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(
            f"{what} needs an optional part that is not installed: "
            f"run  pip install 'sortal[{extra}]'"
        )
        self.extra = extra


class ParityError(SortalError):
    """A model file, read back after writing, does not give the answers it was trained to give."""

    exit_code = 1


class DivergedError(SortalError):
    """A training's loss exploded before an epoch was done, so there is nothing to keep."""

    exit_code = 1
    http_status = 422


class StoppedError(SortalError):
    """Work was stopped on request; its state is kept, and it can be resumed."""

    exit_code = 130
    http_status = 409
