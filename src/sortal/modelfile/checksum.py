"""The checksum that ends a model file: any changed byte shows.

The last 64 bytes of the file are the SHA-256, in hexadecimal digits, of all bytes before them.
They are the value of the last entry of the ONNX metadata, so other tools see an ordinary
model. The sum tells damage, not malice: whoever changes a file on purpose can write a new one,
so nothing in the reader relies on it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from sortal.errors import ModelFileError
from sortal.modelfile.names import CHECKSUM_KEY

LENGTH: Final = 64
_DIGITS: Final = re.compile(rb"[0-9a-f]{64}")

_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "a zip archive, as PyTorch and Keras write them"),
    (b"\x80\x02", "a Python pickle, as PyTorch and scikit-learn write them"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle, as joblib and scikit-learn write them"),
    (b"\x80\x05", "a Python pickle, as joblib and scikit-learn write them"),
    (b"\x89HDF", "an HDF5 file, as Keras writes them"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"GGUF", "a GGUF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"{", "a JSON text"),
    (b"<", "an HTML or XML text"),
)
_TFLITE: Final = b"TFL3"  # at offset 4


def seal(data: bytes) -> bytes:
    """Return an ONNX file with the checksum as one more entry of its metadata, at its end.

    Messages of Protocol Buffers are continued by appending fields: 0x72 is field 14
    (metadata_props) of the model, 0x0a and 0x12 are key and value of the entry.
    """
    key = CHECKSUM_KEY.encode()
    entry = b"\x0a" + bytes([len(key)]) + key + b"\x12" + bytes([LENGTH])
    open_end = data + b"\x72" + bytes([len(entry) + LENGTH]) + entry
    return open_end + _digits(open_end)


def check_seal(data: bytes) -> None:
    """Check that ``data`` ends in its own checksum.

    Raises:
        ModelFileError: it does not; the message says what the file seems to be instead.
    """
    if not data:
        raise ModelFileError("The file is empty.")
    if not _DIGITS.fullmatch(data[-LENGTH:]):
        other = _kind(data)
        raise ModelFileError(
            f"The file is {other}, not a model that Sortal wrote."
            if other
            else "The file does not end in Sortal's checksum: it was cut short or changed, "
            "or is a model that Sortal did not write."
        )
    if _digits(memoryview(data)[:-LENGTH]) != data[-LENGTH:]:
        raise ModelFileError(
            "The file's contents do not match its checksum: it was damaged or changed after "
            "Sortal wrote it. Copy it again from its source, or train anew."
        )


def _digits(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _kind(data: bytes) -> str | None:
    if data[4:8] == _TFLITE:
        return "a TensorFlow Lite model"
    return next((words for start, words in _SIGNATURES if data.startswith(start)), None)
