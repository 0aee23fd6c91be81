"""A strict reader of the Protocol Buffers wire format, for messages named in a table.

The ONNX package would parse a model in one call, but it skips fields that it does not know,
merges fields that come twice, builds millions of objects from a small file, and takes 0.2 s to
import. This reader refuses the first two, counts against a budget as it goes, and copies
nothing: stored numbers stay views of the file.

Source: "Encoding", protobuf.dev; the fields are those of onnx.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sortal.errors import ModelFileError

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a message may have.

    Attributes:
        name: key under which its value is returned.
        kind: how its value is written, or the table of the message that it is.
        most: how often it may come; above 1 the value is a list.
        longest: bytes of a text or of raw bytes at most.
    """

    name: str
    kind: Literal["int", "float", "text", "bytes"] | Mapping[int, Field]
    most: int = 1
    longest: int = 512


Table = Mapping[int, Field]


@dataclass(slots=True)
class Reader:
    """Reads messages out of ``data`` and counts down its budget of fields.

    Attributes:
        data: the whole file.
        budget: fields that may still be read.
        refused: fields that have a reason of their own to be refused: (message, number) to
            the words for it.
    """

    data: memoryview
    budget: int
    refused: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def message(self, table: Table, *, start: int, end: int, where: str) -> dict[str, Any]:
        """Return the fields of the message in ``data[start:end]``, name to value.

        Raises:
            ModelFileError: the bytes are no such message, or exceed the table or the budget.
        """
        found: dict[str, Any] = {f.name: [] for f in table.values() if f.most > 1}
        at = start
        while at < end:
            tag, at = self._varint(at, end, where)
            number, wire = tag >> 3, tag & 7
            known = table.get(number)
            if known is None:
                raise self._unknown(number, where)
            self._spend(where)
            value, at = self._value(known, wire, at=at, end=end, where=where)
            self._keep(found, known, value, where=where)
        return found

    def _value(self, known: Field, wire: int, *, at: int, end: int, where: str) -> tuple[Any, int]:
        """Read the value of one field; return it and the place behind it."""
        here = f"{where}, {known.name}"
        if wire != {"int": _VARINT, "float": _FIXED32}.get(str(known.kind), _LENGTH):
            raise ModelFileError(f"{here}: written in a way that does not belong to this field.")
        if wire == _FIXED32:
            return struct.unpack("<f", self.data[at : self._within(at, 4, end, here)])[0], at + 4
        number, at = self._varint(at, end, here)
        if wire == _VARINT:
            return number - (1 << 64) if number >> 63 else number, at
        stop = self._within(at, number, end, here)
        if isinstance(known.kind, str):
            return self._bytes(known, at, stop, where=here), stop
        return self.message(known.kind, start=at, end=stop, where=here), stop

    def _bytes(self, known: Field, at: int, stop: int, *, where: str) -> memoryview | str:
        if stop - at > known.longest:
            raise ModelFileError(
                f"{where}: {stop - at:,} bytes; at most {known.longest:,} are allowed."
            )
        view = self.data[at:stop]
        if known.kind == "bytes":
            return view
        try:
            return str(view, "utf-8")
        except UnicodeDecodeError:
            raise ModelFileError(f"{where}: not a text in UTF-8.") from None

    def _varint(self, at: int, end: int, where: str) -> tuple[int, int]:
        """Read a number of at most 64 bits; return it and the place behind it."""
        value = shift = 0
        while at < end and shift < 70:
            byte = self.data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                if value >> 64:
                    break
                return value, at
        raise ModelFileError(f"{where}: damaged or cut short at byte {at:,}.")

    @staticmethod
    def _within(at: int, length: int, end: int, where: str) -> int:
        if length > end - at:
            raise ModelFileError(f"{where}: it says {length:,} bytes and has {end - at:,}.")
        return at + length

    @staticmethod
    def _keep(found: dict[str, Any], known: Field, value: Any, *, where: str) -> None:
        if known.most == 1:
            if known.name in found:
                raise ModelFileError(f"{where}: {known.name} is given twice.")
            found[known.name] = value
            return
        if len(found[known.name]) == known.most:
            raise ModelFileError(f"{where}: more than {known.most:,} of {known.name}.")
        found[known.name].append(value)

    def _spend(self, where: str) -> None:
        self.budget -= 1
        if self.budget < 0:
            raise ModelFileError(f"{where}: more parts than any model of a sensible size has.")

    def _unknown(self, number: int, where: str) -> ModelFileError:
        part = where.rsplit(", ", 1)[-1]
        why = self.refused.get((part, number), f"field {number} of ONNX")
        return ModelFileError(f"{where}: it uses {why}, which Sortal's models do not.")
