"""What a pool and its worker processes say to each other: frames of JSON and raw bytes.

A frame is two little-endian 32-bit lengths, a JSON object of the first length and raw bytes
of the second. Nothing is unpickled, so a worker taken over by a hostile file can at worst
send back wrong numbers.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from sortal.errors import Fault
from sortal.pictures.limits import Limits
from sortal.pictures.measures import THUMB_SIDE
from sortal.pictures.prepare import Wanted
from sortal.pictures.record import Fingerprint, Prepared, Source

_LENGTHS: Final = struct.Struct("<II")
_MOST_BYTES: Final = 1 << 28
_THUMB_BYTES: Final = THUMB_SIDE * THUMB_SIDE

Message = dict[str, Any]


def send(stream: FileIO, message: Message, body: bytes = b"") -> None:
    """Write one frame.

    Raises:
        OSError: the other side is gone.
    """
    text = json.dumps(message).encode("ascii")
    frame = memoryview(b"".join((_LENGTHS.pack(len(text), len(body)), text, body)))
    while frame:
        frame = frame[stream.write(frame) :]


def receive(stream: FileIO) -> tuple[Message, bytearray] | None:
    """Read one frame; None where the other side is gone, at whatever point of a frame.

    Raises:
        ValueError: what came is no frame.
    """
    lengths = _exactly(stream, _LENGTHS.size)
    if lengths is None:
        return None
    n_text, n_body = _LENGTHS.unpack(lengths)
    if max(n_text, n_body) > _MOST_BYTES:
        raise ValueError(f"a frame of {n_text} and {n_body} bytes")
    text, body = _exactly(stream, n_text), _exactly(stream, n_body)
    if text is None or body is None:
        return None
    message: Message = json.loads(text)
    return message, body


def _exactly(stream: FileIO, n_bytes: int) -> bytearray | None:
    data = bytearray(n_bytes)
    rest = memoryview(data)
    while rest:
        got = stream.readinto(rest)
        if not got:
            return None
        rest = rest[got:]
    return data


def wanted_to_message(wanted: Wanted) -> Message:
    """Return ``wanted`` as a JSON object."""
    return asdict(wanted)


def wanted_from_message(message: Message) -> Wanted:
    """Return what ``wanted_to_message`` was given."""
    return Wanted(**{**message, "limits": Limits(**message["limits"])})


def request_to_message(path: str, source: Source) -> Message:
    """Return a request as a JSON object; undecodable file names survive as escapes."""
    return {"path": path, "file": str(source.path), "member": source.member}


def request_from_message(message: Message) -> tuple[str, Source]:
    """Return what ``request_to_message`` was given."""
    return message["path"], Source(Path(message["file"]), message["member"])


def answer_to_frame(answer: Prepared | Fault) -> tuple[Message, bytes]:
    """Return an answer as a JSON object and raw bytes."""
    if isinstance(answer, Fault):
        return {"fault": asdict(answer)}, b""
    fields = asdict(answer.fingerprint)
    thumb: bytes = fields.pop("thumb")
    message = {"fingerprint": fields, "has_thumbnail": answer.thumbnail is not None}
    return message, b"".join((thumb, answer.square.tobytes(), answer.thumbnail or b""))


def answer_from_frame(message: Message, body: bytearray, *, size: int) -> Prepared | Fault:
    """Return what ``answer_to_frame`` was given; the square is a view of ``body``."""
    if "fault" in message:
        return Fault(**message["fault"])
    fields = message["fingerprint"]
    fields["repairs"] = tuple(fields["repairs"])
    end = _THUMB_BYTES + 3 * size * size
    square = np.frombuffer(body, np.uint8, count=3 * size * size, offset=_THUMB_BYTES)
    return Prepared(
        fingerprint=Fingerprint(thumb=bytes(body[:_THUMB_BYTES]), **fields),
        square=square.reshape(size, size, 3),
        thumbnail=bytes(body[end:]) if message["has_thumbnail"] else None,
    )
