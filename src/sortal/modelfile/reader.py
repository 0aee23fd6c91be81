"""Reading a model file that anyone may have written."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np

from sortal.errors import ModelFileError
from sortal.modelfile.card import Card
from sortal.modelfile.card_json import card_from_json
from sortal.modelfile.checks import check_graph
from sortal.modelfile.checksum import check_seal
from sortal.modelfile.graph import Graph, read_graph
from sortal.modelfile.limits import MAX_BYTES
from sortal.modelfile.model import Model
from sortal.modelfile.names import BIAS, CARD_KEY, CHECKSUM_KEY, WEIGHTS
from sortal.modelfile.runtime import Runtime
from sortal.training.values import LinearHead


def load_model(source: str | Path | bytes, *, threads: int | None = None) -> Model:
    """Read a model and make it ready to run.

    Size, checksum, structure, operators, shapes, cost, numbers and card are checked before
    the runtime sees a byte; no code in the file is ever run.

    Args:
        source: the file, or its bytes.
        threads: processor threads that one call may use; None for one a core.

    Raises:
        ModelFileError: the file is missing, damaged, hostile, too large or of another kind.
    """
    data, name = _bytes(source)
    try:
        card, graph = _checked(data)
        runtime = Runtime(data, threads=threads)
    except ModelFileError as error:
        raise ModelFileError(f"{name}: {error}") from error.__cause__
    head = LinearHead(
        weights=np.array(graph.tensors[WEIGHTS].array(), np.float32),
        bias=np.array(graph.tensors[BIAS].array(), np.float32),
    )
    names = tuple(port.name for port in graph.outputs)
    return Model(card=card, head=head, data=data, outputs=names, runtime=runtime)


def read_card(source: str | Path | bytes) -> Card:
    """Read a model's card, with all the checks of ``load_model`` that need no runtime.

    Raises:
        ModelFileError: as ``load_model``.
    """
    data, name = _bytes(source)
    try:
        return _checked(data)[0]
    except ModelFileError as error:
        raise ModelFileError(f"{name}: {error}") from None


def _bytes(source: str | Path | bytes) -> tuple[bytes, str]:
    """Return the bytes of a regular file within the limit, and what to call it."""
    if isinstance(source, bytes):
        return _limited(source, len(source), "The model"), "The model"
    path = Path(source)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ModelFileError(f"{path}: this is not a file. Name the .onnx file of a model.")
        _limited(b"", status.st_size, str(path))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror}).") from error
    return _limited(data, len(data), str(path)), str(path)


def _limited(data: bytes, size: int, name: str) -> bytes:
    if size > MAX_BYTES:
        raise ModelFileError(
            f"{name}: {size:,} bytes is too large for a model; "
            f"at most {MAX_BYTES:,} bytes are read."
        )
    return data


def _checked(data: bytes) -> tuple[Card, Graph]:
    check_seal(data)
    graph = read_graph(data)
    if set(graph.metadata) != {CARD_KEY, CHECKSUM_KEY}:
        raise ModelFileError(
            f"The metadata must hold {CARD_KEY} and {CHECKSUM_KEY} and nothing else; "
            f"it holds {', '.join(graph.metadata) or 'nothing'}."
        )
    card = card_from_json(graph.metadata[CARD_KEY])
    check_graph(graph, card)
    return card, graph
