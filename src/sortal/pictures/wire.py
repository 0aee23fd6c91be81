"""What a pool and its worker processes say to each other: frames of JSON and raw bytes.

A frame is two little-endian 32-bit lengths, a JSON object of the first length and raw bytes
of the second. Nothing is unpickled, so a worker taken over by a hostile file can at worst
send back wrong numbers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import fields as fields_of
from io import FileIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from sortal.errors import Fault
from sortal.pictures.box import Box
from sortal.pictures.limits import Limits
from sortal.pictures.measures import THUMB_SIDE
from sortal.pictures.prepare import Wanted
from sortal.pictures.record import Digit, Fingerprint, Prepared, Source

_LENGTHS: Final = struct.Struct("<II")
_MOST_BYTES: Final = 1 << 28
_THUMB_BYTES: Final = THUMB_SIDE * THUMB_SIDE
_FIELDS: Final = tuple(item.name for item in fields_of(Fingerprint) if item.name != "thumb")

Message = dict[str, Any]
Item = tuple[str, Source]
"""The name by which the user knows a picture, and where its bytes are."""


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


def request_to_message(items: Iterable[Item]) -> Message:
    """Return a request as a JSON object; undecodable file names survive as escapes."""
    return {"items": [(path, str(source.path), source.member) for path, source in items]}


def request_from_message(message: Message) -> list[Item]:
    """Return what ``request_to_message`` was given."""
    return [(path, Source(Path(file), member)) for path, file, member in message["items"]]


def answers_to_frame(answers: Iterable[Prepared | Fault]) -> tuple[Message, bytes]:
    """Return the answers to one request as a JSON object and raw bytes."""
    frames = [answer_to_frame(answer) for answer in answers]
    return {"answers": [message for message, _ in frames]}, b"".join(body for _, body in frames)


def answers_from_frame(message: Message, body: bytearray, *, size: int) -> list[Prepared | Fault]:
    """Return what ``answers_to_frame`` was given; the squares are views of ``body``.

    Raises:
        ValueError, KeyError, TypeError or AttributeError: what came are no answers.
    """
    rest = memoryview(body)
    answers = []
    for each in message["answers"]:
        answer, n_bytes = _answer_from_frame(each, rest, size=size)
        answers.append(answer)
        rest = rest[n_bytes:]
    if rest:
        raise ValueError(f"{len(rest)} bytes more than the answers take")
    return answers


def answer_to_frame(answer: Prepared | Fault) -> tuple[Message, bytes]:
    """Return an answer as a JSON object and raw bytes."""
    if isinstance(answer, Fault):
        return {"fault": asdict(answer)}, b""
    fields = {name: getattr(answer.fingerprint, name) for name in _FIELDS}
    thumb = answer.fingerprint.thumb
    message: Message = {"fingerprint": fields, "thumbnail": None, "digits": None}
    if answer.thumbnail is not None:
        message["thumbnail"] = len(answer.thumbnail)
    parts = [thumb, answer.square.tobytes(), answer.thumbnail or b""]
    if answer.digits is not None:
        message["digits"] = [None if d.box is None else asdict(d.box) for d in answer.digits]
        parts += [digit.square.tobytes() for digit in answer.digits]
    return message, b"".join(parts)


def _answer_from_frame(
    message: Message, body: memoryview, *, size: int
) -> tuple[Prepared | Fault, int]:
    """Return what ``answer_to_frame`` was given, and how many bytes of ``body`` it takes."""
    if "fault" in message:
        return Fault(**message["fault"]), 0
    fields = message["fingerprint"]
    fields["repairs"] = tuple(fields["repairs"])
    end = _THUMB_BYTES + 3 * size * size
    square = np.frombuffer(body, np.uint8, count=3 * size * size, offset=_THUMB_BYTES)
    n_thumbnail: int | None = message["thumbnail"]
    thumbnail = None if n_thumbnail is None else bytes(body[end : end + n_thumbnail])
    if len(thumbnail or b"") != (n_thumbnail or 0):
        raise ValueError("a thumbnail that ends too early")
    end += n_thumbnail or 0
    digits = _digits_from_frame(message["digits"], body[end:], size=size)
    prepared = Prepared(
        fingerprint=Fingerprint(thumb=bytes(body[:_THUMB_BYTES]), **fields),
        square=square.reshape(size, size, 3),
        thumbnail=thumbnail,
        digits=digits,
    )
    return prepared, end + len(digits or ()) * 3 * size * size


def _digits_from_frame(
    boxes: list[dict[str, int] | None] | None, body: memoryview, *, size: int
) -> tuple[Digit, ...] | None:
    """Return the digits whose squares ``body`` begins with."""
    if boxes is None:
        return None
    squares = np.frombuffer(body, np.uint8, count=len(boxes) * 3 * size * size)
    return tuple(
        Digit(None if box is None else Box(**box), square)
        for box, square in zip(boxes, squares.reshape(-1, size, size, 3), strict=True)
    )
